"""The week of one team on the first page of a timetable."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import g, request

from app.kernel.dates import monday_of
from app.timetables.queries import naming, placed
from app.timetables.queries.pins import pins_of_month
from app.timetables.queries.standing import teams_with_visits
from app.timetables.types import TimetableState
from app.timetables.views.boards import hours_of, pin_keys, week_columns
from app.timetables.views.showing import board_url, closed_days
from app.web.days import asked_day
from app.web.filters import today
from app.web.reading import as_uuid


@dataclass(frozen=True, kw_only=True)
class Week:
    """The week of one team as a board. `teams`: (id, name, people) to choose from; `mondays` likewise; `words`: the
    team shown, with its people; `hours`: from and to which hour it is drawn; `printable`: papers can be made of it."""

    teams: Sequence[tuple[uuid.UUID, str, str]]
    team_id: uuid.UUID | None
    words: str
    monday: date
    mondays: Sequence[date]
    columns: Sequence[dict]
    hours: tuple[int, int]
    printable: bool
    movable: bool


def week_view(row: Any, planner: bool) -> Week:
    """The asked week of the asked team; the first ones where none was asked for."""
    teams = naming.teams_of(g.actor, row)
    team_id = request.args.get("team", type=as_uuid) or (teams[0][0] if teams else None)
    monday, visits = _week_of_team(row, team_id, _asked_week(row))
    pins = pin_keys(pins_of_month(row.unit_id, row.month)) if planner else set()
    return Week(
        teams=teams,
        team_id=team_id,
        words=next((f"{name}：{people}" for one, name, people in teams if one == team_id), ""),
        monday=monday,
        mondays=_mondays(row),
        columns=week_columns(visits, monday, team_id, closed_days(row), pins, lambda one: board_url(one, row, planner)),
        hours=hours_of(visits),
        printable=row.state == TimetableState.PUBLISHED
        and team_id is not None
        and bool(teams_with_visits(g.actor, [team_id], monday, monday + timedelta(days=6))),
        movable=planner and row.state == TimetableState.DRAFT,
    )


def _week_of_team(row: Any, team_id: uuid.UUID | None, monday: date) -> tuple[date, list]:
    """A week and the team's visits in it; when no week was asked for, the first one from here on that has any."""
    if team_id is None:
        return monday, []
    if "week" in request.args:
        return monday, placed.list_placed(
            g.actor, row.id, team_id=team_id, first=monday, last=monday + timedelta(days=6)
        )
    visits = placed.list_placed(g.actor, row.id, team_id=team_id, first=monday)
    monday = monday_of(visits[0].day) if visits else monday
    return monday, [one for one in visits if one.day < monday + timedelta(days=7)]


def _mondays(row: Any) -> list[date]:
    """Mondays of the timetable's weeks."""
    at, found = monday_of(row.first_on), []
    while at <= row.last_on:
        found.append(at)
        at += timedelta(days=7)
    return found


def _asked_week(row: Any) -> date:
    """The asked week, else this one, else the first, kept inside the timetable."""
    asked = asked_day("week") or today()
    weeks = _mondays(row)
    return monday_of(min(max(asked, weeks[0]), weeks[-1]))
