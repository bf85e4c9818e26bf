"""Writing plans: open, edit part by part, submit, return, approve.

Every part is saved under an optimistic lock: the caller hands in the version it had read; when somebody else has saved
the part since, EditConflict carries both texts and nothing is overwritten. All edits lock the version's row first.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.queries import get_child
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.errors import NotFound
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.kernel.text import canonical_json, content_hash
from app.placements.types import Agreement
from app.plans.content import Parts, find_open_decision, make_content, parts_of
from app.plans.curriculum import BY_CODE
from app.plans.locks import GROUPS, changed, check_lock, stamp_of
from app.plans.models import PlanForce, PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion
from app.plans.queries import find_last_version, get_version, rule_for, view_of
from app.plans.rules import force_start, missing_parts
from app.plans.types import Frequency, SectionKey, ServiceKind, ServicePlace, VersionState

KINDS = {"goal": PlanGoal, "objective": PlanObjective, "service": PlanService}


def open_plan(actor: Actor, child_id: uuid.UUID, *, starts_on: date, ends_on: date, review_on: date, curriculum: str,
              copy: bool, today: date) -> PlanVersion:
    """Begin the child's next version: blank, or copied from the last one with every part marked "not yet reviewed".

    Raises Refused when a version is already being written (one at a time) or a date or the curriculum is wrong.
    """
    require(actor, Permission.PLANS_WRITE)
    child = get_child(actor, child_id)
    db.session.scalar(select(Child.id).where(Child.id == child.id).with_for_update())
    last = find_last_version(child.id)
    if last is not None and last.state != VersionState.APPROVED:
        raise Refused(Problem("plan_open", N_("A version of this child's plan is already being written. Finish it "
                                              "first.")))
    _check_frame(starts_on, ends_on, review_on, curriculum)
    decision = find_open_decision(child.id)
    version = PlanVersion(
        child_id=child.id, number=last.number + 1 if last else 1, state=VersionState.DRAFT, starts_on=starts_on,
        ends_on=ends_on, review_on=review_on, curriculum=curriculum, author_id=actor.user_id, author_name=actor.name,
        created_at=datetime.now(UTC), decision_id=decision.id if decision else None, revision=1,
        copied_from_id=last.id if last and copy else None, check_code=secrets.token_urlsafe(12))
    db.session.add(version)
    db.session.flush()
    if last and copy:
        _copy_parts(parts_of(last.id), version)
    audit.record(actor, "open_plan", "plan_version", version.id, child_id=child.id, number=version.number, copy=copy)
    tell(actor, child.id, EventKind.PLAN, N_("Version %(number)s of the plan was begun."), on=today,
         subject_id=version.id, number=version.number)
    db.session.flush()
    return version


def _check_frame(starts_on: date, ends_on: date, review_on: date, curriculum: str) -> None:
    found = []
    if ends_on <= starts_on:
        found.append(Problem("period", N_("The last day must come after the first."), field="ends_on"))
    if not starts_on <= review_on <= ends_on:
        found.append(Problem("review", N_("Set the review on a day inside the plan's period."), field="review_on"))
    if curriculum not in BY_CODE:
        found.append(Problem("curriculum", N_("Choose a curriculum."), field="curriculum"))
    refuse_if(found)


_COPIED = {
    PlanSection: ("key", "body"),
    PlanGoal: ("goal_key", "position", "area", "domain", "words", "baseline", "target", "measure", "due_on"),
    PlanObjective: ("objective_key", "position", "condition", "behaviour", "criterion", "baseline", "plain_words",
                    "prompt", "trials", "starts_on", "due_on", "person"),
    PlanService: ("service_key", "position", "kind", "minutes", "times", "frequency", "place", "provider_school_id",
                  "provider", "needs", "starts_on", "ends_on"),
}


def _copied(row, version: PlanVersion, **more):
    values = {name: getattr(row, name) for name in _COPIED[type(row)]}
    if type(row) is not PlanService:
        more["carried"] = True
    made = type(row)(version_id=version.id, revision=1, **values, **more)
    db.session.add(made)
    return made


def _copy_parts(parts: Parts, version: PlanVersion) -> None:
    """Copy all parts; their keys stay, so that a goal keeps its history over versions."""
    for section in parts.sections:
        if section.body.strip():
            _copied(section, version)
    for goal in parts.goals:
        made = _copied(goal, version)
        db.session.flush()
        for one in parts.objectives.get(goal.id, ()):
            _copied(one, version, goal_id=made.id)
    for service in parts.services:
        _copied(service, version)
    db.session.flush()


# --- editing --------------------------------------------------------------------------------------------------------


def open_draft(actor: Actor, version_id: uuid.UUID) -> PlanVersion:
    """The version, locked, if it may be edited. Raises NotFound, Forbidden, or Refused once it was submitted."""
    require(actor, Permission.PLANS_WRITE)
    version = get_version(actor, version_id, lock=True)
    if version.state == VersionState.APPROVED:
        raise Refused(Problem("frozen", N_("This version is approved and never changes. Begin the next version.")))
    if version.state == VersionState.SUBMITTED:
        raise Refused(Problem("in_review", N_("This version is in review. It can be changed again when it is "
                                              "returned.")))
    return version


def _part(version: PlanVersion, kind: str, part_id: uuid.UUID):
    row = db.session.scalar(select(KINDS[kind]).where(
        KINDS[kind].id == part_id, KINDS[kind].version_id == version.id).with_for_update())
    if row is None:
        raise NotFound
    return row


def _write(actor: Actor, version: PlanVersion, row, values: Mapping[str, object], subject: str) -> None:
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
        row.edited_at = datetime.now(UTC)
    audit.record(actor, "save", subject, row.id, child_id=version.child_id, fields=sorted(names))
    db.session.flush()


def save_frame(actor: Actor, version_id: uuid.UUID, group: str, values: Mapping[str, object], stamp: str, *,
               today: date) -> str:
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
    return [Problem("day_missing", N_("Enter a day, like 2026-09-01."), field=name)
            for name in ("starts_on", "ends_on", "review_on") if values[name] is None]


def record_guardian_answer(actor: Actor, version_id: uuid.UUID, *, answer: Agreement, name: str, words: str | None,
                           on: date, today: date) -> None:
    """Write the guardian's opinion into a version that is not approved yet (a paper that came back, or the phone)."""
    if not actor.may(Permission.FAMILY_READ):
        require(actor, Permission.PLANS_WRITE)
    if on > today:
        raise Refused(Problem("future", N_("The opinion cannot have been given after today."), field="guardian_on"))
    version = get_version(actor, version_id, lock=True)
    if version.state == VersionState.APPROVED:
        raise Refused(Problem("frozen", N_("This version is approved and never changes. Begin the next version.")))
    _write(actor, version, version, {"guardian_answer": answer.value, "guardian_name": name, "guardian_words": words,
                                     "guardian_on": on}, "plan_version")


