"""SWAP* (Vidal 2022): customers of two routes change routes, each going to its best place there."""

from __future__ import annotations

from benchmarks.solvers.periodic.jit import compiled
from benchmarks.solvers.periodic.routes import EPS, penalty, put_after


@compiled
def swap_star(day, work, r, s, moves):
    """Make the cheapest exchange or relocation between routes r and s, if it gains. True when one was made."""
    _prepare(day, work, r, s, moves)
    _prepare(day, work, s, r, moves)
    gain, u_, v_, at_u, at_v = -EPS, -1, -1, -1, -1
    q, svc, slack = day.demand, day.service, work.slack
    first, second = day.n + r, day.n + s
    u = day.nxt[first]
    while u != first:
        v = day.nxt[second]
        while v != second:
            base = slack[u] + slack[v] - day.pen[r] - day.pen[s]
            over_r = max(0.0, day.load[r] + q[v] - q[u] - day.capacity) * day.heavy
            over_s = max(0.0, day.load[s] + q[u] - q[v] - day.capacity) * day.heavy
            if base + over_r + over_s < gain:
                into_s, place_u = _cheapest(day, work, s, u, v)
                into_r, place_v = _cheapest(day, work, r, v, u)
                cost = base + over_r + over_s + into_s + into_r
                if cost < gain:
                    late_r = day.time[r] + slack[u] + into_r + svc[v] - svc[u] - day.longest
                    late_s = day.time[s] + slack[v] + into_s + svc[u] - svc[v] - day.longest
                    cost += (max(0.0, late_r) + max(0.0, late_s)) * day.late
                    if cost < gain:
                        gain, u_, v_, at_u, at_v = cost, u, v, place_u, place_v
            v = day.nxt[v]
        u = day.nxt[u]
    gain, u_, v_, at_u, at_v = _single(day, work, r, s, (gain, u_, v_, at_u, at_v), True)
    gain, u_, v_, at_u, at_v = _single(day, work, s, r, (gain, u_, v_, at_u, at_v), False)
    if u_ >= 0:
        put_after(day, u_, at_u)
    if v_ >= 0:
        put_after(day, v_, at_v)
    return u_ >= 0 or v_ >= 0


@compiled
def _single(day, work, r, s, found, of_first):
    """The best relocation from r to s, if it is better than what was found."""
    gain, u_, v_, at_u, at_v = found
    depot = day.n + r
    u = day.nxt[depot]
    while u != depot:
        cost = work.slack[u] + work.best[s, u, 0]
        paid = day.pen[r] + day.pen[s]
        if cost - paid < gain:
            cost += penalty(day, day.load[r] - day.demand[u], day.time[r] + work.slack[u] - day.service[u])
            cost += penalty(day, day.load[s] + day.demand[u], day.time[s] + work.best[s, u, 0] + day.service[u]) - paid
            if cost < gain:
                if of_first:
                    gain, u_, v_, at_u, at_v = cost, u, -1, work.place[s, u, 0], -1
                else:
                    gain, u_, v_, at_u, at_v = cost, -1, u, -1, work.place[s, u, 0]
        u = day.nxt[u]
    return gain, u_, v_, at_u, at_v


@compiled
def _prepare(day, work, r, s, moves):
    """For each customer of r: what leaving saves, and its three cheapest places in s."""
    depot = day.n + r
    u = day.nxt[depot]
    while u != depot:
        work.slack[u] = day.dist[day.prv[u], day.nxt[u]] - day.dist[day.prv[u], u] - day.dist[u, day.nxt[u]]
        if day.changed[s] > work.when[s, u]:
            work.when[s, u] = moves
            _three_places(day, work, s, u)
        u = day.nxt[u]


@compiled
def _three_places(day, work, s, u):
    best, place, row = work.best[s, u], work.place[s, u], day.dist[u]
    best[0] = best[1] = best[2] = 1e30
    place[0] = place[1] = place[2] = -1
    depot = day.n + s
    node = depot
    while True:
        after = day.nxt[node]
        cost = row[node] + row[after] - day.dist[node, after]
        if cost < best[2]:
            if cost < best[1]:
                best[2], place[2] = best[1], place[1]
                if cost < best[0]:
                    best[1], place[1] = best[0], place[0]
                    best[0], place[0] = cost, node
                else:
                    best[1], place[1] = cost, node
            else:
                best[2], place[2] = cost, node
        node = after
        if node == depot:
            return


@compiled
def _cheapest(day, work, s, u, v):
    """Cost and place (after which node) of putting u into route s when v leaves it."""
    before, after = day.prv[v], day.nxt[v]
    cost = day.dist[before, u] + day.dist[u, after] - day.dist[before, after]
    place = before
    for k in range(3):
        node = work.place[s, u, k]
        if node >= 0 and node != v and day.nxt[node] != v:
            if work.best[s, u, k] < cost:
                cost, place = work.best[s, u, k], node
            break
    return cost, place
