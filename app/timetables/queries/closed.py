"""Published visits on days that are closed by now: a year's holidays came after the timetable, or a closure did.

Nothing is written at a visit when its day is closed: whoever shows one asks the calendar of its unit, so that closing
a day and opening it again are seen at once, everywhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.db import Rows, db
from app.db.audit import TABLE as AUDIT
from app.db.remember import remembered
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries.live import live_visits, recorded_among
from app.timetables.queries.standing import stands
from app.timetables.queries.taught import AHEAD, Days, days_around
from app.timetables.rules.terms import term_of_month

TOLD = ("close_days", "open_day", "teach_on", "import_calendar_year", "save_term")
"""Verbs of the trail that change which days are taught."""


@dataclass(frozen=True)
class ClosedHit:
    """A closed day with the reason and the number of visits that stand on it."""

    day: date
    reason: str
    visits: int


def closed_among(days: Iterable[tuple[uuid.UUID, date]]) -> dict[tuple[uuid.UUID, date], str]:
    """Those of (unit, day) on which nobody teaches, with the reason; "" where none is known, as outside of a term."""
    calendars: dict[tuple[uuid.UUID, int], Days] = {}
    found = {}
    for unit_id, day in set(days):
        year = unit_id, term_of_month(f"{day:%Y-%m}")[0]
        if year not in calendars:
            calendars[year] = days_around(unit_id, f"{day:%Y-%m}")
        reason = calendars[year].why_closed(day)
        if reason is not None:
            found[unit_id, day] = reason
    return found


def closed_hits(row: Timetable, today: date) -> list[ClosedHit]:
    """Days to come of a timetable in force on which visits stand although nobody teaches; to be repaired."""
    return remembered(("closed hits", row.id, today), lambda: _closed_hits(row, today))


def _closed_hits(row: Timetable, today: date) -> list[ClosedHit]:
    live = [v for v in live_visits(row.unit_id, row.month) if v.day >= today]
    closed = {day: why for (_unit, day), why in closed_among((row.unit_id, v.day) for v in live).items()}
    recorded = recorded_among([v.id for v in live if v.day in closed])
    hit: dict[date, int] = {}
    for visit in live:
        if visit.day in closed and visit.id not in recorded:
            hit[visit.day] = hit.get(visit.day, 0) + 1
    return [ClosedHit(day, closed[day], count) for day, count in sorted(hit.items())]


@dataclass(frozen=True, kw_only=True)
class ToRepair:
    """Standing visits to come on closed days: how many, and of which units, months and days."""

    visits: int
    units: frozenset[uuid.UUID]
    months: tuple[str, ...]
    days: tuple[date, ...]
    timetable_id: uuid.UUID | None = None
    """The timetable in force where all of them are of one unit's month."""
    timetables: frozenset[uuid.UUID] = frozenset()
    """Those in force."""


def closed_to_repair(units: Sequence[uuid.UUID], today: date, days: Mapping[uuid.UUID | None, Days]) -> ToRepair:
    """What is to be repaired in some units, whose `days` are given (days_ahead). At most one query."""
    calendars = {id(days[unit]): days[unit] for unit in units}  # most districts of a city have the same one
    shut = {number: one.closed(today, today + AHEAD) for number, one in calendars.items()}
    closed = {(unit, day) for unit in units for day in shut[id(days[unit])]}
    if not closed:
        return ToRepair(visits=0, units=frozenset(), months=(), days=())
    newer = aliased(Timetable)
    in_force = (
        select(newer.id)
        .where(
            newer.unit_id == Timetable.unit_id,
            newer.month == Timetable.month,
            newer.published_at.is_not(None),
            newer.superseded_at.is_(None),
        )
        .correlate(Timetable)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Timetable.unit_id,
            Timetable.month,
            Visit.day,
            func.count(Visit.id).label("visits"),
            in_force.label("in_force"),
        )
        .join(Visit, Visit.timetable_id == Timetable.id)
        .where(
            Timetable.unit_id.in_(units),
            Visit.day.in_({day for _unit, day in closed}),
            stands(),
            ~exists().where(VisitRecord.visit_id == Visit.id),
        )
        .group_by(Timetable.unit_id, Timetable.month, Visit.day)
        .order_by(Timetable.month, Visit.day)
    ).all()
    rows = [row for row in rows if (row.unit_id, row.day) in closed]
    found = {(row.unit_id, row.month) for row in rows}
    return ToRepair(
        visits=sum(row.visits for row in rows),
        units=frozenset(unit for unit, _month in found),
        months=tuple(sorted({month for _unit, month in found})),
        days=tuple(sorted({row.day for row in rows})),
        timetable_id=rows[0].in_force if len(found) == 1 else None,
        timetables=frozenset(row.in_force for row in rows),
    )


def calendar_changes(since: datetime) -> Rows:
    """What the trail tells of changes of the calendars since a moment: rows of (at, verb, detail)."""
    return db.session.execute(
        select(AUDIT.c.at, AUDIT.c.verb, AUDIT.c.detail)
        .where(AUDIT.c.verb.in_(TOLD), AUDIT.c.at >= since)
        .order_by(AUDIT.c.seq)
    ).all()


def touches(change: Any, unit_id: uuid.UUID, day: date) -> bool:
    """Whether a change of the calendars may have closed or opened a day of a unit."""
    detail = change.detail
    if detail.get("unit") not in (None, str(unit_id)):
        return False
    if change.verb == "import_calendar_year":
        return detail["year"] == day.year
    if change.verb == "save_term":
        return (detail["school_year"], detail["number"]) == term_of_month(f"{day:%Y-%m}")
    first = detail.get("first") or detail["day"]
    return first <= day.isoformat() <= (detail.get("last") or first)
