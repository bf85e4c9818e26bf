"""What every team has to do in a timetable, and how evenly it is shared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.problem import NO_WAY, HalfDay, half_days
from app.routing.travel import MODES, Point, distance_km
from app.visits.types import Inputs, Spot, TeamLoad


def team_loads(task: Task, inputs: Inputs, visits: Iterable[Placed]) -> list[TeamLoad]:
    """The loads of the problem's teams in its order. Each shift is a way of its own: school, homes, school."""
    places = {name: i for i, name in enumerate(task.travel.places)}
    homes = {c.id: c.place for c in task.children}
    spots = {str(c.id): [c.spot] for c in inputs.children} | {
        team.place: list(team.spots.values()) for team in inputs.teams}
    teams, days = {team.id: team for team in task.teams}, {day.date: day for day in task.days}
    trips: dict[tuple, list[Placed]] = defaultdict(list)
    for one in visits:
        if one.team in teams and one.demand in homes and one.date in days:
            trips[one.team, one.date, _shift(teams[one.team], days[one.date], one.start)].append(one)
    sums = {name: [0, 0, 0, 0.0] for name in teams}
    out = defaultdict(set)
    for (name, day, shift), stops in trips.items():
        school, stops = teams[name].school, sorted(stops, key=lambda v: v.start)
        legs = task.travel.of_shift(stops[0].start if shift is None else shift.start)
        way = [school, *(homes[v.demand] for v in stops), school]
        one = sums[name]
        one[0] += len(stops)
        one[1] += sum(v.end - v.start for v in stops)
        for a, b in zip(way, way[1:], strict=False):
            minutes = int(legs[places[a]][places[b]])
            one[2] += minutes if minutes < NO_WAY else 0
            one[3] += max(way_km(x, y) for x in spots.get(a, (None,)) for y in spots.get(b, (None,)))
        out[name].add(day)
    return [TeamLoad(name, a, b, c, round(d), len(out[name])) for name, (a, b, c, d) in sums.items()]


def _shift(team, day, start: int) -> HalfDay | None:
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


def other_team_visits(faces: Iterable[tuple[str, str]]) -> int:
    """Visits by another than the main team: of every service (first) the teams (second) of its visits are given."""
    by: Mapping[str, Counter] = defaultdict(Counter)
    for service, team in faces:
        by[service][team] += 1
    return sum(sum(count.values()) - max(count.values()) for count in by.values())
