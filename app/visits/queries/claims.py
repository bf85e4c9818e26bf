"""A teacher's allowance for confirmed visits, and the attendance of children taught at home."""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select

from app.access import Actor
from app.children.models import Child
from app.children.responsible import answered_by
from app.children.sight import in_sight, name_seen
from app.db import db
from app.errors import NotFound
from app.kernel.names import sort_key
from app.kernel.twins import ends, told_apart
from app.schools.models import School, Teacher
from app.schools.queries import rule_value
from app.schools.types import RuleName
from app.visits.models import Booking, Team, TeamMember, Timetable, Visit, VisitRecord
from app.visits.queries.own import last_of_visit
from app.visits.queries.timetables import may_plan
from app.visits.rules.attendance import CONFIRMED, Attendance, attendance_of
from app.visits.types import Confirmation, RecordOutcome


@dataclass(frozen=True)
class ClaimLine:
    """One given visit of a teacher. `fen`: the district's allowance on its day; it counts only when `confirmed`."""

    visit_id: uuid.UUID
    child_name: str
    day: date
    start: int
    minutes: int
    team: str
    confirmation: Confirmation
    explanation: str | None
    fen: int

    @property
    def confirmed(self) -> bool:
        return self.confirmation in CONFIRMED


@dataclass(frozen=True)
class Claim:
    """A teacher's month: the confirmed lines make the total, the others wait for the guardian's confirmation."""

    teacher_id: uuid.UUID
    teacher: str
    school: str
    lines: tuple[ClaimLine, ...]
    waiting: tuple[ClaimLine, ...]

    @property
    def fen(self) -> int:
        """The total: the sum of the confirmed visits."""
        return sum(line.fen for line in self.lines)


def month_days(month: str) -> tuple[date, date]:
    """First and last day of a calendar month ("2026-10"): claims go by the calendar, not by weeks."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def get_claimant(actor: Actor, teacher_id: uuid.UUID) -> Teacher:
    """The actor's own teacher, or one of a school in a unit whose timetables the actor makes. Raises NotFound."""
    row = db.session.get(Teacher, teacher_id)
    if row is None:
        raise NotFound
    unit = db.session.scalar(select(School.unit_id).where(School.id == row.school_id))
    if teacher_id != actor.teacher_id and not may_plan(actor, unit):
        raise NotFound
    return row


def claims_of(actor: Actor, teachers: Iterable[Teacher], month: str) -> list[Claim]:
    """The claims of teachers in a calendar month; the caller has checked the scope. Three queries."""
    teachers = list(teachers)
    ids = [row.id for row in teachers]
    schools = dict(db.session.execute(select(School.id, School.name).where(
        School.id.in_({row.school_id for row in teachers}))).all())
    first, last = month_days(month)
    found = defaultdict(list)
    rows = db.session.execute(
        select(Booking.holder_id, Visit.id, name_seen(actor), VisitRecord.day, VisitRecord.start, VisitRecord.minutes,
               Team.name, VisitRecord.confirmation, VisitRecord.explanation, Timetable.unit_id)
        .join(Visit, Visit.id == Booking.visit_id).join(VisitRecord, VisitRecord.visit_id == Visit.id)
        .join(Child, Child.id == Visit.child_id).join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(Booking.holder_id.in_(ids), VisitRecord.outcome == RecordOutcome.GIVEN, last_of_visit(),
               VisitRecord.day.between(first, last)).order_by(VisitRecord.day, VisitRecord.start, Visit.id))
    for holder, *line, unit_id in rows:
        rate = rule_value(unit_id, RuleName.VISIT_ALLOWANCE_FEN, line[2]) or 0
        found[holder].append(ClaimLine(*line, rate))
    names = told_apart((row.id, row.name, (schools.get(row.school_id, ""), ends(row.number))) for row in teachers)
    return [Claim(row.id, names[row.id], schools.get(row.school_id, ""),
                  tuple(line for line in found[row.id] if line.confirmed),
                  tuple(line for line in found[row.id] if not line.confirmed)) for row in teachers]


def visiting_teachers(unit_id: uuid.UUID) -> list[Teacher]:
    """The teachers of a unit's teams, by name. The caller has checked the scope."""
    return sorted(db.session.scalars(select(Teacher).where(Teacher.id.in_(
        select(TeamMember.teacher_id).join(Team, Team.id == TeamMember.team_id).where(Team.unit_id == unit_id)))),
        key=lambda one: (sort_key(one.name), str(one.id)))


# --- attendance -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChildAttendance:
    """A child taught at home and its attendance in a calendar month."""

    child_id: uuid.UUID
    child_name: str
    counts: Attendance


def _counted(actor: Actor) -> ColumnElement[bool]:
    """Whose visits a figure of a month counts: a district those of children it answered for on their day."""
    return answered_by(actor.unit_ids, Visit.day) if actor.unit_ids and not actor.municipal else in_sight(actor)


def list_attendance(actor: Actor, month: str, unit_id: uuid.UUID | None = None) -> list[ChildAttendance]:
    """Children in sight with visits in a month, by name, with what the confirmed visits say. One query."""
    first, last = month_days(month)
    query = (select(Child.id, name_seen(actor).label("name"), VisitRecord.outcome, VisitRecord.reason,
                    VisitRecord.confirmation)
             .join(Visit, Visit.child_id == Child.id)
             .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & last_of_visit())
             .where(_counted(actor), Visit.day.between(first, last), exists().where(Booking.visit_id == Visit.id)))
    if unit_id:
        query = query.where(answered_by([unit_id], Visit.day))
    found = defaultdict(list)
    for row in db.session.execute(query.order_by(Child.sort_key, Child.id)):
        found[row.id, row.name].append(row)
    return [ChildAttendance(*child, attendance_of(rows)) for child, rows in found.items()]
