"""The figures of a dated plan, compared in the order of `Score`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.routing.problem import Day, HalfDay, Problem, Score, Team, Visit
from app.routing.telling import Unserved


def score(problem: Problem, visits: tuple[Visit, ...], unserved: tuple[Unserved, ...]) -> Score:
    """Score a dated plan: see `Score`. Travel counts every leg, the way back to school too. A trip outside the team's
    hours takes the legs of the half of the day in which its first visit starts."""
    kids = {c.id: c for c in problem.children}
    place = {p: i for i, p in enumerate(problem.travel.places)}
    teams = {t.id: t for t in problem.teams}
    travel, loads, days = 0, dict.fromkeys(teams, 0), {d.date: d for d in problem.days}
    faces: dict[str, list[str]] = {}
    routes: dict[tuple[str, date, HalfDay | None], list[Visit]] = {}
    for v in visits:
        faces.setdefault(v.demand, []).append(v.team)
        loads[v.team] += v.end - v.start
        routes.setdefault((v.team, v.date, _shift_of(days, teams[v.team], v)), []).append(v)
    for (team, _, shift), stops in routes.items():
        stops.sort(key=lambda v: v.start)
        legs = problem.travel.of_shift(stops[0].start if shift is None else shift.start)
        homes = [place[kids[v.demand].place] for v in stops]
        way = [place[teams[team].school], *homes, place[teams[team].school]]
        minutes = sum(int(legs[a][b]) for a, b in zip(way, way[1:], strict=False))
        travel += minutes
        loads[team] += minutes
    broken = sum(len(f) - max(f.count(t) for t in set(f)) for f in faces.values())
    fair = max(1, sum(loads.values()) // max(1, len(loads)))
    return Score(
        sum(u.missing * kids[u.demand].priority for u in unserved),
        broken,
        travel,
        sum(x * x // fair for x in loads.values()),
    )


def _shift_of(days: Mapping[date, Day], team: Team, visit: Visit) -> HalfDay | None:
    weekday = days[visit.date].acts_as
    times = team.shifts.get(visit.date, () if weekday is None else team.shifts.get(weekday, ()))
    return next((h for h in sorted(times) if h.start <= visit.start < h.end), None)
