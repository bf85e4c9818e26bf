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
from app.children.actions.handed_out import end_visit_links
from app.children.models import Child, Sight
from app.children.responsible import move_unit
from app.children.sight import keep_past
from app.children.types import SightKind
from app.db import db
from app.roll.models import Membership
from app.roll.types import PAST_ROLL
from app.schools.models import School, Teacher
from app.web.filters import today


def part(actor: Actor, child: Child, receiver: School, day: date) -> None:
    """End what was opened to others, from the day on which the receiver begins. Called before the unit moves.

    Teachers and experts of the district that loses the child see nothing from then on; in the same district the visits
    go on. A school without a link to the child keeps its own years. The family's link to the visits of the old district
    ends with them (of a day to come it ends by itself).
    """
    moves = receiver.unit_id != child.unit_id
    if moves and day <= today():
        end_visit_links(actor, child.id)
    linked = {(child.id, receiver.id), *_links([child.id], day)}
    there = set(db.session.scalars(select(Teacher.id).join(School, School.id == Teacher.school_id).where(
        School.unit_id == receiver.unit_id)))
    for row in db.session.scalars(select(Sight).where(
            Sight.child_id == child.id, Sight.facts_to.is_(None), Sight.valid_to.is_(None)).order_by(Sight.id)).all():
        if row.kind == SightKind.SCHOOL and (child.id, row.holder_id) not in linked:
            keep_past(child.id, SightKind.SCHOOL, row.holder_id, PAST_ROLL, on=day)
        elif moves and (row.kind == SightKind.EXPERT or row.kind == SightKind.TEACHER and row.holder_id not in there):
            row.valid_to = max(row.valid_from, day)
    db.session.flush()


def enrolled_at(actor: Actor, child: Child, school: School, day: date) -> bool:
    """A child without a roll is on one from `day` on: what others had opened ends, and the unit of the school answers
    for the child, as it does after a transfer. Returns whether that is another unit than before."""
    part(actor, child, school, day)
    if school.unit_id == child.unit_id:
        return False
    move_unit(child, school.unit_id, on=day, because="enrolment", because_id=school.id)
    return True


def part_many(child_ids: list[uuid.UUID], day: date) -> None:
    """The schools that opened the files of children, or wrote in them before, and have no link to them now that they
    are on a roll: they keep their own years to read. Two queries, and a few for each school that is left behind."""
    waiting = iter(child_ids)
    while some := list(islice(waiting, 500)):
        linked = _links(some, day)
        rows = db.session.execute(select(Sight.child_id, Sight.holder_id).where(
            Sight.child_id.in_(some), Sight.kind == SightKind.SCHOOL, Sight.facts_to.is_(None),
            Sight.valid_to.is_(None)).distinct()).all()
        for child_id, school_id in sorted({tuple(row) for row in rows} - linked, key=str):
            keep_past(child_id, SightKind.SCHOOL, school_id, PAST_ROLL, on=day)


def _links(child_ids: Collection[uuid.UUID], day: date) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """(child, school) of the links that hold after a day."""
    return {tuple(row) for row in db.session.execute(select(Membership.child_id, Membership.school_id).where(
        Membership.child_id.in_(child_ids), (Membership.valid_to.is_(None)) | (Membership.valid_to > day)))}
