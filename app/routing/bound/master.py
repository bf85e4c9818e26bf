"""The linear programme over trips (HiGHS), grown column by column and cut by cut."""

import highspy
import numpy as np

FINE = 1024  # duals are rounded to this fraction: sums of them are exact in double precision


class Trip:
    __slots__ = ("cost", "day", "homes", "kind", "shift", "used")

    def __init__(self, kind, day, shift, homes, cost):
        self.kind, self.day, self.shift, self.homes, self.cost = kind, day, shift, homes, cost


class Master:
    """Rows: cover (child, block) >= visits; near (child, days) <= 1; out (kind, day, shift) <= teams; cuts.

    Each row gives a trip's coefficient as a sum over its homes (`weight[c, kind, day]`), or for sets of homes the times
    it comes in from outside.
    """

    def __init__(self, model, missing):
        self.model, self.missing = model, missing
        self.trips, self.known = [], set()
        self.touch = [[] for _ in range(model.n)]
        self.lp = highspy.Highs()
        self.lp.setOptionValue("output_flag", False)
        self.lp.setOptionValue("threads", 1)
        self.lp.setOptionValue("solver", "simplex")
        inf = highspy.kHighsInf
        self.rows = []  # (what, rhs, sense +1 for >= and -1 for <=)
        self.cover, self.near, self.out = {}, {}, {}
        for c in range(model.n):
            for b, (days, visits) in enumerate(model.blocks[c]):
                for d in days:
                    self.cover[c, d] = len(self.rows)
                self.rows.append(("cover", float(visits), 1))
            for days in model.close[c]:
                for d in days:
                    self.near.setdefault((c, d), []).append(len(self.rows))
                self.rows.append(("near", 1.0, -1))
        for k, kind in enumerate(model.kinds):
            one = model.problem.teams[kind[0]].one_trip
            for d in range(model.days):
                for s in range(len(model.grid.shifts[kind[0]][d])):
                    if one and s:
                        self.out[k, d, s] = self.out[k, d, 0]
                        continue
                    self.out[k, d, s] = len(self.rows)
                    self.rows.append(("out", float(len(kind)), -1))
        self.cuts = []  # (row, child, weight[k, d])
        self.sets = []  # (row, member bool[n])
        for _, rhs, sense in self.rows:
            self.lp.addRow(rhs if sense > 0 else -inf, inf if sense > 0 else rhs, 0, [], [])
        self.slack = {}
        for c in range(model.n):
            for b, (days, visits) in enumerate(model.blocks[c]):
                self.slack[self.cover[c, days[0]]] = (c, visits, self.lp.getNumCol())
                self.lp.addCol(float(missing[c]), 0.0, float(visits), 1, [self.cover[c, days[0]]], [1.0])
        self.base = self.lp.getNumCol()

    def column(self, trip):
        found = {self.out[trip.kind, trip.day, trip.shift]: 1.0}
        for c in trip.homes:
            for r in (self.cover[c, trip.day], *self.near.get((c, trip.day), ())):
                found[r] = found.get(r, 0.0) + 1.0
        for row, c, weight in self.cuts:
            if c in trip.homes and weight[trip.kind, trip.day]:
                found[row] = weight[trip.kind, trip.day] * trip.homes.count(c)
        for row, member, *_ in self.sets:
            times = self.entries(trip, member)
            if times:
                found[row] = float(times)
        return found

    @staticmethod
    def entries(trip, member):
        before, times = False, 0
        for c in trip.homes:
            if member[c] and not before:
                times += 1
            before = member[c]
        return times

    def add(self, trips):
        fresh = 0
        starts, index, values, costs = [], [], [], []
        for trip in trips:
            key = (trip.kind, trip.day, trip.shift, trip.homes)
            if key in self.known:
                continue
            self.known.add(key)
            found = self.column(trip)
            starts.append(len(index))
            index += found.keys()
            values += found.values()
            costs.append(trip.cost)
            for c in set(trip.homes):
                self.touch[c].append(len(self.trips))
            self.trips.append(trip)
            fresh += 1
        if fresh:
            self.lp.addCols(
                fresh,
                np.array(costs, float),
                np.zeros(fresh),
                np.full(fresh, highspy.kHighsInf),
                len(index),
                np.array(starts, np.int32),
                np.array(index, np.int32),
                np.array(values, float),
            )
        return fresh

    def solve(self):
        self.lp.run()
        solution = self.lp.getSolution()
        self.x = np.array(solution.col_value)[self.base :]
        self.dual = np.array(solution.row_dual)
        return self.lp.getObjectiveValue()

    def add_cut(self, c, weight):
        row, index, values = len(self.rows), [], []
        for i in self.touch[c]:
            t = self.trips[i]
            if weight[t.kind, t.day]:
                index.append(self.base + i)
                values.append(weight[t.kind, t.day] * t.homes.count(c))
        self.lp.addRow(-highspy.kHighsInf, 1.0, len(index), np.array(index, np.int32), np.array(values, float))
        self.rows.append(("cut", 1.0, -1))
        self.cuts.append((row, c, weight))

    def add_set(self, member, least):
        row, index, values = len(self.rows), [], []
        for i in sorted({i for c in np.flatnonzero(member) for i in self.touch[c]}):
            index.append(self.base + i)
            values.append(float(self.entries(self.trips[i], member)))
        for c, _, col in self.slack.values():
            if member[c]:
                index.append(col)
                values.append(1.0)
        self.lp.addRow(float(least), highspy.kHighsInf, len(index), np.array(index, np.int32), np.array(values, float))
        self.rows.append(("set", float(least), 1))
        self.sets.append((row, member))

    def clean(self, dual):
        """Duals with the right signs, rounded, without those of the teams' days."""
        sense = np.array([s for _, _, s in self.rows])
        good = np.where(dual * sense > 0, np.round(dual * FINE) / FINE, 0.0)
        good[[i for i, r in enumerate(self.rows) if r[0] == "out"]] = 0.0
        return good

    def prices(self, dual):
        """(value[c, k, d], entry[n + 1, n], constant of the Lagrangian bound) at cleaned duals."""
        model = self.model
        value = np.zeros((model.n, len(model.kinds), model.days))
        constant = 0.0
        for i, (_, rhs, _) in enumerate(self.rows):
            constant += rhs * dual[i]
        for (c, d), r in self.cover.items():
            value[c, :, d] += dual[r]
        for (c, d), rows in self.near.items():
            value[c, :, d] += sum(dual[r] for r in rows)
        for row, c, weight in self.cuts:
            if dual[row]:
                value[c] += dual[row] * weight
        entry = np.zeros((model.n + 1, model.n))
        rest = np.zeros(model.n)
        for row, member in self.sets:
            if dual[row]:
                outside = np.append(~member, True)
                entry[np.ix_(outside, member)] += dual[row]
                rest[member] += dual[row]
        for r, (c, visits, _) in self.slack.items():
            constant += visits * min(0.0, self.missing[c] - dual[r] - rest[c])
        return value, entry, constant
