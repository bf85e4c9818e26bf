"""Which months have days of school in a unit: only those ask for a timetable."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import exists, or_, select

from app.access import Actor
from app.db import db
from app.db.remember import remembered
from app.kernel.calendars import CalendarYear as KernelYear
from app.kernel.calendars import Closure, TeachingCalendar, WorkingCalendar
from app.kernel.calendars import Term as KernelTerm
from app.kernel.periods import Period
from app.kernel.provisional import provisional_holidays
from app.schools.models import CalendarDay, Term, Unit
from app.schools.types import DayKind
from app.visits.models import Timetable
from app.visits.rules import month_name, period_of, weeks_of
from app.visits.rules.terms import month_after, term_of_month, usually_taught
from app.visits.types import MonthKind, TimetableState

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
    def among(column):
        return column.in_([one for one in units if one]) | column.is_(None)

    days = db.session.scalars(select(CalendarDay).where(
        CalendarDay.day.between(date(first.year, 1, 1), date(last.year, 12, 31)), among(CalendarDay.unit_id))).all()
    years = {row.day.year for row in days if row.unit_id is None and row.kind == DayKind.HOLIDAY}
    terms = db.session.scalars(select(Term).where(among(Term.unit_id)).order_by(Term.unit_id.is_not(None))).all()
    working = WorkingCalendar([_national(year, days) if year in years else KernelYear(
        year, frozenset(provisional_holidays(year) or ()), frozenset()) for year in range(first.year, last.year + 1)])
    names = {day: name for year in range(first.year, last.year + 1) if year not in years
             for day, name in (provisional_holidays(year) or {}).items()}
    return {unit: _days(unit, working, terms, days, names) for unit in units}


def _national(year: int, days: Sequence[CalendarDay]) -> KernelYear:
    of = [row for row in days if row.unit_id is None and row.day.year == year]
    return KernelYear(year, frozenset(row.day for row in of if row.kind == DayKind.HOLIDAY),
                       frozenset(row.day for row in of if row.kind == DayKind.WORKED))


def _days(unit: uuid.UUID | None, working: WorkingCalendar, terms: Sequence[Term],
          days: Sequence[CalendarDay], names: Mapping[date, str]) -> Days:
    own = {(row.school_year, row.number): row for row in terms if row.unit_id in (None, unit)}  # the unit's own last
    special = [row for row in days if row.unit_id in (None, unit)]
    return Days(TeachingCalendar(
        working, tuple(KernelTerm(row.starts_on, row.ends_on, row.number) for row in own.values()),
        tuple(Closure(Period.one_day(row.day), row.name) for row in special if row.kind == DayKind.CLOSED),
        {row.day: row.acts_as for row in special if row.kind == DayKind.TEACHING}), frozenset(own),
        {**names, **{row.day: row.name for kind in (DayKind.HOLIDAY, DayKind.CLOSED) for row in special
                     if row.kind == kind}})


def days_around(unit_id: uuid.UUID | None, month: str) -> Days:
    """The days of a unit in the school year of a month and after: one look for everything that a page asks."""
    year = term_of_month(month)[0]
    return remembered(("days of school", unit_id, year), lambda: days_of(
        [unit_id], date(year, 1, 1), date(year + 2, 12, 31))[unit_id])


def days_ahead(units: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID | None, Days]:
    """The days of several units from the month of a day on, as far as visits can stand: one look for all of Today."""
    return remembered(("days ahead", tuple(units), day), lambda: days_of(
        units, day - timedelta(days=40), day + AHEAD))


def month_kind(unit_id: uuid.UUID | None, month: str) -> MonthKind:
    """Whether a month of a unit has days of school, has none, or lies in a term that is still to be entered."""
    return days_around(unit_id, month).kind(month)


def has_school(unit_id: uuid.UUID | None, first: date, last: date) -> bool:
    """Whether there is a day of school from `first` to `last`."""
    return bool(days_around(unit_id, f"{first:%Y-%m}").between(first, last))


def is_left(unit_id: uuid.UUID | None, month: str, today: date) -> bool:
    """Whether a timetable of a month, asked for today, has a day of school to plan: what is past of it is over."""
    period = period_of(month, today, published=False)
    return period.ok and has_school(unit_id, *period.value)


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
    """The month after a day's own, or the next one that is taught."""
    return month_to_plan(unit_id, month_after(f"{day:%Y-%m}"))


def units_without(actor: Actor, day: date) -> tuple[str, int, int]:
    """The month after a day's own, how many of the actor's units have days of school in it and no timetable, and how
    many have not entered its term."""
    month = month_after(f"{day:%Y-%m}")
    published = exists().where(Timetable.unit_id == Unit.id, Timetable.month == month,
                               Timetable.superseded_at.is_(None), Timetable.state == TimetableState.PUBLISHED)
    units = list(db.session.scalars(select(Unit.id).where(
        Unit.id.in_(actor.unit_ids), or_(Unit.valid_to.is_(None), Unit.valid_to > day), ~published))) if (
            actor.unit_ids) else []
    days = days_ahead(list(actor.unit_ids), day) if units else {}
    kinds = [days[one].kind(month) for one in units]
    return month, kinds.count(MonthKind.TAUGHT), kinds.count(MonthKind.AWAITED)