def save_section(actor: Actor, version_id: uuid.UUID, key: SectionKey, body: str, revision: int) -> int:
    """Save the words of a section. `revision` is the one that was read, 0 for a section not written yet.

    Return the new revision. Raises EditConflict when somebody else has saved it since.
    """
    version = open_draft(actor, version_id)
    row = db.session.scalar(select(PlanSection).where(
        PlanSection.version_id == version.id, PlanSection.key == key).with_for_update())
    if row is None:
        if not body.strip():
            return 0
        row = PlanSection(version_id=version.id, key=key, body="", carried=False, revision=0)
        db.session.add(row)
    else:
        check_lock(row, {"body": body}, revision, str(row.revision))
    _write(actor, version, row, {"body": body}, "plan_section")
    return row.revision


def save_part(actor: Actor, version_id: uuid.UUID, kind: str, part_id: uuid.UUID, values: Mapping[str, object],
              revision: int) -> int:
    """Save a goal, an objective or a service (`kind`). Return the new revision. Raises EditConflict, NotFound."""
    version = open_draft(actor, version_id)
    row = _part(version, kind, part_id)
    check_lock(row, values, revision, str(row.revision))
    _write(actor, version, row, values, f"plan_{kind}")
    return row.revision


def save_goal(actor: Actor, version_id: uuid.UUID, goal_id: uuid.UUID, values: Mapping[str, object],
              revision: int) -> int:
    """Save a long-term goal: area, domain, words, baseline, target, measure, due_on."""
    return save_part(actor, version_id, "goal", goal_id, values, revision)


