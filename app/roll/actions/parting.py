"""Who else had the file in sight when a child goes to another school: the teachers who visited it, the expert who was
asked, schools that have no part in it any more.

The school that hands over is the matter of the transfer. These were opened for work that its district gave them, and
nothing else would ever end them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from itertools import islice

from sqlalchemy import select

from app.access import Actor
from app.children.actions.handed_out import end_visit_links, with_visit_links
from app.children.models import Child, Sight
from app.children.responsible import answered_in, move_unit, units_from
from app.children.sight import keep_past, keep_pasts
from app.children.types import SightKind
from app.db import db
from app.roll.actions.outlived import end_outlived
from app.roll.models import Membership
from app.roll.types import PAST_ROLL
from app.schools.models import School, Teacher
from app.web.filters import today

ENROLMENT = "enrolment"
"""Why another unit answers: a school of it enrolled the child."""


def part(actor: Actor, child: Child, receiver: School, day: date) -> None:
    """End what was opened to others, from the day on which the receiver begins. Called before the unit moves.

    Teachers and experts of the district that loses the child see nothing from then on; in the same district the visits
    go on. A school without a link to the child keeps its own years. The family's link to the visits of the old district
    ends with them (of a day to come it ends by itself). So do the requests of the school that the child has left.
    """
    part_all(actor, [(child, day)], receiver)
    end_outlived(actor, child, today())


def part_all(actor: Actor, parting: Collection[tuple[Child, date]], receiver: School) -> None:
    """The same for many children, each with its day; a few queries for all."""
    answers = answered_in([child.id for child, _day in parting])
    going = {child.id: day for child, day in parting if receiver.unit_id != answers(child.id, day)}
    for child_id in with_visit_links([child_id for child_id, day in going.items() if day <= today()]):
        end_visit_links(actor, child_id)
    there = set(
        db.session.scalars(
            select(Teacher.id).join(School, School.id == Teacher.school_id).where(School.unit_id == receiver.unit_id)
        )
    )
    days, past = {child.id: day for child, day in parting}, {}
    linked = {(child_id, receiver.id) for child_id in days}
    for day in set(days.values()):
        linked |= _links([child_id for child_id, one in days.items() if one == day], day)
    for row in _open_sights(list(days)):
        day = days[row.child_id]
        if row.kind == SightKind.SCHOOL and (row.child_id, row.holder_id) not in linked:
            past[row.child_id, row.holder_id] = day
        elif row.child_id in going and (
            row.kind == SightKind.EXPERT or row.kind == SightKind.TEACHER and row.holder_id not in there
        ):
            row.valid_to = max(row.valid_from, day)
    keep_pasts([(child_id, school_id, PAST_ROLL, day, None) for (child_id, school_id), day in past.items()])


def _open_sights(child_ids: list[uuid.UUID]) -> list[Sight]:
    return [
        row
        for at in range(0, len(child_ids), 500)
        for row in db.session.scalars(
            select(Sight)
            .where(Sight.child_id.in_(child_ids[at : at + 500]), Sight.facts_to.is_(None), Sight.valid_to.is_(None))
            .order_by(Sight.child_id, Sight.id)
        )
    ]


def enrolled_at(actor: Actor, child: Child, school: School, day: date) -> bool:
    """A child without a roll is on one from `day` on: what others had opened ends, and the unit of the school answers
    for the child, as it does after a transfer. Returns whether that is another unit than before."""
    part(actor, child, school, day)
    if units_from(child.id, day) == {school.unit_id}:
        return False
    move_unit(child, school.unit_id, on=day, because=ENROLMENT, because_id=school.id)
    return True


def part_many(child_ids: list[uuid.UUID], day: date) -> None:
    """The schools that opened the files of children, or wrote in them before, and have no link to them now that they
    are on a roll: they keep their own years to read. Two queries, and a few for each school that is left behind."""
    waiting = iter(child_ids)
    while some := list(islice(waiting, 500)):
        linked = _links(some, day)
        rows = db.session.execute(
            select(Sight.child_id, Sight.holder_id)
            .where(
                Sight.child_id.in_(some),
                Sight.kind == SightKind.SCHOOL,
                Sight.facts_to.is_(None),
                Sight.valid_to.is_(None),
            )
            .distinct()
        ).all()
        for child_id, school_id in sorted({tuple(row) for row in rows} - linked, key=str):
            keep_past(child_id, SightKind.SCHOOL, school_id, PAST_ROLL, on=day)


def _links(child_ids: list[uuid.UUID], day: date) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """(child, school) of the links that hold after a day."""
    return {
        (child_id, school_id)
        for at in range(0, len(child_ids), 500)
        for child_id, school_id in db.session.execute(
            select(Membership.child_id, Membership.school_id).where(
                Membership.child_id.in_(child_ids[at : at + 500]),
                (Membership.valid_to.is_(None)) | (Membership.valid_to > day),
            )
        )
    }
