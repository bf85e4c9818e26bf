"""The search: simulated annealing over orders of patients and caregivers of services, compiled."""

import math

import numpy as np
from numba import njit

from app.routing.synchronised.state import place, rebuild, retime, settle


@njit(cache=True, inline="always")
def _draw(rng):
    """The next 64 random bits (xorshift64*)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return x * np.uint64(2685821657736338717)


@njit(cache=True, inline="always")
def _below(rng, n):
    """A random whole number 0 .. n - 1."""
    return np.int64(((_draw(rng) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@njit(cache=True, inline="always")
def _chance(rng):
    """A random number over 0, at most 1."""
    return (np.float64(_draw(rng) >> np.uint64(11)) + 1.0) * (1.0 / 9007199254740992.0)


@njit(cache=True, inline="always")
def _other(rng, v, not_c, able, ables):
    """A random caregiver of node v other than `not_c`, -1 if the draw says that one."""
    c = able[v, _below(rng, ables[v])]
    return -1 if c == not_c else c


@njit(cache=True, inline="always")
def _aim(rng, p, q, who, double, can, able, ables, pair):
    """Choose caregivers for p beside q: one service goes into a tour of q. Sets `pair`; False if that cannot be."""
    v = 2 * p
    if double[p]:
        v += _below(rng, 2)
    w = 2 * q
    if double[q]:
        w += _below(rng, 2)
    c = who[w]
    if not can[v, c]:
        if not double[p]:
            return False
        v ^= 1
        if not can[v, c]:
            return False
    pair[v & 1] = c
    if double[p]:
        d = who[v ^ 1]
        if d == c or _below(rng, 2) == 0:
            d = _other(rng, v ^ 1, c, able, ables)
            if d < 0:
                return False
        pair[(v ^ 1) & 1] = d
    return True


@njit(cache=True)
def _try_swap(rng, p, q, who, double, can, pair, pair2):
    """Choose caregivers for p in q's place and for q in p's; False if that cannot be."""
    a, b = 2 * p, 2 * q
    if not double[p] and not double[q]:
        if not (can[a, who[b]] and can[b, who[a]]):
            return False
        pair[0], pair2[0] = who[b], who[a]
        return True
    if double[p] and double[q]:
        f = _below(rng, 2)
        x, y = b + f, b + 1 - f
        if can[a, who[x]] and can[a + 1, who[y]] and can[x, who[a]] and can[y, who[a + 1]]:
            pair[0], pair[1] = who[x], who[y]
            pair2[f], pair2[1 - f] = who[a], who[a + 1]
            return True
        # one service each
        x = b + f
        y = x ^ 1
        e = _below(rng, 2)
        if can[a + e, who[x]] and can[x, who[a + e]] and who[x] != who[a + 1 - e] and who[a + e] != who[y]:
            pair[e], pair[1 - e] = who[x], who[a + 1 - e]
            pair2[f], pair2[1 - f] = who[a + e], who[y]
            return True
        return False
    if double[q]:
        e = _below(rng, 2)
        x = b + e
        if can[a, who[x]] and can[x, who[a]] and who[a] != who[x ^ 1]:
            pair[0] = who[x]
            pair2[e], pair2[1 - e] = who[a], who[x ^ 1]
            return True
        return False
    e = _below(rng, 2)
    x = a + e
    if can[b, who[x]] and can[x, who[b]] and who[b] != who[x ^ 1]:
        pair2[0] = who[x]
        pair[e], pair[1 - e] = who[b], who[x ^ 1]
        return True
    return False


@njit(cache=True)
def _cross(c, d, x, y, at, who, ahead, behind, dist, spot, can, marks, marked):
    """Exchange the services of caregivers c and d in places x .. y - 1 of the order; return the change of the distance.

    NaN, and nothing done, where one of them may not give a service of the other or neither has one.
    Doing it twice is doing nothing.
    """
    n = at.shape[0]
    hc, hd = 2 * n + c, 2 * n + d
    a1 = hc
    f1 = behind[hc]
    while f1 != hc and at[f1 >> 1] < x:
        a1 = f1
        f1 = behind[f1]
    b1 = f1
    while b1 != hc and at[b1 >> 1] < y:
        if not can[b1, d]:
            return math.nan
        b1 = behind[b1]
    a2 = hd
    f2 = behind[hd]
    while f2 != hd and at[f2 >> 1] < x:
        a2 = f2
        f2 = behind[f2]
    b2 = f2
    while b2 != hd and at[b2 >> 1] < y:
        if not can[b2, c]:
            return math.nan
        b2 = behind[b2]
    if f1 == b1 and f2 == b2:
        return math.nan
    l1, l2 = ahead[b1], ahead[b2]
    gain = 0.0
    v = f1
    while v != b1:
        who[v] = d
        v = behind[v]
    v = f2
    while v != b2:
        who[v] = c
        v = behind[v]
    gain -= dist[spot[a1], spot[f1]] + dist[spot[a2], spot[f2]]
    if f1 != b1:
        gain -= dist[spot[l1], spot[b1]]
    if f2 != b2:
        gain -= dist[spot[l2], spot[b2]]
    if f2 != b2:
        behind[a1] = f2
        ahead[f2] = a1
        behind[l2] = b1
        ahead[b1] = l2
        gain += dist[spot[a1], spot[f2]] + dist[spot[l2], spot[b1]]
    else:
        behind[a1] = b1
        ahead[b1] = a1
        gain += dist[spot[a1], spot[b1]]
    if f1 != b1:
        behind[a2] = f1
        ahead[f1] = a2
        behind[l1] = b2
        ahead[b2] = l1
        gain += dist[spot[a2], spot[f1]] + dist[spot[l1], spot[b2]]
    else:
        behind[a2] = b2
        ahead[b2] = a2
        gain += dist[spot[a2], spot[b2]]
    k = marked[0]
    marks[k] = f1
    marks[k + 1] = f2
    marks[k + 2] = b1
    marks[k + 3] = b2
    marked[0] = k + 4
    return gain


@njit(
    "int64(float64[:,::1],int64[::1],boolean[::1],float64[::1],float64[::1],float64[::1],float64[:,::1],boolean[:,::1],"
    "int64[:,::1],int64[::1],int64[:,::1],float64[::1],int64[::1],int64[::1],int64[::1],int64[::1],float64[::1],"
    "uint64[::1],float64,float64,int64)",
    cache=True,
    nogil=True,
)
def anneal(dist, spot, double, early, due, minutes, gap, can, able, ables, near, mix, order, who, best_order, best_who,
           best, rng, hot, cold, steps):
    """Run `steps` trials, the temperature falling from `hot` to `cold`; return how many were taken.

    `order`, `who`: where it stands, before and after. `best_order`, `best_who`, `best` (1,): the best so far, kept up.
    `can` (N, c), `able` (N, c) with `ables` (N,): who may give a service. `near` (n, k): patients to be put beside.
    `mix` (7,): limits of the draw for each kind of trial, rising to 1. `rng` (1,): state of the random numbers.
    """
    n = order.shape[0]
    size = who.shape[0]
    callers = size - 2 * n
    at = np.empty(n, np.int64)
    ahead = np.zeros(size, np.int64)
    behind = np.zeros(size, np.int64)
    end = np.zeros(size)
    late = np.zeros(2 * n)
    sums = np.zeros(3)
    was_sums = np.zeros(3)
    marks = np.empty(64, np.int64)
    marked = np.zeros(1, np.int64)
    forced = np.zeros(size, np.uint8)
    dirty = np.zeros(callers, np.int64)
    ready = np.zeros(callers, np.int64)
    log = np.empty(size, np.int64)
    was = np.empty(size)
    pair = np.zeros(2, np.int64)
    pair2 = np.zeros(2, np.int64)
    done = np.zeros((8, 4), np.int64)
    sure = np.zeros(n + 1)
    rebuild(order, who, at, ahead, behind, end, late, spot, dist, early, due, minutes, gap, double, sums)
    settle(order, at, who, ahead, behind, end, minutes, double, ready)
    for i in range(n):
        sure[i + 1] = sure[i] + late[2 * order[i]] + late[2 * order[i] + 1]
    taken = 0
    unsettled = 0
    warmth = hot
    cooling = (cold / hot) ** (64.0 / max(1, steps))
    width = near.shape[1]
    for step in range(steps):
        if step & 63 == 63:
            warmth *= cooling
            if unsettled > 0 and step & 1023 == 1023:
                settle(order, at, who, ahead, behind, end, minutes, double, ready)
                for i in range(n):
                    sure[i + 1] = sure[i] + late[2 * order[i]] + late[2 * order[i] + 1]
                unsettled = 0
        limit = sums[0] + sums[1] + sums[2] - warmth * math.log(_chance(rng))
        p = _below(rng, n)
        kind = _chance(rng)
        gain = 0.0
        ops = 0
        cx, cd, x, y = -1, -1, 0, 0
        lo = n
        if kind < mix[3]:
            i = at[p]
            if kind < mix[0]:  # beside another
                q = near[p, _below(rng, width)] if _below(rng, 4) else _below(rng, n)
                if q == p or not _aim(rng, p, q, who, double, can, able, ables, pair):
                    continue
                j = at[q] + _below(rng, 2)
            elif kind < mix[1]:  # to other caregivers
                j = i
                pair[0] = able[2 * p, _below(rng, ables[2 * p])]
                if double[p]:
                    if _below(rng, 2):
                        pair[1] = who[2 * p + 1]
                    else:
                        pair[1] = able[2 * p + 1, _below(rng, ables[2 * p + 1])]
                        if _below(rng, 2):
                            pair[0] = who[2 * p]
                    if pair[0] == pair[1]:
                        continue
                elif pair[0] == who[2 * p]:
                    continue
            elif kind < mix[2]:  # a little earlier or later
                j = min(n, max(0, i + _below(rng, 2 * callers + 2) - callers))
                if j == i or j == i + 1:
                    continue
                pair[0] = who[2 * p]
                pair[1] = who[2 * p + 1]
            else:  # the two services exchange a caregiver with a random one
                j = _below(rng, n + 1)
                pair[0] = able[2 * p, _below(rng, ables[2 * p])]
                if double[p]:
                    pair[1] = able[2 * p + 1, _below(rng, ables[2 * p + 1])]
                    if pair[0] == pair[1]:
                        continue
            lo = min(i, j)
            done[0, 0], done[0, 1], done[0, 2], done[0, 3] = p, i, who[2 * p], who[2 * p + 1]
            gain = place(p, j, pair[0], pair[1], order, at, who, ahead, behind, dist, spot, double, marks, marked)
            ops = 1
        elif kind < mix[4]:  # exchange two patients
            q = near[p, _below(rng, width)] if _below(rng, 2) else _below(rng, n)
            if q == p or not _try_swap(rng, p, q, who, double, can, pair, pair2):
                continue
            i, j = at[p], at[q]
            lo = min(i, j)
            done[0, 0], done[0, 1], done[0, 2], done[0, 3] = p, i, who[2 * p], who[2 * p + 1]
            gain = place(p, j, pair[0], pair[1], order, at, who, ahead, behind, dist, spot, double, marks, marked)
            done[1, 0], done[1, 1], done[1, 2], done[1, 3] = q, at[q], who[2 * q], who[2 * q + 1]
            gain += place(q, i if i < j else i + 1, pair2[0], pair2[1], order, at, who, ahead, behind, dist, spot,
                          double, marks, marked)
            ops = 2
        elif kind < mix[5]:  # exchange a stretch of two tours, or all the rest of them
            v = 2 * p
            if double[p]:
                v += _below(rng, 2)
            cx = who[v]
            cd = able[v, _below(rng, ables[v])]
            if cd == cx:
                continue
            x = at[p]
            y = n if _below(rng, 2) else min(n, x + 1 + _below(rng, 4 * callers))
            lo = x
            gain = _cross(cx, cd, x, y, at, who, ahead, behind, dist, spot, can, marks, marked)
            if math.isnan(gain):
                continue
        else:  # two who follow one another, beside a third
            v = 2 * p
            if double[p]:
                v += _below(rng, 2)
            w = behind[v]
            if w >= 2 * n:
                continue
            r = w >> 1
            q = near[p, _below(rng, width)] if _below(rng, 2) else near[r, _below(rng, width)]
            if q == p or q == r or not _aim(rng, p, q, who, double, can, able, ables, pair):
                continue
            i = at[p]
            j = at[q] + _below(rng, 2)
            lo = min(i, j)
            done[0, 0], done[0, 1], done[0, 2], done[0, 3] = p, i, who[2 * p], who[2 * p + 1]
            gain = place(p, j, pair[0], pair[1], order, at, who, ahead, behind, dist, spot, double, marks, marked)
            ops = 1
            c = who[v]
            if not can[w, c] or (double[r] and who[w ^ 1] == c):
                pair2[0] = -1
            else:
                pair2[w & 1] = c
                pair2[(w ^ 1) & 1] = who[w ^ 1]
            if pair2[0] >= 0:
                j = at[p] + 1
                if at[r] + 1 != j + 1 or who[w] != c:
                    done[1, 0], done[1, 1], done[1, 2], done[1, 3] = r, at[r], who[2 * r], who[2 * r + 1]
                    gain += place(r, j, pair2[0], pair2[1], order, at, who, ahead, behind, dist, spot, double, marks,
                                  marked)
                    ops = 2
                    lo = min(lo, done[1, 1])
            pair2[0] = 0
        accept = False
        if sums[0] + gain + sure[min(lo, n)] <= limit:
            was_sums[:] = sums
            changed = retime(order, at, who, ahead, end, late, spot, dist, early, due, minutes, gap, double, marks,
                             marked, forced, dirty, log, was, sums)
            sums[0] += gain
            cost = sums[0] + sums[1] + sums[2]
            if cost <= limit:
                accept = True
                taken += 1
                unsettled += 1
                for i in range(lo, n):
                    sure[i + 1] = sure[i] + late[2 * order[i]] + late[2 * order[i] + 1]
                if cost < best[0] - 1e-7:
                    best[0] = cost
                    best_order[:] = order
                    best_who[:] = who
            else:
                for k in range(changed - 1, -1, -1):
                    v = log[k]
                    end[v] = was[k]
                    late[v] = max(0.0, was[k] - minutes[v] - due[v >> 1])
                sums[:] = was_sums
        if not accept:
            for k in range(ops - 1, -1, -1):
                q = done[k, 0]
                j = done[k, 1]
                place(q, j if j < at[q] else j + 1, done[k, 2], done[k, 3], order, at, who, ahead, behind, dist, spot,
                      double, marks, marked)
            if cx >= 0:
                _cross(cx, cd, x, y, at, who, ahead, behind, dist, spot, can, marks, marked)
        marked[0] = 0
    return taken
