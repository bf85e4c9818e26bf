"""A teacher's allowance for confirmed visits."""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.access import Actor
from app.children.models import Child
from app.children.sight import name_seen
from app.db import db
from app.errors import NotFound
from app.kernel.pinyin import sort_key
from app.kernel.twins import ends, told_apart
from app.schools.models import School, Teacher
from app.schools.queries import rule_value
from app.schools.types import RuleName
from app.teams.models import Team, TeamMember
from app.teams.queries.who_may_plan import may_plan
from app.timetables.models import Booking, Timetable, Visit, VisitRecord
from app.timetables.queries.standing import last_of_visit
from app.timetables.types import RecordOutcome
from app.visits.rules.owed_to_teachers import Claim, ClaimLine, claim_of


def month_days(month: str) -> tuple[date, date]:
    """First and last day of a calendar month ("2026-10"): claims go by the calendar, not by weeks."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def get_claimant(actor: Actor, teacher_id: uuid.UUID) -> Teacher:
    """The actor's own teacher, or one of a school in a unit whose timetables the actor makes. Raises NotFound."""
    row = db.session.get(Teacher, teacher_id)
    if row is None:
        raise NotFound
    if teacher_id != actor.teacher_id and not may_plan(actor, db.session.get_one(School, row.school_id).unit_id):
        raise NotFound
    return row


def claims_of(actor: Actor, teachers: Iterable[Teacher], month: str) -> list[Claim]:
    """The claims of teachers in a calendar month; the caller has checked the scope. Three queries."""
    teachers = list(teachers)
    ids = [row.id for row in teachers]
    schools = dict(
        db.session.execute(
            select(School.id, School.name).where(School.id.in_({row.school_id for row in teachers}))
        ).all()
    )
    found = defaultdict(list)
    rows = _given(actor, ids, *month_days(month))
    children = told_apart((row[2], row[3], (ends(row[4]), row[4])) for row in rows)
    for holder, visit_id, child, _name, _number, day, start, minutes, team, confirmation, explanation, unit_id in rows:
        found[holder].append(
            ClaimLine(
                visit_id=visit_id,
                child_name=children[child],
                day=day,
                start=start or 0,
                minutes=minutes,
                team=team,
                confirmation=confirmation,
                explanation=explanation,
                fen=rule_value(unit_id, RuleName.VISIT_ALLOWANCE_FEN, day) or 0,
            )
        )
    names = told_apart((row.id, row.name, (schools.get(row.school_id, ""), ends(row.number))) for row in teachers)
    return [claim_of(row.id, names[row.id], schools.get(row.school_id, ""), found[row.id]) for row in teachers]


def _given(actor: Actor, teacher_ids: list[uuid.UUID], first: date, last: date) -> Sequence[Any]:
    """What the teachers gave in a period, by the records that count."""
    return db.session.execute(
        select(
            Booking.holder_id,
            Visit.id,
            Child.id,
            name_seen(actor),
            Child.file_number,
            VisitRecord.day,
            VisitRecord.start,
            VisitRecord.minutes,
            Team.name,
            VisitRecord.confirmation,
            VisitRecord.explanation,
            Timetable.unit_id,
        )
        .join(Visit, Visit.id == Booking.visit_id)
        .join(VisitRecord, VisitRecord.visit_id == Visit.id)
        .join(Child, Child.id == Visit.child_id)
        .join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(
            Booking.holder_id.in_(teacher_ids),
            VisitRecord.outcome == RecordOutcome.GIVEN,
            last_of_visit(),
            VisitRecord.day.between(first, last),
        )
        .order_by(VisitRecord.day, VisitRecord.start, Visit.id)
    ).all()


def visiting_teachers(unit_id: uuid.UUID) -> list[Teacher]:
    """The teachers of a unit's teams, by name. The caller has checked the scope."""
    return sorted(
        db.session.scalars(
            select(Teacher).where(
                Teacher.id.in_(
                    select(TeamMember.teacher_id)
                    .join(Team, Team.id == TeamMember.team_id)
                    .where(Team.unit_id == unit_id)
                )
            )
        ),
        key=lambda one: (sort_key(one.name), str(one.id)),
    )
