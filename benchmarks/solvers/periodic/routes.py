"""The routes of one day in the kernel: a view of the day's arrays, and what every move needs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.solvers.periodic.jit import compiled

EPS = 1e-7  # a gain below this is none


class Day(NamedTuple):
    """The rows of `Work` and `Model` that belong to one day (same names there)."""

    n: int
    m: int
    dist: np.ndarray
    demand: np.ndarray
    service: np.ndarray
    nxt: np.ndarray
    prv: np.ndarray
    route: np.ndarray
    pos: np.ndarray
    cumload: np.ndarray
    cumtime: np.ndarray
    load: np.ndarray
    time: np.ndarray
    pen: np.ndarray
    size: np.ndarray
    changed: np.ndarray
    sector: np.ndarray
    angle: np.ndarray
    capacity: float
    longest: float
    heavy: float  # penalty of one unit of load too much
    late: float  # penalty of one unit of time too much


@compiled
def day_of(model, work, d):
    """The view of day d."""
    return Day(
        model.n,
        model.m,
        model.dist,
        model.demand,
        model.service,
        work.nxt[d],
        work.prv[d],
        work.route[d],
        work.pos[d],
        work.cumload[d],
        work.cumtime[d],
        work.load[d],
        work.time[d],
        work.pen[d],
        work.size[d],
        work.changed[d],
        work.sector[d],
        model.angle,
        model.capacity[d],
        model.longest[d],
        work.weight[0],
        work.weight[1],
    )


@compiled
def penalty(day, load, time):
    """What a route of this load and time pays for exceeding the limits."""
    return max(0.0, load - day.capacity) * day.heavy + max(0.0, time - day.longest) * day.late


@compiled
def link(day, a, b):
    """Let b follow a."""
    day.nxt[a] = b
    day.prv[b] = a


@compiled
def put_after(day, u, v):
    """Take u out of its place and put it after v."""
    link(day, day.prv[u], day.nxt[u])
    after = day.nxt[v]
    link(day, v, u)
    link(day, u, after)


@compiled
def exchange(day, u, v):
    """Let u and v, not neighbours, change places."""
    before_u, after_u, before_v, after_v = day.prv[u], day.nxt[u], day.prv[v], day.nxt[v]
    link(day, before_u, v)
    link(day, v, after_u)
    link(day, before_v, u)
    link(day, u, after_v)


@compiled
def refresh(day, r, moves):
    """Work out everything that is kept about route r anew, after it was linked differently by move number `moves`."""
    depot = day.n + r
    load = time = 0.0
    size = 0
    begin = end = -1
    before, node = depot, day.nxt[depot]
    day.route[depot] = r
    while node != depot:
        size += 1
        load += day.demand[node]
        time += day.dist[before, node] + day.service[node]
        day.pos[node], day.route[node] = size, r
        day.cumload[node], day.cumtime[node] = load, time
        at = day.angle[node]
        if begin < 0:
            begin = end = at
        elif (at - begin) & 65535 > (end - begin) & 65535:
            if (at - end) & 65535 <= (begin - at) & 65535:
                end = at
            else:
                begin = at
        before, node = node, day.nxt[node]
    day.load[r], day.time[r], day.size[r] = load, time + day.dist[before, depot], size
    day.pen[r] = penalty(day, load, day.time[r])
    day.sector[r, 0], day.sector[r, 1] = begin, end
    day.changed[r] = moves


@compiled
def overlap(day, r, s):
    """Do two routes share a direction from the depot?"""
    a, b, c, d = day.sector[r, 0], day.sector[r, 1], day.sector[s, 0], day.sector[s, 1]
    return (c - a) & 65535 <= (b - a) & 65535 or (a - c) & 65535 <= (d - c) & 65535
