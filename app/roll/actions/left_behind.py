"""What a child leaves behind when another unit comes to answer for it: schools that taught it at home or had it in
class there, and their teachers, keep nothing but their own years, as the school that hands over does.

Nothing is ended for a day that has not come: it is done on the day on which the unit turns, so that a transfer taken
back or moved has nothing to restore. With its school a child takes these along (see responsible.WITH_SCHOOL).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import and_, func, or_, select

from app.access import SYSTEM, Actor
from app.children.models import Child, ResponsibleUnit, Sight
from app.children.responsible import BEGINNING, WITH_SCHOOL
from app.children.sight import keep_pasts
from app.children.types import SightKind
from app.db import audit, db
from app.roll.actions.parting import ENROLMENT
from app.roll.models import Membership
from app.roll.types import PAST_ROLL, SchoolLink
from app.schools.models import School, Teacher

Named = Callable[[uuid.UUID, date], Collection[uuid.UUID]]
"""`named(child_id, day)`: the schools that a placement of the unit that answers since `day` names."""
_OPEN = Sight.facts_to.is_(None), Sight.valid_to.is_(None)


@dataclass(frozen=True)
class _Move:
    """The last move of a child to another unit: its day, the units that answer since, and the last day (exclusive) of
    each that did before."""

    day: date
    because: str
    units: frozenset[uuid.UUID]
    ends: dict[uuid.UUID, date]


def leave_behind(actor: Actor, child_id: uuid.UUID, day: date, named: Named, *, fresh: bool = True) -> bool:
    """End what schools and teachers of other units were opened before the child came to the unit that answers on a
    day, unless `named` has their school or an enrolment named it. Links to these schools end on the day, sights on
    that of the move. `fresh`: nobody of the new unit has opened anything yet. Returns whether anything was ended;
    again it ends nothing."""
    move = _last_move(child_id, day)
    if move is None or not (sights := _sights(child_id, move.units)):
        return False
    kept = {*named(child_id, move.day), *_with_enrolment(child_id, move)}
    if not fresh:
        kept |= {school_id for sight, school_id, _unit in sights if _is_school(sight) and sight.valid_from >= move.day}
    past: dict[uuid.UUID, date] = {}
    teachers = 0
    for sight, school_id, unit_id in sights:
        if school_id in kept or (not fresh and sight.valid_from >= move.day):
            continue
        end = move.ends.get(unit_id, move.day)
        end = end if end > sight.valid_from else move.day
        if _is_school(sight):
            past[school_id] = max(end, past.get(school_id, end))
        else:
            sight.valid_to, teachers = max(sight.valid_from, end), teachers + 1
    if not past and not teachers:
        return False
    _end_links(child_id, past, day)
    keep_pasts([(child_id, school_id, PAST_ROLL, end, None) for school_id, end in past.items()])
    facts = {"on": move.day.isoformat(), "schools": len(past), "teachers": teachers}
    audit.record(actor, "end_sights", "child", child_id, child_id=child_id, **facts)
    db.session.flush()
    return True


def settle_sights(day: date, named: Named) -> int:
    """End what stands of the kind since older versions, as it is done with the move since. Return of how many
    children."""
    moved = select(ResponsibleUnit.child_id).where(
        ResponsibleUnit.valid_from > BEGINNING,
        ResponsibleUnit.valid_from <= day,
        ResponsibleUnit.because != WITH_SCHOOL,
    )
    found = db.session.scalars(
        select(Sight.child_id)
        .join(Child, Child.id == Sight.child_id)
        .outerjoin(Teacher, and_(Sight.kind == SightKind.TEACHER, Teacher.id == Sight.holder_id))
        .join(School, School.id == func.coalesce(Teacher.school_id, Sight.holder_id))
        .where(Sight.child_id.in_(moved), *_OPEN, School.unit_id != Child.unit_id)
        .distinct()
    ).all()
    return sum(leave_behind(SYSTEM, child_id, day, named, fresh=False) for child_id in sorted(found, key=str))


def _is_school(sight: Sight) -> bool:
    return sight.kind == SightKind.SCHOOL


def _last_move(child_id: uuid.UUID, day: date) -> _Move | None:
    """None for a child that has only gone with its school, or not at all."""
    rows = db.session.scalars(
        select(ResponsibleUnit)
        .where(
            ResponsibleUnit.child_id == child_id,
            ResponsibleUnit.valid_from <= day,
            or_(ResponsibleUnit.valid_to.is_(None), ResponsibleUnit.valid_to > ResponsibleUnit.valid_from),
        )
        .order_by(ResponsibleUnit.valid_from)
    ).all()
    at = 0
    for place, (before, row) in enumerate(pairwise(rows), 1):
        if row.unit_id != before.unit_id and row.because != WITH_SCHOOL:
            at = place
    if at == 0:
        return None
    ends = {row.unit_id: row.valid_to for row in rows[:at] if row.valid_to is not None}
    return _Move(rows[at].valid_from, rows[at].because, frozenset(row.unit_id for row in rows[at:]), ends)


def _with_enrolment(child_id: uuid.UUID, move: _Move) -> set[uuid.UUID]:
    """The schools that were named with the enrolment that brought the child to its unit."""
    if move.because != ENROLMENT:
        return set()
    return set(
        db.session.scalars(
            select(Membership.school_id).where(Membership.child_id == child_id, Membership.valid_to.is_(None))
        )
    )


def _sights(child_id: uuid.UUID, units: Collection[uuid.UUID]) -> list[tuple[Sight, uuid.UUID, uuid.UUID]]:
    """The open sights of schools outside the units, and of their teachers: (sight, school, its unit)."""
    rows = db.session.execute(
        select(Sight, School.id, School.unit_id)
        .outerjoin(Teacher, and_(Sight.kind == SightKind.TEACHER, Teacher.id == Sight.holder_id))
        .join(School, School.id == func.coalesce(Teacher.school_id, Sight.holder_id))
        .where(Sight.child_id == child_id, *_OPEN, School.unit_id.not_in(units))
        .order_by(Sight.id)
    )
    return [(sight, school_id, unit_id) for sight, school_id, unit_id in rows]


def _end_links(child_id: uuid.UUID, school_ids: Collection[uuid.UUID], day: date) -> None:
    for row in db.session.scalars(
        select(Membership).where(
            Membership.child_id == child_id,
            Membership.school_id.in_(school_ids),
            Membership.link != SchoolLink.ROLL,
            Membership.valid_to.is_(None),
        )
    ):
        row.valid_to = max(row.valid_from, day)
    db.session.flush()
