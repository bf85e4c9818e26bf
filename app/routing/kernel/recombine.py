"""The best timetable that can be put together from team weeks seen so far: a set-partitioning problem for HiGHS.

A *column* is one team's week: which demands it serves with which patterns, in which order. Two good timetables often
differ in which corner of the district is good; choosing one column a team, each demand at most once, joins the good
corners.
"""

from dataclasses import dataclass

import numpy as np

from app.routing.kernel.arrays import Case
from app.routing.kernel.layout import SUBSTITUTED, Timetable, Weights
from app.routing.records import Ints


@dataclass
class Column:
    """A team's week. `demands` [(demand, pattern)], `rows` its slots' sequences, `cost` travel, changes, fairness and
    the visits it leaves out, by the true weights."""

    team: int
    demands: tuple[tuple[int, int], ...]
    rows: dict[int, Ints]
    cost: float


class Pool:
    """Team weeks by what they serve, the cheapest order of each; the latest are kept."""

    def __init__(self, case: Case, weights: Weights):
        import scipy.optimize  # noqa: F401  loaded before the clock starts, not when the first plans are joined

        self.case, self.weights = case, weights
        self.columns: dict[tuple[int, tuple[tuple[int, int], ...]], Column] = {}
        self.worth = weights.unserved * case.given.priority
        self.by_team = [np.flatnonzero(case.given.slot_team == t) for t in range(case.given.teams)]
        self.costs = np.zeros(case.given.teams)

    def add(self, plan: Timetable) -> None:
        """Take in the team weeks of a timetable; those with a substitute's visits are passed over."""
        from app.routing.kernel.costs import week_costs

        given, costs = self.case.given, self.costs
        if plan.totals[SUBSTITUTED]:
            return
        served = np.flatnonzero(plan.pattern >= 0)
        chosen, first = plan.pattern[served], given.pat_at
        if ((chosen < first[served]) | (chosen >= first[served + 1])).any():
            raise IndexError("a demand has the pattern of another")  # compiled code would not see it
        mine: list[list[tuple[int, int]]] = [[] for _ in range(given.teams)]
        for c in served:
            mine[plan.giver[c, 0]].append((int(c), int(plan.pattern[c])))
        assert (plan.team[served] == plan.giver[served, 0]).all()
        week_costs(given, plan, self.weights, costs)
        for t in range(given.teams):
            if not mine[t]:
                continue
            key, cost = (t, tuple(mine[t])), float(costs[t])
            known = self.columns.get(key)
            if known is not None and known.cost <= cost:
                continue
            rows = {int(r): plan.seq[r, : plan.size[r]].copy() for r in self.by_team[t] if plan.size[r]}
            self.columns.pop(key, None)
            self.columns[key] = Column(t, key[1], rows, cost)
        while len(self.columns) > self.case.tuning.most_columns:
            self.columns.pop(next(iter(self.columns)))

    def best(self, seconds: float | None = None) -> Timetable | None:
        """Return a timetable of the cheapest choice of columns, or None where the solver found none."""
        chosen = self._choose(list(self.columns.values()), seconds)
        if chosen is None:
            return None
        from app.routing.kernel.books import rebuild

        plan = self.case.blank()
        for column in chosen:
            for r, row in column.rows.items():
                plan.seq[r, : len(row)], plan.size[r] = row, len(row)
            for c, p in column.demands:
                plan.team[c], plan.pattern[c], plan.giver[c, :] = column.team, p, column.team
        return plan if rebuild(self.case.given, plan, self.weights) else None

    def _choose(self, columns: list[Column], seconds: float | None) -> list[Column] | None:
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csc_array

        from app.routing.kernel.costs import unfair

        kids, teams, n = self.case.given.kids, self.case.given.teams, len(columns)
        if not n:
            return None
        costs = [c.cost for c in columns] + [unfair(self.weights, t, 0) for t in range(teams)]
        costs += list(self.worth * self.case.asked)  # a demand that no column serves
        rows = [[d for d, _ in c.demands] + [kids + c.team] for c in columns]
        rows += [[kids + t] for t in range(teams)] + [[c] for c in range(kids)]
        index = np.array([r for row in rows for r in row], dtype=np.int32)
        starts = np.cumsum([0, *(len(row) for row in rows)])
        matrix = csc_array((np.ones(len(index)), index, starts), shape=(kids + teams, len(rows)))
        once = LinearConstraint(matrix, np.ones(kids + teams), np.ones(kids + teams))
        limits = {"node_limit": self.case.tuning.nodes} | ({} if seconds is None else {"time_limit": float(seconds)})
        found = milp(costs, integrality=np.ones(len(rows)), bounds=Bounds(0, 1), constraints=once, options=limits)
        if found.x is None:
            return None
        return [c for c, x in zip(columns, found.x[:n], strict=True) if x > 0.5]
