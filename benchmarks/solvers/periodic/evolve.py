"""What the genetic part of the search calls: choose parents and cross them, educate the child, weigh the penalties.

Small entries on purpose: compiled code is built anew, with everything it calls, in each function that calls it.
"""

from __future__ import annotations

import math

from benchmarks.solvers.periodic.improve import improve_day
from benchmarks.solvers.periodic.jit import compiled, compiled_entry
from benchmarks.solvers.periodic.model import Model
from benchmarks.solvers.periodic.offspring import cross_over
from benchmarks.solvers.periodic.patterns import improve_patterns, refresh_day
from benchmarks.solvers.periodic.population import BROKEN, FEASIBLE, add, parent, rate
from benchmarks.solvers.periodic.split import unload_day

SHARE = 0.4  # of the individuals that should keep each limit before repair
ROUNDS = 8  # of route and pattern improvement, at most


def first_weights(model: Model) -> tuple[float, float]:
    """Penalties to begin with: a unit of load by the scale of the map, a unit of time one unit of distance."""
    heaviest = model.demand.max(initial=0.0)
    return min(1000.0, max(0.1, model.dist.max(initial=1.0) / heaviest if heaviest else 1.0)), 1.0


@compiled_entry
def conceive(model, work, pool, state):
    """Put a child of two fit parents into `work`; false where nobody is there."""
    if rate(pool, FEASIBLE, work.weight) + rate(pool, BROKEN, work.weight) == 0:
        return False
    a = parent(pool, state)
    b = parent(pool, state)
    cross_over(model, work, state, pool, a, b)
    return True


@compiled
def educate(model, work, state, rise):
    """Route and pattern improvement in turns until neither gains, with the penalties times `rise` meanwhile.

    Returns whether every load and every time keeps its limit.
    """
    if rise != 1.0:
        work.weight[0] *= rise
        work.weight[1] *= rise
        for d in range(model.t):
            refresh_day(model, work, d)
    dirty = (1 << model.t) - 1
    for _ in range(ROUNDS):
        for d in range(model.t):
            if dirty >> d & 1:
                improve_day(model, work, state, d)
        dirty = improve_patterns(model, work, state)
        if not dirty:
            break
    if rise != 1.0:
        work.weight[0] /= rise
        work.weight[1] /= rise
    load = time = True
    for d in range(model.t):
        for r in range(model.m):
            load = load and work.load[d, r] <= model.capacity[d] + 1e-9
            time = time and work.time[d, r] <= model.longest[d] + 1e-9
    return load, time


@compiled_entry
def store(model, work, pool):
    """Take the solution in `work` into the population."""
    for d in range(model.t):
        unload_day(model, work, d)
    add(model, work, pool)


def adapt(weight, kept: tuple[bool, bool], made: int) -> None:
    """After each individual: a limit that was kept gets cheaper, one that was not dearer, so that SHARE keep it."""
    for limit, well in enumerate(kept):
        step = (0.1 if made < 200 else 0.03) * (SHARE - well)
        weight[limit] = min(max(weight[limit] * math.exp(step), 1e-2), 1e5)
