"""A problem laid out for column generation: kinds of teams, their days, and the rows a timetable must keep."""

import numpy as np

from app.routing.grid import Grid, template_days, template_weeks
from app.routing.bound.pricing import MOST

REMEMBERED = 16  # nearest homes a visit keeps out of the rest of the trip


class Model:
    """Arrays of a problem's template.

    `kinds`: lists of teams that are alike on every day; `jobs`: (kind, day, shift number, stops, times, limits, school,
    shortest minutes home). `asked[c]`: visits in the template. `blocks[c]`: (days, visits) of each period. `close[c]`:
    groups of days of which at most one is used.
    """

    def __init__(self, problem):
        self.problem = problem
        self.grid = grid = Grid(problem, template_days(problem))
        self.n, self.days = len(problem.children), len(grid.days)
        self.legs = np.array(grid.legs, dtype=np.int64)
        self.value = np.zeros((self.n, 2))
        self.value[:, 1] = grid.minutes
        self.near, self.spot = self._near()
        self.kinds = self._kinds()
        self.jobs = self._jobs()
        weeks = template_weeks(problem)
        self.asked = np.array([c.visits * weeks // c.per for c in problem.children])
        self.blocks = [self._blocks(c, weeks) for c in range(self.n)]
        self.close = [self._close(c, weeks) for c in range(self.n)]

    def _near(self):
        home = np.array(self.grid.home)
        far = self.legs[np.ix_(home, home)] + self.legs[np.ix_(home, home)].T
        np.fill_diagonal(far, -1)
        near = np.argsort(far, axis=1, kind="stable")[:, :REMEMBERED].astype(np.int32)
        spot = np.full((self.n, self.n), -1, np.int8)
        for c, row in enumerate(near):
            spot[c, row] = np.arange(len(row))
        return near, spot

    def _kinds(self):
        kinds, grid = {}, self.grid
        for t, team in enumerate(self.problem.teams):
            able = tuple(t in grid.able[c] for c in range(self.n))
            limits = (team.cap_day, team.max_visits, team.max_travel, team.one_trip)
            kinds.setdefault((grid.school[t], tuple(grid.shifts[t]), able, limits), []).append(t)
        return list(kinds.values())

    def _jobs(self):
        jobs, grid = [], self.grid
        for k, (t, *_) in enumerate(self.kinds):
            team, school = self.problem.teams[t], grid.school[t]
            least = self._least(school)
            limits = (min(team.max_visits or MOST, MOST), 100_000 if team.max_travel is None else team.max_travel)
            for d in range(self.days):
                for s, (begin, end) in enumerate(grid.shifts[t][d]):
                    stops = [
                        (c, grid.home[c], a, b)
                        for c in range(self.n)
                        if t in grid.able[c]
                        for a, b in grid.windows[c][d]
                        if b >= begin and a < end
                    ]
                    if stops:
                        jobs.append(
                            (k, d, s, np.array(stops, np.int64), (begin, end, team.cap_day), limits, school, least)
                        )
        return jobs

    def _least(self, school):
        """Shortest minutes from every place to a school, over other places where that is shorter."""
        least = self.legs[:, school].copy()
        for _ in range(len(least)):
            shorter = np.minimum(least, (self.legs + least[None, :]).min(axis=1))
            if (shorter == least).all():
                break
            least = shorter
        return least

    def _blocks(self, c, weeks):
        child, first = self.problem.children[c], self.grid.ordinals[0] - self.grid.days[0].date.weekday()
        days = [[] for _ in range(weeks // child.per)]
        for d, o in enumerate(self.grid.ordinals):
            days[(o - first) // (7 * child.per)].append(d)
        return [(tuple(b), child.visits) for b in days]

    def _close(self, c, weeks):
        gap, span, at = self.problem.children[c].min_gap, 7 * weeks, self.grid.ordinals
        groups = set()
        for o in at:
            groups.add(
                frozenset(
                    d for d, x in enumerate(at) if 0 <= (x - o if not self.problem.repeats else (x - o) % span) < gap
                )
            )
        return [tuple(sorted(g)) for g in groups if not any(g < h for h in groups)]
