"""Half-open periods of days: the start day is inside, the end day is the first day outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from ``start`` up to but without ``end``; ``end`` None means that it goes on.

    Raises ValueError when ``end`` is before ``start``. ``start == end`` is the empty period.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"period ends ({self.end}) before it starts ({self.start})")

    @classmethod
    def through(cls, first: date, last: date) -> Period:
        """Return the period from ``first`` to ``last``, both inside, as people say it. A last day at the calendar's
        end, as old rows may hold it, has no day after it: the period goes on."""
        return cls(first, None if last == date.max else last + ONE_DAY)

    @classmethod
    def one_day(cls, day: date) -> Period:
        """Return the period that is just ``day``."""
        return cls.through(day, day)

    @property
    def last(self) -> date | None:
        """The last day inside, or None when the period goes on or is empty."""
        return None if self.end is None or self.is_empty else self.end - ONE_DAY

    @property
    def is_empty(self) -> bool:
        """True when no day is inside."""
        return self.end == self.start

    def contains(self, day: date) -> bool:
        """True when ``day`` is inside."""
        return self.start <= day and (self.end is None or day < self.end)

    __contains__ = contains

    def overlaps(self, other: Period) -> bool:
        """True when at least one day is inside both."""
        return self.intersection(other) is not None

    def intersection(self, other: Period) -> Period | None:
        """Return the days inside both, or None when there are none."""
        start = max(self.start, other.start)
        end = _earlier(self.end, other.end)
        return None if end is not None and end <= start else Period(start, end)

    def days(self) -> Iterator[date]:
        """Yield every day inside, in order. Raises ValueError for a period without an end."""
        if self.end is None:
            raise ValueError("a period without an end has no last day")
        for offset in range((self.end - self.start).days):
            yield self.start + timedelta(days=offset)

    def length(self) -> int | None:
        """Return the number of days inside, or None when it goes on."""
        return None if self.end is None else (self.end - self.start).days


def _earlier(one: date | None, other: date | None) -> date | None:
    """Return the earlier end, None counting as never."""
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def merge(periods: Iterable[Period]) -> list[Period]:
    """Return the same days as few periods, in order; overlapping and touching ones become one."""
    merged: list[Period] = []
    for period in sorted((p for p in periods if not p.is_empty), key=lambda p: p.start):
        if merged and (merged[-1].end is None or period.start <= merged[-1].end):
            before = merged[-1]
            end = None if before.end is None or period.end is None else max(before.end, period.end)
            merged[-1] = Period(before.start, end)
        else:
            merged.append(period)
    return merged


def gaps(periods: Iterable[Period], within: Period) -> list[Period]:
    """Return the parts of ``within`` that none of ``periods`` covers, in order."""
    found: list[Period] = []
    start: date | None = within.start
    for period in merge(periods):
        inside = period.intersection(within)
        if inside is None or start is None:
            continue
        if inside.start > start:
            found.append(Period(start, inside.start))
        start = inside.end
    if start is not None and (within.end is None or start < within.end):
        found.append(Period(start, within.end))
    return found


def find_overlaps(periods: Iterable[Period]) -> list[tuple[Period, Period]]:
    """Return the neighbouring pairs, in order of start, that share a day; empty when none overlap."""
    found: list[tuple[Period, Period]] = []
    reaching: Period | None = None
    for period in sorted((p for p in periods if not p.is_empty), key=lambda p: p.start):
        if reaching is not None and reaching.overlaps(period):
            found.append((reaching, period))
        if reaching is None or (reaching.end is not None and (period.end is None or period.end > reaching.end)):
            reaching = period
    return found
