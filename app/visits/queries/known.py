"""What was known on a day: records that had been written by its end, and that nothing written by then corrects."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from app.kernel.clock import LOCAL
from app.kernel.dates import add_days
from app.timetables.models import VisitRecord


def known_on(day: date, record: type[VisitRecord] = VisitRecord) -> ColumnElement[bool]:
    """The condition that a record (the table or an alias of it) was the one that counted when a day was over."""
    until, newer = end_of(day), aliased(VisitRecord)
    return and_(record.recorded_at < until, ~exists().where(newer.corrects_id == record.id, newer.recorded_at < until))


def end_of(day: date) -> datetime:
    """The moment at which a day in Chongqing is over."""
    return datetime.combine(add_days(day, 1), time(), LOCAL).astimezone(UTC)