def save_objective(actor: Actor, version_id: uuid.UUID, objective_id: uuid.UUID, values: Mapping[str, object],
                   revision: int) -> int:
    """Save a short-term objective: condition, behaviour, criterion, baseline, plain_words, prompt, dates, person."""
    return save_part(actor, version_id, "objective", objective_id, values, revision)


def save_service(actor: Actor, version_id: uuid.UUID, service_id: uuid.UUID, values: Mapping[str, object],
                 revision: int) -> int:
    """Save a service: kind, minutes, times, frequency, place, provider, needs, dates."""
    return save_part(actor, version_id, "service", service_id, values, revision)


def _next_position(model, *where) -> int:
    positions = db.session.scalars(select(model.position).where(*where)).all()
    return max(positions, default=0) + 1


def _added(actor: Actor, version: PlanVersion, row, subject: str):
    row.edited_by_name = actor.name
    db.session.add(row)
    audit.record(actor, "add", subject, row.id, child_id=version.child_id)
    db.session.flush()
    return row


def add_goal(actor: Actor, version_id: uuid.UUID) -> PlanGoal:
    """Add an empty goal at the end, due on the plan's last day."""
    version = open_draft(actor, version_id)
    row = PlanGoal(version_id=version.id, goal_key=uuid.uuid4(), area="", domain="", words="", baseline="", target="",
                   measure="", due_on=version.ends_on, carried=False, revision=1,
                   position=_next_position(PlanGoal, PlanGoal.version_id == version.id))
    return _added(actor, version, row, "plan_goal")


def add_objective(actor: Actor, version_id: uuid.UUID, goal_id: uuid.UUID) -> PlanObjective:
    """Add an empty objective at the end of a goal, over the plan's period."""
    version = open_draft(actor, version_id)
    goal = _part(version, "goal", goal_id)
    row = PlanObjective(version_id=version.id, goal_id=goal.id, objective_key=uuid.uuid4(), condition="", behaviour="",
                        criterion="", baseline="", plain_words="", trials=10, starts_on=version.starts_on,
                        due_on=goal.due_on, person="", carried=False, revision=1,
                        position=_next_position(PlanObjective, PlanObjective.goal_id == goal.id))
    return _added(actor, version, row, "plan_objective")


def add_service(actor: Actor, version_id: uuid.UUID) -> PlanService:
    """Add a service at the end: home-delivered teaching for a child placed at home, else the resource room."""
    version = open_draft(actor, version_id)
    at_home = view_of(version, parts_of(version.id)).taught_at_home
    row = PlanService(
        version_id=version.id, service_key=uuid.uuid4(), minutes=90 if at_home else 40, times=1,
        kind=ServiceKind.HOME_TEACHING if at_home else ServiceKind.RESOURCE_ROOM, frequency=Frequency.WEEK,
        place=ServicePlace.HOME if at_home else ServicePlace.RESOURCE_ROOM, provider="", revision=1,
        position=_next_position(PlanService, PlanService.version_id == version.id))
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
    audit.record(actor, "remove", f"plan_{kind}", row.id, child_id=version.child_id, words=_words(row))
    db.session.flush()


def _words(row) -> str:
    return getattr(row, "words", "") or getattr(row, "behaviour", "") or getattr(row, "provider", "")


