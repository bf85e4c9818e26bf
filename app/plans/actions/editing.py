"""Editing a draft part by part.

Every part is saved under an optimistic lock: the caller hands in the version it had read; when somebody else has saved
the part since, EditConflict carries both texts and nothing is overwritten. All edits lock the version's row first.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update

from app.access import Actor, Permission, require
from app.children.sight import require_write
from app.db import audit, db
from app.errors import NotFound
from app.kernel import clock
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.placements.types import Agreement
from app.plans.actions.opening import _check_frame
from app.plans.content import parts_of
from app.plans.locks import GROUPS, changed, check_lock, stamp_of
from app.plans.models import KINDS, PlanGoal, PlanObjective, PlanPart, PlanSection, PlanService, PlanVersion
from app.plans.queries import get_version, view_of
from app.plans.types import Frequency, SectionKey, ServiceKind, ServicePlace, VersionState


def open_draft(actor: Actor, version_id: uuid.UUID) -> PlanVersion:
    """The version, locked, if it may be edited. Raises NotFound, Forbidden, or Refused once it was submitted."""
    require(actor, Permission.PLANS_WRITE)
    version = get_version(actor, version_id, lock=True)
    require_write(actor, version.child_id)
    if version.state == VersionState.APPROVED:
        raise Refused(Problem("frozen", N_("This version is approved and never changes. Begin the next version.")))
    if version.state == VersionState.SUBMITTED:
        raise Refused(
            Problem("in_review", N_("This version is in review. It can be changed again when it is returned."))
        )
    return version


def _part(version: PlanVersion, kind: str, part_id: uuid.UUID) -> PlanPart:
    model = KINDS[kind]
    row = db.session.scalar(select(model).where(model.id == part_id, model.version_id == version.id).with_for_update())
    if row is None:
        raise NotFound
    return row


def _write(actor: Actor, version: PlanVersion, row: Any, values: Mapping[str, object], subject: str) -> None:
    """Set what differs, raise the revision, remember who; nothing happens when nothing differs."""
    names = changed(row, values)
    if not names:
        return
    for name in names:
        setattr(row, name, values[name])
    if hasattr(row, "carried"):
        row.carried = False
    row.revision += 1
    row.edited_by_name = actor.name
    if hasattr(row, "edited_at"):
        row.edited_at = clock.now()
    _note_editor(actor, version)
    audit.record(actor, "save", subject, row.id, child_id=version.child_id, fields=sorted(names))
    db.session.flush()


def _note_editor(actor: Actor, version: PlanVersion) -> None:
    """Whoever edited any part of a version may not approve it (rules.may_be_approved_by)."""
    if actor.user_id is not None and str(actor.user_id) not in version.editors:
        version.editors = [*version.editors, str(actor.user_id)]


def save_frame(
    actor: Actor, version_id: uuid.UUID, group: str, values: Mapping[str, Any], stamp: str, *, today: date
) -> str:
    """Save one group of the version's own fields (period, reasons, guardian's opinion). Return the new stamp.

    `stamp` is what the reader had seen (`stamp_of`). Raises EditConflict, Refused for dates that cannot be.
    """
    version = open_draft(actor, version_id)
    values = {name: values[name] for name in GROUPS[group]}
    if group == "period":
        refuse_if(_date_problems(values))
        _check_frame(values["starts_on"], values["ends_on"], values["review_on"], values["curriculum"])
    if group == "opinion" and values["guardian_on"] and values["guardian_on"] > today:
        raise Refused(Problem("future", N_("The opinion cannot have been given after today."), field="guardian_on"))
    if stamp != stamp_of(version, group) and changed(version, values):
        check_lock(version, values, None, stamp_of(version, group))
    _write(actor, version, version, values, "plan_version")
    return stamp_of(version, group)


def _date_problems(values: Mapping[str, object]) -> list[Problem]:
    return [
        Problem("day_missing", S_("day_missing.form", "Enter a day, like 2026-09-01."), field=name)
        for name in ("starts_on", "ends_on", "review_on")
        if values[name] is None
    ]


def record_guardian_answer(
    actor: Actor, version_id: uuid.UUID, *, answer: Agreement, name: str, words: str | None, on: date, today: date
) -> None:
    """Write the guardian's opinion into a version that is not approved yet (a paper that came back, or the phone)."""
    if not actor.may(Permission.FAMILY_READ):
        require(actor, Permission.PLANS_WRITE)
    if on > today:
        raise Refused(Problem("future", N_("The opinion cannot have been given after today."), field="guardian_on"))
    version = get_version(actor, version_id, lock=True)
    require_write(actor, version.child_id)
    if version.state == VersionState.APPROVED:
        raise Refused(Problem("frozen", N_("This version is approved and never changes. Begin the next version.")))
    _write(
        actor,
        version,
        version,
        {"guardian_answer": answer.value, "guardian_name": name, "guardian_words": words, "guardian_on": on},
        "plan_version",
    )


