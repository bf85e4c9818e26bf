"""Split: cut an order of visits into at most m routes at the least cost (Prins 2004; limited fleet, Vidal 2016)."""

from __future__ import annotations

import math

from benchmarks.solvers.periodic.jit import compiled
from benchmarks.solvers.periodic.routes import day_of, link, penalty, refresh


@compiled
def split(model, work, d):
    """Cut day d's order (`work.seq`, `work.length`) into routes: fills `work.cuts`."""
    n, length, seq = model.n, work.length[d], work.seq[d]
    day = day_of(model, work, d)
    total = biggest = 0.0
    for k in range(length):
        total += model.demand[seq[k]]
        biggest = max(biggest, model.demand[seq[k]])
    most = max(1.5 * day.capacity, total / model.m + biggest) + 1e-6
    label, back = work.label, work.back
    label[: model.m + 1, : length + 1] = 1e30
    label[0, 0] = 0.0
    for k in range(model.m):
        for i in range(k, length):
            if label[k, i] > 1e29:
                continue
            load = time = 0.0
            for j in range(i, length):
                node = seq[j]
                load += model.demand[node]
                if load > most:
                    break
                time += model.service[node]
                time += model.dist[n, node] if j == i else model.dist[seq[j - 1], node]
                whole = time + model.dist[node, n]
                cost = label[k, i] + whole + penalty(day, load, whole)
                if cost < label[k + 1, j + 1]:
                    label[k + 1, j + 1] = cost
                    back[k + 1, j + 1] = i
    best = 0
    for k in range(1, model.m + 1):
        if label[k, length] < label[best, length]:
            best = k
    for k in range(best, model.m + 1):
        work.cuts[d, k] = length
    at = length
    for k in range(best, 0, -1):
        at = back[k, at]
        work.cuts[d, k - 1] = at


@compiled
def load_day(model, work, d):
    """Link day d's order and cuts into routes."""
    day = day_of(model, work, d)
    day.route[:] = model.m
    for r in range(model.m):
        at = model.n + r
        for k in range(work.cuts[d, r], work.cuts[d, r + 1]):
            link(day, at, work.seq[d, k])
            at = work.seq[d, k]
        link(day, at, model.n + r)
        refresh(day, r, 1)


@compiled
def unload_day(model, work, d):
    """Write day d's routes back as order and cuts, routes sorted by the direction of their centre."""
    order, m = work.spare, model.m
    for r in range(m):
        work.crossed[r, 0] = _direction(model, work, d, r)
        order[r] = r
    for k in range(1, m):
        r = order[k]
        j = k
        while j > 0 and work.crossed[order[j - 1], 0] > work.crossed[r, 0]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = r
    at = 0
    for k in range(m):
        work.cuts[d, k] = at
        node = work.nxt[d, model.n + order[k]]
        while node < model.n:
            work.seq[d, at] = node
            at += 1
            node = work.nxt[d, node]
    work.cuts[d, m] = at
    work.length[d] = at


@compiled
def _direction(model, work, d, r):
    x = y = 0.0
    node = work.nxt[d, model.n + r]
    if node >= model.n:
        return 1 << 40
    while node < model.n:
        x += model.x[node]
        y += model.y[node]
        node = work.nxt[d, node]
    return int(math.atan2(y, x) * 1e9)
