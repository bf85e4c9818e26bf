"""Boards: visits in columns (the days of a team, or the teams of a day) that can be dragged and pinned."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.kernel.order import counted
from app.timetables.types import Pin
from app.timetables.views.calendars import travel_cards, visit_card
from app.web.filters import clock, today
from app.web.filters import day as day_words


def spell(visit: Any, whole: bool = False) -> str:
    """Day and time of a visit of the engine: Thu 03-12 09:10; `whole`: 09:10–10:00."""
    end = f"–{clock(visit.end)}" if whole else ""
    return f"{day_words(visit.date, 'EEE MM-dd')} {clock(visit.start)}{end}"


def pin_keys(pins: Iterable[Pin]) -> set[tuple]:
    """Where pinned visits stand."""
    return {(pin.child_id, pin.service_key, pin.team_id, pin.day, pin.start) for pin in pins}


def is_pinned_at(pins: set[tuple], one: Any) -> bool:
    """Whether a placed visit stands where it is pinned."""
    return (one.child_id, one.service_key, one.team_id, one.day, one.start) in pins


def _cards(visits: Iterable, pins: set[tuple], url_of: Callable) -> dict:
    visits = list(visits)
    cards = [
        visit_card(one, url_of(one)) | {"id": one.id, "start": one.start, "pinned": is_pinned_at(pins, one)}
        for one in visits
    ]
    return {"visits": cards, "travels": travel_cards(visits)}


def week_columns(
    visits: Iterable,
    monday: date,
    team_id: uuid.UUID | None,
    closed: Mapping[date, str],
    pins: set[tuple],
    url_of: Callable,
) -> list[dict]:
    """The days of one team's week: Monday to Friday, the weekend only where there is something."""
    by_day: dict[date, list] = {}
    for one in visits:
        by_day.setdefault(one.day, []).append(one)
    days = [monday + timedelta(days=n) for n in range(7)]
    return [
        {
            "label": day_words(day, "EEE MM-dd"),
            "note": "",
            "today": day == today(),
            "closed": closed.get(day),
            "day": day,
            "team": team_id,
        }
        | _cards(by_day.get(day, ()), pins, url_of)
        for day in days
        if day.weekday() < 5 or day in by_day
    ]


def day_columns(
    visits: Iterable, day: date, teams: Sequence[tuple], closed: Mapping[date, str], pins: set[tuple], url_of: Callable
) -> list[dict]:
    """The teams of one day, those with visits first, by name and number (第2组 before 第10组)."""
    by_team: dict[uuid.UUID, list] = {}
    for one in visits:
        by_team.setdefault(one.team_id, []).append(one)
    ordered = sorted(teams, key=lambda team: (team[0] not in by_team, counted(team[1])))
    return [
        {"label": name, "note": people, "today": False, "closed": closed.get(day), "day": day, "team": team_id}
        | _cards(by_team.get(team_id, ()), pins, url_of)
        for team_id, name, people in ordered
    ]


def hours_of(visits: Iterable) -> tuple[int, int]:
    """From and to which hour a board is drawn."""
    visits = list(visits)
    first = min((v.start - v.travel_in for v in visits), default=510) // 60
    last = -(-max((v.end for v in visits), default=1020) // 60)
    return max(6, min(first, 8)), min(20, max(last + 1, 18))
