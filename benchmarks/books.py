"""The books of the compiled search kept a second time, in plain Python.

The kernel carries its figures along from move to move: who stands in which trip, earliest ends and latest starts,
minutes away, loads, totals, prices it remembers. `Books.faults` counts all of them anew from nothing but the order of
the homes, with the engine's uncompiled trips (`app.routing.trip`, `app.routing.state`), and names what differs.
"""

from __future__ import annotations

import random

from app.routing.kernel.layout import LONGEST, NEVER, SPARE
from app.routing.state import State
from app.routing.trip import EMPTY, build
from app.routing.tuning import TUNING

PRICES = 6  # remembered prices that are asked again after a move


class Books:
    """A second set of books beside a `Searcher`."""

    def __init__(self, searcher, seed=0):
        self.run, self.case, self.grid = searcher, searcher.case, searcher.case.grid
        self.rng, self.trips = random.Random(seed), {}
        grid, given = self.grid, self.case.given
        self.slots = [(t, d, s) for t, row in enumerate(grid.shifts) for d, shifts in enumerate(row) for s in shifts]
        self.patterns = [p for ps in self.case.patterns for p in ps]
        self.first, self.before = given.pat_at.tolist(), given.before.tolist()
        self.changed = given.pat_change.tolist()

    def _own(self, name):
        """Numbers of one array of the timetable, as lists; of a slot's rows, those of real slots."""
        found = getattr(self.run.plan, name)
        return found[: len(self.slots)].tolist() if len(found) == self.case.given.slots + SPARE else found.tolist()

    def faults(self):
        """What the kernel's books say otherwise than a count from scratch; empty where they agree."""
        return [*self._rows(), *self._people(), *self._limits(), *self._sums(), *self._prices()]

    # --- trips ------------------------------------------------------------------------------------------------------

    def _read(self):
        sizes, rows = self._own("size"), self._own("seq")
        return [tuple(row[:size]) for size, row in zip(sizes, rows, strict=True)], sizes

    def _trip(self, r, seq):
        key = r, seq
        if key not in self.trips:
            t, d, shift = self.slots[r]
            windows = self.grid.windows
            self.trips[key] = build(self.grid, t, d, shift, seq, lambda c: windows[c][d]) if seq else EMPTY
        return self.trips[key]

    def _rows(self):
        self.seqs, sizes = self._read()
        if any(not 0 <= size <= LONGEST for size in sizes):
            yield f"sizes of trips {sizes}"
            return
        ends, lates, away, driven, served = map(self._own, ("ends", "lates", "away", "driven", "served"))
        for r, seq in enumerate(self.seqs):
            trip, size = self._trip(r, seq), len(seq)
            if trip is None:
                yield f"trip {r} {seq} cannot be kept"
                continue
            mine = tuple(ends[r][:size]), tuple(lates[r][:size]), away[r], driven[r], served[r]
            true = trip.ends, trip.lates, trip.away, trip.travel, sum(self.grid.minutes[c] for c in seq)
            if mine != true:
                yield f"trip {r} {seq}: {mine} instead of {true}"

    # --- who is visited when, by whom -------------------------------------------------------------------------------

    def _people(self):
        grid = self.grid
        self.chosen, self.teams, self.missing, givers = map(self._own, ("pattern", "team", "missing", "giver"))
        self.stood_in, self.days = 0, {}
        for c, p in enumerate(self.chosen):
            if p < 0:
                if self.missing[c] != self.case.asked[c]:
                    yield f"demand {c} has no place and misses {self.missing[c]}"
                continue
            pattern, missing = self.patterns[p]
            if not self.first[c] <= p < self.first[c + 1] or missing != self.missing[c]:
                yield f"demand {c} has pattern {p} and misses {self.missing[c]}"
            for d, t in zip(pattern, givers[c], strict=False):
                self.days[c, d] = t
                self.stood_in += t != self.teams[c]
                if t not in grid.able[c]:
                    yield f"demand {c} is visited by team {t}"
        stands = sorted((c, d, t) for (t, d, _), seq in zip(self.slots, self.seqs, strict=True) for c in seq)
        if stands != sorted((c, d, t) for (c, d), t in self.days.items()):
            yield f"visits in trips {stands} are not those chosen {sorted(self.days.items())}"
        for (c, d), t in self.days.items():
            for s in grid.siblings[c]:
                both = grid.problem.children[c].shares_day and grid.problem.children[s].shares_day
                if (s, d) in self.days and not (both and self.days[s, d] == t):
                    yield f"demands {c} and {s} of one child on day {d}"

    def _limits(self):
        grid = self.grid
        for t, team in enumerate(grid.problem.teams):
            for d in range(len(grid.days)):
                mine = [(r, seq) for r, seq in enumerate(self.seqs) if self.slots[r][:2] == (t, d) and seq]
                trips = [self._trip(*one) or EMPTY for one in mine]
                away, driven = sum(x.away for x in trips), sum(x.travel for x in trips)
                visits = sum(len(x.seq) for x in trips)
                if away > team.cap_day or driven > (team.max_travel or driven) or visits > (team.max_visits or visits):
                    yield f"team {t} day {d}: {away} minutes away, {driven} driven, {visits} visits"
                if team.one_trip and len(mine) > 1:
                    yield f"team {t} day {d}: {len(mine)} trips"
                for u in grid.rivals[t]:
                    for r, seq in enumerate(self.seqs):
                        (v, e, (a, b)) = self.slots[r]
                        if (
                            (v, e) == (u, d)
                            and seq
                            and any(a < self.slots[x][2][1] and self.slots[x][2][0] < b for x, _ in mine)
                        ):
                            yield f"teams {t} and {u} are out at once on day {d}"

    # --- sums -------------------------------------------------------------------------------------------------------

    def _sums(self):
        grid = self.grid
        kids, w = grid.problem.children, grid.problem.weights
        travel, loads = 0, [0] * len(grid.problem.teams)
        for r, seq in enumerate(self.seqs):
            trip = self._trip(r, seq) or EMPTY
            travel += trip.travel
            loads[self.slots[r][0]] += trip.travel + sum(grid.minutes[c] for c in seq)
        weighted = sum(m * kids[c].priority for c, m in enumerate(self.missing))
        changed = sum(self._change(c, self.teams[c], p) for c, p in enumerate(self.chosen) if p >= 0)
        mine, true = self._own("totals"), [travel, weighted, changed, self.stood_in]
        if mine != true:
            yield f"totals {mine} instead of {true}"
        if self._own("load") != loads:
            yield f"loads {self._own('load')} instead of {loads}"
        weights = self.run.weights
        cost = w.unserved * weighted + w.travel * travel + changed + weights.substitute * self.stood_in
        cost += sum(self._unfair(t, load) for t, load in enumerate(loads))
        cost += w.partial * sum(0 < m < asked for m, asked in zip(self.missing, self.case.asked, strict=True))
        from app.routing.kernel.costs import cost_of

        told = cost_of(self.case.given, self.run.plan, weights)
        if abs(told - cost) > 1e-6 * max(1.0, abs(cost)):
            yield f"cost {told} instead of {cost}"

    def _unfair(self, t, load):
        fairness, share = self.grid.problem.weights.fairness, float(self.run.weights.share[t])
        least = TUNING.idle_share * share
        idle = TUNING.idle_cost * (least - load) ** 2 / least if fairness and load < least else 0.0
        return fairness * load * load / (100.0 * share) + idle

    def _change(self, c, t, p):
        child, w = self.grid.problem.children[c], self.grid.problem.weights
        found = (child.disliked or {}).get(self.grid.problem.teams[t].id, 0) + w.change_day * self.changed[p]
        return found + (w.change_team if self.before[c] not in (-1, t) else 0)

    def _prices(self):
        """Some of the prices that the search remembers, against those of the plain state."""
        days, run, state = len(self.grid.days), self.run, None
        pairs = [(c, a, t) for a, (c, t) in enumerate((c, t) for c, able in enumerate(self.grid.able) for t in able)]
        if not pairs or not days:
            return
        for _ in range(PRICES):
            (c, a, t), d = self.rng.choice(pairs), self.rng.randrange(days)
            if run.memo.seen[a, d] != run.plan.version[t, d] or (c, d) in self.days:
                continue
            state = state or self._state()
            told, found = int(run.memo.price[a, d]), state.price(c, t, d)
            true = NEVER if found is None or not self.grid.windows[c][d] else found[0]
            if told != true:
                yield f"price of demand {c} with team {t} on day {d}: {told} instead of {true}"

    def _state(self):
        state, number = State(self.grid), {}
        for r, seq in enumerate(self.seqs):
            t, d, _ = self.slots[r]
            k = number[t, d] = number.get((t, d), -1) + 1
            if seq:
                state.put(t, d, k, self._trip(r, seq))
        return state
