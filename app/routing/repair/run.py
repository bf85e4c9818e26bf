"""The repair itself: events in, variants out."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.routing.board import Board
from app.routing.change import diff, with_visits
from app.routing.check import check
from app.routing.events import ChildAdded, ChildLost, Event, FamilyCancels
from app.routing.place import place, with_template
from app.routing.problem import Plan, Problem
from app.routing.relaxations import relaxations
from app.routing.repair.after import after
from app.routing.repair.calls import calls
from app.routing.repair.mend import Mender
from app.routing.repair.types import Repair, Variant

ITERATIONS = 200
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

    `since`: the first date that may change (today or tomorrow); everything before it is past. None: the first day of
    the problem. Past, confirmed (`Visit.locked`) and locked visits never move; only a family's cancellation and a
    demand's end take fixed visits off. Every variant keeps the rules of the problem after the events, except where the
    plan broke them before. `iterations` of improvement for each variant (200), or `seconds` for all together; equal
    inputs, seed and iterations give equal repairs.

    Raises kernel `Refused` for an event that names something unknown.
    """
    since = since or problem.days[0].date
    changed = after(problem, plan, events, since)
    void = _void(problem, events, since)
    old = with_visits(problem, plan, plan.visits)
    until = None if seconds is None else time.monotonic() + seconds
    board, found = None, []
    for i, name in enumerate(NAMES):
        board = Board(changed, old, since, problem, void)
        mender = _mend(board, events, name, seed)
        limit = None if until is None else until - seconds * (len(NAMES) - 1 - i) / len(NAMES)
        mender.run(ITERATIONS if iterations is None and seconds is None else iterations or 10**6, limit)
        found.append(_variant(board, old, name))
    return Repair(changed, _merged(found), tuple(board.hit), tuple(board.stuck))


def _void(problem, events, since):
    """(demand, date) of visits that are called off or have ended, fixed or not."""
    called_off = {(e.demand, e.date) for e in events if isinstance(e, FamilyCancels)}
    for e in events:
        if isinstance(e, ChildLost):
            called_off |= {(e.demand, d.date) for d in problem.days if d.date >= max(e.since, since)}
    return frozenset(called_off)


def _mend(board, events, name, seed):
    due = [(board.grid.index[v.demand], board.day_of[v.date]) for v in board.hit]
    for e in events:
        if isinstance(e, ChildAdded):
            c = board.grid.index[e.child.id]
            due += place(board, c)[: board.asked[c] - len(board.held[c])]
    return Mender(board, due, name, seed)


def _variant(board, old, name):
    kept = replace(old, template=with_template(board, old.template))
    plan = relaxations(board, with_visits(board.problem, kept, board.visits()))
    _prove(board, old, plan)
    changes = tuple(diff(old, plan))
    concerned = {v.child for v in (*board.hit, *board.dropped)}
    concerned |= {c.person for c in board.problem.children if not any(v.demand == c.id for v in old.visits)}
    touched = sorted({(c.before or c.after).child for c in changes} - concerned)
    new = tuple(r for r in plan.relaxations if r not in old.relaxations)
    return Variant(
        name,
        plan,
        changes,
        calls(board.problem, changes),
        old.score.travel,
        plan.score.travel,
        tuple(touched),
        new,
    )


def _prove(board, old, plan):
    """Raise RuntimeError where a repair breaks a rule that the plan had kept (a fault of the engine)."""
    same = {(v.demand, v.date, v.team, v.start) for v in old.visits}
    stood = [v for v in plan.visits if (v.demand, v.date, v.team, v.start) in same]
    known = {_key(f) for f in check(board.before, old)} | {
        _key(f) for f in check(board.problem, with_visits(board.problem, plan, stood))
    }
    broken = [f for f in check(board.problem, plan) if f.is_error and _key(f) not in known and f.code != "lock_broken"]
    if broken:
        raise RuntimeError("the repair breaks rules: " + "; ".join(str(b) for b in broken[:5]))


def _key(finding):
    return finding.code, tuple(sorted((k, str(v)) for k, v in finding.values.items()))


def _merged(variants):
    """Each different plan once, under the first of its names."""
    found = {}
    for v in variants:
        key = frozenset((x.demand, x.date, x.team, x.start) for x in v.plan.visits)
        found[key] = replace(found[key], also=(*found[key].also, v.name)) if key in found else v
    return tuple(found.values())