def save_section(actor: Actor, version_id: uuid.UUID, key: SectionKey, body: str, revision: int) -> int:
    """Save the words of a section. `revision` is the one that was read, 0 for a section not written yet.

    Return the new revision. Raises EditConflict when somebody else has saved it since.
    """
    version = open_draft(actor, version_id)
    row = db.session.scalar(
        select(PlanSection).where(PlanSection.version_id == version.id, PlanSection.key == key).with_for_update()
    )
    if row is None:
        if not body.strip():
            return 0
        row = PlanSection(version_id=version.id, key=key, body="", carried=False, revision=0)
        db.session.add(row)
    else:
        check_lock(row, {"body": body}, revision, str(row.revision))
    _write(actor, version, row, {"body": body}, "plan_section")
    return row.revision


def save_part(
    actor: Actor, version_id: uuid.UUID, kind: str, part_id: uuid.UUID, values: Mapping[str, object], revision: int
) -> int:
    """Save a goal, an objective or a service (`kind`). Return the new revision. Raises EditConflict, NotFound."""
    version = open_draft(actor, version_id)
    row = _part(version, kind, part_id)
    check_lock(row, values, revision, str(row.revision))
    _write(actor, version, row, values, f"plan_{kind}")
    return row.revision


def save_goal(
    actor: Actor, version_id: uuid.UUID, goal_id: uuid.UUID, values: Mapping[str, object], revision: int
) -> int:
    """Save a long-term goal: area, domain, words, baseline, target, measure, due_on."""
    return save_part(actor, version_id, "goal", goal_id, values, revision)


def save_objective(
    actor: Actor, version_id: uuid.UUID, objective_id: uuid.UUID, values: Mapping[str, object], revision: int
) -> int:
    """Save a short-term objective: condition, behaviour, criterion, baseline, plain_words, prompt, dates, person."""
    return save_part(actor, version_id, "objective", objective_id, values, revision)


def save_service(
    actor: Actor, version_id: uuid.UUID, service_id: uuid.UUID, values: Mapping[str, object], revision: int
) -> int:
    """Save a service: kind, minutes, times, frequency, place, provider, needs, dates."""
    return save_part(actor, version_id, "service", service_id, values, revision)


def _next_position(model: Any, *where: Any) -> int:
    positions = db.session.scalars(select(model.position).where(*where)).all()
    return max(positions, default=0) + 1


def _added(actor: Actor, version: PlanVersion, row: Any, subject: str) -> Any:
    row.edited_by_name = actor.name
    db.session.add(row)
    _note_editor(actor, version)
    audit.record(actor, "add", subject, row.id, child_id=version.child_id)
    db.session.flush()
    return row


def add_goal(actor: Actor, version_id: uuid.UUID) -> PlanGoal:
    """Add an empty goal at the end, due on the plan's last day."""
    version = open_draft(actor, version_id)
    row = PlanGoal(
        version_id=version.id,
        goal_key=uuid.uuid4(),
        area="",
        domain="",
        words="",
        baseline="",
        target="",
        measure="",
        due_on=version.ends_on,
        carried=False,
        revision=1,
        position=_next_position(PlanGoal, PlanGoal.version_id == version.id),
    )
    return _added(actor, version, row, "plan_goal")


