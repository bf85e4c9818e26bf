"""A school goes to another unit, with who is there: from the day on the new unit answers for its pupils.

Figures of the days before stay what they were, because a pupil's responsible unit has periods.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import or_, select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.responsible import WITH_SCHOOL, replace_unit
from app.children.timeline import tell
from app.children.types import EventKind
from app.closings.queries.present import DAYS_BACK, at_school
from app.db import audit, db
from app.errors import NotFound
from app.kernel.dates import add_days
from app.kernel.problems import N_, S_
from app.roads.actions.ways import move_ways
from app.roll.actions.movements import lock_child, refuse
from app.roll.actions.parting import part
from app.roll.models import Membership
from app.roll.types import SchoolLink
from app.schools import actions as schools
from app.schools.models import School, Unit
from app.schools.queries import may_edit
from app.teams.actions import move_teams

MOVED = S_("told.school_moved", "%(school)s went from %(before)s to %(after)s: %(after)s answers for the child.")


def move_school(actor: Actor, school_id: uuid.UUID, unit_id: uuid.UUID, *, on: date, today: date) -> int:
    """Give a school to another unit from a day on, with its pupils and teams; return for how many children another
    unit answers now. One transaction; to the unit that it has already nothing happens.

    The two units must be in the actor's scope, so across districts the municipality does it. Raises NotFound; Refused
    for a later day, for one long past while pupils are there, and for a unit that did not exist then.
    """
    require(actor, Permission.SCHOOLS_WRITE)
    require(actor, Permission.ROLL_WRITE)
    school = db.session.scalar(select(School).where(School.id == school_id).with_for_update())
    if school is None or not may_edit(actor, school.unit_id):
        raise NotFound
    before, here, first = school.unit_id, at_school(school.id), add_days(today, -DAYS_BACK)
    if before == unit_id:
        return 0
    if (here.pupils or here.teams) and on < first:
        raise refuse(
            "day_outside",
            N_("Enter a day from %(first)s to %(last)s: the pupils move on it."),
            "on",
            first=first,
            last=today,
        )
    schools.move_school(actor, school.id, unit_id, on=on, today=today)
    children = _move_children(actor, school, before, on, today)
    count = move_teams(school.id, unit_id)
    ways = move_ways(school.id, children, before, unit_id)
    audit.record(
        actor,
        "move_with_school",
        "school",
        school.id,
        code=school.code,
        on=on.isoformat(),
        from_unit=str(before),
        to_unit=str(unit_id),
        children=len(children),
        teams=count,
        ways=ways["ways"],
        places=ways["places"],
    )
    db.session.flush()
    return len(children)


def _move_children(actor: Actor, school: School, before: uuid.UUID, on: date, today: date) -> set[uuid.UUID]:
    """Who is on the roll here from the day on, today, agreed for later or until a day: while it is, the new unit
    answers where the old one did. A child for which a third unit answers stays with it."""
    names = {unit_id: db.session.get_one(Unit, unit_id).name for unit_id in (before, school.unit_id)}
    links = db.session.scalars(
        select(Membership)
        .where(
            Membership.school_id == school.id,
            Membership.link == SchoolLink.ROLL,
            or_(Membership.valid_to.is_(None), Membership.valid_to > on),
        )
        .order_by(Membership.child_id, Membership.valid_from)
    ).all()
    moved = set()
    for row in links:
        start = max(on, row.valid_from)
        if row.valid_to is not None and row.valid_to <= start:
            continue
        lock_child(row.child_id)
        child = db.session.get_one(Child, row.child_id)
        if row.valid_to is None and start <= today and child.unit_id == before:
            part(actor, child, school, start)
        if (
            not replace_unit(
                child, before, school.unit_id, on=start, until=row.valid_to, because=WITH_SCHOOL, because_id=school.id
            )
            or child.id in moved
        ):
            continue
        moved.add(child.id)
        tell(
            actor,
            child.id,
            EventKind.ROLL,
            MOVED,
            on=min(start, today),
            subject_id=school.id,
            school=school.name,
            before=names[before],
            after=names[school.unit_id],
        )
        audit.record(
            actor,
            "move_with_school",
            "child",
            child.id,
            child_id=child.id,
            school=school.code,
            on=start.isoformat(),
            from_unit=str(before),
            to_unit=str(school.unit_id),
        )
    return moved
