"""The hybrid genetic search itself: cross, educate, repair, keep; weights of the penalties follow the successes."""

from __future__ import annotations

import math

from app.routing.periodic.draw import fraction
from app.routing.periodic.improve import improve_day
from app.routing.periodic.jit import compiled, compiled_entry
from app.routing.periodic.model import Model
from app.routing.periodic.offspring import at_random, cross_over
from app.routing.periodic.patterns import improve_patterns, refresh_day
from app.routing.periodic.population import BROKEN, FEASIBLE, add, parent, rate
from app.routing.periodic.split import unload_day

SHARE = 0.4  # of the individuals that should keep each limit before repair
REPAIR = 0.5  # share of the infeasible that are repaired
ROUNDS = 8  # of route and pattern improvement, at most


def first_weights(model: Model) -> tuple[float, float]:
    """Penalties to begin with: a unit of load by the scale of the map, a unit of time one unit of distance."""
    heaviest = model.demand.max(initial=0.0)
    return min(1000.0, max(0.1, model.dist.max(initial=1.0) / heaviest if heaviest else 1.0)), 1.0


@compiled_entry
def make(model, work, pool, state, fresh):
    """Make an individual in `work` and educate it: at random where `fresh` (or nobody is there), else a child."""
    if fresh or rate(pool, FEASIBLE, work.weight) + rate(pool, BROKEN, work.weight) == 0:
        at_random(model, work, state)
    else:
        a = parent(pool, state)
        b = parent(pool, state)
        cross_over(model, work, state, pool, a, b)
    educate(model, work, state)


@compiled_entry
def breed(model, work, pool, state, count, made):
    """Make `count` children, `made` having been made before; educate, repair and keep them."""
    for k in range(count):
        make(model, work, pool, state, False)
        store(model, work, pool)
        load, time = _kept(model, work)
        if not (load and time) and fraction(state) < REPAIR:
            _repair(model, work, pool, state)
        _adapt(work.weight, load, 0, made + k)
        _adapt(work.weight, time, 1, made + k)


@compiled_entry
def store(model, work, pool):
    """Take the solution in `work` into the population."""
    for d in range(model.t):
        unload_day(model, work, d)
    add(model, work, pool)


@compiled
def _kept(model, work):
    load = time = True
    for d in range(model.t):
        for r in range(model.m):
            load = load and work.load[d, r] <= model.capacity[d] + 1e-9
            time = time and work.time[d, r] <= model.longest[d] + 1e-9
    return load, time


@compiled
def educate(model, work, state):
    """Route and pattern improvement in turns until neither gains."""
    dirty = (1 << model.t) - 1
    for _ in range(ROUNDS):
        for d in range(model.t):
            if dirty >> d & 1:
                improve_day(model, work, state, d)
        dirty = improve_patterns(model, work, state)
        if not dirty:
            break


@compiled_entry
def _repair(model, work, pool, state):
    """Educate once more with heavy penalties, and keep the result where it is feasible."""
    work.weight[:] *= 10.0
    for d in range(model.t):
        refresh_day(model, work, d)
    educate(model, work, state)
    work.weight[:] /= 10.0
    load, time = _kept(model, work)
    if load and time:
        store(model, work, pool)


@compiled
def _adapt(weight, kept, limit, made):
    """After each individual: a limit that was kept gets cheaper, one that was not dearer, so that SHARE keep it."""
    step = 0.1 if made < 200 else 0.03
    if kept:
        step *= SHARE - 1.0
    else:
        step *= SHARE
    weight[limit] = min(max(weight[limit] * math.exp(step), 1e-2), 1e5)
