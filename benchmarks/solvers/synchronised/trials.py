"""The trials of the search, compiled: each draws a change, makes it and returns what the distance changes by.

NaN and nothing done where the draw is impossible: a trial is cheap, the next one follows. `pair` (2, 2) is scratch for
the caregivers of two patients.
"""

from __future__ import annotations

import numpy as np

from benchmarks.solvers.compiled import compiled
from benchmarks.solvers.synchronised.state import AT, BEHIND, WHO, exchange, move


@compiled(inline="always")
def draw(rng):
    """The next 64 random bits (xorshift64*)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return x * np.uint64(2685821657736338717)


@compiled(inline="always")
def below(rng, n):
    """A random whole number 0 .. n - 1."""
    return np.int64(((draw(rng) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@compiled(inline="always")
def chance(rng):
    """A random number over 0, at most 1."""
    return (np.float64(draw(rng) >> np.uint64(11)) + 1.0) * (1.0 / 9007199254740992.0)


@compiled(inline="always")
def _service(rng, p, double):
    """One of the services of p."""
    return 2 * p + below(rng, 2) if double[p] else 2 * p


@compiled(inline="always")
def _anyone(rng, v, able):
    """One of those able to give service v."""
    return able[v, 1 + below(rng, able[v, 0])]


@compiled(inline="always")
def _neighbour(rng, p, often, near):
    """A patient near to p, in one of `often` cases any patient."""
    if below(rng, often):
        return near[p, below(rng, near.shape[1])]
    return below(rng, near.shape[0])


@compiled(inline="always")
def _aim(rng, p, q, tours, double, can, able, pair):
    """Choose caregivers for p beside q: one service goes into a tour of q. Sets pair[0]; False if that cannot be."""
    v = _service(rng, p, double)
    c = tours[_service(rng, q, double), WHO]
    if not can[v, c]:
        if not double[p]:
            return False
        v ^= 1
        if not can[v, c]:
            return False
    pair[0, v & 1] = c
    if double[p]:
        d = tours[v ^ 1, WHO]
        if d == c or below(rng, 2) == 0:
            d = _anyone(rng, v ^ 1, able)
            if d == c:
                return False
        pair[0, (v ^ 1) & 1] = d
    return True


@compiled
def beside(rng, p, order, tours, dist, double, can, able, near, note, pair):
    """Put p before or after another, into a tour of his."""
    q = _neighbour(rng, p, 4, near)
    if q == p or not _aim(rng, p, q, tours, double, can, able, pair):
        return np.nan
    return move(p, order[AT, q] + below(rng, 2), pair[0, 0], pair[0, 1], order, tours, dist, double, note)


@compiled
def hand_over(rng, p, order, tours, dist, double, can, able, near, note, pair):
    """Give one or both services of p to others, at the same place of the order."""
    c = _anyone(rng, 2 * p, able)
    d = tours[2 * p + 1, WHO]
    if double[p]:
        if below(rng, 2):
            d = _anyone(rng, 2 * p + 1, able)
            if below(rng, 2):
                c = tours[2 * p, WHO]
        if c == d:
            return np.nan
    elif c == tours[2 * p, WHO]:
        return np.nan
    return move(p, order[AT, p], c, d, order, tours, dist, double, note)


@compiled
def shift(rng, p, order, tours, dist, double, can, able, near, note, pair):
    """Put p a little earlier or later, with the same caregivers."""
    n = order.shape[1]
    callers = tours.shape[0] - 2 * n
    i = order[AT, p]
    j = min(n, max(0, i + below(rng, 2 * callers + 2) - callers))
    if j == i or j == i + 1:
        return np.nan
    return move(p, j, tours[2 * p, WHO], tours[2 * p + 1, WHO], order, tours, dist, double, note)


@compiled
def throw(rng, p, order, tours, dist, double, can, able, near, note, pair):
    """Put p anywhere, with any caregivers."""
    c, d = _anyone(rng, 2 * p, able), tours[2 * p + 1, WHO]
    if double[p]:
        d = _anyone(rng, 2 * p + 1, able)
        if c == d:
            return np.nan
    return move(p, below(rng, order.shape[1] + 1), c, d, order, tours, dist, double, note)


@compiled
def _barter(rng, p, q, tours, double, can, pair):
    """Choose caregivers for p in q's place, pair[0], and for q in p's, pair[1]; False if that cannot be."""
    e = below(rng, 2) if double[p] else 0
    g = below(rng, 2) if double[q] else 0
    v, w = 2 * p + e, 2 * q + g
    if not (can[v, tours[w, WHO]] and can[w, tours[v, WHO]]):
        return False
    pair[0, e], pair[1, g] = tours[w, WHO], tours[v, WHO]
    if double[p] and double[q]:
        x, y = tours[v ^ 1, WHO], tours[w ^ 1, WHO]
        if can[v ^ 1, y] and can[w ^ 1, x] and below(rng, 4):
            x, y = y, x
        pair[0, 1 - e], pair[1, 1 - g] = x, y
        return x != tours[w, WHO] and y != tours[v, WHO]
    if double[p]:
        pair[0, 1 - e] = tours[v ^ 1, WHO]
        return tours[v ^ 1, WHO] != tours[w, WHO]
    if double[q]:
        pair[1, 1 - g] = tours[w ^ 1, WHO]
        return tours[w ^ 1, WHO] != tours[v, WHO]
    return True


@compiled
def swap(rng, p, order, tours, dist, double, can, able, near, note, pair):
    """Exchange two patients: places in the order and a caregiver, or both."""
    q = _neighbour(rng, p, 2, near)
    if q == p or not _barter(rng, p, q, tours, double, can, pair):
        return np.nan
    i, j = order[AT, p], order[AT, q]
    gain = move(p, j, pair[0, 0], pair[0, 1], order, tours, dist, double, note)
    return gain + move(q, i if i < j else i + 1, pair[1, 0], pair[1, 1], order, tours, dist, double, note)


@compiled
def cross(rng, p, order, tours, dist, double, can, able, near, note, pair):
    """Exchange a stretch of two tours, or all the rest of them, from a service of p on."""
    n = order.shape[1]
    callers = tours.shape[0] - 2 * n
    v = _service(rng, p, double)
    c, d = tours[v, WHO], _anyone(rng, v, able)
    if c == d:
        return np.nan
    x = order[AT, p]
    y = n if below(rng, 2) else min(n, x + 1 + below(rng, 4 * callers))
    return exchange(c, d, x, y, order, tours, dist, can, note)


@compiled
def follow(rng, p, order, tours, dist, double, can, able, near, note, pair):
    """Put p beside a third, and the one who follows him in a tour behind him if he can be seen there."""
    v = _service(rng, p, double)
    w = tours[v, BEHIND]
    if w >= 2 * order.shape[1]:
        return np.nan
    r = w >> 1
    q = near[p, below(rng, near.shape[1])] if below(rng, 2) else near[r, below(rng, near.shape[1])]
    if q == p or q == r or not _aim(rng, p, q, tours, double, can, able, pair):
        return np.nan
    gain = move(p, order[AT, q] + below(rng, 2), pair[0, 0], pair[0, 1], order, tours, dist, double, note)
    c = tours[v, WHO]
    if can[w, c] and not (double[r] and tours[w ^ 1, WHO] == c):
        pair[1, w & 1] = c
        pair[1, (w ^ 1) & 1] = tours[w ^ 1, WHO]
        gain += move(r, order[AT, p] + 1, pair[1, 0], pair[1, 1], order, tours, dist, double, note)
    return gain
