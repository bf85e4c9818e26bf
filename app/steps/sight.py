"""Which steps an actor sees, which are its own, and whether an open step still holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from app.access import Actor
from app.children.scoping import scoped
from app.children.sight import in_sight
from app.steps.kinds import StepKind
from app.steps.models import Step
from app.steps.types import Level


def mine(actor: Actor) -> ColumnElement[bool]:
    """The condition that a step is the actor's: as the person, for its school or district, or because it rose."""
    tests: list[ColumnElement[bool]] = []
    if actor.user_id is not None:
        tests.append(Step.user_id == actor.user_id)
    if actor.school_ids:
        tests.append(and_(Step.school_id.in_(actor.school_ids), Step.user_id.is_(None)))
    if actor.unit_ids:
        own = and_(Step.school_id.is_(None), Step.user_id.is_(None))
        tests.append(and_(Step.unit_id.in_(actor.unit_ids), or_(own, Step.escalated_to.is_not(None))))
    if actor.municipal:
        tests.append(Step.escalated_to == Level.CITY)
    return scoped(or_(*tests)) if tests else false()


def seen(actor: Actor) -> ColumnElement[bool]:
    """The condition that the actor sees a step: its child or its unit is in sight, or it is the actor's own."""
    if actor.municipal:
        return true()
    units = [Step.unit_id.in_(actor.unit_ids)] if actor.unit_ids else []
    return scoped(or_(in_sight(actor, Step.child_id), mine(actor), *units))


def holds(kinds: Iterable[StepKind], day: date) -> ColumnElement[bool]:
    """The condition that a step is of one of the kinds, open, and still asked for on the day: what was done a moment
    ago is not shown, whoever did it."""
    tests = [and_(Step.kind == kind.code, _still(kind, day)) for kind in kinds]
    return and_(Step.ended_on.is_(None), or_(*tests)) if tests else false()


def _still(kind: StepKind, day: date) -> ColumnElement[bool]:
    ought = kind.ought(day).subquery()
    return exists(
        select(ought.c.subject_id)
        .where(ought.c.subject_id == Step.subject_id, ought.c.part == Step.part)
        .correlate(Step)
    )
