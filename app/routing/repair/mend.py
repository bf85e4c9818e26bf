"""Finding new places for the visits that were hit: greedy first, then small ruins and repairs that pay for every
change."""

import math
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.routing.board import Board, Stop
from app.routing.cell import Trips
from app.routing.problem import Visit, Weights, monday
from app.routing.tuning import REPAIRING


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a change costs, in minutes of travel: another day, another week, another team, a gap eased, another time of
    the day, a child that was not hit."""

    day: int
    week: int
    team: int
    gap: int
    time: int
    other: int


def prices(name: str, weights: Weights) -> Prices:
    """The prices of a variant (see `Variant`). A substitute comes after the own team's other days, with the gap eased
    too."""
    if name == "least_travel":
        return Prices(day=4, week=6, team=8, gap=15, time=2, other=10)
    return Prices(day=weights.change_day, week=60, team=2 * weights.change_team + 30, gap=60, time=15, other=400)


def usual_disturbed(name: str) -> int | None:
    """Children who were not hit and may be moved in a variant (see `Variant`); None = as many as it takes."""
    return REPAIRING.disturbed if name == "fewest_changes" else None


@dataclass(eq=False, kw_only=True)
class Row:
    """A visit in search of a place: demand, the day it is due on, the visit it `was` where the child was not hit.
    `team` and `day` None = out."""

    demand: int
    due: int
    was: Visit | None = None
    team: int | None = None
    day: int | None = None
    penalty: int = 0


class Placed(NamedTuple):
    """Where a row stood: see `Row`."""

    row: Row
    team: int | None
    day: int | None
    penalty: int


class Kept(NamedTuple):
    """Everything that makes a repair."""

    rows: list[Placed]
    cells: list[list[Trips]]
    fixed: dict[tuple[int, int], int]
    held: dict[int, dict[int, Visit]]


class Mender:
    """One variant under way; `rows` are the visits that were hit, and those moved to make room for them. `others`: how
    many children that were not hit may be moved, None = as many as it takes."""

    def __init__(
        self, board: Board, due: Iterable[tuple[int, int]], name: str, seed: int, others: int | None = None
    ) -> None:
        self.board, self.rng = board, random.Random(seed)
        self.prices, self.swap = prices(name, board.problem.weights), name != "no_substitute"
        self.travel, self.others = name == "least_travel", others
        self.rows = [Row(demand=c, due=on) for c, on in due]
        self.hit = {board.problem.children[c].person for c, _ in due}
        self.weeks = [monday(d.date) for d in board.problem.days]
        self.open = [
            d for d, day in enumerate(board.problem.days) if day.acts_as is not None and day.date >= board.since
        ]
        self.teams: dict[int, list[int]] = {}
        self.around: dict[date, list[int]] = {}

    def crews(self, c: int) -> list[int]:
        """Teams that may come: the demand's own first."""
        if c not in self.teams:
            main, able = self.board.main[c], self.board.grid.able[c]
            own = [t for t in able if t == main]
            named = self.board.problem.children[c].substitute
            others = [t for t in able if t != main and (self.swap or main is None or self._id(t) == named)]
            self.teams[c] = own + others
        return self.teams[c]

    def _id(self, t: int) -> str:
        return self.board.problem.teams[t].id

    def near(self, on: int) -> list[int]:
        """Days on which a visit due on day `on` may be given: its week and the next, the week before where that is
        still to come."""
        week = self.weeks[on]
        if week not in self.around:
            self.around[week] = [d for d in self.open if -7 <= (self.weeks[d] - week).days <= 7]
        return self.around[week]

    def options(self, row: Row, beyond: bool = False) -> list[tuple[int, int, int, int]]:
        """[(cost, penalty, team, day)] of places for a row, the cheapest first; those in its own period, where the
        demand has quotas, unless `beyond`."""
        board, p, found, c, on = self.board, self.prices, [], row.demand, row.due
        child, main = board.problem.children[c], board.main[c]
        for t in self.crews(c):
            base = self._strange(main, t) + (p.other if row.was else 0) + (child.disliked or {}).get(self._id(t), 0)
            for d in self.near(on):
                if not (beyond or board.same_period(c, on, d)):
                    continue
                extra = board.price(c, t, d)
                if extra is None:
                    continue
                ease = 0 if board.room(c, d, t, beyond=beyond) else 1
                if ease and (child.min_gap < 2 or not board.room(c, d, t, 1, beyond)):
                    continue
                penalty = base + ease * p.gap + (p.day if d != on else p.time)
                penalty += p.week if self.weeks[d] != self.weeks[on] else 0
                found.append((extra + penalty, penalty, t, d))
        return sorted(found)

    def _strange(self, main: int | None, t: int) -> int:
        """What another team costs; half where a teacher of the own team is in it."""
        if main is None or t == main:
            return 0
        teams = self.board.problem.teams
        return self.prices.team // (2 if set(teams[t].teachers) & set(teams[main].teachers) else 1)

    def fill(self, rows: Iterable[Row]) -> None:
        """Place rows, the one with the fewest choices first; one of a child that was not hit goes back to where it was
        if it can."""
        for row in rows:
            row.team = row.day = None
            row.penalty = self._out(row)
        for row in [r for r in rows if r.was is None]:
            self._place(row)
        for row, was in [(r, r.was) for r in rows if r.was is not None]:
            t = self.board.grid.team_of[was.team]
            if self.board.room(row.demand, row.due, t) and self.board.back(row.demand, t, row.due, was):
                row.team, row.day, row.penalty = t, row.due, 0
            else:
                self._place(row)

    def _out(self, row: Row) -> int:
        """What it costs when a row stays out; a visit is not taken from a child that was not hit to place another."""
        child = self.board.problem.children[row.demand]
        taken = row.was is not None and child.person not in self.hit
        return REPAIRING.out * (child.priority + (REPAIRING.taken if taken else 0))

    def _place(self, row: Row, beyond: bool = False) -> None:
        found = self.options(row, beyond)
        if found:
            _, row.penalty, t, d = found[0]
            row.team, row.day = t, d
            regular = d == row.due or (row.demand in self.board.caps and self.board.same_period(row.demand, d, row.due))
            self.board.add(row.demand, t, d, "template" if regular else "makeup")

    def cost(self) -> int:
        """Travel and penalties, in minutes."""
        found = self.board.state.travel + sum(r.penalty for r in self.rows)
        if self.others is not None:
            moved = {self.board.problem.children[r.demand].person for r in self.rows if r.was is not None and r.penalty}
            found += 2 * REPAIRING.out * max(0, len(moved - self.hit) - self.others)
        return found

    def run(self, iterations: int | None = None, until: float | None = None) -> None:
        """First places for all rows, then `iterations` small ruins and repairs, None = the usual number (or until a
        moment of the monotonic clock)."""
        iterations = REPAIRING.iterations if iterations is None else iterations
        rows = sorted(self.rows, key=lambda r: (len(self.options(r)), r.demand, r.due))
        self.fill(rows)
        cost = least = self.cost()
        best = self.keep()
        for i in range(iterations if self.rows else 0):
            if until is not None and time.monotonic() > until:
                break
            cost = self._step(cost, REPAIRING.hot * (1 - i / iterations) + REPAIRING.cold)
            if cost < least:
                least, best = cost, self.keep()
        self.restore(best)
        for row in self.rows:
            if row.day is None and row.demand in self.board.caps:  # no place in its own week: made up near it
                self._place(row, beyond=True)

    def _step(self, cost: int, heat: float) -> int:
        before = self._placed()
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

    def _placed(self) -> list[Placed]:
        return [Placed(r, r.team, r.day, r.penalty) for r in self.rows]

    def _reset(self, rows: Iterable[Placed]) -> None:
        self.rows = [x.row for x in rows]
        for r, team, day, penalty in rows:
            r.team, r.day, r.penalty = team, day, penalty

    def _ruin(self) -> list[Row]:
        """Take some rows off, and, where somebody is left out or travel counts, visits of the same days."""
        rng, rows = self.rng, self.rows
        chosen = rng.sample(rows, min(len(rows), rng.randint(1, REPAIRING.most_out)))
        out = [r for r in rows if r.day is None]
        chosen += [r for r in out if r not in chosen]
        fallen: list[Stop] = []
        for row in chosen:
            if row.day is not None and row.day in self.board.held[row.demand]:  # not fallen out with one before
                fallen += self.board.take(row.demand, row.day)[1]
        if (out or self.travel) and self.others != 0:
            focus = rng.choice(out) if out and rng.random() < REPAIRING.near_waiting else rng.choice(chosen)
            fallen += self._clear(focus)
        return chosen + [row for row in self._as_rows(fallen) if row not in chosen]

    def _clear(self, focus: Row) -> list[Stop]:
        """Take a few loose visits out of a cell in which the row could come."""
        board, rng = self.board, self.rng
        t = rng.choice(self.crews(focus.demand)[: REPAIRING.crews] or [0])
        d = rng.choice(self.near(focus.due) or [focus.due])
        inside = [c for trip in board.state.cells[t][d] for c in trip.seq]
        loose = [c for c in inside if (t, d) not in board.shut and not board.firm(board.held[c][d])]
        out = []
        for c in rng.sample(loose, min(len(loose), rng.randint(1, REPAIRING.cleared))):
            if d in board.held[c]:
                visit, more = board.take(c, d)
                out += [(c, visit), *more]
        return out

    def _as_rows(self, fallen: Iterable[Stop]) -> list[Row]:
        known = {(r.demand, r.day): r for r in self.rows if r.day is not None}
        found: list[Row] = []
        for c, visit in fallen:
            d = self.board.day_of[visit.date]
            row = known.get((c, d))
            if row is None:
                row = Row(demand=c, due=d, was=visit)
                self.rows.append(row)
            if row not in found:
                found.append(row)
        return found

    def keep(self) -> Kept:
        """A copy of everything that makes the present repair."""
        state = self.board.state
        held = {c: dict(x) for c, x in enumerate(self.board.held)}
        return Kept(self._placed(), [row[:] for row in state.cells], dict(state.fixed), held)

    def restore(self, kept: Kept) -> None:
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
