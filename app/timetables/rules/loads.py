"""What every team has to do in a timetable, and how evenly it is shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.roads.types import Spot
from app.routing import Day, Team
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.problem import NO_WAY, HalfDay, half_days
from app.routing.travel import MODES, Point, distance_km
from app.timetables.types import Inputs, TeamLoad


def team_loads(task: Task, inputs: Inputs, visits: Iterable[Placed]) -> list[TeamLoad]:
    """The loads of the teams in the problem's order, of every visit given. Each shift is a way of its own: school,
    homes, school; on a day that is closed by now those of its weekday. A visit whose service or team the problem does
    not know any more counts with its own minutes of travel, the team after the others."""
    places = {name: i for i, name in enumerate(task.travel.places)}
    homes = {c.id: c.place for c in task.children}
    spots = {str(c.id): [c.spot] for c in inputs.children} | {
        team.place: list(team.spots.values()) for team in inputs.teams
    }
    teams, days = {team.id: team for team in task.teams}, {day.date: day for day in task.days}
    trips: dict[tuple[str, date, HalfDay | None], list[Placed]] = defaultdict(list)
    counts, kilometres = {name: [0, 0, 0] for name in teams}, dict.fromkeys(teams, 0.0)
    out: dict[str, set[date]] = defaultdict(set)
    for one in visits:
        if one.team in teams and one.demand in homes:
            acts = days.get(one.date) or Day(one.date, None)
            trips[one.team, one.date, _shift(teams[one.team], acts, one.start)].append(one)
            continue
        sums = counts.setdefault(one.team, [0, 0, 0])
        for part, value in enumerate((1, one.end - one.start, one.travel_in)):
            sums[part] += value
        out[one.team].add(one.date)
    for (name, day, shift), stops in trips.items():
        school, stops = teams[name].school, sorted(stops, key=lambda v: v.start)
        legs = task.travel.of_shift(stops[0].start if shift is None else shift.start)
        way = [school, *(homes[v.demand] for v in stops), school]
        sums = counts[name]
        sums[0] += len(stops)
        sums[1] += sum(v.end - v.start for v in stops)
        for a, b in zip(way, way[1:], strict=False):
            minutes = int(legs[places[a]][places[b]])
            sums[2] += minutes if minutes < NO_WAY else 0
            kilometres[name] += max(way_km(x, y) for x in spots.get(a, (None,)) for y in spots.get(b, (None,)))
        out[name].add(day)
    return [
        TeamLoad(team=name, visits=a, minutes=b, travel=c, km=round(kilometres.get(name, 0)), days=len(out[name]))
        for name, (a, b, c) in counts.items()
    ]


def _shift(team: Team, day: Day, start: int) -> HalfDay | None:
    if day.acts_as is None:
        day = replace(day, acts_as=day.date.weekday())
    return next((half for half in sorted(half_days(team.shifts, day)) if half.start <= start < half.end), None)


def way_km(a: Spot | None, b: Spot | None) -> float:
    """Kilometres of a way as the minutes are estimated: the straight line times the detour of the slower means."""
    if a is None or b is None:
        return 0.0
    points = [Point("", spot.latitude / 1e6, spot.longitude / 1e6, spot.mode) for spot in (a, b)]
    return distance_km(*points) * max(MODES[spot.mode].detour for spot in (a, b))


def gini(values: Sequence[float]) -> float:
    """How unevenly something is shared: 0 = all have the same, near 1 = one has everything."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    return sum((2 * place - len(ordered) - 1) * value for place, value in enumerate(ordered, 1)) / len(ordered) / total


def busiest_to_average(values: Sequence[float]) -> float:
    """The greatest value over the mean; 0 where there is nothing."""
    return max(values) * len(values) / sum(values) if values and sum(values) else 0.0


def expected_allowance(visits: int, teachers: int, rate: int | None) -> int:
    """What a team will be owed in fen when each of its visits is given by all its teachers and confirmed; `rate` is
    the district's allowance of one teacher for one visit in fen, None where there is none."""
    return visits * teachers * (rate or 0)
