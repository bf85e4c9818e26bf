"""The repeating plan of a problem by the compiled search: what `solve` asks for."""

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.routing.grid import Former, Grid, fair_shares
from app.routing.kernel.arrays import Case, copy_of, slot_of_day
from app.routing.kernel.books import rebuild
from app.routing.kernel.lanes import Clock, search
from app.routing.kernel.layout import Timetable, Weights
from app.routing.kernel.searcher import Searcher
from app.routing.problem import Problem, Progress, TemplateVisit, monday
from app.routing.records import Ints
from app.routing.trip import build, visit_starts
from app.routing.tuning import TUNING, Tuning

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """`template`: `TemplateVisit`s by demand, week and weekday; `moves` made; `failures`: what was left out because it
    ended in an error ("search": a part of the search, "join": the joining of team weeks)."""

    template: tuple[TemplateVisit, ...]
    moves: int
    failures: tuple[str, ...] = ()


def find_template(
    problem: Problem,
    grid: Grid,
    *,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    lanes: int | None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_best: Callable[[Found], None] | None = None,
    tuning: Tuning = TUNING,
) -> Found:
    """Search the repeating plan of a `Problem` over its template `Grid`; return it as `Found`.

    `iterations`: moves of all lanes together, with no `seconds` either those of the `tuning`; `lanes`: searches side by
    side, None = one for each processor, at most those of the `tuning`. `on_best(Found)` gets the best plan so far.
    """
    lanes = lanes or (tuning.lanes if seconds is None else min(tuning.lanes, os.cpu_count() or 1))
    before = former_places(problem, grid)
    case = Case(grid, visits_asked(problem, grid), before, tuning)
    weights = weights_of(problem, grid, tuning)
    candidates = [c for c in range(len(grid.home)) if case.patterns[c] and grid.able[c]]
    moves = tuning.moves if iterations is None and seconds is None else iterations
    clock = Clock(seconds, None if moves is None else -(-moves // lanes))
    handed = [float("inf"), 0.0]  # what the last plan cost that was handed over, the moment of the next

    def tell(runs: list[Searcher], moves: int) -> None:
        least, plan = min((r.sure for r in runs), key=lambda x: x[0])
        if on_best is not None and least != handed[0] and time.monotonic() >= handed[1]:
            handed[:] = least, time.monotonic() + tuning.handed
            on_best(Found(_visits(problem, case, plan)[0], moves, ("search",)))
        if on_progress is None:
            return
        missing = int(plan.missing.sum())
        on_progress(Progress(clock.elapsed(), moves, missing, int(least)))

    plans, moves, failures = search(
        case, weights, candidates, clock, seed, lanes=lanes, former=former_plan(case, before),
        tell=tell if on_progress or on_best else None, cancelled=cancelled,
    )  # fmt: skip
    sound = [x for x in plans if rebuild(case.given, copy_of(x), weights)]
    visits, whole = _visits(problem, case, (sound or plans)[0])
    if not whole or len(sound) < len(plans):
        log.error("the search kept a plan that cannot be: %s of %s were sound", len(sound), len(plans))
        failures.append("search")
    return Found(visits, moves, tuple(dict.fromkeys(failures)))


def visits_asked(problem: Problem, grid: Grid) -> list[int]:
    weeks = max((c.per for c in problem.children), default=1)
    return [len(grid.days) and c.visits * (weeks // c.per) for c in problem.children]


def former_places(problem: Problem, grid: Grid) -> list[Former]:
    """Team and {(week, weekday)} each demand had in the previous plan (None = not told), or its home team."""
    had: dict[str, Former] = {c.id: (c.home_team, None) for c in problem.children if c.home_team}
    previous = problem.previous
    for v in previous.template if previous else ():
        _, days = had.get(v.demand, (None, None))
        had[v.demand] = (v.team, (days or frozenset()) | {(v.week, v.weekday)})
    return [had.get(c.id, (None, None)) for c in problem.children]


def former_plan(case: Case, before: Sequence[Former]) -> tuple[Ints, ...] | None:
    """The former plan as (demands, able numbers, patterns) where team and pattern still exist."""
    grid, found = case.grid, []
    first, able_at = case.given.pat_at, case.given.able_at
    for c, (team, days) in enumerate(before):
        t = grid.team_of.get(team)
        if days is None or t not in grid.able[c]:
            continue
        for p, (pattern, _) in enumerate(case.patterns[c]):
            if {slot_of_day(grid, d) for d in pattern} == days:
                found.append((c, able_at[c] + grid.able[c].index(t), first[c] + p))
                break
    return tuple(np.array(column, dtype=np.int32) for column in zip(*found, strict=True)) if found else None


def weights_of(problem: Problem, grid: Grid, tuning: Tuning = TUNING) -> Weights:
    w = problem.weights
    return Weights(
        unserved=float(w.unserved),
        partial=float(w.partial),
        change_team=float(w.change_team),
        change_day=float(w.change_day),
        fairness=float(w.fairness),
        travel=float(w.travel),
        substitute=tuning.substitute * w.unserved if problem.substitutes else 0.0,
        idle_share=tuning.idle_share,
        idle_cost=tuning.idle_cost if w.fairness else 0.0,
        share=np.array(fair_shares(grid), dtype=np.float64),
    )


def _visits(problem: Problem, case: Case, plan: Timetable) -> tuple[tuple[TemplateVisit, ...], bool]:
    """(the visits of a timetable, True where every trip of it can be kept: others are left out)."""
    grid, given, found, whole = case.grid, case.given, [], True
    for r in np.flatnonzero(plan.size[: given.slots]):
        t, d = int(given.slot_team[r]), int(given.slot_day[r])
        homes = [int(c) for c in plan.seq[r, : plan.size[r]]]
        week, weekday = divmod((grid.days[d].date - monday(grid.days[0].date)).days, 7)
        starts = _starts(grid, t, d, (int(given.slot_start[r]), int(given.slot_end[r])), homes)
        whole = whole and starts is not None
        for c, start in starts or ():
            found.append(TemplateVisit(problem.children[c].id, problem.teams[t].id, week, weekday, start))
    return tuple(sorted(found, key=lambda v: (v.demand, v.week, v.weekday))), whole


def _starts(grid: Grid, t: int, d: int, shift: tuple[int, int], homes: list[int]) -> list[tuple[int, int]] | None:
    """[(demand, start)] of a trip at the departure with the fewest minutes away, None where it cannot be kept."""
    trip = build(grid, t, d, shift, homes, lambda c: grid.windows[c][d])
    if trip is None:
        return None
    return list(zip(homes, visit_starts(grid, t, d, shift, trip, lambda c: grid.windows[c][d]), strict=True))
