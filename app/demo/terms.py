"""The terms of years whose school calendar is not known yet, and the days of a term: the demo is whole on a day that
lies years ahead too.

Made the way the known ones are: the autumn term begins on 1 September and ends more than a week before Spring Festival,
the spring term begins on the Monday after the Lantern Festival and ends in the first week of July.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from app.demo.dice import Dice, Rows
from app.kernel.periods import Period
from app.kernel.provisional import FIRST_DAYS, lunar, provisional_holidays
from app.schools.queries import teaching_calendar
from app.timetables.rules.gathering import month_of

Span = tuple[date, date]
MONDAY, FRIDAY = 0, 4
SOURCE = "Assumed; please confirm"


def add_terms(dice: Dice, rows: Rows, known: list[Span], on: date) -> list[Span]:
    """Add the municipality's terms after the `known` ones until one ends after `on`; return all of them."""
    terms, year = list(known), known[-1][1].year
    while terms[-1][1] < on and year + 1 in FIRST_DAYS:
        for number, (starts_on, ends_on) in enumerate((autumn(year), spring(year + 1)), 1):
            rows.add(
                "terms",
                id=dice.id(),
                unit_id=None,
                school_year=year,
                number=number,
                starts_on=starts_on,
                ends_on=ends_on,
                source=SOURCE,
            )
            terms.append((starts_on, ends_on))
        year += 1
    return terms


def autumn(year: int) -> Span:
    """First and last day of the autumn term that begins in a year."""
    first, latest = date(year, 9, 1), min(lunar(year + 1, 1, 1) - timedelta(days=8), date(year + 1, 1, 31))
    return (
        _next(first, MONDAY) if first.weekday() > FRIDAY else first,
        latest - timedelta(days=(latest.weekday() - FRIDAY) % 7),
    )


def spring(year: int) -> Span:
    """First and last day of the spring term of a year."""
    return _next(lunar(year, 1, 16), MONDAY), _next(date(year, 7, 1), FRIDAY)


def _next(day: date, weekday: int) -> date:
    """The first such weekday from a day on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def days_of(unit_id: uuid.UUID, term: tuple[date, date], on: date) -> dict[date, int | None]:
    """The days of a term up to the end of the month of `on`: the weekday that each acts as, None where there is no
    school."""
    months = Period.through(term[0], min(term[1], month_of(on)[1]))
    calendar = teaching_calendar(unit_id, term[0], months.last or term[1], fallback=True)
    teaching = {
        one.day: one.acts_as
        for one in calendar.teaching_days(months)
        if one.day not in (provisional_holidays(one.day.year) or ())  # of a year without a notice
    }
    return {day: teaching.get(day) for day in months.days()}
