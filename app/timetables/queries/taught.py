"""Which months have days of school in a unit: only those ask for a timetable."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from app.db import db
from app.db.remember import remembered
from app.kernel.calendars import CalendarYear as KernelYear
from app.kernel.calendars import Closure, TeachingCalendar, WorkingCalendar
from app.kernel.calendars import Term as KernelTerm
from app.kernel.periods import Period
from app.kernel.provisional import provisional_holidays
from app.plans.queries import home_services_of_units
from app.schools.models import CalendarDay, Term, Unit
from app.schools.types import DayKind
from app.timetables.models import Timetable
from app.timetables.rules.gathering import month_name, period_of, weeks_of
from app.timetables.rules.terms import month_after, term_of_month, usually_taught
from app.timetables.types import MonthKind, TimetableState

AHEAD = timedelta(days=300)
"""How far ahead visits can be published: to the end of a term, and then some."""
MONTHS = 12
"""Months to look ahead for the next one that is taught."""


@dataclass(frozen=True)
class Days:
    """The days of school of a unit, and (school year, number) of the terms that are entered for it."""

    calendar: TeachingCalendar
    entered: frozenset[tuple[int, int]]
    names: Mapping[date, str] = field(default_factory=dict)
    """Of days off, why."""

    def why_closed(self, day: date) -> str | None:
        """Why nobody teaches on a day, "" where that is not known; None for a day of school."""
        return None if self.calendar.is_teaching_day(day) else self.names.get(day, "")

    def closed(self, first: date, last: date) -> list[date]:
        """The days from `first` to `last` on which nobody teaches."""
        return [day for day in Period.through(first, last).days() if not self.calendar.is_teaching_day(day)]

    def between(self, first: date, last: date) -> list[date]:
        """The days from `first` to `last` on which visits can be given."""
        return [one.day for one in self.calendar.teaching_days(Period.through(first, last))]

    def kind(self, month: str) -> MonthKind:
        """Whether a month ("2026-10") has days of school, has none, or lies in a term that is still to be entered."""
        if self.between(*_weeks(month)):
            return MonthKind.TAUGHT
        awaited = usually_taught(month) and term_of_month(month) not in self.entered
        return MonthKind.AWAITED if awaited else MonthKind.FREE


def _weeks(month: str) -> tuple[date, date]:
    return weeks_of(int(month[:4]), int(month[5:]))


def days_of(units: Sequence[uuid.UUID | None], first: date, last: date) -> dict[uuid.UUID | None, Days]:
    """The days of school of several units from `first` to `last`, in two queries. Of a year whose notice is not known
    yet the days off that the law fixes, of one that nobody can guess Monday to Friday."""

    def among(column: Any) -> Any:
        return column.in_([one for one in units if one]) | column.is_(None)

    days = db.session.scalars(
        select(CalendarDay).where(
            CalendarDay.day.between(date(first.year, 1, 1), date(last.year, 12, 31)), among(CalendarDay.unit_id)
        )
    ).all()
    years = {row.day.year for row in days if row.unit_id is None and row.kind == DayKind.HOLIDAY}
    terms = db.session.scalars(select(Term).where(among(Term.unit_id)).order_by(Term.unit_id.is_not(None))).all()
    working = WorkingCalendar(
        [
            _national(year, days)
            if year in years
            else KernelYear(year, frozenset(provisional_holidays(year) or ()), frozenset())
            for year in range(first.year, last.year + 1)
        ]
    )
    names = {
        day: name
        for year in range(first.year, last.year + 1)
        if year not in years
        for day, name in (provisional_holidays(year) or {}).items()
    }
    special = {row.unit_id for row in days} | {term.unit_id for term in terms}
    common = _days(None, working, terms, days, names)
    return {unit: _days(unit, working, terms, days, names) if unit in special else common for unit in units}


def _national(year: int, days: Sequence[CalendarDay]) -> KernelYear:
    of = [row for row in days if row.unit_id is None and row.day.year == year]
    return KernelYear(
        year,
        frozenset(row.day for row in of if row.kind == DayKind.HOLIDAY),
        frozenset(row.day for row in of if row.kind == DayKind.WORKED),
    )


def _days(
    unit: uuid.UUID | None,
    working: WorkingCalendar,
    terms: Sequence[Term],
    days: Sequence[CalendarDay],
    names: Mapping[date, str],
) -> Days:
    own = {(row.school_year, row.number): row for row in terms if row.unit_id in (None, unit)}  # the unit's own last
    special = [row for row in days if row.unit_id in (None, unit)]
    return Days(
        TeachingCalendar(
            working,
            tuple(KernelTerm(row.starts_on, row.ends_on, row.number) for row in own.values()),
            tuple(Closure(Period.one_day(row.day), row.name) for row in special if row.kind == DayKind.CLOSED),
            {row.day: row.acts_as for row in special if row.kind == DayKind.TEACHING},
        ),
        frozenset(own),
        {
            **names,
            **{row.day: row.name for kind in (DayKind.HOLIDAY, DayKind.CLOSED) for row in special if row.kind == kind},
        },
    )


def days_around(unit_id: uuid.UUID | None, month: str) -> Days:
    """The days of a unit in the school year of a month and after: one look for everything that a page asks."""
    year = term_of_month(month)[0]
    return remembered(
        ("days of school", unit_id, year), lambda: days_of([unit_id], date(year, 1, 1), date(year + 2, 12, 31))[unit_id]
    )


def days_ahead(units: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID | None, Days]:
    """The days of several units from the month of a day on, as far as visits can stand: one look for all of Today."""
    return remembered(("days ahead", tuple(units), day), lambda: days_of(units, day - timedelta(days=40), day + AHEAD))


def month_kind(unit_id: uuid.UUID | None, month: str) -> MonthKind:
    """Whether a month of a unit has days of school, has none, or lies in a term that is still to be entered."""
    return days_around(unit_id, month).kind(month)


def has_school(unit_id: uuid.UUID | None, first: date, last: date) -> bool:
    """Whether there is a day of school from `first` to `last`."""
    return bool(days_around(unit_id, f"{first:%Y-%m}").between(first, last))


def is_left(unit_id: uuid.UUID | None, month: str, today: date) -> bool:
    """Whether a timetable of a month, asked for today, has a day of school to plan: what is past of it is over."""
    period = period_of(month, today, published=False)
    return period.ok and has_school(unit_id, *period.needed())


def month_to_plan(unit_id: uuid.UUID | None, month: str) -> str:
    """The month, or the next one after it that is taught or whose term is still to be entered; itself where the next
    twelve are free."""
    months = [month]
    while len(months) < MONTHS:
        months.append(month_after(months[-1]))
    days = days_around(unit_id, month)
    return next((one for one in months if days.kind(one) != MonthKind.FREE), month)


def usual_month(unit_id: uuid.UUID | None, day: date) -> str:
    """The month that is taught on a day or next."""
    return month_to_plan(unit_id, month_name(day))


def next_to_plan(unit_id: uuid.UUID | None, day: date) -> str:
    """The running month where it is still to be planned; else the one after a day's own, or the next that is taught."""
    running, later = running_months(day), month_after(f"{day:%Y-%m}")
    if unit_id and running:
        days: dict[uuid.UUID | None, Days] = {unit_id: days_around(unit_id, later)}
        open_months = _unpublished([unit_id], running, day)
        homes = _homes(open_months, day)
        for month in running:
            if _lacking(days, homes, open_months, month, day):
                return month
        if later in running and (unit_id, later) not in open_months:
            later = month_after(later)
    return month_to_plan(unit_id, later)