def add_objective(actor: Actor, version_id: uuid.UUID, goal_id: uuid.UUID) -> PlanObjective:
    """Add an empty objective at the end of a goal, over the plan's period."""
    version = open_draft(actor, version_id)
    goal = _part(version, "goal", goal_id)
    assert isinstance(goal, PlanGoal)
    row = PlanObjective(
        version_id=version.id,
        goal_id=goal.id,
        objective_key=uuid.uuid4(),
        condition="",
        behaviour="",
        criterion="",
        baseline="",
        plain_words="",
        trials=10,
        starts_on=version.starts_on,
        due_on=goal.due_on,
        person="",
        carried=False,
        revision=1,
        position=_next_position(PlanObjective, PlanObjective.goal_id == goal.id),
    )
    return _added(actor, version, row, "plan_objective")


def add_service(actor: Actor, version_id: uuid.UUID) -> PlanService:
    """Add a service at the end: home-delivered teaching for a child taught at home, else the resource room."""
    version = open_draft(actor, version_id)
    at_home = view_of(version, parts_of(version.id)).taught_at_home
    row = PlanService(
        version_id=version.id,
        service_key=uuid.uuid4(),
        minutes=90 if at_home else 40,
        times=1,
        kind=ServiceKind.HOME_TEACHING if at_home else ServiceKind.RESOURCE_ROOM,
        frequency=Frequency.WEEK,
        place=ServicePlace.HOME if at_home else ServicePlace.RESOURCE_ROOM,
        provider="",
        revision=1,
        position=_next_position(PlanService, PlanService.version_id == version.id),
    )
    return _added(actor, version, row, "plan_service")


def remove_part(actor: Actor, version_id: uuid.UUID, kind: str, part_id: uuid.UUID) -> None:
    """Take a goal (with its objectives), an objective or a service out of a draft; earlier versions keep theirs."""
    version = open_draft(actor, version_id)
    row = _part(version, kind, part_id)
    if kind == "goal":
        for one in db.session.scalars(select(PlanObjective).where(PlanObjective.goal_id == row.id)):
            db.session.delete(one)
        db.session.flush()
    db.session.delete(row)
    _note_editor(actor, version)
    audit.record(actor, "remove", f"plan_{kind}", row.id, child_id=version.child_id, words=_words(row))
    db.session.flush()


def _words(row: Any) -> str:
    return getattr(row, "words", "") or getattr(row, "behaviour", "") or getattr(row, "provider", "")


def move_part(actor: Actor, version_id: uuid.UUID, kind: str, part_id: uuid.UUID, *, up: bool) -> None:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    version = open_draft(actor, version_id)
    row, model = _part(version, kind, part_id), KINDS[kind]
    same = [model.version_id == version.id]
    if isinstance(row, PlanObjective):
        same.append(PlanObjective.goal_id == row.goal_id)
    rows = list(db.session.scalars(select(model).where(*same).order_by(model.position, model.id)))
    place = rows.index(row)
    other = place + (-1 if up else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for number, one in enumerate(rows, 1):
        one.position = number
    _note_editor(actor, version)
    audit.record(actor, "move", f"plan_{kind}", row.id, child_id=version.child_id, up=up)
    db.session.flush()


def mark_reviewed(actor: Actor, version_id: uuid.UUID, kind: str, part: str) -> None:
    """Say that a part copied from the last version is still right. `part` is a section's key or a row's id."""
    version = open_draft(actor, version_id)
    row: PlanSection | PlanPart | None
    if kind == "section":
        row = db.session.scalar(
            select(PlanSection).where(PlanSection.version_id == version.id, PlanSection.key == SectionKey(part))
        )
    else:
        try:
            row = _part(version, kind, uuid.UUID(part))
        except ValueError:
            raise NotFound from None
    if not isinstance(row, (PlanSection, PlanGoal, PlanObjective)):
        raise NotFound
    row.carried = False
    _note_editor(actor, version)
    audit.record(actor, "mark_reviewed", f"plan_{kind}", row.id, child_id=version.child_id)
    db.session.flush()


def hand_over_services(school_id: uuid.UUID, target_id: uuid.UUID) -> int:
    """What versions that are not approved ask of a school that is closed, they ask of another; return how many
    services. Closing it has asked."""
    drafts = select(PlanVersion.id).where(PlanVersion.state != VersionState.APPROVED)
    return db.touched(
        update(PlanService)
        .where(PlanService.provider_school_id == school_id, PlanService.version_id.in_(drafts))
        .values(provider_school_id=target_id, revision=PlanService.revision + 1)
    )
