"""View-models of the calendar: a year's months in figures, one month as two grids."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import format_date, gettext

from app.kernel.calendars import TeachingCalendar
from app.kernel.sentences import words_of
from app.schools.types import CalendarFacts, DayKind


@dataclass(frozen=True)
class DayCell:
    """A day of a month grid (components/month.html)."""

    number: int
    outside: bool
    today: bool
    closed: str | None
    entries: Sequence = field(default=())


@dataclass(frozen=True)
class Entry:
    text: str
    url: str = ""
    state: str = ""


@dataclass(frozen=True)
class MonthLine:
    """A month in figures: working days, teaching days, and the names of what is special in it."""

    number: int
    name: str
    working: int
    teaching: int
    special: str


@dataclass(frozen=True, kw_only=True)
class YearPicture:
    """The year in months, and one month of both calendars."""

    months: list[MonthLine]
    working: int
    teaching: int
    working_weeks: list[list[DayCell]]
    teaching_weeks: list[list[DayCell]]
    month_name: str


def year_picture(
    year: int, month: int, teaching: TeachingCalendar, facts: CalendarFacts | None, special: Iterable, today: date
) -> YearPicture:
    """Put a year together for the page. `special` are the rows of closures and make-up days; without `facts` the
    working days are only counted Monday to Friday, which the page says loudly."""
    reasons = {row.day: row for row in special}
    lines = [_line(date(year, number, 1), teaching, facts, reasons) for number in range(1, 13)]
    weeks = calendar.Calendar(0).monthdatescalendar(year, month)
    return YearPicture(
        months=lines,
        working=sum(line.working for line in lines),
        teaching=sum(line.teaching for line in lines),
        working_weeks=[[_working_cell(day, month, teaching, facts, today) for day in week] for week in weeks],
        teaching_weeks=[
            [_teaching_cell(day, month, teaching, facts, reasons, today) for day in week] for week in weeks
        ],
        month_name=format_date(date(year, month, 1), "yyyy MMMM" if _english() else "yyyy年M月"),
    )


def _english() -> bool:
    from flask_babel import get_locale

    return str(get_locale()).startswith("en")


def _line(first: date, teaching: TeachingCalendar, facts: CalendarFacts | None, reasons: dict) -> MonthLine:
    days = [date(first.year, first.month, n) for n in range(1, calendar.monthrange(first.year, first.month)[1] + 1)]
    names = dict.fromkeys(_holiday_name(facts, day) for day in days)
    names |= dict.fromkeys(reasons[day].name for day in days if day in reasons)
    return MonthLine(
        first.month,
        format_date(first, "MMMM" if _english() else "M月"),
        sum(teaching.working.is_working_day(day) for day in days),
        sum(teaching.is_teaching_day(day) for day in days),
        "、".join(name for name in names if name) if not _english() else ", ".join(name for name in names if name),
    )


def _holiday_name(facts: CalendarFacts | None, day: date) -> str:
    name = facts.holidays.get(day, "") if facts else ""
    return gettext(words_of(name)) if name else ""


def _working_cell(
    day: date, month: int, teaching: TeachingCalendar, facts: CalendarFacts | None, today: date
) -> DayCell:
    if day.month != month:
        return DayCell(day.day, True, False, None)
    works = teaching.working.is_working_day(day)
    closed = None if works else _holiday_name(facts, day) or gettext("off")
    shifted = facts is not None and day in facts.worked
    return DayCell(day.day, False, day == today, closed, (Entry(gettext("shifted working day")),) if shifted else ())


def _teaching_cell(
    day: date, month: int, teaching: TeachingCalendar, facts: CalendarFacts | None, reasons: dict, today: date
) -> DayCell:
    if day.month != month:
        return DayCell(day.day, True, False, None)
    closed: str | None = None
    entries: tuple[Entry, ...] = ()
    if not teaching.is_teaching_day(day):
        closure = teaching.closure_on(day)
        closed = (
            (closure.reason if closure else "")
            or _holiday_name(facts, day)
            or (gettext("off") if teaching.term_on(day) else gettext("outside the terms"))
        )
    elif day in reasons and reasons[day].kind == DayKind.TEACHING:
        entries = (Entry(reasons[day].name),)
    elif facts is not None and day in facts.worked:
        entries = (Entry(gettext("shifted working day")),)
    return DayCell(day.day, False, day == today, closed, entries)
