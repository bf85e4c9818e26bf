"""Finding new places for the visits that were hit: greedy first, then small ruins and repairs that pay for every
change."""

import math
import random
import time
from dataclasses import dataclass

from app.routing.problem import monday

OUT = 10_000  # a visit that stays out, in minutes of travel, times priority
TAKEN = 1_000 * OUT  # a visit taken from a child that was not hit: no other visit is worth it
HOT = 5.0  # minutes: first temperature of the annealing


@dataclass(frozen=True)
class Prices:
    """What a change costs, in minutes of travel: another day, another week, another team, a gap eased, another time of
    the day, a child that was not hit."""

    day: int
    week: int
    team: int
    gap: int
    time: int
    other: int


def prices(name, weights):
    """The prices of a variant (see `Variant`). A substitute comes after the own team's other days, with the gap eased
    too."""
    if name == "least_travel":
        return Prices(4, 6, 8, 15, 2, 10)
    return Prices(weights.change_day, 60, 2 * weights.change_team + 30, 60, 15, 400)


@dataclass(eq=False)
class Row:
    """A visit in search of a place: demand, the day it is due on, the visit it `was` where the child was not hit.
    `team` and `day` None = out."""

    demand: int
    due: int
    was: object = None
    team: int | None = None
    day: int | None = None
    penalty: int = 0


