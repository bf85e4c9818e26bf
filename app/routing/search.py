"""Ruin and recreate over demand -> (team, day pattern), with annealing. Source of the moves: Schrimpf et al. 2000,
Christiaens and Vanden Berghe 2020 (strings of neighbours), adapted to visits on several days by one team."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from app.routing.cell import Trips
from app.routing.grid import Former, Grid, Patterns, day_patterns, fair_shares
from app.routing.problem import Problem, TemplateVisit, monday
from app.routing.state import State
from app.routing.tuning import PLAINLY, TUNING

Choice = tuple[int, int] | None  # team and number of the day pattern
Kept = tuple[list[list[Trips]], list[Choice]]


class Search:
    """One run over a template grid. `chosen[c]` = (team, pattern number) or None; `step(share)` makes one move."""

    def __init__(self, grid: Grid, seed: int) -> None:
        self.grid, self.state, self.rng = grid, State(grid), random.Random(seed)
        self.problem, self.weights = grid.problem, grid.problem.weights
        self.chosen: list[Choice] = [None] * len(self.problem.children)
        self.patterns = [self._patterns(c) for c in range(len(self.chosen))]
        self.days_of = [sorted({d for p, _ in ps for d in p}) for ps in self.patterns]
        self.asked = [len(grid.days) and self._asked(c) for c in range(len(self.chosen))]
        self.missing = list(self.asked)
        self.shares = fair_shares(grid)
        self.before = self._before()
        self.near = self._near()
        self.candidates = [c for c in range(len(self.chosen)) if self.patterns[c] and grid.able[c]]

    def _asked(self, c: int) -> int:
        child = self.problem.children[c]
        return child.visits * (max(x.per for x in self.problem.children) // child.per)

    def _patterns(self, c: int) -> Patterns:
        grid = self.grid
        usable = [d for d in range(len(grid.days)) if grid.windows[c][d]]
        return day_patterns(self.problem.children[c], grid.days, usable, self.problem.repeats)

    def _before(self) -> list[Former]:
        """Team and (week, weekday) set each demand had in the previous plan, or its home team."""
        had: dict[str, Former] = {c.id: (c.home_team, None) for c in self.problem.children if c.home_team}
        previous = self.problem.previous
        for t in previous.template if previous else ():
            days = had[t.demand][1] if t.demand in had else None
            had[t.demand] = (t.team, (days or frozenset()) | {(t.week, t.weekday)})
        return [had.get(c.id, (None, None)) for c in self.problem.children]

    def _near(self) -> list[list[int]]:
        legs, home = self.grid.least, self.grid.home

        def nearest(a: int) -> list[int]:
            return sorted(range(len(home)), key=lambda x: (legs[a][home[x]] + legs[home[x]][a], x))

        return [nearest(a) for a in home]

    def cost(self) -> int:
        """The one number of the annealing, in minutes of travel."""
        w, kids = self.weights, self.problem.children
        gone = sum(
            m * w.unserved * kids[c].priority + (w.partial if 0 < m < self.asked[c] else 0)
            for c, m in enumerate(self.missing)
            if m
        )
        changed = sum(self._change(c, *pick) for c, pick in enumerate(self.chosen) if pick)
        return gone + w.travel * self.state.travel + changed + sum(map(self._unfair, range(len(self.shares))))

    def _unfair(self, t: int, more: int = 0) -> int:
        load = self.state.loads[t] + more
        least = TUNING.idle_share * self.shares[t] if self.weights.fairness else 0
        idle = TUNING.idle_cost * (least - load) ** 2 / least if load < least else 0
        return int(self.weights.fairness * load * load / (100 * self.shares[t]) + idle)

    def _change(self, c: int, t: int, p: int) -> int:
        team, days = self.before[c]
        cost = (self.problem.children[c].disliked or {}).get(self.problem.teams[t].id, 0)
        if team is None:
            return cost
        cost += self.weights.change_team if self.problem.teams[t].id != team else 0
        if days is not None:
            now = {self._slot(d) for d in self.patterns[c][p][0]}
            cost += self.weights.change_day * len(now - days)
        return cost

    def _slot(self, d: int) -> tuple[int, int | None]:
        day = self.grid.days[d]
        return (day.date - self.grid.days[0].date).days // 7, day.acts_as

    def place(self, c: int, blink: float = 0.0) -> bool:
        """Give demand c its best team and pattern. Return True where it got any visit."""
        best, busy = None, self._busy(c)
        minutes, w, rng = self.grid.minutes[c], self.weights, self.rng
        dear = w.unserved * self.problem.children[c].priority
        for t in self.grid.able[c]:
            prices = self._prices(c, t, busy)
            if not prices:
                continue
            base = self._unfair(t)
            for p, (days, missing) in enumerate(self.patterns[c]):
                value = missing * dear
                if best is not None and value >= best[0]:
                    break  # patterns come with ever more visits missing
                if blink and rng.random() < blink:
                    continue
                travel = 0
                for d in days:
                    if d not in prices:
                        break
                    travel += prices[d]
                else:
                    value += w.travel * travel + self._unfair(t, travel + minutes * len(days)) - base
                    value += self._change(c, t, p) + (w.partial if missing else 0)
                    if best is None or value < best[0]:
                        best = (value, t, p)
        if best is None:
            return False
        self.take(c, best[1], best[2])
        return True

    def _prices(self, c: int, t: int, busy: Mapping[int, int | None]) -> dict[int, int]:
        price, found = self.state.price, {}
        for d in self.days_of[c]:
            if d in busy and busy[d] != t:
                continue
            extra = price(c, t, d)
            if extra is not None:
                found[d] = extra[0]
        return found

    def _busy(self, c: int) -> dict[int, int | None]:
        """Days taken by other services of the same child: day -> the one team that may still come, or None."""
        kids = self.problem.children
        found: dict[int, int | None] = {}
        for s in self.grid.siblings[c]:
            pick = self.chosen[s]
            if pick is not None:
                t, p = pick
                for d in self.patterns[s][p][0]:
                    team = t if kids[s].shares_day and kids[c].shares_day else None
                    found[d] = team if found.get(d, team) == team else None
        return found

    def take(self, c: int, t: int, p: int) -> None:
        """Insert demand c with team t on the days of its pattern p; the prices were asked before."""
        for d in self.patterns[c][p][0]:
            self.state.insert(c, t, d)
        self.chosen[c], self.missing[c] = (t, p), self.patterns[c][p][1]

    def drop(self, c: int) -> list[int]:
        """Take out all visits of demand c, and of those that fall out with it. Return the demands dropped."""
        out, queue = [], [c]
        while queue:
            x = queue.pop()
            pick = self.chosen[x]
            if pick is None:
                continue
            t, p = pick
            self.chosen[x], self.missing[x] = None, self.asked[x]
            out.append(x)
            for d in self.patterns[x][p][0]:
                queue.extend(self.state.remove(x, t, d))
        return out

    def start(self) -> None:
        """First plan: the previous plan's choices where they still fit, then the rarest demands first."""
        for c in self.candidates:
            self._again(c)
        rest = [c for c in self.candidates if self.chosen[c] is None]
        for c in sorted(rest, key=lambda c: (len(self.grid.able[c]) * len(self.patterns[c]), -self.grid.minutes[c], c)):
            self.place(c)

    def _again(self, c: int) -> None:
        team, days = self.before[c]
        t = self.grid.team_of.get(team)
        if days is None or t not in self.grid.able[c]:
            return
        prices = self._prices(c, t, self._busy(c))
        for p, (pattern, _) in enumerate(self.patterns[c]):
            if {self._slot(d) for d in pattern} == days and all(d in prices for d in pattern):
                self.take(c, t, p)
                return

    def step(self, share: float, cost: int) -> int:
        """One ruin and recreate at `share` (0-1) of the run; `cost` is the plan's. Return the cost after it."""
        if not self.candidates:
            return cost
        kept, missing = self.chosen[:], self.missing[:]
        self.state.mark()
        out = []
        for c in self._ruin():
            out += self.drop(c)
        for c in self.candidates:
            if self.missing[c]:  # whoever lacks some visits is tried for all of them again
                out += [c, *self.drop(c)]
        for c in self._order(sorted(set(out))):
            self.place(c, PLAINLY.blink)
        now = self.cost()
        heat = PLAINLY.hot * (PLAINLY.cold / PLAINLY.hot) ** share
        if now < cost - heat * math.log(1.0 - self.rng.random()):
            return now
        self.state.undo()
        self.chosen, self.missing = kept, missing
        return cost

    def _ruin(self) -> list[int]:
        rng, c = self.rng, self.rng.choice(self.candidates)
        size = rng.randint(1, min(TUNING.most_out, len(self.candidates)))
        kind = rng.random()
        if kind < PLAINLY.anyone:
            return rng.sample(self.candidates, size)
        pick = self.chosen[c]
        if kind < PLAINLY.anyone + PLAINLY.near or pick is None:
            near = [x for x in self.near[c][: PLAINLY.nearest * size] if self.chosen[x] is not None]
            return [x for x in near if rng.random() > TUNING.near_passed][:size]
        return self._strings(c, pick[1], size)

    def _strings(self, c: int, p: int, size: int) -> list[int]:
        """Stretches of the trips of one day of the demand's pattern p, those of its neighbours."""
        day = self.rng.choice(self.patterns[c][p][0])
        found: list[int] = []
        for x in self.near[c]:
            if len(found) >= size:
                break
            pick = self.chosen[x]
            if x in found or pick is None or day not in self.patterns[x][pick[1]][0]:
                continue
            trip = next(r.seq for r in self.state.cells[pick[0]][day] if x in r.seq)
            long = self.rng.randint(1, min(len(trip), TUNING.longest_string))
            begin = self.rng.randint(max(0, trip.index(x) - long + 1), min(trip.index(x), len(trip) - long))
            found += [y for y in trip[begin : begin + long] if y not in found]
        return found[:size]

    def _order(self, waiting: list[int]) -> list[int]:
        rng, grid = self.rng, self.grid
        kind = rng.random()
        rng.shuffle(waiting)
        long = TUNING.shuffled + TUNING.longest_first
        few = long + TUNING.fewest_options_first
        if kind < TUNING.shuffled:
            return waiting
        if kind < long:
            return sorted(waiting, key=lambda c: -grid.minutes[c] * self.asked[c])
        if kind < few:
            return sorted(waiting, key=lambda c: len(grid.able[c]) * len(self.days_of[c]))
        sign = -1 if kind < few + TUNING.farthest_first else 1
        return sorted(waiting, key=lambda c: sign * min(grid.least[grid.school[t]][grid.home[c]] for t in grid.able[c]))

    def keep(self) -> Kept:
        """A copy of everything that makes the present plan."""
        return [row[:] for row in self.state.cells], self.chosen[:]

    def restore(self, kept: Kept) -> None:
        """Go back to a copy made by `keep`."""
        cells, chosen = kept
        for t, row in enumerate(cells):
            for d, trips in enumerate(row):
                for k, trip in enumerate(trips):
                    if self.state.cells[t][d][k] is not trip:
                        self.state.put(t, d, k, trip)
        self.chosen = chosen
        self.missing = [self.asked[c] if x is None else self.patterns[c][x[1]][1] for c, x in enumerate(chosen)]


def template_visits(search: Search) -> tuple[TemplateVisit, ...]:
    """The template as `TemplateVisit`s, ordered by demand, week and weekday."""
    found, grid = [], search.grid
    first = monday(grid.days[0].date)
    for t, row in enumerate(search.state.cells):
        for d in range(len(row)):
            week, weekday = divmod((grid.days[d].date - first).days, 7)
            found += [
                TemplateVisit(search.problem.children[c].id, search.problem.teams[t].id, week, weekday, start)
                for c, start, _ in search.state.starts(t, d)
            ]
    return tuple(sorted(found, key=lambda v: (v.demand, v.week, v.weekday)))


def find_template_plainly(
    problem: Problem, grid: Grid, iterations: int, seed: int
) -> tuple[tuple[TemplateVisit, ...], int]:
    """The repeating plan by this module alone, without compiled code: slow, for tests and for reading. Return
    (`TemplateVisit`s, moves made)."""
    search = Search(grid, seed)
    search.start()
    cost = least = search.cost()
    best = search.keep()
    for done in range(iterations):
        cost = search.step(done / iterations, cost)
        if cost < least:
            least, best = cost, search.keep()
    search.restore(best)
    return template_visits(search), iterations
