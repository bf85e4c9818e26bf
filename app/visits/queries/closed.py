"""Published visits on days that are closed by now: a year's holidays came after the timetable, or a closure did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.db.remember import remembered
from app.kernel.calendars import YearMissing
from app.visits.models import Timetable
from app.visits.queries.inputs import calendar_inputs
from app.visits.queries.live import live_visits, recorded_among
from app.visits.rules import weeks_of


@dataclass(frozen=True)
class ClosedHit:
    """A closed day with the reason and the number of visits that stand on it."""

    day: date
    reason: str
    visits: int


def closed_hits(row: Timetable, today: date) -> list[ClosedHit]:
    """Days to come of a timetable in force on which visits stand although nobody teaches; to be repaired."""
    return remembered(("closed hits", row.id, today), lambda: _closed_hits(row, today))


def _closed_hits(row: Timetable, today: date) -> list[ClosedHit]:
    try:
        days = calendar_inputs(row.unit_id, *weeks_of(int(row.month[:4]), int(row.month[5:])))
    except YearMissing:
        return []
    closed = {one.day: one.reason for one in days if one.acts_as is None}
    known = {one.day for one in days}
    hit: dict[date, int] = {}
    live = [v for v in live_visits(row.unit_id, row.month)
            if v.day >= today and (v.day in closed or v.day not in known)]
    recorded = recorded_among([v.id for v in live])
    for visit in live:
        if visit.id not in recorded:
            hit[visit.day] = hit.get(visit.day, 0) + 1
    return [ClosedHit(day, closed.get(day, ""), count) for day, count in sorted(hit.items())]
