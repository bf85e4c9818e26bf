"""Visits as the calendar components want them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext

from app.kernel.dates import monday_of
from app.timetables.queries import moving_away
from app.timetables.types import RecordOutcome, VisitOrigin
from app.web.filters import day as day_words
from app.web.filters import label, span, today

STATES = {VisitOrigin.MANUAL: "moved", VisitOrigin.MAKEUP: "moved"}


def _at(minutes: int) -> str:
    """The place in the grid, on a multiple of five minutes from 6 to 20 o'clock."""
    minutes = min(max(minutes - minutes % 5, 360), 1195)
    return f"{minutes // 60:02d}{minutes % 60:02d}"


def _length(minutes: int) -> int:
    return min(300, max(5, -(-minutes // 5) * 5))


def week_days(visits: Iterable, monday: date, closed: dict[date, str], url_of: Callable) -> list[dict]:
    """The days of one team's week: Monday to Friday, the weekend only where there is something."""
    by_day: dict[date, list] = {}
    for one in visits:
        by_day.setdefault(one.day, []).append(one)
    days = [monday + timedelta(days=n) for n in range(7)]
    return [
        {
            "label": day_words(day, "EEE MM-dd"),
            "today": day == today(),
            "closed": closed.get(day),
            "visits": [visit_card(one, url_of(one)) for one in by_day.get(day, ())],
            "travels": travel_cards(by_day.get(day, ())),
        }
        for day in days
        if day.weekday() < 5 or day in by_day
    ]


def visit_card(one: Any, url: str | None) -> dict:
    """A visit as a card of the week."""
    state = "done" if one.outcome == RecordOutcome.GIVEN else "cancelled" if one.outcome else STATES.get(one.origin, "")
    words = label(one.outcome) if one.outcome else label(one.origin) if state else ""
    if one.moves:
        state, words = "cancelled", gettext("ends with the move")
    return {
        "at": _at(one.start),
        "minutes": _length(one.end - one.start),
        "name": one.child_name,
        "time": span(one.start, one.end),
        "url": url,
        "state": state,
        "state_text": words,
    }


def travel_cards(visits: Iterable) -> list[dict]:
    """The ways before visits; nobody goes to one that ends with a move."""
    return [travel_card(one) for one in visits if one.travel_in and not one.moves]


def travel_card(one: Any) -> dict:
    """The way before a visit."""
    words = gettext("%(minutes)s min", minutes=one.travel_in)
    if one.travel_estimated:
        words += " " + gettext("(estimate)")
    return {"at": _at(one.start - one.travel_in), "minutes": _length(one.travel_in), "text": words}


def month_weeks(month: str, visits: Iterable, closed: dict[date, str], text_of: Callable, url_of: Callable) -> list:
    """A month of one child as weeks of seven days."""
    first = date(int(month[:4]), int(month[5:]), 1)
    by_day: dict[date, list] = {}
    for one in visits:
        by_day.setdefault(one.day, []).append(one)
    weeks, day = [], monday_of(first)
    while day <= first or day.month == first.month:
        row = []
        for _n in range(7):
            inside = day.month == first.month
            row.append(
                {
                    "number": day.day,
                    "outside": not inside,
                    "today": day == today(),
                    "closed": closed.get(day),
                    "entries": [_entry(one, text_of(one), url_of(one)) for one in by_day.get(day, ())],
                }
            )
            day += timedelta(days=1)
        weeks.append(row)
    return weeks


def _entry(one: Any, text: str, url: str | None) -> dict:
    """A visit of a child's month; one that nobody gives is struck through with the reason."""
    void = ends_or_closed(one)
    gone = one.outcome == RecordOutcome.NOT_GIVEN or void
    return {"text": text, "url": url, "state": "cancelled" if gone else "", "note": void}


def ends_or_closed(one: Any) -> str:
    """Why nobody comes to a visit, in a word; "" for one that stands."""
    if getattr(one, "moves", False) or getattr(one, "closed", None) == moving_away.MOVES:
        return gettext("ends with the move")
    return gettext("closed") if getattr(one, "closed", None) is not None else ""


def weekday_names() -> list[str]:
    """Monday to Sunday, short."""
    return [day_words(date(2026, 6, 1) + timedelta(days=n), "EEE") for n in range(7)]
