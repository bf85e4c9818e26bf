"""Closing a school, or merging it into another: its pupils go over in the same step.

`facts.FATES` says of every table what becomes of it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.closings.queries.present import (
    at_school,
    count_grades,
    count_ordinary,
    first_day,
    same_numbers,
    waiting_at,
)
from app.db import audit, db
from app.errors import NotFound
from app.kernel.problems import N_, S_, refuse_if
from app.plans.actions import hand_over_services
from app.roads.actions.ways import hand_ways
from app.roll import rules
from app.roll.actions.enrolment import get_open_school
from app.roll.actions.going_over import move_pupils
from app.roll.actions.meant import hand_intended
from app.roll.actions.movements import refuse
from app.schools import queries as schools
from app.schools.actions import hand_over_teachers
from app.schools.models import School
from app.schools.rules import leads_back
from app.teams.actions import hand_over_teams

CLOSED = S_("told.school_closed", "%(school)s was closed: the place goes over to %(other)s.")
MERGED = S_("told.school_merged", "%(school)s was merged into %(other)s: the place goes over.")


@dataclass(frozen=True)
class Closing:
    """Where the pupils go, from which day the school is not there any more, and whether it lives on in the other."""

    to_school_id: uuid.UUID
    on: date
    merged: bool


def close_school(actor: Actor, school_id: uuid.UUID, closing: Closing, *, today: date) -> int:
    """Close a school and move its pupils, teachers and teams to another; return how many pupils. One transaction.

    Both schools read their own years afterwards. Raises NotFound for a school outside the actor's scope; Refused for a
    target that is closed, the same or not the actor's, for a day that cannot be, and while something is still agreed or
    asked for at the school.
    """
    require(actor, Permission.SCHOOLS_WRITE)
    require(actor, Permission.ROLL_WRITE)
    # Both schools, always in the same order: of two closings at once into each other the second finds the first done.
    school = {
        row.id: row
        for row in db.session.scalars(
            select(School).where(School.id.in_([school_id, closing.to_school_id])).order_by(School.id).with_for_update()
        )
    }.get(school_id)
    if school is None or not schools.may_edit(actor, school.unit_id):
        raise NotFound
    target = get_open_school(closing.to_school_id, today, "school")
    _check(actor, school, target, closing, today)
    children = move_pupils(actor, school, target, closing.on, MERGED if closing.merged else CLOSED)
    meant = hand_intended(actor, school, target, closing.on)
    staff, ways = _move_staff(school, target), hand_ways(school, target)
    school.closed_on = school.closed_on or closing.on
    if closing.merged:
        school.successor_id = target.id
    audit.record(
        actor,
        "close_school",
        "school",
        school.id,
        code=school.code,
        to=target.code,
        on=closing.on.isoformat(),
        merged=closing.merged,
        pupils=len(children),
        intended=meant,
        teachers=staff["teachers"],
        teams=staff["teams"],
        services=staff["services"],
        ways=ways["ways"],
        places=ways["places"],
        places_ended=ways["places_ended"],
    )
    db.session.flush()
    return len(children)


def _check(actor: Actor, school: School, target: School, closing: Closing, today: date) -> None:
    here = at_school(school.id)
    if school.closed_on is not None and here.is_left:
        raise refuse(
            "closed_already",
            N_("%(school)s is closed since %(day)s."),
            school=school.name,
            day=school.closed_on.isoformat(),
        )
    if target.id == school.id:
        raise refuse(
            "same_school", S_("same_school.closed", "Choose another school than the one that is closed."), "school"
        )
    if not schools.may_edit(actor, target.unit_id):
        raise refuse(
            "not_your_school",
            S_(
                "not_your_school.district",
                "This school belongs to another district. The municipality moves pupils across districts.",
            ),
            "school",
        )
    refuse_if(
        rules.check_merging(school.kind, target.kind, target.name, count_grades(school.id), count_ordinary(school.id))
    )
    first = first_day(today, school, target)
    if not first <= closing.on <= today:
        raise refuse(
            "day_outside",
            N_("Enter a day from %(first)s to %(last)s: the pupils move on it."),
            "on",
            first=first,
            last=today,
        )
    if closing.merged and leads_back(school.id, target.id, schools.possible_successors()):
        raise refuse("successor_ring", N_("That school was itself merged into this one."), "school")
    waiting = waiting_at(school.id, today)
    if waiting:
        raise refuse(
            "school_waits",
            N_(
                "%(count)s transfers, requests or places from or to this school are still open "
                "or agreed for a later day. See to them first; the page of the roll lists "
                "them."
            ),
            count=waiting,
        )
    if here.teams and target.unit_id != school.unit_id:
        raise refuse(
            "teams_there",
            N_("Teams start from this school: %(names)s. They plan for its district; give them another school first."),
            names="、".join(here.teams),
        )
    same = same_numbers(school.id, target.id)
    if same:
        raise refuse(
            "numbers_there",
            N_("Both schools have teachers with these staff numbers: %(numbers)s. Change one of each first."),
            numbers="、".join(same),
        )


def _move_staff(school: School, target: School) -> dict[str, int]:
    return {
        "teachers": hand_over_teachers(school, target),
        "teams": hand_over_teams(school.id, target.id),
        "services": hand_over_services(school.id, target.id),
    }
