"""The two calendars from the data: working days for legal clocks, teaching days for visits."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date

from sqlalchemy import select

from app.db import db
from app.db.remember import remembered
from app.kernel import calendars as kernel
from app.kernel.periods import Period
from app.kernel.provisional import provisional_holidays
from app.schools.models import CalendarDay, CalendarYear, Term
from app.schools.queries.settings import for_unit
from app.schools.types import CalendarFacts, DayKind


def list_calendar_years() -> list[CalendarYear]:
    """The years whose national days are known, in order."""
    return list(db.session.scalars(select(CalendarYear).order_by(CalendarYear.year)))


def calendar_facts(year: int) -> CalendarFacts | None:
    """The national days of a year as they stand in the data, or None when the year was never loaded."""
    return _known_years().get(year)


def _known_years() -> dict[int, CalendarFacts]:
    """All years that were loaded: they are few, and whoever asks for one asks for the next too. Two queries."""
    return remembered("calendar facts", _read_years)


def _read_years() -> dict[int, CalendarFacts]:
    named: dict[tuple[int, DayKind], dict[date, str]] = defaultdict(dict)
    for day, kind, name in db.session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.name)
        .where(CalendarDay.unit_id.is_(None), CalendarDay.kind.in_([DayKind.HOLIDAY, DayKind.WORKED]))
        .order_by(CalendarDay.day)
    ):
        named[day.year, kind][day] = name
    return {
        row.year: CalendarFacts(row.year, named[row.year, DayKind.HOLIDAY], named[row.year, DayKind.WORKED], row.source)
        for row in list_calendar_years()
    }


def provisional_facts(year: int) -> CalendarFacts | None:
    """What stands in for a year whose notice is not loaded: the days off that the law fixes. None for a year that is
    loaded, and for one too far ahead."""
    if calendar_facts(year) is not None:
        return None
    holidays = provisional_holidays(year)
    return CalendarFacts(year, holidays, {}, "provisional") if holidays else None


def provisional_years(first: date, last: date) -> list[int]:
    """The years between two days that are only known provisionally; every page and paper of them says so."""
    return [year for year in range(first.year, last.year + 1) if provisional_facts(year) is not None]


def working_calendar(*, fallback: bool = False) -> kernel.WorkingCalendar:
    """The national working days of all years in the data; legal clocks run on it.

    A year without data raises YearMissing when it is asked for; with `fallback` it counts Monday to Friday and names
    the year, so that the page can warn.
    """
    return kernel.WorkingCalendar(
        [
            kernel.CalendarYear(year, frozenset(facts.holidays), frozenset(facts.worked), facts.source)
            for year, facts in _known_years().items()
        ],
        fallback=fallback,
    )


def legal_calendar(around: date) -> kernel.WorkingCalendar:
    """The working days on which the clocks of a few years around a day run. Where a year's notice is not loaded yet the
    days off that the law fixes are taken off (`provisional_years` says so), beyond them Monday to Friday count."""
    working = working_calendar(fallback=True)
    guessed = {year: provisional_holidays(year) for year in range(around.year - 1, around.year + 3)}
    for year, holidays in guessed.items():
        if holidays and not working.has_year(year):
            working = working.with_year(kernel.CalendarYear(year, frozenset(holidays), frozenset()))
    return working


def list_terms(unit_id: uuid.UUID | None) -> list[Term]:
    """The terms that hold in a unit, in order: its own where it has set them, else the municipality's."""
    rows = db.session.scalars(select(Term).where(for_unit(Term.unit_id, unit_id))).all()
    chosen = {}
    for row in sorted(rows, key=lambda row: row.unit_id is not None):
        chosen[row.school_year, row.number] = row
    return [chosen[key] for key in sorted(chosen)]


def term_on(unit_id: uuid.UUID | None, day: date) -> Term | None:
    """The term in which a day lies in a unit, or None (holidays between terms, or terms not entered yet)."""
    return next((term for term in list_terms(unit_id) if term.starts_on <= day <= term.ends_on), None)


def list_closures(unit_id: uuid.UUID | None, first: date, last: date) -> list[CalendarDay]:
    """Closed days and make-up days of a unit and of the whole municipality from `first` to `last`, by day."""
    return list(
        db.session.scalars(
            select(CalendarDay)
            .where(
                for_unit(CalendarDay.unit_id, unit_id),
                CalendarDay.day.between(first, last),
                CalendarDay.kind.in_([DayKind.CLOSED, DayKind.TEACHING]),
            )
            .order_by(CalendarDay.day, CalendarDay.kind)
        )
    )


def teaching_calendar(
    unit_id: uuid.UUID | None, first: date, last: date, *, fallback: bool = False, provisional: bool = False
) -> kernel.TeachingCalendar:
    """The teaching days of a unit for days from `first` to `last`: its terms, holidays, closures and make-up days.

    Raises YearMissing when a year between them has no holiday data, unless `fallback` asks for Monday to Friday
    or `provisional` for the days off that are certain in it.
    """
    working = working_calendar(fallback=fallback)
    for year in provisional_years(first, last) if provisional else ():
        working = working.with_year(kernel.CalendarYear(year, frozenset(provisional_holidays(year) or ()), frozenset()))
    if not fallback:
        for year in range(first.year, last.year + 1):
            if not working.has_year(year):
                raise kernel.YearMissing(year)
    terms = tuple(
        kernel.Term(term.starts_on, term.ends_on, term.number)
        for term in list_terms(unit_id)
        if term.starts_on <= last and first <= term.ends_on
    )
    special = list_closures(unit_id, first, last)
    closures = tuple(kernel.Closure(Period.one_day(row.day), row.name) for row in special if row.kind == DayKind.CLOSED)
    make_up = {row.day: row.acts_as for row in special if row.kind == DayKind.TEACHING}
    return kernel.TeachingCalendar(working, terms, closures, make_up)
