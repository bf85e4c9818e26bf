"""Two calendars that are not the same: working days run legal clocks, teaching days carry visits.

28 February 2026 is a working day by the State Council's notice and lies in the winter break; 9 May 2026 is both.
A year whose notice is not known is loud: ``YearMissing``; a guess by weekdays has to be asked for and is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import chinese_calendar

from app.kernel.periods import ONE_DAY, Period
from app.kernel.problems import N_, Checked, Problem, refused

SATURDAY = 5
NATIONAL_SOURCE = "State Council holiday notice (chinesecalendar)"


class YearMissing(LookupError):
    """No holiday data for ``year``; ``problem`` says it to people."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.problem = Problem(
            "calendar_year_missing",
            N_("The holidays of %(year)s are not known yet. Ask an administrator to import the calendar of that year."),
            {"year": year},
        )
        super().__init__(self.problem.text())


@dataclass(frozen=True)
class CalendarYear:
    """The deviations of one year from Monday to Friday: ``holidays`` off, weekend days ``worked``.

    ``source`` names the notice. Raises ValueError when a day lies outside the year or in both sets.
    """

    year: int
    holidays: frozenset[date]
    worked: frozenset[date]
    source: str = ""

    def __post_init__(self) -> None:
        checked = check_calendar_year(self.year, self.holidays, self.worked)
        if not checked.ok:
            raise ValueError(str(checked.problem))

    def is_working_day(self, day: date) -> bool:
        """True when ``day`` (of this year) is worked."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.holidays)


def check_calendar_year(year: int, holidays: Iterable[date], worked: Iterable[date]) -> Checked[int]:
    """Check the days of an imported year: inside the year, not both off and worked; the value is the year."""
    off, on = frozenset(holidays), frozenset(worked)
    for day in sorted(off | on):
        if day.year != year:
            return refused("calendar_day_outside_year", N_("%(day)s does not lie in %(year)s."), day=day, year=year)
    for day in sorted(off & on):
        return refused("calendar_day_twice", N_("%(day)s is given both as a holiday and as a working day."), day=day)
    return Checked(year)


@lru_cache(maxsize=64)
def national_year(year: int) -> CalendarYear:
    """Return the national calendar of ``year`` from the package chinesecalendar.

    Raises YearMissing for a year that the installed version does not cover.
    """
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        raise YearMissing(year) from None
    days = Period(date(year, 1, 1), date(year + 1, 1, 1)).days()
    worked_by_day = {day: chinese_calendar.is_workday(day) for day in days}
    holidays = {
        day
        for day, is_worked in worked_by_day.items()
        if not is_worked and (day.weekday() < SATURDAY or day in chinese_calendar.holidays)
    }
    worked = {day for day, is_worked in worked_by_day.items() if is_worked and day.weekday() >= SATURDAY}
    return CalendarYear(year, frozenset(holidays), frozenset(worked), NATIONAL_SOURCE)


def national_years(first: int, last: int) -> list[CalendarYear]:
    """Return the national calendars of ``first`` … ``last`` that are known, leaving out the others."""
    found = []
    for year in range(first, last + 1):
        try:
            found.append(national_year(year))
        except YearMissing:
            continue
    return found


@dataclass(frozen=True)
class Deadline:
    """The last day of a clock and the years whose holidays were only guessed on the way."""

    day: date
    guessed_years: tuple[int, ...] = ()


class WorkingCalendar:
    """National working days over explicit data, one CalendarYear for each year.

    A year without data raises YearMissing; with ``fallback=True`` it counts Monday to Friday instead, and
    ``guessed_years`` and ``Deadline.guessed_years`` name it, so that the screen can warn.
    """

    def __init__(self, years: Iterable[CalendarYear], *, fallback: bool = False) -> None:
        self._years = {year.year: year for year in years}
        self.fallback = fallback

    @classmethod
    def national(cls, first: int, last: int, *, fallback: bool = False) -> WorkingCalendar:
        """Return the calendar of the national years ``first`` … ``last`` as far as they are known."""
        return cls(national_years(first, last), fallback=fallback)

    @property
    def years(self) -> tuple[CalendarYear, ...]:
        """The years with data, in order."""
        return tuple(self._years[year] for year in sorted(self._years))

    def with_year(self, year: CalendarYear) -> WorkingCalendar:
        """Return the same calendar with ``year`` added or replaced."""
        return WorkingCalendar([*(y for y in self.years if y.year != year.year), year], fallback=self.fallback)

    def has_year(self, year: int) -> bool:
        """True when there is data for ``year``."""
        return year in self._years

    def is_working_day(self, day: date) -> bool:
        """True when ``day`` is a working day. Raises YearMissing (see the class)."""
        year = self._years.get(day.year)
        if year is not None:
            return year.is_working_day(day)
        if not self.fallback:
            raise YearMissing(day.year)
        return day.weekday() < SATURDAY

    def deadline(self, start: date, n: int) -> Deadline:
        """Return the ``n``-th working day after ``start`` with the years guessed on the way.

        The clock starts the day after ``start``; n = 0 is ``start`` itself. Raises ValueError for n < 0.
        """
        if n < 0:
            raise ValueError(f"a clock cannot run {n} working days")
        day, guessed = start, set()
        while n:
            day += ONE_DAY
            n -= self.is_working_day(day)
            if not self.has_year(day.year):
                guessed.add(day.year)
        return Deadline(day, tuple(sorted(guessed)))

    def add_working_days(self, start: date, n: int) -> date:
        """Return the ``n``-th working day after ``start`` (see ``deadline``)."""
        return self.deadline(start, n).day

    def count_working_days(self, period: Period) -> int:
        """Return the number of working days inside ``period``, which must have an end."""
        return sum(self.is_working_day(day) for day in period.days())

    def guessed_years(self, period: Period) -> tuple[int, ...]:
        """Return the years touched by ``period`` (with an end) that have no data."""
        if period.last is None:
            return ()
        return tuple(y for y in range(period.start.year, period.last.year + 1) if not self.has_year(y))


@dataclass(frozen=True)
class Term:
    """A term of one school year: ``number`` 1 or 2, from ``start`` to ``end``, both days of school."""

    start: date
    end: date
    number: int = 1

    @property
    def period(self) -> Period:
        """The term as a half-open period."""
        return Period.through(self.start, self.end)


@dataclass(frozen=True)
class Closure:
    """Days without teaching beside the holidays: heat, flood, examination. ``district`` None means everywhere."""

    period: Period
    reason: str = ""
    district: str | None = None


class TeachingDay(NamedTuple):
    """A day on which schools teach, and the weekday (Monday 0 … Sunday 6) whose timetable it follows."""

    day: date
    acts_as: int


@dataclass(frozen=True)
class TeachingCalendar:
    """The teaching days of one district.

    A teaching day lies in a term and is a working day, or is a make-up day of the district (which may lie outside
    the term). ``make_up`` maps a day to the weekday it acts as (0–6), or to None for its own; a shifted Saturday
    or Sunday of the State Council's notice may be named there too, to say which weekday it replaces. A closure of the
    district, or of all districts, always wins: safety goes before the timetable.
    """

    working: WorkingCalendar
    terms: tuple[Term, ...]
    closures: tuple[Closure, ...] = ()
    make_up: Mapping[date, int | None] = field(default_factory=dict)
    district: str | None = None

    def closure_on(self, day: date) -> Closure | None:
        """Return the first closure that holds in this district on ``day``, or None."""
        return next((c for c in self.closures if c.district in (None, self.district) and c.period.contains(day)), None)

    def term_on(self, day: date) -> Term | None:
        """Return the term in which ``day`` lies, or None."""
        return next((term for term in self.terms if term.period.contains(day)), None)

    def is_teaching_day(self, day: date) -> bool:
        """True when schools teach on ``day``. Raises YearMissing when a day of a term has no data."""
        if self.closure_on(day) is not None:
            return False
        return day in self.make_up or (self.term_on(day) is not None and self.working.is_working_day(day))

    def acts_as(self, day: date) -> int:
        """Return the weekday (0–6) whose timetable ``day`` follows."""
        weekday = self.make_up.get(day)
        return day.weekday() if weekday is None else weekday

    def teaching_days(self, period: Period) -> list[TeachingDay]:
        """Return the teaching days inside ``period`` (with an end), in order. Raises YearMissing as above."""
        return [TeachingDay(day, self.acts_as(day)) for day in period.days() if self.is_teaching_day(day)]

    def next_teaching_day(self, day: date, within: int = 120) -> date | None:
        """Return the first teaching day after ``day``, or None when there is none in ``within`` days."""
        ahead = (day + timedelta(days=offset) for offset in range(1, within + 1))
        return next((candidate for candidate in ahead if self.is_teaching_day(candidate)), None)
