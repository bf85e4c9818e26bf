"""The repair itself: events in, variants out."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.routing.board import Board
from app.routing.change import diff, with_visits
from app.routing.events import ChildAdded, ChildLost, DayClosed, Event, FamilyCancels
from app.routing.explain import explain
from app.routing.grid import Grid
from app.routing.place import place, read_off, short_days
from app.routing.problem import Plan, Problem, Visit, monday
from app.routing.repair.after import after, concerned
from app.routing.repair.calls import calls
from app.routing.repair.mend import Mender, usual_disturbed
from app.routing.repair.pairs import stand_ins
from app.routing.repair.proof import findings, prove
from app.routing.repair.types import Repair, Variant

NAMES = ("fewest_changes", "least_travel", "no_substitute")


def repair(
    problem: Problem,
    plan: Plan,
    events: Sequence[Event],
    *,
    since: date | None = None,
    iterations: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
) -> Repair:
    """Return ways to keep a dated plan going after `events`, see `Repair`.

    Only what `events` hit is repaired (the problem may know of them already); what was not allowed before stays. With
    none, what the problem no longer allows is repaired, except visits that somebody placed by hand.

    `since`: the first date that may change (today or tomorrow); everything before it is past. None: the first day of
    the problem. Past, confirmed (`Visit.locked`) and locked visits never move; only a family's cancellation and a
    demand's end take fixed visits off. Every variant keeps the rules of the problem after the events, except where the
    plan broke them before. `iterations` of improvement for each variant (200), or `seconds` for all together; equal
    inputs, seed and iterations give equal repairs.

    Raises kernel `Refused` for an event that names something unknown, and RuntimeError where the independent checker
    rejects every variant (a fault of the engine: such a plan is never handed out).
    """
    since = since or problem.days[0].date
    changed = after(problem, plan, events, since)
    changed = replace(changed, teams=changed.teams + stand_ins(problem, plan, events, since))
    case = _Case(problem, changed, plan, events, since)
    until = None if seconds is None else time.monotonic() + seconds
    found, faults = [], []
    for i, name in enumerate(NAMES):
        board = case.board()
        limit = None
        if until is not None and seconds is not None:
            limit = until - seconds * (len(NAMES) - 1 - i) / len(NAMES)
        mender = Mender(board, case.due(board), name, seed, usual_disturbed(name))
        mender.run(10**6 if iterations is None and seconds is not None else iterations, limit)
        try:
            found.append(case.variant(board, name))
        except RuntimeError as fault:  # the others may still be shown
            faults.append(fault)
    if not found:
        raise faults[0]
    found = _least(found)
    merged = tuple(case.explained(one) for one in _merged(found))
    return Repair(case.lean(merged), merged, tuple(case.lost + board.hit), tuple(board.stuck))


class _Case:
    """What all variants share. `known`: visits whose demand, team and date are part of the problem; `lost`: visits to
    come of teams that are no longer there; `aside`: what lies outside, kept as it is."""

    def __init__(self, problem: Problem, changed: Problem, plan: Plan, events: Sequence[Event], since: date) -> None:
        self.problem, self.changed, self.since, self.events, self.plan = problem, changed, since, events, plan
        demands, teams = {c.id for c in problem.children}, {t.id for t in problem.teams}
        dates = {d.date for d in problem.days}
        known: list[Visit] = []
        self.lost: list[Visit] = []
        self.aside: list[Visit] = []
        for v in plan.visits:
            if v.demand in demands and v.team in teams and v.date in dates:
                known.append(v)
            elif v.demand in demands and v.date in dates and v.date >= since and not v.locked:
                self.lost.append(v)
            else:
                self.aside.append(v)
        self.old = with_visits(problem, plan, known)
        self.grid: Grid | None = None
        self.live = self._live()
        self.findings = findings(problem, self.old)

    def board(self) -> Board:
        """The old plan on the changed problem's dates."""
        called_off = {(e.demand, e.date) for e in self.events if isinstance(e, FamilyCancels) and e.date >= self.since}
        ended = {e.demand: max(e.since, self.since) for e in self.events if isinstance(e, ChildLost)}
        if self.grid is None:
            self.grid = Grid(self.changed, list(self.changed.days), rolled=True)
        return Board(
            self.changed,
            self.old,
            self.since,
            self.problem,
            called_off,
            ended,
            live=self.live,
            grid=self.grid,
            concerned=concerned(self.problem, self.events, self.since) if self.events else None,
        )

    def _live(self) -> tuple[date, date] | None:
        """Between which dates anything may change: the weeks of what happened, one before and one after."""
        spans = []
        for e in self.events:
            if isinstance(e, ChildAdded):
                return None
            if isinstance(e, ChildLost):
                continue
            spans.append((e.date, e.date) if isinstance(e, FamilyCancels | DayClosed) else (e.first, e.last))
        if self.lost or not self.events:
            return None
        if not spans:
            return date.max, date.min
        if self.problem == self.changed:
            return None
        first, last = min(a for a, _ in spans), max(b for _, b in spans)
        return monday(first) - timedelta(days=7), monday(last) + timedelta(days=13)

    def due(self, board: Board) -> list[tuple[int, int]]:
        """[(demand, day)] of the visits that need a new place; new demands are placed here as far as they fit."""
        index = board.grid.index
        hit = [v for v in (*self.lost, *board.hit) if v.demand in index]
        homeless = {v.demand for v in hit if board.main[index[v.demand]] is None}
        due = [(index[v.demand], board.day_of[v.date]) for v in hit if v.demand not in homeless]
        new = {e.child.id for e in self.events if isinstance(e, ChildAdded)}
        stays = {demand for demand in new if board.held[index[demand]] or index[demand] in {c for c, _ in due}}
        due = [(c, d) for c, d in due if c not in board.caps or board.problem.children[c].id not in stays]
        for demand in sorted(homeless | new):
            c = index[demand]
            if demand in stays and c in board.caps:  # what fits stays where it is, what is missing is added
                due += short_days(board, c, [board.day_of[v.date] for v in hit if v.demand == demand])
            else:
                due += place(board, c)[: board.asked[c] - len(board.held[c])]
        return due

    def variant(self, board: Board, name: str) -> Variant:
        """Read a variant off its board and prove it."""
        plan = read_off(self.changed, self.old, board)
        prove(self.changed, plan, self.old, self.findings)
        new = tuple(r for r in plan.relaxations if r not in self.old.relaxations)
        travel = self.old.score.travel, plan.score.travel
        if self.aside:
            every = sorted((*plan.visits, *self.aside), key=lambda v: (v.date, v.team, v.start))
            plan = replace(plan, visits=tuple(every))
        changes = tuple(diff(self.plan, plan))
        touched = {c.either.child for c in changes} - self._concerned(board)
        return Variant(name, plan, changes, calls(self.changed, changes), *travel, tuple(sorted(touched)), new)

    def _concerned(self, board: Board) -> set[str]:
        new = {e.child.person for e in self.events if isinstance(e, ChildAdded)}
        return {v.child for v in (*self.lost, *board.hit, *board.dropped)} | new

    def explained(self, variant: Variant) -> Variant:
        """The variant with reasons and remedies for what stays out of the visits that were hit."""
        plan = variant.plan
        before = {u.demand: u.missing for u in self.old.unserved}
        new = {e.child.id for e in self.events if isinstance(e, ChildAdded)}
        worse = {u.demand for u in plan.unserved if u.demand in new or u.missing > before.get(u.demand, 0)}
        if not worse:
            return variant
        outside = set(self.aside)
        inside = replace(plan, visits=tuple(v for v in plan.visits if v not in outside))
        why = explain(self.changed, inside, worse).unserved
        return replace(variant, plan=replace(plan, unserved=tuple(why.get(u.demand, u) for u in plan.unserved)))

    def lean(self, variants: Iterable[Variant]) -> Problem:
        """The changed problem without stand-in teams that no variant sends out."""
        own = {t.id for t in self.problem.teams}
        used = {v.team for x in variants for v in x.plan.visits} | own
        return replace(self.changed, teams=tuple(t for t in self.changed.teams if t.id in used))


def _least(variants: list[Variant]) -> list[Variant]:
    """The variant of least travel is the least of all: a search of its own may have missed another's."""
    best = min(variants, key=lambda v: (v.plan.score.unserved, v.plan.score.travel, v.name != "least_travel"))
    return [replace(best, name=v.name) if v.name == "least_travel" else v for v in variants]


def _merged(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """Each different plan once, under the first of its names."""
    found: dict[frozenset[tuple[str, date, str, int]], Variant] = {}
    for v in variants:
        key = frozenset((x.demand, x.date, x.team, x.start) for x in v.plan.visits)
        found[key] = replace(found[key], also=(*found[key].also, v.name)) if key in found else v
    return tuple(found.values())