def running_months(day: date) -> list[str]:
    """The months of a day that have days to come: its own, and the one to which its week belongs."""
    return [one for one in sorted({f"{day:%Y-%m}", month_name(day)}) if _weeks(one)[1] > day]


SINCE = timedelta(days=366)
"""A unit that taught no child at home for so long is not asked for timetables."""


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Months without a timetable, and in which units: the first running one that is still to be planned (None where
    none is), the next one; and the first of them whose term is not entered in so many units."""

    running: str | None
    running_in: frozenset[uuid.UUID]
    month: str
    month_in: frozenset[uuid.UUID]
    awaited: str | None
    awaiting: int

    def units(self, month: str) -> frozenset[uuid.UUID]:
        """The units counted for a month; nobody is asked for others than these two."""
        return self.running_in if month == self.running else self.month_in if month == self.month else frozenset()


def units_without(units: Sequence[uuid.UUID], day: date, days: Mapping[uuid.UUID | None, Days]) -> Lacking:
    """What lacks a timetable in some units, whose `days` are given (days_ahead): those that taught no child at home
    for a year lack none. Two queries."""
    running, month = running_months(day), month_after(f"{day:%Y-%m}")
    open_months = _unpublished(units, [*running, month], day)
    homes = _homes(open_months, day)
    first, lacking = next(
        ((one, found) for one in running if (found := _lacking(days, homes, open_months, one, day))), (None, set())
    )
    kinds = {(unit, one): days[unit].kind(one) for unit, one in open_months}
    taught = {
        unit for (unit, one), kind in kinds.items() if one == month and kind == MonthKind.TAUGHT and homes.get(unit)
    }
    awaited = min((one for (_unit, one), kind in kinds.items() if kind == MonthKind.AWAITED), default=None)
    return Lacking(
        running=first,
        running_in=frozenset(lacking),
        month=month,
        month_in=frozenset() if first == month else frozenset(taught),
        awaited=awaited,
        awaiting=sum(one == awaited and kind == MonthKind.AWAITED for (_unit, one), kind in kinds.items()),
    )


def _homes(open_months: set[tuple], day: date) -> dict[uuid.UUID, set[tuple[date, date]]]:
    """When the units taught children at home in the last year, and will to the end of the next month."""
    if not open_months:
        return {}
    last = _weeks(month_after(f"{day:%Y-%m}"))[1]
    return home_services_of_units({unit for unit, _month in open_months}, day - SINCE, last)


def _lacking(
    days: Mapping[uuid.UUID | None, Days],
    homes: Mapping[uuid.UUID, Iterable[tuple[date, date]]],
    open_months: set[tuple],
    month: str,
    day: date,
) -> set[uuid.UUID]:
    """The units in which a running month is open, has days of school left after a day, and children who are to be
    taught at home on them."""
    first, last = max(_weeks(month)[0], day + timedelta(days=1)), _weeks(month)[1]
    return {
        unit
        for unit, one in open_months
        if one == month
        and days[unit].between(first, last)
        and any(since <= last and until >= first for since, until in homes.get(unit, ()))
    }


def _unpublished(units: Sequence[uuid.UUID], months: Sequence[str], day: date) -> set[tuple[uuid.UUID, str]]:
    """(unit, month) of the units that exist on a day, where no timetable of the month is published."""
    rows = (
        db.session.execute(
            select(Unit.id, Timetable.month)
            .outerjoin(
                Timetable,
                (Timetable.unit_id == Unit.id)
                & Timetable.month.in_(months)
                & Timetable.superseded_at.is_(None)
                & (Timetable.state == TimetableState.PUBLISHED),
            )
            .where(Unit.id.in_(units), or_(Unit.valid_to.is_(None), Unit.valid_to > day))
        ).all()
        if units
        else []
    )
    published = {tuple(row) for row in rows}
    return {(row.id, month) for row in rows for month in months} - published
