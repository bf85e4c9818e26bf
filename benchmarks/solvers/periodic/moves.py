"""Moves between a customer u and a neighbour v on one day: relocate, swap, 2-opt, 2-opt* (Vidal 2022, moves M1-M9).

Each function looks for the first move that is cheaper, penalties included, makes it and says so. With u's neighbours p
(before) and x (after), v's b (before) and y (after). v may be a depot node: then u goes to the front of that route.
"""

from __future__ import annotations

from benchmarks.solvers.periodic.jit import compiled
from benchmarks.solvers.periodic.routes import EPS, exchange, link, penalty, put_after


@compiled
def _gains(day, r, s, first, second, load, time):
    """Is it cheaper when routes r and s get longer by `first` and `second`, and `load`, `time` move from r to s?"""
    if r == s:
        return first + second < -EPS
    paid = day.pen[r] + day.pen[s]
    if first + second >= paid - EPS:
        return False
    return (
        first
        + second
        + penalty(day, day.load[r] - load, day.time[r] + first - time)
        + penalty(day, day.load[s] + load, day.time[s] + second + time)
        < paid - EPS
    )


@compiled
def relocate(day, u, v):
    """u, or u and x in either order, to after v."""
    dist, nxt, q, s = day.dist, day.nxt, day.demand, day.service
    p, x, y = day.prv[u], nxt[u], nxt[v]
    if u == y:
        return False
    ru, rv = day.route[u], day.route[v]
    vy = dist[v, y]
    first = dist[p, x] - dist[p, u] - dist[u, x]
    second = dist[v, u] + dist[u, y] - vy
    if _gains(day, ru, rv, first, second, q[u], s[u]):
        put_after(day, u, v)
        return True
    if x >= day.n or x == v:
        return False
    xx = nxt[x]
    first = dist[p, xx] - dist[p, u] - dist[x, xx]
    ux = dist[u, x]
    load, time = q[u] + q[x], s[u] + s[x]
    second = dist[v, u] + dist[x, y] - vy
    if _gains(day, ru, rv, first - ux, second + ux, load, time):
        put_after(day, u, v)
        put_after(day, x, u)
        return True
    second = dist[v, x] + dist[u, y] - vy
    if _gains(day, ru, rv, first - ux, second + ux, load, time):
        put_after(day, x, v)
        put_after(day, u, x)
        return True
    return False


@compiled
def swap(day, u, v):
    """u with v, u and x with v, u and x with v and y."""
    dist, nxt, prv, q, s = day.dist, day.nxt, day.prv, day.demand, day.service
    p, x, b, y = prv[u], nxt[u], prv[v], nxt[v]
    if u == b or u == y:
        return False
    ru, rv = day.route[u], day.route[v]
    first = dist[p, v] + dist[v, x] - dist[p, u] - dist[u, x]
    second = dist[b, u] + dist[u, y] - dist[b, v] - dist[v, y]
    if _gains(day, ru, rv, first, second, q[u] - q[v], s[u] - s[v]):
        exchange(day, u, v)
        return True
    if x >= day.n or x == b:
        return False
    xx = nxt[x]
    ux = dist[u, x]
    first = dist[p, v] + dist[v, xx] - dist[p, u] - ux - dist[x, xx]
    second = dist[b, u] + ux + dist[x, y] - dist[b, v] - dist[v, y]
    load, time = q[u] + q[x] - q[v], s[u] + s[x] - s[v]
    if _gains(day, ru, rv, first, second, load, time):
        exchange(day, u, v)
        put_after(day, x, u)
        return True
    if y >= day.n or y == p or x == v:
        return False
    yy = nxt[y]
    vy = dist[v, y]
    first = dist[p, v] + vy + dist[y, xx] - dist[p, u] - ux - dist[x, xx]
    second = dist[b, u] + ux + dist[x, yy] - dist[b, v] - vy - dist[y, yy]
    if _gains(day, ru, rv, first, second, load - q[y], time - s[y]):
        exchange(day, u, v)
        exchange(day, x, y)
        return True
    return False


@compiled
def turn(day, u, v):
    """2-opt: u -> v, then x -> y, with everything between x and v driven backwards (one route, u before v)."""
    dist = day.dist
    x, y = day.nxt[u], day.nxt[v]
    if x == v or day.pos[u] > day.pos[v]:
        return False
    if dist[u, v] + dist[x, y] - dist[u, x] - dist[v, y] > -EPS:
        return False
    node = x
    before = y
    while node != y:
        after = day.nxt[node]
        link(day, node, before)
        before, node = node, after
    link(day, u, v)
    return True


@compiled
def cross(day, u, v):
    """2-opt*: the ends of two routes change places, plainly (u -> y, v -> x) or turned (u -> v, x -> y)."""
    dist = day.dist
    x, y, ru, rv = day.nxt[u], day.nxt[v], day.route[u], day.route[v]
    gone = dist[u, x] + dist[v, y]
    paid = day.pen[ru] + day.pen[rv]
    lu, lv = (0.0 if u >= day.n else day.cumload[u]), (0.0 if v >= day.n else day.cumload[v])
    tu, tv = (0.0 if u >= day.n else day.cumtime[u]), (0.0 if v >= day.n else day.cumtime[v])
    rest_u, rest_v = day.time[ru] - tu - dist[u, x], day.time[rv] - tv - dist[v, y]
    cost = dist[u, v] + dist[x, y] - gone
    if cost < paid - EPS:
        cost += penalty(day, lu + lv, tu + tv + dist[u, v])
        cost += penalty(day, day.load[ru] + day.load[rv] - lu - lv, rest_u + rest_v + dist[x, y])
        if cost < paid - EPS:
            _cross_turned(day, u, v)
            return True
    cost = dist[u, y] + dist[v, x] - gone
    if cost < paid - EPS:
        cost += penalty(day, lu + day.load[rv] - lv, tu + rest_v + dist[u, y])
        cost += penalty(day, lv + day.load[ru] - lu, tv + rest_u + dist[v, x])
        if cost < paid - EPS:
            _cross_plain(day, u, v)
            return True
    return False


@compiled
def _cross_plain(day, u, v):
    x, y, du, dv = day.nxt[u], day.nxt[v], day.n + day.route[u], day.n + day.route[v]
    last_u, last_v = day.prv[du], day.prv[dv]
    if y < day.n:
        link(day, u, y)
        link(day, last_v, du)
    else:
        link(day, u, du)
    if x < day.n:
        link(day, v, x)
        link(day, last_u, dv)
    else:
        link(day, v, dv)


@compiled
def _cross_turned(day, u, v):
    x, y, du, dv = day.nxt[u], day.nxt[v], day.n + day.route[u], day.n + day.route[v]
    at, node = u, v
    while node < day.n:  # u, then v … first of v's route backwards, then u's depot
        before = day.prv[node]
        link(day, at, node)
        at, node = node, before
    link(day, at, du)
    at, node = y, x
    while node < day.n:  # last of u's route backwards … x before y, v's depot in front
        after = day.nxt[node]
        link(day, node, at)
        at, node = node, after
    link(day, dv, at)
