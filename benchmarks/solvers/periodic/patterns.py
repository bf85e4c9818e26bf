"""Pattern improvement: give every customer the set of days, and the places on them, that cost least."""

from __future__ import annotations

from benchmarks.solvers.periodic.draw import shuffle
from benchmarks.solvers.periodic.jit import compiled
from benchmarks.solvers.periodic.routes import EPS, day_of, link, penalty, refresh


@compiled
def take_out(day, u):
    """Take u out of its route; keeps links, load, time and penalty right (not the running sums). Returns the change
    of the cost, negative when it gains."""
    r, p, x = day.route[u], day.prv[u], day.nxt[u]
    saved = day.dist[p, x] - day.dist[p, u] - day.dist[u, x]
    link(day, p, x)
    before = day.pen[r]
    day.load[r] -= day.demand[u]
    day.time[r] += saved - day.service[u]
    day.pen[r] = penalty(day, day.load[r], day.time[r])
    day.size[r] -= 1
    day.route[u] = day.m
    return saved + day.pen[r] - before


@compiled
def put_in(day, u, v, r):
    """Put u after v in route r (the counterpart of `take_out`)."""
    y = day.nxt[v]
    day.load[r] += day.demand[u]
    day.time[r] += day.dist[v, u] + day.dist[u, y] - day.dist[v, y] + day.service[u]
    day.pen[r] = penalty(day, day.load[r], day.time[r])
    day.size[r] += 1
    link(day, v, u)
    link(day, u, y)
    day.route[u] = r


@compiled
def best_place(day, u):
    """(cost, node, route): the cheapest place of u on the day, after `node`; cost includes penalties."""
    row, dist, nxt = day.dist[u], day.dist, day.nxt
    best, place, into, empty = 1e30, -1, -1, False
    for r in range(day.m):
        if day.size[r] == 0:
            if empty:
                continue
            empty = True
        over = max(0.0, day.load[r] + day.demand[u] - day.capacity) * day.heavy - day.pen[r]
        if day.time[r] + day.service[u] > day.longest:
            over += (day.time[r] + day.service[u] - day.longest) * day.late
        if over >= best:
            continue
        cheap, at = 1e30, -1
        depot = day.n + r
        node = depot
        while True:
            after = nxt[node]
            cost = row[node] + row[after] - dist[node, after]
            if cost < cheap:
                cheap, at = cost, node
            node = after
            if node == depot:
                break
        cost = cheap + penalty(day, day.load[r] + day.demand[u], day.time[r] + day.service[u] + cheap) - day.pen[r]
        if cost < best:
            best, place, into = cost, at, r
    return best, place, into


@compiled
def improve_patterns(model, work, state):
    """Try every customer in random order until none gains. Returns the mask of days that changed.

    Routes that changed are refreshed and marked.
    """
    n, t = model.n, model.t
    order = work.spare
    for u in range(n):
        order[u] = u
    shuffle(state, order, n)
    touched = 0
    idle, k = 0, 0
    while idle < n:
        changed = _best_days(model, work, order[k])
        touched |= changed
        idle = 0 if changed else idle + 1
        k = (k + 1) % n
    for d in range(t):
        if touched >> d & 1:
            day = day_of(model, work, d)
            for r in range(model.m):
                if day.changed[r]:
                    refresh(day, r, 1)
    return touched


@compiled
def refresh_day(model, work, d):
    """Refresh every route of a day and mark it as changed."""
    day = day_of(model, work, d)
    for r in range(model.m):
        refresh(day, r, 1)


@compiled
def _best_days(model, work, u):
    """Move customer u to its cheapest days and places; returns the mask of days on which something changed."""
    t, mask = model.t, work.mask[u]
    usable = 0
    for k in range(model.choices[u]):
        usable |= model.options[u, k]
    cost, at, into, was_at, was_in = work.scratch[0], work.places[0], work.places[1], work.places[2], work.places[3]
    paid = 0.0
    for d in range(t):
        if usable >> d & 1:
            day = day_of(model, work, d)
            if mask >> d & 1:
                was_at[d], was_in[d] = day.prv[u], day.route[u]
                paid -= take_out(day, u)
            cost[d], at[d], into[d] = best_place(day, u)
    best, chosen = paid - EPS, -1
    for k in range(model.choices[u]):
        whole = 0.0
        for d in range(t):
            if model.options[u, k] >> d & 1:
                whole += cost[d]
        if whole < best:
            best, chosen = whole, model.options[u, k]
    if chosen < 0:
        for d in range(t):
            if mask >> d & 1:
                put_in(day_of(model, work, d), u, was_at[d], was_in[d])
        return 0
    changed = 0
    for d in range(t):
        if chosen >> d & 1:
            put_in(day_of(model, work, d), u, at[d], into[d])
            if mask >> d & 1 and at[d] == was_at[d]:
                continue
            work.changed[d, into[d]] = 1
            changed |= 1 << d
        if mask >> d & 1:
            work.changed[d, was_in[d]] = 1
            changed |= 1 << d
    work.mask[u] = chosen
    return changed
