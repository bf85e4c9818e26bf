"""The population of the kernel: two sub-populations, feasible and not, kept good and different from each other.

Source: hybrid genetic search with adaptive diversity control (Vidal, Crainic, Gendreau, Lahrichi, Rei 2012).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.solvers.periodic.draw import below
from benchmarks.solvers.periodic.jit import compiled, compiled_entry
from benchmarks.solvers.periodic.model import Model

FREE, FEASIBLE, BROKEN = 0, 1, 2  # what a place of the pool holds
CLOSE = 5  # the closest neighbours that measure how different an individual is
ELITE = 4  # the individuals protected by their cost alone


class Pool(NamedTuple):
    """Room for individuals; first index = place, the last place holds the best solution ever."""

    seq: np.ndarray  # (K, t, n) int64
    length: np.ndarray  # (K, t) int64
    cuts: np.ndarray  # (K, t, m+1) int64
    mask: np.ndarray  # (K, n) int64
    succ: np.ndarray  # (K, t, n) int64: the next customer, -1 depot, -2 not visited
    pred: np.ndarray  # (K, t, n) int64
    cost: np.ndarray  # (K,) float64: distance
    over: np.ndarray  # (K, 2) float64: load and time too much
    kind: np.ndarray  # (K,) int64
    far: np.ndarray  # (K, K) float64: share of visits that differ
    fit: np.ndarray  # (K,) float64: biased fitness, less is better
    rank: np.ndarray  # (K,) int64: scratch
    value: np.ndarray  # (K,) float64: scratch
    size: np.ndarray  # (2,) int64: least and most individuals of a sub-population


def pool_of(model: Model, least: int, more: int) -> Pool:
    """An empty pool for sub-populations of `least` to `least + more` individuals."""
    n, m, t, room = model.n, model.m, model.t, 2 * (least + more) + 4
    shapes = {
        "seq": ((room, t, n), np.int64),
        "length": ((room, t), np.int64),
        "cuts": ((room, t, m + 1), np.int64),
        "mask": ((room, n), np.int64),
        "succ": ((room, t, n), np.int64),
        "pred": ((room, t, n), np.int64),
        "cost": (room, np.float64),
        "over": ((room, 2), np.float64),
        "kind": (room, np.int64),
        "far": ((room, room), np.float64),
        "fit": (room, np.float64),
        "rank": (room, np.int64),
        "value": (room, np.float64),
        "size": (2, np.int64),
    }
    pool = Pool(**{name: np.zeros(shape, kind) for name, (shape, kind) in shapes.items()})
    pool.size[:] = least, least + more
    pool.cost[-1] = np.inf
    return pool


@compiled_entry
def keep(model, work, pool, k):
    """Write the solution in `work` (unloaded) to place k."""
    pool.seq[k] = work.seq
    pool.length[k] = work.length
    pool.cuts[k] = work.cuts
    pool.mask[k] = work.mask
    describe(model, pool, k)


@compiled_entry
def describe(model, pool, k):
    """Work out cost, excess and neighbours of place k from its orders and cuts."""
    n = model.n
    pool.cost[k] = 0.0
    pool.over[k] = 0.0
    pool.succ[k] = -2
    pool.pred[k] = -2
    for d in range(model.t):
        for r in range(model.m):
            load = time = service = 0.0
            before = n
            for j in range(pool.cuts[k, d, r], pool.cuts[k, d, r + 1]):
                u = pool.seq[k, d, j]
                load += model.demand[u]
                service += model.service[u]
                time += model.dist[before, u]
                pool.pred[k, d, u] = before if before < n else -1
                if before < n:
                    pool.succ[k, d, before] = u
                pool.succ[k, d, u] = -1
                before = u
            time += model.dist[before, n]
            pool.cost[k] += time
            pool.over[k, 0] += max(0.0, load - model.capacity[d] - 1e-9)
            pool.over[k, 1] += max(0.0, time + service - model.longest[d] - 1e-9)


@compiled_entry
def add(model, work, pool):
    """Add the solution in `work`; returns its place, or -1 where the population has it already."""
    k = 0
    while pool.kind[k] != FREE:
        k += 1
    keep(model, work, pool, k)
    return admit(model, pool, k, work.weight)


@compiled_entry
def admit(model, pool, k, weight):
    """Take place k, already written, into the population; returns k, or -1 where it is there already."""
    kind = FEASIBLE if pool.over[k, 0] == 0.0 and pool.over[k, 1] == 0.0 else BROKEN
    last = pool.kind.size - 1
    if kind == FEASIBLE and pool.cost[k] < pool.cost[last] - 1e-7:
        copy(pool, k, last)
    for j in range(last):
        if pool.kind[j] != FREE:
            pool.far[k, j] = pool.far[j, k] = _difference(model, pool, k, j)
            if pool.far[k, j] == 0.0 and abs(pool.cost[k] - pool.cost[j]) < 1e-6:
                return -1
    pool.kind[k] = kind
    if _count(pool, kind) > pool.size[1]:
        while _count(pool, kind) > pool.size[0]:
            rate(pool, kind, weight)
            _drop_worst(pool, kind)
    return k


@compiled_entry
def copy(pool, k, to):
    """Copy an individual to another place."""
    pool.seq[to], pool.length[to], pool.cuts[to] = pool.seq[k], pool.length[k], pool.cuts[k]
    pool.succ[to], pool.pred[to], pool.mask[to] = pool.succ[k], pool.pred[k], pool.mask[k]
    pool.cost[to], pool.over[to] = pool.cost[k], pool.over[k]


@compiled
def _difference(model, pool, k, j):
    """Share of the visits of k that have other neighbours in j, or are on another day (broken pairs)."""
    visits = broken = 0
    for d in range(model.t):
        for i in range(pool.length[k, d]):
            u = pool.seq[k, d, i]
            visits += 1
            after, before = pool.succ[k, d, u], pool.pred[k, d, u]
            if after != pool.succ[j, d, u] and after != pool.pred[j, d, u]:
                broken += 1
            if before == -1 and pool.pred[j, d, u] != -1 and pool.succ[j, d, u] != -1:
                broken += 1
    return broken / max(1, visits)


@compiled
def _count(pool, kind):
    count = 0
    for k in range(pool.kind.size - 1):
        count += pool.kind[k] == kind
    return count


@compiled_entry
def rate(pool, kind, weight):
    """Biased fitness of a sub-population: rank of the cost plus, less weighty, rank of the difference from others."""
    count = 0
    for k in range(pool.kind.size - 1):
        if pool.kind[k] == kind:
            pool.rank[count] = k
            count += 1
    members = pool.rank[:count]
    for k in members:
        pool.value[k] = -_apart(pool, k, members)
    step = 1.0 / max(1, count - 1)
    share = 1.0 - ELITE / count if count > ELITE else 0.0
    order = np.argsort(pool.value[members])
    for place in range(count):
        pool.fit[members[order[place]]] = share * place * step
    for k in members:
        pool.value[k] = pool.cost[k] + pool.over[k, 0] * weight[0] + pool.over[k, 1] * weight[1]
    order = np.argsort(pool.value[members])
    for place in range(count):
        pool.fit[members[order[place]]] += place * step
    return count


@compiled_entry
def _apart(pool, k, members):
    """Mean difference from the closest few."""
    near = np.full(CLOSE, 1e9)
    for j in members:
        if j != k and pool.far[k, j] < near[CLOSE - 1]:
            at = CLOSE - 1
            while at > 0 and near[at - 1] > pool.far[k, j]:
                near[at] = near[at - 1]
                at -= 1
            near[at] = pool.far[k, j]
    total, count = 0.0, 0
    for distance in near:
        if distance < 1e9:
            total += distance
            count += 1
    return total / max(1, count)


@compiled
def _drop_worst(pool, kind):
    worst = -1
    for k in range(pool.kind.size - 1):
        if pool.kind[k] == kind and (worst < 0 or pool.fit[k] > pool.fit[worst]):
            worst = k
    pool.kind[worst] = FREE


@compiled
def parent(pool, state):
    """The fitter of two drawn individuals of either sub-population (rated before)."""
    return _fitter(pool, _drawn(pool, state), _drawn(pool, state))


@compiled
def _fitter(pool, a, b):
    return a if pool.fit[a] <= pool.fit[b] else b


@compiled
def _drawn(pool, state):
    count = _count(pool, FEASIBLE) + _count(pool, BROKEN)
    left = below(state, count)
    for k in range(pool.kind.size - 1):
        if pool.kind[k] != FREE:
            if left == 0:
                return k
            left -= 1
    return 0
