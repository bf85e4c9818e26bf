"""The best template of a tiny problem, found by enumerating every trip and choosing among them by integer programming.

Shares the data classes with the product and nothing else. For weeks of whole days with one shift a day, numbers that
are multiples of five minutes, and weights of missing visits and travel only.
"""

from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

FIVE = 5


def best(problem):
    """Return (missing visits times priority, minutes of travel) of the best template of one week."""
    trips, patterns = _all_trips(problem), _all_patterns(problem)
    weight = problem.weights.unserved
    cost = [t[3] for t in trips] + [(p[3] * problem.children[p[0]].priority) * weight for p in patterns]
    rows, least, most = [], [], []

    def row(entries, low, high):
        rows.append(entries)
        least.append(low)
        most.append(high)

    for c in range(len(problem.children)):
        row({len(trips) + i: 1 for i, p in enumerate(patterns) if p[0] == c}, 1, 1)
    for t in range(len(problem.teams)):
        for d in range(len(problem.days)):
            row({i: 1 for i, trip in enumerate(trips) if trip[:2] == (t, d)}, 0, 1)
            for c in range(len(problem.children)):
                visits = {i: 1 for i, trip in enumerate(trips) if trip[:2] == (t, d) and c in trip[2]}
                asked = {len(trips) + i: -1 for i, p in enumerate(patterns) if p[:2] == (c, t) and d in p[2]}
                if visits or asked:
                    row(visits | asked, 0, 0)
    matrix = _matrix(rows, len(cost))
    found = milp(
        cost,
        constraints=LinearConstraint(matrix, least, most),
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    assert found.success, found.message
    used = found.x > 0.5
    weights = [p[3] * problem.children[p[0]].priority for p in patterns]
    missing = sum(w for w, x in zip(weights, used[len(trips) :], strict=True) if x)
    return missing, sum(t[3] for t, x in zip(trips, used[: len(trips)], strict=True) if x)


def _matrix(rows, width):
    flat = [(r, c, v) for r, entries in enumerate(rows) for c, v in entries.items()]
    r, c, v = (np.array(x) for x in zip(*flat, strict=True))
    return csr_array((v, (r, c)), shape=(len(rows), width))


def _all_patterns(problem):
    """[(demand, team or None, days, visits missing)], the one without any visit too."""
    found = []
    for c, child in enumerate(problem.children):
        found.append((c, None, (), child.visits))
        days = [d.date.toordinal() for d in problem.days]
        for size in range(1, child.visits + 1):
            for some in combinations(range(len(days)), size):
                at = [days[i] for i in some]
                apart = [b - a for a, b in zip(at, at[1:], strict=False)]
                if problem.repeats and size > 1:
                    apart.append(at[0] + 7 - at[-1])
                if all(x >= child.min_gap for x in apart):
                    found += [(c, t, some, child.visits - size) for t in range(len(problem.teams))]
    return found


def _all_trips(problem):
    """[(team, day, set of demands, least minutes of travel)]."""
    found = []
    for t, team in enumerate(problem.teams):
        for d, day in enumerate(problem.days):
            shifts = team.shifts.get(day.acts_as, ())
            assert len(shifts) < 2
            for shift in shifts:
                table = {}
                road = _Road(problem, team, day.acts_as, shift)
                road.longer((), road.school, shift.start, 0, table)
                found += [(t, d, homes, travel) for homes, travel in table.items()]
    return found


class _Road:
    """The clock of one team in one shift."""

    def __init__(self, problem, team, weekday, shift):
        place = {p: i for i, p in enumerate(problem.travel.places)}
        late = problem.travel.afternoon is not None and shift.start >= 12 * 60
        self.legs = (problem.travel.afternoon if late else problem.travel.minutes).tolist()
        self.school = place[team.school]
        self.shift, self.cap, self.rest = shift, team.cap_day, problem.noon_break
        self.stops = [
            (c, place[child.place], child.minutes, [(w.start, w.end - child.minutes) for w in windows])
            for c, child in enumerate(problem.children)
            if child.needs <= team.skills and len(team.teachers) >= child.team_size
            if (windows := child.windows.get(weekday, ()))
        ]

    def longer(self, order, at, now, travel, table):
        """Put every order of homes that keeps the clock into `table`: set of demands -> least travel."""
        for stop in self.stops:
            free = self.visit(stop, at, now)
            if stop in order or free is None:
                continue
            here, there = stop[1], order + (stop,)
            back = self.legs[here][self.school]
            if free + back > self.shift.end:
                continue
            total, key = travel + self.legs[at][here], frozenset(c for c, *_ in there)
            if total + back < table.get(key, 10**9) and self.inside_cap(there):
                table[key] = total + back
            self.longer(there, here, free, total, table)

    def visit(self, stop, at, now):
        """Minute when a visit ends, None where it is too late for it."""
        ready = now + self.legs[at][stop[1]]
        starts = [max(ready, a) for a, b in stop[3] if max(ready, a) <= b]
        return min(starts) + stop[2] if starts else None

    def inside_cap(self, order):
        """True where some departure brings the team back inside the shift and its minutes away, its break kept."""
        for leave in range(self.shift.start, self.shift.end, FIVE):
            for rest in range(-1, len(order) + 1):
                back = self.round(order, leave, rest)
                away = None if back is None else back - leave - (self.rest.minutes if self.rest and rest >= 0 else 0)
                if back is not None and back <= self.shift.end and away <= self.cap:
                    return True
        return False

    def round(self, order, leave, rest):
        """Minute of the return, the break of the team (if it has one) on leg number `rest` or, where that is -1, at
        school; None where it cannot be."""
        at, now = self.school, leave
        for i, stop in enumerate(order):
            now = self.rested(now, self.legs[at][stop[1]], i == rest)
            now = None if now is None else self.visit(stop, at, now)
            if now is None:
                return None
            at = stop[1]
        now = self.rested(now, self.legs[at][self.school], rest == len(order))
        back = None if now is None else now + self.legs[at][self.school]
        if self.rest and rest == -1 and back is not None and leave - self.rest.start < self.rest.minutes:
            return back if self.rest.end - back >= self.rest.minutes else None
        return back

    def rested(self, now, leg, here):
        """When the team would have to leave without a break so as to arrive as it does with one, None if too late."""
        if not self.rest or not here:
            return now
        if max(now, self.rest.start) + self.rest.minutes > self.rest.end:
            return None
        return max(now + leg, self.rest.start) + self.rest.minutes - leg