def move_part(actor: Actor, version_id: uuid.UUID, kind: str, part_id: uuid.UUID, *, up: bool) -> None:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    version = open_draft(actor, version_id)
    row, model = _part(version, kind, part_id), KINDS[kind]
    same = [model.version_id == version.id] + ([model.goal_id == row.goal_id] if kind == "objective" else [])
    rows = list(db.session.scalars(select(model).where(*same).order_by(model.position, model.id)))
    place = rows.index(row)
    other = place + (-1 if up else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for number, one in enumerate(rows, 1):
        one.position = number
    audit.record(actor, "move", f"plan_{kind}", row.id, child_id=version.child_id, up=up)
    db.session.flush()


def mark_reviewed(actor: Actor, version_id: uuid.UUID, kind: str, part: str) -> None:
    """Say that a part copied from the last version is still right. `part` is a section's key or a row's id."""
    version = open_draft(actor, version_id)
    if kind == "section":
        row = db.session.scalar(select(PlanSection).where(
            PlanSection.version_id == version.id, PlanSection.key == SectionKey(part)))
    else:
        row = _part(version, kind, uuid.UUID(part))
    if row is None:
        raise NotFound
    row.carried = False
    audit.record(actor, "mark_reviewed", f"plan_{kind}", row.id, child_id=version.child_id)
    db.session.flush()


# --- review and approval --------------------------------------------------------------------------------------------


def submit_plan(actor: Actor, version_id: uuid.UUID, *, today: date) -> PlanVersion:
    """Hand a complete draft over for review. Raises Refused with everything that is missing."""
    version = open_draft(actor, version_id)
    refuse_if(missing_parts(view_of(version, parts_of(version.id)), rule_for(version.child_id, today)))
    version.state, version.returned_reason = VersionState.SUBMITTED, None
    version.submitted_by_id, version.submitted_at = actor.user_id, datetime.now(UTC)
    audit.record(actor, "submit_plan", "plan_version", version.id, child_id=version.child_id, number=version.number)
    tell(actor, version.child_id, EventKind.PLAN, N_("Version %(number)s of the plan was submitted."), on=today,
         subject_id=version.id, number=version.number)
    db.session.flush()
    return version


def _in_review(actor: Actor, version_id: uuid.UUID) -> PlanVersion:
    require(actor, Permission.PLANS_APPROVE)
    version = get_version(actor, version_id, lock=True)
    if version.state != VersionState.SUBMITTED:
        raise Refused(Problem("not_in_review", N_("This version is not in review.")))
    return version


def return_plan(actor: Actor, version_id: uuid.UUID, reason: str, *, today: date) -> PlanVersion:
    """Give a submitted version back to its author with a reason."""
    version = _in_review(actor, version_id)
    if not reason.strip():
        raise Refused(Problem("reason_missing", N_("Say what has to be changed."), field="reason"))
    version.state, version.returned_reason = VersionState.DRAFT, reason.strip()[:400]
    audit.record(actor, "return_plan", "plan_version", version.id, child_id=version.child_id, number=version.number)
    tell(actor, version.child_id, EventKind.PLAN, N_("Version %(number)s of the plan was returned: %(reason)s"),
         on=today, subject_id=version.id, number=version.number, reason=version.returned_reason)
    db.session.flush()
    return version


def may_approve(actor: Actor, version: PlanVersion) -> bool:
    """True when the actor is neither the author nor the one who submitted (must 45)."""
    return actor.may(Permission.PLANS_APPROVE) and actor.user_id is not None and actor.user_id not in {
        version.author_id, version.submitted_by_id}


def approve_plan(actor: Actor, version_id: uuid.UUID, *, today: date) -> PlanVersion:
    """Freeze a submitted version with the hash of its content and put it in force; the last one ends that day.

    Raises Refused for the author, the one who submitted, and for a plan that has become incomplete (the district's
    rule or the placement may have changed since). From here on the database refuses any change.
    """
    version = _in_review(actor, version_id)
    if not may_approve(actor, version):
        raise Refused(Problem("own_plan", N_("Another person than the author must approve the plan.")))
    parts = parts_of(version.id)
    refuse_if(missing_parts(view_of(version, parts), rule_for(version.child_id, today)))
    version.approved_by_id, version.approved_by_name = actor.user_id, actor.name
    version.approved_at = datetime.now(UTC).replace(microsecond=0)
    content = canonical_json(make_content(version, parts))
    version.content, version.content_hash = content, content_hash(content)
    version.state = VersionState.APPROVED
    start = force_start(version.starts_on, today)
    _put_in_force(version, start)
    audit.record(actor, "approve_plan", "plan_version", version.id, child_id=version.child_id, number=version.number,
                 content_hash=version.content_hash, valid_from=start.isoformat())
    tell(actor, version.child_id, EventKind.PLAN,
         N_("Version %(number)s of the plan was approved; it is in force from %(day)s."), on=today,
         subject_id=version.id, number=version.number, day=start)
    db.session.flush()
    return version


def _put_in_force(version: PlanVersion, start: date) -> None:
    """End the period that holds on `start`; periods that would begin then or later never come."""
    for force in db.session.scalars(select(PlanForce).where(PlanForce.child_id == version.child_id)):
        if force.valid_from >= start:
            db.session.delete(force)
        elif force.valid_to is None or force.valid_to > start:
            force.valid_to = start
    db.session.flush()
    db.session.add(PlanForce(child_id=version.child_id, version_id=version.id, valid_from=start))
    db.session.flush()


