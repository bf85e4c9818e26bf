"""The days on which the district owes a child teaching at home: its calendar, less the times away."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from sqlalchemy import or_, select

from app.children.models import Child
from app.children.responsible import units_between
from app.db import db
from app.kernel.calendars import YearMissing
from app.kernel.dates import add_days
from app.roll.models import RollState
from app.roll.types import AWAY
from app.timetables.queries import moving_away
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.rules.gathering import month_of
from app.timetables.types import CalendarInput, Need


def moved_ahead(child_id: uuid.UUID) -> list[tuple[date, date | None]]:
    """From a move on that has not begun the unit of today owes nothing; what one taken back leaves is none."""
    moves = moving_away.moves_ahead({child_id})[child_id]
    own = db.session.scalar(select(Child.unit_id).where(Child.id == child_id)) if moves else None
    away: list[tuple[date, date | None]] = [(day, None) for day, unit in moves if unit != own]
    return away[:1]


def times_away(child_id: uuid.UUID, first: date, last: date) -> list[tuple[date, date | None]]:
    """The periods of a month in which nobody teaches the child at home; an end is the first day no longer in it."""
    return [
        (start, end)
        for start, end in db.session.execute(
            select(RollState.valid_from, RollState.valid_to)
            .where(
                RollState.child_id == child_id,
                RollState.status.in_(AWAY),
                RollState.valid_from <= last,
                or_(RollState.valid_to.is_(None), RollState.valid_to > first),
            )
            .order_by(RollState.valid_from)
        )
    ]


def outside(need: Need, away: list[tuple[date, date | None]]) -> list[Need]:
    """What is left of a need outside of periods, which follow each other."""
    left = []
    for begins, ends in away:
        if need.first < begins:
            left.append(replace(need, last=min(need.last, add_days(begins, -1))))
        if ends is None or ends > need.last:
            return left
        need = replace(need, first=max(need.first, ends))
    return [*left, need]


def month_of_child(child_id: uuid.UUID, day: date) -> tuple[tuple[CalendarInput, ...], bool]:
    """The teaching days of the child's district in the month of `day`, and whether its holidays are known."""
    try:
        return days_of_child(child_id, *month_of(day)), True
    except YearMissing:
        return (), False


def days_of_child(child_id: uuid.UUID, first: date, last: date) -> tuple[CalendarInput, ...]:
    """The teaching days of a period, each as the district has it that answers for the child on that day."""
    return tuple(
        one
        for unit_id, begin, end in units_between(child_id, first, last)
        for one in calendar_inputs(unit_id, first, last)
        if begin <= one.day <= end
    )
