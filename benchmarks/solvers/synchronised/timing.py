"""Times of a state, compiled: from nothing (`rebuild`), after a change (`retime`), back (`restore`).

`sums` (3,): distance, sum and greatest of the lateness. `log`, `was` (N,): nodes that `retime` changed, their ends
before. See `state` for the other arrays.
"""

from __future__ import annotations

from benchmarks.solvers.compiled import compiled
from benchmarks.solvers.synchronised.state import (
    AHEAD,
    AT,
    BEHIND,
    DUE,
    EARLY,
    END,
    LASTS,
    LATE,
    LEAST,
    MARKED,
    MARKS,
    MOST,
    SEAT,
    TOUCHED,
    WHO,
)


@compiled
def rebuild(order, tours, times, asks, double, dist, sums):
    """Set tours, times and sums from `order` and `who` alone."""
    n = order.shape[1]
    for v in range(2 * n, tours.shape[0]):
        tours[v, WHO] = v - 2 * n
        tours[v, AHEAD] = v
        tours[v, BEHIND] = v
        times[v, END] = 0.0
    sums[:] = 0.0
    times[:, LATE] = 0.0
    for i in range(n):
        p = order[SEAT, i]
        order[AT, p] = i
        s0, s1 = asks[p, EARLY], asks[p, EARLY]
        for v in range(2 * p, 2 * p + 1 + double[p]):
            home = 2 * n + tours[v, WHO]
            u = tours[home, AHEAD]
            tours[u, BEHIND] = v
            tours[v, AHEAD] = u
            tours[v, BEHIND] = home
            tours[home, AHEAD] = v
            sums[0] += dist[min(u >> 1, n), p] + dist[p, n] - dist[min(u >> 1, n), n]
            t = max(asks[p, EARLY], times[u, END] + dist[min(u >> 1, n), p])
            if v == 2 * p:
                s0 = t
            else:
                s1 = max(t, s0 + asks[p, LEAST])
                s0 = max(s0, s1 - asks[p, MOST])
        for v in range(2 * p, 2 * p + 1 + double[p]):
            t = s0 if v == 2 * p else s1
            times[v, END] = t + times[v, LASTS]
            times[v, LATE] = max(0.0, t - asks[p, DUE])
            sums[1] += times[v, LATE]
            sums[2] = max(sums[2], times[v, LATE])


@compiled
def retime(order, tours, times, asks, double, dist, note, sums, log, was):
    """Time the services again that have a new predecessor or follow a changed one; return how many changed.

    They stand in `log`, their ends before in `was`; the sums of lateness are brought up to date.
    """
    n = order.shape[1]
    offices = 2 * n
    lo, hi = n, -1
    for k in range(note[MARKED]):
        v = note[MARKS + k]
        if v < 2 * n:
            tours[v, TOUCHED] = 1
            i = order[AT, v >> 1]
            lo = min(lo, i)
            hi = max(hi, i)
    changed = 0
    moving = 0  # tours whose last service timed has changed
    rescan = False
    top = sums[2]
    greatest = top
    total = sums[1]
    for i in range(lo, n):
        p = order[SEAT, i]
        a = 2 * p
        b = a + 1
        two = double[p]
        touched = tours[a, TOUCHED] or tours[offices + tours[a, WHO], TOUCHED]
        if two:
            touched = touched or tours[b, TOUCHED] or tours[offices + tours[b, WHO], TOUCHED]
        if not touched:
            if i >= hi and moving == 0:
                break
            continue
        u = tours[a, AHEAD]
        s0 = max(asks[p, EARLY], times[u, END] + dist[min(u >> 1, n), p])
        s1 = s0
        if two:
            u = tours[b, AHEAD]
            s1 = max(s0 + asks[p, LEAST], times[u, END] + dist[min(u >> 1, n), p])
            s0 = max(s0, s1 - asks[p, MOST])
        for v in range(a, b + two):
            start = s0 if v == a else s1
            stop = start + times[v, LASTS]
            c = offices + tours[v, WHO]
            tours[v, TOUCHED] = 0
            moving -= tours[c, TOUCHED]
            tours[c, TOUCHED] = 0
            if stop != times[v, END]:
                tours[c, TOUCHED] = 1
                moving += 1
                log[changed] = v
                was[changed] = times[v, END]
                changed += 1
                times[v, END] = stop
                x = max(0.0, start - asks[p, DUE])
                y = times[v, LATE]
                if x != y:
                    total += x - y
                    greatest = max(greatest, x)
                    rescan = rescan or (y > 0.0 and y >= top)
                    times[v, LATE] = x
    for c in range(offices, tours.shape[0]):
        tours[c, TOUCHED] = 0
    if rescan:
        greatest = 0.0
        for v in range(2 * n):
            greatest = max(greatest, times[v, LATE])
    sums[1] = total
    sums[2] = greatest
    return changed


@compiled
def restore(changed, times, asks, log, was):
    """Put back the ends and lateness of the services in `log`."""
    for k in range(changed):
        v = log[k]
        times[v, END] = was[k]
        times[v, LATE] = max(0.0, was[k] - times[v, LASTS] - asks[v >> 1, DUE])


@compiled
def settle(order, tours, times, double, ready):
    """Put the order by time as far as the tours allow: it stays an order of the same tours and times.

    `ready` (caregivers,) is scratch.
    """
    n = order.shape[1]
    callers = tours.shape[0] - 2 * n
    for c in range(callers):
        ready[c] = tours[2 * n + c, BEHIND]
    for i in range(n):
        best, when = -1, 0.0
        for c in range(callers):
            v = ready[c]
            if v >= 2 * n:
                continue
            p = v >> 1
            t = times[v, END] - times[v, LASTS]
            if double[p]:
                w = v ^ 1
                if ready[tours[w, WHO]] != w:
                    continue
                t = 0.5 * (t + times[w, END] - times[w, LASTS])
            if best < 0 or t < when:
                best, when = p, t
        order[SEAT, i] = best
        order[AT, best] = i
        for v in range(2 * best, 2 * best + 1 + double[best]):
            ready[tours[v, WHO]] = tours[v, BEHIND]
