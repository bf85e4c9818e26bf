"""Children taught at home whom nobody met: visits that fell out without cause, one after the other."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from app.kernel.dates import add_days
from app.timetables.models import Visit, VisitRecord
from app.timetables.queries.standing import stands
from app.timetables.types import MissedReason, RecordOutcome
from app.visits.queries.known import known_on

WITHOUT_CAUSE = (MissedReason.NOBODY_HOME, MissedReason.FAMILY_CANCELLED)
"""Reasons that say that the child was not met, and not why."""
BACK = 180
"""Days back in which the first of those visits is looked for."""


def unmet(day: date, days: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that `Visit` is the first of two or more of a child that all fell out without cause, so many days
    before a day or earlier, and that nobody met the child since, as far as was known on the day."""
    met, later, before, between = (aliased(Visit) for _one in range(4))
    return (
        Visit.day <= add_days(day, -days),
        Visit.day > add_days(day, -BACK),
        _fell_out(Visit, day),
        ~exists().where(_same(met), met.day >= Visit.day, met.day <= day, _met(met, day)),
        exists().where(_same(later), later.day > Visit.day, later.day <= day, _fell_out(later, day)),
        ~exists().where(
            _same(before),
            before.day > add_days(day, -BACK),
            or_(before.day < Visit.day, and_(before.day == Visit.day, before.id < Visit.id)),
            _fell_out(before, day),
            ~exists().where(_same(between), between.day >= before.day, between.day < Visit.day, _met(between, day)),
        ),
    )


def _same(one: Any) -> ColumnElement[bool]:
    return one.child_id == Visit.child_id


def _fell_out(visit: Any, day: date) -> ColumnElement[bool]:
    """The condition that a visit stands and fell out without cause, as was known on a day."""
    record = aliased(VisitRecord)
    return and_(
        stands(visit),
        exists().where(
            record.visit_id == visit.id,
            record.outcome == RecordOutcome.NOT_GIVEN,
            record.reason.in_(WITHOUT_CAUSE),
            known_on(day, record),
        ),
    )


def _met(visit: Any, day: date) -> ColumnElement[bool]:
    """The condition that a visit was given, or fell out for a reason that explains itself."""
    record = aliased(VisitRecord)
    return exists().where(
        record.visit_id == visit.id,
        or_(record.outcome == RecordOutcome.GIVEN, record.reason.not_in(WITHOUT_CAUSE)),
        known_on(day, record),
    )
