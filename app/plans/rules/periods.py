"""The days on which a plan holds, and those that are proposed for the next one."""

from __future__ import annotations

from datetime import date, timedelta

from app.kernel.dates import add_days

LONGEST_DAYS = 366


def force_start(starts_on: date, approved_on: date) -> date:
    """The day a version comes into force: its start, but never before its approval."""
    return max(starts_on, approved_on)


def days_held(
    starts_on: date, ends_on: date, valid_from: date | None = None, valid_to: date | None = None
) -> tuple[date, date]:
    """The first and the last day on which a version holds: as planned, but from the day it came into force and only up
    to the day before `valid_to`, its successor's first. As planned altogether when no day of that is left."""
    first = max(starts_on, valid_from or starts_on)
    last = min(ends_on, valid_to - timedelta(days=1)) if valid_to else ends_on
    return (first, last) if first <= last else (starts_on, ends_on)


def moved_days(
    first: date | None, last: date | None, before: tuple[date, date], period: tuple[date, date]
) -> tuple[date | None, date | None]:
    """The days of a part of a plan that is copied into another period: those on the old period's bounds go to the new
    ones, others are cut to the new period. (None, None) for what lies outside it altogether."""
    starts = period[0] if first == before[0] else first
    ends = period[1] if last == before[1] else last
    if starts is not None and starts > period[1] or ends is not None and ends < period[0]:
        return None, None
    starts = max(starts, period[0]) if starts else None
    ends = min(ends, period[1]) if ends else None
    return starts, ends


def next_period(today: date, last_ends_on: date | None) -> tuple[date, date, date]:
    """Proposed first, last and review day of a new plan: after the last one, for a term of twenty weeks."""
    start = today if last_ends_on is None or last_ends_on < today else add_days(last_ends_on, 1)
    end = add_days(start, 20 * 7 - 1)
    return start, end, add_days(end, -14)
