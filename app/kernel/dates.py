"""Ages, school years, cohorts, and days as people and spreadsheets write them."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.kernel.day_words import (
    TWO_MINUTES,
    day_of,
    is_serial,
    nearest_day,
    parts_of,
    plain_day,
    reason_of,
)
from app.kernel.periods import Period
from app.kernel.problems import N_, S_, Checked, Problem, refused

NORMAL_ENTRY_AGE = 6
"""Years of age by 31 August at entry to grade 1 (Compulsory Education Law art. 11)."""

MONTHS_OF_A_YEAR = 12
_SCHOOL_YEAR_MONTH = 9
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_1904_SHIFT = 1462
_EARLIEST = date(1900, 1, 1)
_LATEST = date(2100, 1, 1)
_UNREADABLE = S_("day_unreadable", '"%(text)s" is not a day. Write year, month and day, for example 2016-09-01.')


def add_days(day: date, days: int) -> date:
    """The day some days later (or earlier); the calendar's own ends where it would pass them, so that a day stored
    long ago as "for ever" (9999-12-31) is no error."""
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def add_months(day: date, months: int) -> date:
    """The same day some months later (or earlier), or the last day of that month: the one way of counting months.

    Twelve months after 2028-02-29 are 2029-02-28.
    """
    count = day.year * MONTHS_OF_A_YEAR + day.month - 1 + months
    year, month = divmod(count, MONTHS_OF_A_YEAR)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def a_year_after(day: date) -> date:
    """Twelve months after a day, wherever a law or an order says "within twelve months" or "for a year".

    After 2026-11-30 that is 2027-11-30.
    """
    return add_months(day, MONTHS_OF_A_YEAR)


@dataclass(frozen=True)
class Horizon:
    """How far from today a day that somebody types may lie, in months back and ahead."""

    back: int
    ahead: int

    def first(self, today: date) -> date:
        """The earliest day that makes sense."""
        return add_months(today, -self.back)

    def last(self, today: date) -> date:
        """The latest day that makes sense."""
        return add_months(today, self.ahead)

    def between(self, today: date) -> tuple[date, date]:
        """Both ends."""
        return self.first(today), self.last(today)

    def nearest(self, day: date, today: date) -> date:
        """The day itself, or the end of the horizon that it passes."""
        return min(max(day, self.first(today)), self.last(today))


def years(back: float = 0, ahead: float = 0) -> Horizon:
    """A horizon of so many years back and ahead."""
    return Horizon(int(back * MONTHS_OF_A_YEAR), int(ahead * MONTHS_OF_A_YEAR))


def check_within(day: date | None, horizon: Horizon, today: date, field: str | None = None) -> list[Problem]:
    """A day that somebody typed lies within its horizon; none given is no problem."""
    return check_between(day, horizon.first(today), horizon.last(today), field)


def check_between(day: date | None, first: date, last: date, field: str | None = None) -> list[Problem]:
    """A day that somebody typed lies between two days, both possible; none given is no problem."""
    if day is None or first <= day <= last:
        return []
    return [
        Problem(
            "day_too_far",
            N_("This day cannot be taken. Enter a day from %(first)s to %(last)s."),
            {"first": first.isoformat(), "last": last.isoformat()},
            field=field,
        )
    ]


@dataclass(frozen=True, order=True)
class SchoolYear:
    """A school year from 1 September of ``start_year`` to 31 August of the next year."""

    start_year: int

    @property
    def first_day(self) -> date:
        """1 September."""
        return date(self.start_year, _SCHOOL_YEAR_MONTH, 1)

    @property
    def last_day(self) -> date:
        """31 August of the year after."""
        return date(self.start_year + 1, 8, 31)

    @property
    def period(self) -> Period:
        """The school year as a half-open period."""
        return Period(self.first_day, self.next.first_day)

    @property
    def next(self) -> SchoolYear:
        """The school year after this one."""
        return SchoolYear(self.start_year + 1)

    @property
    def previous(self) -> SchoolYear:
        """The school year before this one."""
        return SchoolYear(self.start_year - 1)

    @property
    def label(self) -> str:
        """Both calendar years, the same in every language: ``2025–2026``."""
        return f"{self.start_year}–{self.start_year + 1}"

    def __str__(self) -> str:
        return self.label


def school_year_of(day: date) -> SchoolYear:
    """Return the school year in which ``day`` lies."""
    return SchoolYear(day.year if day.month >= _SCHOOL_YEAR_MONTH else day.year - 1)


def months_on(birth: date, day: date) -> int:
    """Return the age in completed months on ``day``. Raises ValueError when ``day`` is before ``birth``."""
    if day < birth:
        raise ValueError(f"{day} is before the birth on {birth}")
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)


def age_on(birth: date, day: date) -> int:
    """Return the age in completed years on ``day``.

    Someone born on 29 February completes a year on 1 March of a common year.
    Raises ValueError when ``day`` is before ``birth``.
    """
    return months_on(birth, day) // 12


def age_parts_on(birth: date, day: date) -> tuple[int, int]:
    """Return the age on ``day`` as (completed years, further completed months)."""
    return divmod(months_on(birth, day), 12)


def entry_year(birth: date, entry_age: int = NORMAL_ENTRY_AGE) -> SchoolYear:
    """Return the school year in which a child normally enters grade 1.

    It is the first one before whose start (by 31 August) the child has completed ``entry_age`` years.
    """
    return SchoolYear(school_year_of(birth).start_year + entry_age + 1)


def has_entry_age(birth: date, year: SchoolYear, entry_age: int = NORMAL_ENTRY_AGE) -> bool:
    """True when the child has completed ``entry_age`` years by 31 August before ``year`` begins."""
    return entry_year(birth, entry_age) <= year


@dataclass(frozen=True)
class Cohort:
    """The births that the annual check of one spring covers, both as half-open periods."""

    checked: Period
    coming: Period


def check_cohort(spring: int) -> Cohort:
    """Return the births covered by the annual check in spring of year ``spring``.

    Checked: (Y−16)-09-01 … (Y−7)-08-31; kept locally as the coming cohort: the year after that.
    Source: the notices on entry and monitoring (spring 2022: 2006-09-01 … 2015-08-31).
    """
    first, middle = date(spring - 16, 9, 1), date(spring - 7, 9, 1)
    return Cohort(Period(first, middle), Period(middle, date(spring - 6, 9, 1)))


def parse_day(value: object, *, epoch_1904: bool = False) -> Checked[date]:
    """Read a day from a date, a datetime, a spreadsheet's serial number or text.

    Text may be written in all the ways of app/kernel/day_words.py. A time within two minutes of midnight is that
    midnight, because some programs write it 43 seconds early; a time with a zone is the day in China. Empty input gives
    no value and no problem. ``epoch_1904`` is for numbers of old workbooks that count from 1904. Days outside 1900–2099
    are refused.
    """
    if value is None or isinstance(value, str) and not value.strip():
        return Checked(None)
    if isinstance(value, datetime):
        return _in_range(nearest_day(value), value)
    if isinstance(value, date):
        return _in_range(value, value)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return _unreadable(value)
    if isinstance(value, float) and not value < 100_000 and not value.is_integer():
        return _unreadable(value)
    return _parse_text(_written(value), value, epoch_1904)


def _written(value: int | float | str) -> str:
    """Return a number without a needless ".0", and text as it is."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _parse_text(text: str, value: object, epoch_1904: bool) -> Checked[date]:
    text = plain_day(text)
    if (parts := parts_of(text)) is not None:
        try:
            return _in_range(day_of(parts), value)
        except (ValueError, OverflowError):
            return refused(
                "day_impossible", N_('The day "%(text)s" does not exist. Check month and day.'), text=str(value)[:40]
            )
    shift = _EXCEL_1904_SHIFT if epoch_1904 else 0
    # Below 10,000 (before 1927) it is rather a bare year or a slip.
    if is_serial(text) and float(text) + shift >= 10_000:
        days = math.floor(float(text) + TWO_MINUTES / timedelta(days=1)) + shift
        return _in_range(_EXCEL_EPOCH + timedelta(days=days), value)
    if (why := reason_of(text)) is not None:
        return Checked(None, (Problem(*why, {"text": str(value)[:40]}),))
    return _unreadable(value)


def _in_range(day: date, value: object) -> Checked[date]:
    if not _EARLIEST <= day < _LATEST:
        return refused(
            "day_out_of_range",
            N_('The day "%(text)s" is not between 1900 and 2099. Check the year.'),
            text=str(value)[:40],
        )
    return Checked(day)


def _unreadable(value: object) -> Checked[date]:
    return refused("day_unreadable", _UNREADABLE, text=str(value)[:40])
