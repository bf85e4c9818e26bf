"""The map of a day: from the school to the homes in order, over the district's shape. Drawn by the server, without
tiles and without any other host."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.schools.queries import find_unit
from app.schools.shapes import box_of, point_of, shape_of
from app.teams.queries.who_may_plan import may_plan
from app.timetables.queries import naming, placed
from app.timetables.queries.drawn import homes_of, schools_of
from app.timetables.views.pages import pages
from app.timetables.views.review import asked_day, first_open_day, made_timetable, school_days
from app.timetables.views.showing import closed_days
from app.web.reading import as_uuid
from app.web.requests import note_opening
from app.web.upward import address_of

WIDE, HIGH, LEAST, AIR = 880, 620, 14.0, 0.12
"""Size of the picture, the least stretch of the map that is shown (about 7 km), the air around the places."""
COLOURS = 6


class Placed(Protocol):
    """What of a visit its route shows."""

    @property
    def child_id(self) -> uuid.UUID: ...
    @property
    def travel_estimated(self) -> bool: ...


@dataclass
class Stop:
    """A home on a route: its number, the visit, where it is drawn (None when its place is not the reader's to see)."""

    number: int
    visit: Placed
    at: tuple[float, float] | None
    url: str


@dataclass
class Route:
    """A team's day: the school, the stops in order, the legs (x1, y1, x2, y2, estimated)."""

    team_id: uuid.UUID
    name: str
    people: str
    colour: int
    school: str
    at: tuple[float, float] | None
    stops: list[Stop] = field(default_factory=list)
    legs: list[tuple] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The district's shape with the routes on it."""

    shape: str
    transform: str
    size: tuple[int, int]
    unit_name: str
    hidden: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The day and the team asked for, and those to choose from."""

    days: Sequence[date]
    teams: Sequence
    team_id: uuid.UUID | None


@pages.get("/timetables/<uuid:timetable_id>/map", needs=Permission.TIMETABLES_READ)
def show_map(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """The routes of a day on the map, with a list that says the same."""
    row = made_timetable(timetable_id)
    closed = closed_days(row)
    day = asked_day(row) if "day" in request.args else first_open_day(row, asked_day(row), closed)
    teams = naming.teams_of(g.actor, row)
    visits = [one for one in placed.list_placed(g.actor, row.id, first=day, last=day) if not one.moves]
    out = [team for team in teams if any(one.team_id == team[0] for one in visits)]
    team_id = _asked_team(out)
    shown = [one for one in visits if team_id is None or one.team_id == team_id]
    routes = _routes([team for team in out if team_id in (None, team[0])], shown)
    unit = find_unit(row.unit_id)
    shape = shape_of(unit.code) if unit else ""
    frame = _frame(routes, shape)
    return render_template(
        "timetables/show_map.html",
        timetable=row,
        planner=may_plan(g.actor, row.unit_id),
        day=day,
        routes=_placed(routes, frame),
        map=Drawing(
            shape=shape,
            transform=frame.transform,
            size=(WIDE, HIGH),
            unit_name=unit.name if unit else "",
            hidden=sum(stop.at is None for route in routes for stop in route.stops),
        ),
        asked=Asked(days=school_days(row, closed), teams=out, team_id=team_id),
    )


def _asked_team(out: Any) -> uuid.UUID | None:
    """The asked team; "all" or one without visits on this day shows all, nothing asked shows the first."""
    asked = request.args.get("team")
    if asked is None:
        return out[0][0] if out else None
    try:
        team_id = as_uuid(asked)
    except ValueError:
        return None
    return team_id if any(team[0] == team_id for team in out) else None


def _routes(teams: Any, visits: Sequence[Any]) -> list[Route]:
    homes = homes_of(g.actor, {one.child_id for one in visits})
    schools = schools_of({team[0] for team in teams})
    for child_id in sorted(homes, key=str):
        note_opening(child_id, "map of visits")
    routes = []
    for place, (team_id, name, people) in enumerate(teams):
        school = schools.get(team_id)
        route = Route(
            team_id,
            name,
            people,
            place % COLOURS + 1,
            school.name if school else "",
            point_of(school.latitude, school.longitude) if school else None,
        )
        for one in visits:
            if one.team_id == team_id:
                home = homes.get(one.child_id)
                at = point_of(home.latitude, home.longitude) if home else None
                route.stops.append(Stop(len(route.stops) + 1, one, at, address_of("visits_of", one.child_id)))
        routes.append(route)
    return routes


@dataclass(frozen=True)
class _Frame:
    """How the map is moved and enlarged to fill the picture."""

    left: float
    top: float
    scale: float

    def place(self, at: tuple[float, float]) -> tuple[float, float]:
        return round((at[0] - self.left) * self.scale, 1), round((at[1] - self.top) * self.scale, 1)

    @property
    def transform(self) -> str:
        return f"scale({self.scale:.4f}) translate({-self.left:.2f} {-self.top:.2f})"


def _frame(routes: list[Route], shape: str) -> _Frame:
    """Around the places shown, with air; around the district where none is."""
    points = [route.at for route in routes if route.at] + [
        stop.at for route in routes for stop in route.stops if stop.at
    ]
    box = box_of(shape)
    if box and not points:
        points += [(box[0], box[1]), (box[2], box[3])]
    if not points:
        return _Frame(0, 0, 1)
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    wide = max(max(xs) - min(xs), (max(ys) - min(ys)) * WIDE / HIGH, LEAST) * (1 + 2 * AIR)
    high = wide * HIGH / WIDE
    return _Frame((min(xs) + max(xs) - wide) / 2, (min(ys) + max(ys) - high) / 2, WIDE / wide)


def _placed(routes: list[Route], frame: _Frame) -> list[Route]:
    """The routes in the picture's own numbers, with their legs. A leg to a home that is not shown is left out."""
    for route in routes:
        route.at = frame.place(route.at) if route.at else None
        before = route.at
        for stop in route.stops:
            stop.at = frame.place(stop.at) if stop.at else None
            if before and stop.at:
                route.legs.append((*before, *stop.at, stop.visit.travel_estimated))
            before = stop.at
        if before and route.at and route.stops:
            route.legs.append((*before, *route.at, route.stops[-1].visit.travel_estimated))
    return routes
