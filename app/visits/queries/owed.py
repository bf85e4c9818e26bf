"""Months of which minutes are still owed: due by the plans, less what the records that counted on a day say was given
or fell out for the family's reasons, less what was excused."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.children.models import Child, ResponsibleUnit
from app.db import db
from app.teams.models import Team
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries.standing import stands
from app.timetables.types import RecordOutcome, TimetableState
from app.visits.models import MinutesDue, MinutesExcused
from app.visits.queries.due import ended_months
from app.visits.queries.known import end_of, known_on
from app.visits.rules.minutes import EXCUSES, LESSON


def owed_on(day: date) -> list[ColumnElement[bool]]:
    """The conditions on `MinutesDue` that minutes of an ended month were still owed on a day, as far as was known. A
    month of which the district had published no timetable is not asked for: what was given then is nowhere recorded;
    neither is less than a lesson: some visits are minutes shorter than planned."""
    *_newer, (oldest, _last) = ended_months(day)
    return [
        MinutesDue.last_on < day,
        MinutesDue.last_on > oldest,
        MinutesDue.minutes > 0,
        _planned(),
        _rest(day) >= LESSON,
    ]


def owed_services(child_id: uuid.UUID, month: str, day: date) -> dict[uuid.UUID, int]:
    """Minutes of a month still owed of each service of a child (its kept file)."""
    rows = db.session.execute(
        select(MinutesDue.service_key, _rest(day).label("rest")).where(
            MinutesDue.child_id == child_id, MinutesDue.month == month, *owed_on(day)
        )
    )
    return {row.service_key: row.rest for row in rows}


def excused_of(child_id: uuid.UUID, month: str) -> list[MinutesExcused]:
    """What was excused of a month, in its order."""
    return list(
        db.session.scalars(
            select(MinutesExcused)
            .where(_same_child(MinutesExcused.child_id, child_id), MinutesExcused.month == month)
            .order_by(MinutesExcused.at, MinutesExcused.id)
        )
    )


def school_of_last_visit() -> Any:
    """The school whose team was last to go to the child in the month; nothing where no team was."""
    return (
        select(Team.school_id)
        .join(Visit, Visit.team_id == Team.id)
        .where(_same_child(Visit.child_id, MinutesDue.child_id), *_in_month(), stands())
        .correlate(MinutesDue)
        .order_by(Visit.day.desc(), Visit.start.desc(), Visit.id)
        .limit(1)
        .scalar_subquery()
    )


def _planned() -> ColumnElement[bool]:
    answered = select(ResponsibleUnit.unit_id).where(
        ResponsibleUnit.child_id == MinutesDue.child_id,
        ResponsibleUnit.valid_from <= MinutesDue.last_on,
        or_(ResponsibleUnit.valid_to.is_(None), ResponsibleUnit.valid_to > MinutesDue.first_on),
    )
    return exists().where(
        Timetable.unit_id.in_(answered.correlate(MinutesDue)),
        Timetable.month == MinutesDue.month,
        Timetable.state == TimetableState.PUBLISHED,
    )


def _rest(day: date) -> ColumnElement[int]:
    return MinutesDue.minutes - _counted(day) - _excused(day)


def _counted(day: date) -> ColumnElement[int]:
    """Minutes given, and planned ones of visits that fell out for the family's reasons, by the records of that day. A
    visit that nobody recorded counts as planned: only its record tells what happened, and it is asked for elsewhere."""
    counts = case(
        (VisitRecord.id.is_(None), Visit.end - Visit.start),
        (VisitRecord.outcome == RecordOutcome.GIVEN, VisitRecord.minutes),
        (VisitRecord.reason.in_(EXCUSES), Visit.end - Visit.start),
        else_=0,
    )
    return (
        select(func.coalesce(func.sum(counts), 0))
        .select_from(Visit)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & known_on(day))
        .where(
            _same_child(Visit.child_id, MinutesDue.child_id),
            Visit.service_key == MinutesDue.service_key,
            *_in_month(),
            stands(),
        )
        .correlate(MinutesDue)
        .scalar_subquery()
    )


def _excused(day: date) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(MinutesExcused.minutes), 0))
        .where(
            _same_child(MinutesExcused.child_id, MinutesDue.child_id),
            MinutesExcused.service_key == MinutesDue.service_key,
            MinutesExcused.month == MinutesDue.month,
            MinutesExcused.at < end_of(day),
        )
        .correlate(MinutesDue)
        .scalar_subquery()
    )


def _in_month() -> tuple[ColumnElement[bool], ...]:
    return Visit.day >= MinutesDue.first_on, Visit.day <= MinutesDue.last_on


def _same_child(column: Any, child_id: Any) -> ColumnElement[bool]:
    """The condition that a row is of a kept file or of one merged into it, joined by column."""
    second = aliased(Child)
    merged = select(second.id).where(second.merged_into == child_id)
    return or_(column == child_id, column.in_(merged.correlate(MinutesDue)))
