"""A problem laid out for column generation: kinds of teams, their shifts, and what each demand asks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.routing.grid import Grid, template_days, template_weeks
from app.routing.problem import Child, Problem, in_afternoon

Longs = NDArray[np.int64]
Blocks = list[tuple[tuple[int, ...], int]]  # days of each period of weeks, visits in it

MOST = 16  # visits in one trip, more than any working day holds
REMEMBERED = 16  # nearest homes that a trip does not forget at a home
FREE = 100_000  # minutes: no limit


@dataclass(frozen=True, kw_only=True)
class Job:
    """One shift of one kind of team: `kind`, `day` and `shift` as indices; `half` of the day (see `Model`); `stops`
    (m, 4) its possible visits: demand, place, first and last start; `times` start and end of the shift and minutes away
    at most; `limits` visits and minutes of travel at most."""

    kind: int
    day: int
    shift: int
    half: int
    school: int
    stops: Longs
    times: tuple[int, int, int]
    limits: tuple[int, int]


class Model:
    """Arrays of a problem's template.

    `kinds`: lists of teams that are alike on every day. `asked[c]`: visits in the template. `blocks[c]`: (days, visits)
    of each period of weeks. `close[c]`: groups of days of which at most one is used. `near`, `spot`: see `price`.
    `legs[half]`, `short[half]`: minutes between places, and the shortest over other places, of trips of the morning (0)
    and of the afternoon (1; not there where it is no other).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.grid = grid = Grid(problem, template_days(problem))
        self.weeks = template_weeks(problem)
        self.n, self.days = len(problem.children), len(grid.days)
        self.legs = [np.array(half, dtype=np.int64) for half in grid.halves()]
        self.short = [_shortest(half) for half in self.legs]
        self.minutes = np.array(grid.minutes, dtype=np.int64)
        self.step, self.rough_step = (int(min(s, self.minutes.min(initial=s))) for s in (5, 10))
        self.near, self.spot = self._near()
        self.kinds = self._kinds()
        self.jobs = self._jobs()
        self.asked = np.array([c.visits * (self.weeks // c.per) for c in problem.children])
        self.blocks = [self._blocks(c) for c in problem.children]
        self.close = [self._close(c) for c in problem.children]

    def _near(self) -> tuple[Longs, Longs]:
        home, least = np.array(self.grid.home), np.array(self.grid.least, dtype=np.int64)
        far = least[np.ix_(home, home)] + least[np.ix_(home, home)].T
        np.fill_diagonal(far, -1)
        near = np.argsort(far, axis=1, kind="stable")[:, :REMEMBERED].astype(np.int64)
        spot = np.full((self.n, self.n), -1, np.int64)
        for c, row in enumerate(near):
            spot[c, row] = np.arange(len(row))
        return near, spot

    def _kinds(self) -> list[list[int]]:
        grid = self.grid
        kinds: dict[tuple[object, ...], list[int]] = {}  # by all that makes teams alike
        for t, team in enumerate(self.problem.teams):
            able = tuple(t in grid.able[c] for c in range(self.n))
            limits = (team.cap_day, team.max_visits, team.max_travel, team.one_trip)
            kinds.setdefault((grid.school[t], tuple(grid.shifts[t]), able, limits), []).append(t)
        return list(kinds.values())

    def _jobs(self) -> list[Job]:
        jobs, grid = [], self.grid
        for k, (t, *_) in enumerate(self.kinds):
            team = self.problem.teams[t]
            limits = (min(team.max_visits or MOST, MOST), FREE if team.max_travel is None else team.max_travel)
            for d in range(self.days):
                for s, (begin, end) in enumerate(grid.shifts[t][d]):
                    half = int(in_afternoon(begin) and len(self.legs) > 1)
                    stops = self._stops(t, d, begin, end, self.short[half])
                    if len(stops):
                        jobs.append(
                            Job(
                                kind=k,
                                day=d,
                                shift=s,
                                half=half,
                                school=grid.school[t],
                                stops=stops,
                                times=(begin, end, team.cap_day),
                                limits=limits,
                            )
                        )
        return jobs

    def _stops(self, t: int, d: int, begin: int, end: int, short: Longs) -> Longs:
        """Visits that team t could make first and alone on day d in a shift, as far as the clock goes."""
        grid, school, found = self.grid, self.grid.school[t], []
        for c in range(self.n):
            if t not in grid.able[c]:
                continue
            home = grid.home[c]
            first = begin + int(short[school, home])
            last = end - int(short[home, school]) - grid.minutes[c]
            starts = [(max(a, first), min(b, last)) for a, b in grid.windows[c][d]]
            found += [(c, home, a, b) for a, b in starts if a <= b]
        return np.array(found, dtype=np.int64).reshape(-1, 4)

    def _blocks(self, child: Child) -> Blocks:
        first = self.grid.ordinals[0] - self.grid.days[0].date.weekday()
        days: list[list[int]] = [[] for _ in range(self.weeks // child.per)]
        for d, o in enumerate(self.grid.ordinals):
            days[(o - first) // (7 * child.per)].append(d)
        return [(tuple(b), child.visits) for b in days]

    def _close(self, child: Child) -> list[tuple[int, ...]]:
        at, span, groups = self.grid.ordinals, 7 * self.weeks, set()
        for o in at:
            after = [(x - o) % span if self.problem.repeats else x - o for x in at]
            groups.add(frozenset(d for d, x in enumerate(after) if 0 <= x < child.min_gap))
        return sorted(tuple(sorted(g)) for g in groups if not any(g < h for h in groups))


def _shortest(legs: Longs) -> Longs:
    """Shortest minutes between places, over other places where that is shorter (Floyd and Warshall)."""
    short = legs.copy()
    for p in range(len(short)):
        short = np.minimum(short, short[:, p : p + 1] + short[p : p + 1, :])
    return short