class Mender:
    """One variant under way; `rows` are the visits that were hit, and those moved to make room for them. `others`: how
    many children that were not hit may be moved, None = as many as it takes."""

    def __init__(self, board, due, name, seed, others=None):
        self.board, self.rng = board, random.Random(seed)
        self.prices, self.swap = prices(name, board.problem.weights), name != "no_substitute"
        self.travel, self.others = name == "least_travel", others
        self.rows = [Row(c, on) for c, on in due]
        self.hit = {board.problem.children[c].person for c, _ in due}
        self.weeks = [monday(d.date) for d in board.problem.days]
        self.open = [
            d for d, day in enumerate(board.problem.days) if day.acts_as is not None and day.date >= board.since
        ]
        self.teams, self.around = {}, {}

    def crews(self, c):
        """Teams that may come: the demand's own first."""
        if c not in self.teams:
            main, able = self.board.main[c], self.board.grid.able[c]
            own = [main] if main in able else []
            named = self.board.problem.children[c].substitute
            others = [t for t in able if t != main and (self.swap or main is None or self._id(t) == named)]
            self.teams[c] = own + others
        return self.teams[c]

    def _id(self, t):
        return self.board.problem.teams[t].id

    def near(self, on):
        """Days on which a visit due on day `on` may be given: its week and the next, the week before where that is
        still to come."""
        week = self.weeks[on]
        if week not in self.around:
            self.around[week] = [d for d in self.open if -7 <= (self.weeks[d] - week).days <= 7]
        return self.around[week]

    def options(self, row):
        """[(cost, penalty, team, day)] of places for a row, the cheapest first."""
        board, p, found, c, on = self.board, self.prices, [], row.demand, row.due
        child, main = board.problem.children[c], board.main[c]
        for t in self.crews(c):
            base = self._strange(main, t) + (p.other if row.was else 0) + (child.disliked or {}).get(self._id(t), 0)
            for d in self.near(on):
                extra = board.price(c, t, d)
                if extra is None:
                    continue
                ease = 0 if board.room(c, d, t) else 1
                if ease and (child.min_gap < 2 or not board.room(c, d, t, 1)):
                    continue
                penalty = base + ease * p.gap + (p.day if d != on else p.time)
                penalty += p.week if self.weeks[d] != self.weeks[on] else 0
                found.append((extra + penalty, penalty, t, d))
        return sorted(found)

    def _strange(self, main, t):
        """What another team costs; half where a teacher of the own team is in it."""
        if main is None or t == main:
            return 0
        teams = self.board.problem.teams
        return self.prices.team // (2 if set(teams[t].teachers) & set(teams[main].teachers) else 1)

    def fill(self, rows):
        """Place rows, the one with the fewest choices first; one of a child that was not hit goes back to where it was
        if it can."""
        for row in rows:
            row.team = row.day = None
            row.penalty = self._out(row)
        for row in [r for r in rows if r.was is None]:
            self._place(row)
        for row in [r for r in rows if r.was is not None]:
            t = self.board.grid.team_of[row.was.team]
            if self.board.room(row.demand, row.due, t) and self.board.back(row.demand, t, row.due, row.was):
                row.team, row.day, row.penalty = t, row.due, 0
            else:
                self._place(row)

    def _out(self, row):
        """What it costs when a row stays out; a visit is not taken from a child that was not hit to place another."""
        child = self.board.problem.children[row.demand]
        taken = row.was is not None and child.person not in self.hit
        return OUT * child.priority + (TAKEN if taken else 0)

    def _place(self, row):
        found = self.options(row)
        if found:
            _, row.penalty, row.team, row.day = found[0]
            self.board.add(row.demand, row.team, row.day, "template" if row.day == row.due else "makeup")

    def cost(self):
        """Travel and penalties, in minutes."""
        found = self.board.state.travel + sum(r.penalty for r in self.rows)
        if self.others is not None:
            moved = {self.board.problem.children[r.demand].person for r in self.rows if r.was is not None and r.penalty}
            found += 2 * OUT * max(0, len(moved - self.hit) - self.others)
        return found

    def run(self, iterations, until=None):
        """First places for all rows, then `iterations` small ruins and repairs (or until a moment of the monotonic
        clock)."""
        rows = sorted(self.rows, key=lambda r: (len(self.options(r)), r.demand, r.due))
        self.fill(rows)
        cost = least = self.cost()
        best = self.keep()
        for i in range(iterations if self.rows else 0):
            if until is not None and time.monotonic() > until:
                break
            cost = self._step(cost, HOT * (1 - i / iterations) + 0.01)
            if cost < least:
                least, best = cost, self.keep()
        self.restore(best)

    def _step(self, cost, heat):
        before = [(r, r.team, r.day, r.penalty) for r in self.rows]
        self.board.mark()
        touched = self._ruin()
        self.rng.shuffle(touched)
        self.fill(touched)
        now = self.cost()
        if now < cost - heat * math.log(1.0 - self.rng.random()):
            return now
        self.board.rollback()
        self._reset(before)
        return cost

    def _reset(self, rows):
        self.rows = [r for r, *_ in rows]
        for r, team, day, penalty in rows:
            r.team, r.day, r.penalty = team, day, penalty

    def _ruin(self):
        """Take some rows off, and, where somebody is left out or travel counts, visits of the same days."""
        rng, rows = self.rng, self.rows
        chosen = rng.sample(rows, min(len(rows), rng.randint(1, 4)))
        out = [r for r in rows if r.day is None]
        chosen += [r for r in out if r not in chosen]
        fallen = []
        for row in chosen:
            if row.day is not None and row.day in self.board.held[row.demand]:  # not fallen out with one before
                fallen += self.board.take(row.demand, row.day)[1]
        if out or self.travel:
            focus = rng.choice(out) if out and rng.random() < 0.8 else rng.choice(chosen)
            fallen += self._clear(focus)
        return chosen + [row for row in self._as_rows(fallen) if row not in chosen]

    def _clear(self, focus):
        """Take one to three loose visits out of a cell in which the row could come."""
        board, rng = self.board, self.rng
        t, d = rng.choice(self.crews(focus.demand)[:8] or [0]), rng.choice(self.near(focus.due) or [focus.due])
        inside = [c for trip in board.state.cells[t][d] for c in trip[0]]
        loose = [c for c in inside if (t, d) not in board.shut and not board.firm(board.held[c][d])]
        out = []
        for c in rng.sample(loose, min(len(loose), rng.randint(1, 3))):
            if d in board.held[c]:
                visit, more = board.take(c, d)
                out += [(c, visit), *more]
        return out

    def _as_rows(self, fallen):
        known = {(r.demand, r.day): r for r in self.rows if r.day is not None}
        found = []
        for c, visit in fallen:
            d = self.board.day_of[visit.date]
            row = known.get((c, d))
            if row is None:
                row = Row(c, d, was=visit)
                self.rows.append(row)
            if row not in found:
                found.append(row)
        return found

    def keep(self):
        """A copy of everything that makes the present repair."""
        state = self.board.state
        return (
            [(r, r.team, r.day, r.penalty) for r in self.rows],
            [row[:] for row in state.cells],
            dict(state.fixed),
            {c: dict(x) for c, x in enumerate(self.board.held)},
        )

    def restore(self, kept):
        """Go back to a copy made by `keep`."""
        rows, cells, fixed, held = kept
        board = self.board
        self._reset(rows)
        for t, row in enumerate(cells):
            for d, trips in enumerate(row):
                if board.state.cells[t][d] is not trips:
                    for k, trip in enumerate(trips):
                        board.state.put(t, d, k, trip)
        board.state.fixed = fixed.copy()
        for c, x in held.items():
            board.held[c] = dict(x)
