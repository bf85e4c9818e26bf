"""Opening a plan: a first draft, or one that goes on from the plan before."""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.queries import get_child
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.pasted_signs import plain_signs
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.plans.content import Parts, find_open_decision, parts_of
from app.plans.curriculum import BY_CODE
from app.plans.models import PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion
from app.plans.queries import find_last_version
from app.plans.rules.periods import LONGEST_DAYS, moved_days
from app.plans.types import VersionState


def open_plan(
    actor: Actor,
    child_id: uuid.UUID,
    *,
    starts_on: date,
    ends_on: date,
    review_on: date,
    curriculum: str,
    copy: bool,
    today: date,
) -> PlanVersion:
    """Begin the child's next version: blank, or copied from the last one with every part marked "not yet reviewed".

    Raises Refused when a version is already being written (one at a time) or a date or the curriculum is wrong.
    """
    require(actor, Permission.PLANS_WRITE)
    child = get_child(actor, child_id)
    require_write(actor, child)
    db.session.scalar(select(Child.id).where(Child.id == child.id).with_for_update())
    last = find_last_version(child.id)
    if last is not None and last.state != VersionState.APPROVED:
        raise Refused(
            Problem("plan_open", N_("A version of this child's plan is already being written. Finish it first."))
        )
    _check_frame(starts_on, ends_on, review_on, curriculum)
    decision = find_open_decision(child.id)
    version = PlanVersion(
        child_id=child.id,
        number=last.number + 1 if last else 1,
        state=VersionState.DRAFT,
        starts_on=starts_on,
        ends_on=ends_on,
        review_on=review_on,
        curriculum=curriculum,
        author_id=actor.user_id,
        author_name=actor.name,
        created_at=clock.now(),
        decision_id=decision.id if decision else None,
        revision=1,
        copied_from_id=last.id if last and copy else None,
        check_code=secrets.token_urlsafe(12),
    )
    db.session.add(version)
    db.session.flush()
    if last and copy:
        _copy_parts(parts_of(last.id), (last.starts_on, last.ends_on), version)
    audit.record(actor, "open_plan", "plan_version", version.id, child_id=child.id, number=version.number, copy=copy)
    tell(
        actor,
        child.id,
        EventKind.PLAN,
        S_("told.plan_begun", "Version %(number)s of the plan was begun."),
        on=today,
        subject_id=version.id,
        number=version.number,
    )
    db.session.flush()
    return version


def _check_frame(starts_on: date, ends_on: date, review_on: date, curriculum: str) -> None:
    found = []
    if ends_on <= starts_on:
        found.append(Problem("period", N_("The last day must come after the first."), field="ends_on"))
    elif (ends_on - starts_on).days > LONGEST_DAYS:
        found.append(
            Problem("period_long", N_("A plan is for one year at most. Put the last day right."), field="ends_on")
        )
    if not starts_on <= review_on <= ends_on:
        found.append(Problem("review", N_("Set the review on a day inside the plan's period."), field="review_on"))
    if curriculum not in BY_CODE:
        found.append(Problem("curriculum", N_("Choose a curriculum."), field="curriculum"))
    refuse_if(found)


_COPIED = {
    PlanSection: ("key", "body"),
    PlanGoal: ("goal_key", "position", "area", "domain", "words", "baseline", "target", "measure", "due_on"),
    PlanObjective: (
        "objective_key",
        "position",
        "condition",
        "behaviour",
        "criterion",
        "baseline",
        "plain_words",
        "prompt",
        "trials",
        "starts_on",
        "due_on",
        "person",
    ),
    PlanService: (
        "service_key",
        "position",
        "kind",
        "minutes",
        "times",
        "frequency",
        "place",
        "provider_school_id",
        "provider",
        "needs",
        "starts_on",
        "ends_on",
    ),
}


_DAYS: dict[type[object], tuple[str | None, str]] = {
    PlanGoal: (None, "due_on"),
    PlanObjective: ("starts_on", "due_on"),
    PlanService: ("starts_on", "ends_on"),
}


def _days_of(row: Any, before: tuple[date, date], version: PlanVersion) -> dict[str, date | None]:
    """The days of a copied part. Where the new period leaves none, the check names it until they are filled in; a
    service without days would be one for the whole plan, so it keeps the old ones and is named as well."""
    names = _DAYS.get(type(row))
    if names is None:
        return {}
    old = (getattr(row, names[0]) if names[0] else None, getattr(row, names[1]))
    found = moved_days(*old, before, (version.starts_on, version.ends_on))
    if type(row) is PlanService and found == (None, None):
        found = old
    return {name: day for name, day in zip(names, found, strict=True) if name}


def _copied(row: Any, version: PlanVersion, before: tuple[date, date], **more: object) -> Any:
    values = {
        name: plain_signs(value) if isinstance(value, str) and not isinstance(value, Enum) else value
        for name in _COPIED[type(row)]
        for value in (getattr(row, name),)
    }
    values |= _days_of(row, before, version)
    if type(row) is not PlanService:
        more["carried"] = True
    made = type(row)(version_id=version.id, revision=1, **values, **more)
    db.session.add(made)
    return made


def _copy_parts(parts: Parts, before: tuple[date, date], version: PlanVersion) -> None:
    """Copy all parts; their keys stay, so that a goal keeps its history over versions. `before` is the period of the
    plan they come from."""
    for section in parts.sections:
        if section.body.strip():
            _copied(section, version, before)
    for goal in parts.goals:
        made = _copied(goal, version, before)
        db.session.flush()
        for one in parts.objectives.get(goal.id, ()):
            _copied(one, version, before, goal_id=made.id)
    for service in parts.services:
        _copied(service, version, before)
    db.session.flush()
