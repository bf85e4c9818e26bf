"""The repeating plan of a problem by the compiled search: what `solve` asks for."""

import logging
import os
import time
from dataclasses import dataclass

import numpy as np

from app.routing.grid import fair_shares
from app.routing.kernel import layout as at
from app.routing.kernel.arrays import Case, slot_of_day
from app.routing.kernel.books import rebuild
from app.routing.kernel.lanes import Clock, search
from app.routing.problem import Progress, TemplateVisit, monday
from app.routing.search import IDLE_COST, IDLE_SHARE
from app.routing.trip import build, visit_starts

log = logging.getLogger(__name__)
HANDED = 2.0  # seconds at least between two plans that are handed over on the way
SUBSTITUTE = 0.2
"""A substitute's visit costs this part of a missing one: never for travel's sake, always before a child goes short."""


@dataclass(frozen=True)
class Found:
    """`template`: `TemplateVisit`s by demand, week and weekday; `moves` made; `failures`: what was left out because it
    ended in an error ("search": a part of the search, "join": the joining of team weeks)."""

    template: tuple
    moves: int
    failures: tuple = ()


def find_template(problem, grid, *, seconds, iterations, seed, lanes, on_progress=None, cancelled=None, on_best=None):
    """Search the repeating plan of a `Problem` over its template `Grid`; return it as `Found`.

    `iterations`: moves of all lanes together; `lanes`: searches side by side, None = one for each processor, two at
    most. `on_best(Found)` gets the best plan on the way as it would be if the search ended there.
    """
    lanes = lanes or (2 if seconds is None else min(2, os.cpu_count() or 1))
    before = former_places(problem, grid)
    case = Case(grid, visits_asked(problem, grid), before)
    true = weights_of(problem, grid)
    candidates = [c for c in range(len(grid.home)) if case.patterns[c] and grid.able[c]]
    clock = Clock(seconds, None if iterations is None else -(-iterations // lanes))

    handed = [None, 0.0]

    def tell(runs, moves):
        least, state = min((r.sure for r in runs), key=lambda x: x[0])
        if on_best is not None and least != handed[0] and time.monotonic() >= handed[1]:
            handed[:] = least, time.monotonic() + HANDED
            on_best(Found(_visits(problem, case, state)[0], moves, ("search",)))
        if on_progress is None:
            return
        missing = int(case.part(state, "MISSING", len(grid.home)).sum())
        on_progress(Progress(clock.elapsed(), moves, missing, int(least)))

    states, moves, failures = search(
        case, true, true, candidates, clock, seed, lanes=lanes, former=former_plan(case, before),
        tell=tell if on_progress or on_best else None, cancelled=cancelled,
    )  # fmt: skip
    sound = [x for x in states if rebuild(case.g, x.copy(), true)]
    visits, whole = _visits(problem, case, (sound or states)[0])
    if not whole or len(sound) < len(states):
        log.error("the search kept a plan that cannot be: %s of %s were sound", len(sound), len(states))
        failures = (*failures, "search")
    return Found(visits, moves, tuple(dict.fromkeys(failures)))


def visits_asked(problem, grid):
    weeks = max((c.per for c in problem.children), default=1)
    return [len(grid.days) and c.visits * (weeks // c.per) for c in problem.children]


def former_places(problem, grid):
    """Team and {(week, weekday)} each demand had in the previous plan (None = not told), or its home team."""
    had = {c.id: (c.home_team, None) for c in problem.children if c.home_team}
    previous = problem.previous
    for v in previous.template if previous else ():
        _, days = had.get(v.demand, (None, None))
        had[v.demand] = (v.team, (days or frozenset()) | {(v.week, v.weekday)})
    return [had.get(c.id, (None, None)) for c in problem.children]


def former_plan(case, before):
    """The former plan as (demands, able numbers, patterns) where team and pattern still exist."""
    grid, found = case.grid, []
    first = case.part(case.g, "PAT_AT", len(before) + 1)
    able_at = case.part(case.g, "ABLE_AT", len(before) + 1)
    for c, (team, days) in enumerate(before):
        t = grid.team_of.get(team)
        if days is None or t not in grid.able[c]:
            continue
        for p, (pattern, _) in enumerate(case.patterns[c]):
            if {slot_of_day(grid, d) for d in pattern} == days:
                found.append((c, able_at[c] + grid.able[c].index(t), first[c] + p))
                break
    return tuple(np.array(column, dtype=np.int32) for column in zip(*found, strict=True)) if found else None


def weights_of(problem, grid):
    w = problem.weights
    found = np.zeros(at.SHARE + len(problem.teams))
    found[at.UNSERVED], found[at.PARTIAL], found[at.TRAVEL] = w.unserved, w.partial, w.travel
    found[at.CHANGE_TEAM], found[at.CHANGE_DAY], found[at.FAIRNESS] = w.change_team, w.change_day, w.fairness
    found[at.SUBSTITUTE] = SUBSTITUTE * w.unserved if problem.substitutes else 0.0
    found[at.IDLE_SHARE], found[at.IDLE_COST] = IDLE_SHARE, IDLE_COST if w.fairness else 0.0
    found[at.SHARE :] = fair_shares(grid)
    return found


def _visits(problem, case, state):
    """(the visits of a state, True where every trip of it can be kept: others are left out)."""
    grid, days = case.grid, len(case.grid.days)
    first = monday(grid.days[0].date) if days else None
    slots = int(case.g[at.SLOTS])
    seq, size = case.part(state, "SEQ", slots, at.LONGEST), case.part(state, "SIZE", slots)
    cells, begins = case.part(case.g, "SLOT_CELL", slots), case.part(case.g, "SLOT_START", slots)
    ends, found, whole = case.part(case.g, "SLOT_END", slots), [], True
    for r in np.flatnonzero(size):
        t, d = divmod(int(cells[r]), days)
        homes = [int(c) for c in seq[r, : size[r]]]
        week, weekday = divmod((grid.days[d].date - first).days, 7)
        starts = _starts(grid, t, d, (int(begins[r]), int(ends[r])), homes)
        whole = whole and starts is not None
        for c, start in starts or ():
            found.append(TemplateVisit(problem.children[c].id, problem.teams[t].id, week, weekday, start))
    return tuple(sorted(found, key=lambda v: (v.demand, v.week, v.weekday))), whole


def _starts(grid, t, d, shift, homes):
    """[(demand, start)] of a trip at the departure with the fewest minutes away, None where it cannot be kept."""
    trip = build(grid, t, d, shift, homes, lambda c: grid.windows[c][d])
    if trip is None:
        return None
    return list(zip(homes, visit_starts(grid, t, d, shift, trip, lambda c: grid.windows[c][d]), strict=True))
