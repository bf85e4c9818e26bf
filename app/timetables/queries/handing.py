"""Who comes to a child from a new month on, where it is somebody else than before: the family is told by name."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Select, Uuid, bindparam, select

from app.db import Day, db
from app.db.remember import remembered
from app.kernel.twins import ends, told_apart
from app.schools.models import School, Teacher
from app.teams.models import TeamMember
from app.timetables.models import Booking, Timetable, Visit

BACK, AHEAD = timedelta(days=150), timedelta(days=200)
"""The visits that are compared: the months before, over the longest holidays, and all that may be published."""


@dataclass(frozen=True)
class NewTeachers:
    """From a day on other teachers come; both by name, the leading one first."""

    day: date
    names: str
    before: str


def new_teachers(child_id: uuid.UUID, today: date) -> list[NewTeachers]:
    """Who comes from when, of the published months to come whose visits are mostly given by others than those of the
    month before; told until they have come. What is a draft is told nobody. The child was loaded in sight."""
    return remembered(("new teachers", child_id, today), lambda: _new_teachers(child_id, today))


def _new_teachers(child_id: uuid.UUID, today: date) -> list[NewTeachers]:
    rows = db.rows(_given_by(), {"child": child_id, "first": today - BACK, "last": today + AHEAD}).all()
    labels = told_apart((row.id, row.name, (row.school, ends(row.number))) for row in rows)
    teachers: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    visits: dict[tuple, dict[uuid.UUID, date]] = defaultdict(dict)
    for row in rows:
        teachers[row.visit_id].append(row.id)
        visits[row.service_key, row.month][row.visit_id] = row.day
    found = set()
    before: dict[uuid.UUID, uuid.UUID] = {}
    for (service, _month), days in sorted(visits.items(), key=lambda one: (str(one[0][0]), one[0][1])):
        crews = Counter(frozenset(teachers[one]) for one in days)
        main = min(crews, key=lambda crew: (-crews[crew], sorted(map(str, crew))))
        visit = min((one for one in days if frozenset(teachers[one]) == main), key=lambda one: (days[one], str(one)))
        former = before.get(service)
        before[service] = visit
        if former is not None and frozenset(teachers[former]) != main and days[visit] >= today:
            found.add(
                NewTeachers(days[visit], *("、".join(labels[one] for one in teachers[end]) for end in (visit, former)))
            )
    return sorted(found, key=lambda one: (one.day, one.names))


@cache
def _given_by() -> Select:
    """A row for every teacher of every visit that stands, the leading one of the team first."""
    return (
        select(
            Visit.id.label("visit_id"),
            Visit.service_key,
            Visit.day,
            Timetable.month,
            Teacher.id,
            Teacher.name,
            Teacher.number,
            School.name.label("school"),
        )
        .join(Booking, Booking.visit_id == Visit.id)
        .join(Teacher, Teacher.id == Booking.holder_id)
        .join(School, School.id == Teacher.school_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(TeamMember, (TeamMember.team_id == Visit.team_id) & (TeamMember.teacher_id == Teacher.id))
        .where(
            Visit.child_id == bindparam("child", type_=Uuid()),
            Visit.day.between(bindparam("first", type_=Day()), bindparam("last", type_=Day())),
        )
        .order_by(Visit.day, Visit.id, TeamMember.position, Teacher.name, Teacher.id)
    )
