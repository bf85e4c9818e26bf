"""The best timetable that can be put together from team weeks seen so far: a set-partitioning problem for HiGHS.

A *column* is one team's week: which demands it serves with which patterns, in which order. Two good timetables often
differ in which corner of the district is good; choosing one column a team, each demand at most once, joins the good
corners.
"""

from dataclasses import dataclass

import numpy as np

from app.routing.kernel import layout as at

MOST_COLUMNS = 6000
NODES = 400  # of the branch and bound; a limit that does not depend on the clock keeps runs repeatable


@dataclass
class Column:
    """A team's week. `demands` [(demand, pattern)], `rows` its slots' sequences, `cost` travel, changes, fairness and
    the visits it leaves out, by the true weights."""

    team: int
    demands: tuple
    rows: dict
    cost: float


class Pool:
    """Team weeks by what they serve, the cheapest order of each; the latest `MOST_COLUMNS` are kept."""

    def __init__(self, case, true):
        import scipy.optimize  # noqa: F401  loaded before the clock starts, not when the first plans are joined

        self.case, self.true, self.columns = case, true, {}
        self.worth = true[at.UNSERVED] * case.part(case.g, "PRIORITY", case.g[at.KIDS])
        self.missing = case.part(case.g, "PAT_MISSING", sum(len(p) for p in case.patterns))
        self.first = case.part(case.g, "PAT_AT", case.g[at.KIDS])
        slots = case.g[at.SLOTS]
        self.team_of_slot = case.part(case.g, "SLOT_CELL", slots) // max(1, case.g[at.DAYS])
        self.by_team = [np.flatnonzero(self.team_of_slot == t) for t in range(case.g[at.TEAMS])]

    def add(self, state):
        """Take in the team weeks of a timetable; those with a substitute's visits are passed over."""
        case, g = self.case, self.case.g
        kids, slots, teams = g[at.KIDS], g[at.SLOTS], g[at.TEAMS]
        team, pattern = case.part(state, "TEAM", kids), case.part(state, "PATTERN", kids)
        giver = case.part(state, "GIVER", kids, g[at.WIDEST])
        if case.part(state, "TOTALS", 4)[at.SUBSTITUTED]:
            return
        served = np.flatnonzero(pattern >= 0)
        driven, load = case.part(state, "DRIVEN", slots), case.part(state, "LOAD", teams)
        seq, size = case.part(state, "SEQ", slots, at.LONGEST), case.part(state, "SIZE", slots)
        mine = [[] for _ in range(teams)]
        for c in served:
            mine[giver[c, 0]].append((int(c), int(pattern[c])))
        assert (team[served] == giver[served, 0]).all()
        for t in range(teams):
            if not mine[t]:
                continue
            key = (t, tuple(mine[t]))
            cost = self._cost(t, mine[t], int(driven[self.by_team[t]].sum()), int(load[t]))
            known = self.columns.get(key)
            if known is not None and known.cost <= cost:
                continue
            rows = {int(r): seq[r, : size[r]].copy() for r in self.by_team[t] if size[r]}
            self.columns.pop(key, None)
            self.columns[key] = Column(t, key[1], rows, cost)
        while len(self.columns) > MOST_COLUMNS:
            self.columns.pop(next(iter(self.columns)))

    def _cost(self, t, demands, driven, load):
        from app.routing.kernel.costs import change_cost, unfair

        short = sum(self.worth[c] * self.missing[p] for c, p in demands)
        changes = sum(change_cost(self.case.g, self.true, c, t, p) for c, p in demands)
        return self.true[at.TRAVEL] * driven + changes + unfair(self.true, t, load) + short

    def best(self, seconds=None):
        """Return a state of the cheapest choice of columns, or None where the solver found none."""
        chosen = self._choose(list(self.columns.values()), seconds)
        if chosen is None:
            return None
        from app.routing.kernel.books import rebuild

        case, g = self.case, self.case.g
        state = case.blank()
        seq, size = case.part(state, "SEQ", g[at.SLOTS], at.LONGEST), case.part(state, "SIZE", g[at.SLOTS])
        team, pattern = case.part(state, "TEAM", g[at.KIDS]), case.part(state, "PATTERN", g[at.KIDS])
        giver = case.part(state, "GIVER", g[at.KIDS], g[at.WIDEST])
        for column in chosen:
            for r, row in column.rows.items():
                seq[r, : len(row)], size[r] = row, len(row)
            for c, p in column.demands:
                team[c], pattern[c], giver[c, :] = column.team, p, column.team
        return state if rebuild(g, state, self.true) else None

    def _choose(self, columns, seconds):
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csc_array

        from app.routing.kernel.costs import unfair

        kids, teams, n = int(self.case.g[at.KIDS]), int(self.case.g[at.TEAMS]), len(columns)
        if not n:
            return None
        costs = [c.cost for c in columns] + [unfair(self.true, t, 0) for t in range(teams)]
        costs += list(self.worth * self.case.asked)  # a demand that no column serves
        rows = [[d for d, _ in c.demands] + [kids + c.team] for c in columns]
        rows += [[kids + t] for t in range(teams)] + [[c] for c in range(kids)]
        index = np.array([r for row in rows for r in row], dtype=np.int32)
        starts = np.cumsum([0, *(len(row) for row in rows)])
        matrix = csc_array((np.ones(len(index)), index, starts), shape=(kids + teams, len(rows)))
        once = LinearConstraint(matrix, np.ones(kids + teams), np.ones(kids + teams))
        limits = {"node_limit": NODES} | ({} if seconds is None else {"time_limit": float(seconds)})
        found = milp(costs, integrality=np.ones(len(rows)), bounds=Bounds(0, 1), constraints=once, options=limits)
        if found.x is None:
            return None
        return [c for c, x in zip(columns, found.x[:n], strict=True) if x > 0.5]
