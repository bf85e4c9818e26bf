"""The state of a search, compiled: moving a patient, exchanging parts of tours, taking back.

A solution is an order of all patients and a caregiver for each service: every caregiver gives his services in the
order of their patients, each as early as can be. Such a solution is never in a knot (two caregivers who wait for one
another for ever), and for its tours no timing is better: every start is the least possible.
Left out are only those where one of two sees a patient before, the other after somebody whom they see together.

Services are nodes: 2p and 2p + 1 are those of patient p (the second only where he needs two), 2n + c is the office as
caregiver c leaves it and comes back to it; a tour is a ring. n patients, N = 2n + caregivers. The arrays are plain and
handed on one by one, because bundles of them cost the compiled code most of its speed:

  order (2, n)     SEAT: the patients in order; AT: the place of a patient in it
  tours (N, 4)     WHO gives the service, the node AHEAD and the one BEHIND, TOUCHED: `timing`'s own
  times (N, 3)     END of the service, LATE: minutes it starts after it is due, LASTS: minutes it takes
  asks (n, 4)      EARLY, DUE, LEAST and MOST from the first start to the second
  double (n,)      needs two
  dist (n + 1, n + 1)  minutes between patients, the office last
  can (N, caregivers)  who may give a service
  note (128,)      what was done since `forget`: numbers of marks and steps, lowest place, the exchange, marks, steps
"""

from __future__ import annotations

import numpy as np

from benchmarks.solvers.compiled import compiled

SEAT, AT = 0, 1
WHO, AHEAD, BEHIND, TOUCHED = 0, 1, 2, 3
END, LATE, LASTS = 0, 1, 2
EARLY, DUE, LEAST, MOST = 0, 1, 2, 3
MARKED, DONE, LOW, EXCHANGED = 0, 1, 2, 3
"""In `note`: how many marks, how many steps, the first place touched, (caregiver or -1, the other, from, to)."""
MARKS, STEPS = 8, 72
"""In `note`: where the marks (nodes with a new predecessor) begin, and the steps (patient, place, caregivers)."""
NOTES = 128


@compiled(inline="always")
def _leg(u, w, dist):
    """Minutes from node u to node w."""
    office = dist.shape[0] - 1
    return dist[min(u >> 1, office), min(w >> 1, office)]


@compiled(inline="always")
def _mark(v, note):
    note[MARKS + note[MARKED]] = v
    note[MARKED] += 1


@compiled(inline="always")
def _unlink(v, tours, dist, note):
    """Take node v out of its tour; return what the distance changes by."""
    u, w = tours[v, AHEAD], tours[v, BEHIND]
    tours[u, BEHIND] = w
    tours[w, AHEAD] = u
    _mark(w, note)
    return _leg(u, w, dist) - _leg(u, v, dist) - _leg(v, w, dist)


@compiled(inline="always")
def _link(p, v, j, c, order, tours, dist, note):
    """Put node v of patient p, who is j-th, into caregiver c's tour; return what the distance changes by."""
    home = 2 * order.shape[1] + c
    u = home
    w = tours[home, BEHIND]
    while w != home and (w >> 1 == p or order[AT, w >> 1] < j):
        if w >> 1 != p:
            u = w
        w = tours[w, BEHIND]
    w = tours[u, BEHIND]
    tours[u, BEHIND] = v
    tours[v, AHEAD] = u
    tours[v, BEHIND] = w
    tours[w, AHEAD] = v
    tours[v, WHO] = c
    _mark(v, note)
    _mark(w, note)
    return _leg(u, v, dist) + _leg(v, w, dist) - _leg(u, w, dist)


@compiled
def _place(p, j, c0, c1, order, tours, dist, double, note):
    """Move patient p before the one who is j-th now, his services to c0 and c1; return the change of the distance."""
    gain = _unlink(2 * p, tours, dist, note)
    if double[p]:
        gain += _unlink(2 * p + 1, tours, dist, note)
    i = order[AT, p]
    if j > i:
        j -= 1
        for k in range(i, j):
            q = order[SEAT, k + 1]
            order[SEAT, k] = q
            order[AT, q] = k
    else:
        for k in range(i, j, -1):
            q = order[SEAT, k - 1]
            order[SEAT, k] = q
            order[AT, q] = k
    order[SEAT, j] = p
    order[AT, p] = j
    gain += _link(p, 2 * p, j, c0, order, tours, dist, note)
    if double[p]:
        gain += _link(p, 2 * p + 1, j, c1, order, tours, dist, note)
    return gain


@compiled
def move(p, j, c0, c1, order, tours, dist, double, note):
    """Move patient p before the one who is j-th now, his services to c0 and c1, so that `undo` can take it back.

    Return the change of the distance.
    """
    k = STEPS + 4 * note[DONE]
    note[k] = p
    note[k + 1] = order[AT, p]
    note[k + 2] = tours[2 * p, WHO]
    note[k + 3] = tours[2 * p + 1, WHO]
    note[DONE] += 1
    note[LOW] = min(note[LOW], order[AT, p], j)
    return _place(p, j, c0, c1, order, tours, dist, double, note)


@compiled
def exchange(c, d, x, y, order, tours, dist, can, note):
    """Exchange the services of caregivers c and d in places x .. y - 1 of the order; return the change of the distance.

    NaN, and nothing done, where one may not give a service of the other or neither has one. Doing it twice is doing
    nothing, so `undo` can take it back.
    """
    n = order.shape[1]
    a1, f1 = _stretch(2 * n + c, x, order, tours)
    a2, f2 = _stretch(2 * n + d, x, order, tours)
    b1 = _able_until(f1, c, d, y, order, tours, can)
    b2 = _able_until(f2, d, c, y, order, tours, can)
    if b1 < 0 or b2 < 0 or (f1 == b1 and f2 == b2):
        return np.nan
    l1, l2 = tours[b1, AHEAD], tours[b2, AHEAD]
    gain = _give(a1, f1, l1, b1, f2, l2, b2, c, tours, dist)
    gain += _give(a2, f2, l2, b2, f1, l1, b1, d, tours, dist)
    _mark(f1, note)
    _mark(f2, note)
    _mark(b1, note)
    _mark(b2, note)
    note[EXCHANGED] = c
    note[EXCHANGED + 1] = d
    note[EXCHANGED + 2] = x
    note[EXCHANGED + 3] = y
    note[LOW] = x
    return gain


@compiled(inline="always")
def _stretch(home, x, order, tours):
    """The last node of a tour before place x of the order and the one after it."""
    u = home
    w = tours[home, BEHIND]
    while w != home and order[AT, w >> 1] < x:
        u = w
        w = tours[w, BEHIND]
    return u, w


@compiled(inline="always")
def _able_until(v, c, d, y, order, tours, can):
    """The first node of c's tour from v on at place y or later; -1 where caregiver d may not give one before it."""
    home = 2 * order.shape[1] + c
    while v != home and order[AT, v >> 1] < y:
        if not can[v, d]:
            return -1
        v = tours[v, BEHIND]
    return v


@compiled(inline="always")
def _give(a, first, last, b, new, new_last, new_b, c, tours, dist):
    """Between a and b of c's tour put new .. new_last (none if new is new_b) for first .. last (none if first is b)."""
    gain = -_leg(a, first, dist)
    if first != b:
        gain -= _leg(last, b, dist)
    if new == new_b:
        tours[a, BEHIND] = b
        tours[b, AHEAD] = a
        return gain + _leg(a, b, dist)
    tours[a, BEHIND] = new
    tours[new, AHEAD] = a
    v = new
    while v != new_last:
        tours[v, WHO] = c
        v = tours[v, BEHIND]
    tours[v, WHO] = c
    tours[new_last, BEHIND] = b
    tours[b, AHEAD] = new_last
    return gain + _leg(a, new, dist) + _leg(new_last, b, dist)


@compiled
def undo(order, tours, dist, double, can, note):
    """Take back what was done since `forget`; tours and order are as before (times are `restore`'s)."""
    for step in range(note[DONE] - 1, -1, -1):
        k = STEPS + 4 * step
        p, j = note[k], note[k + 1]
        _place(p, j if j < order[AT, p] else j + 1, note[k + 2], note[k + 3], order, tours, dist, double, note)
    k = EXCHANGED
    if note[k] >= 0:
        exchange(note[k], note[k + 1], note[k + 2], note[k + 3], order, tours, dist, can, note)


@compiled(inline="always")
def forget(order, note):
    """What is done stands: nothing to take back, nothing marked."""
    note[MARKED] = 0
    note[DONE] = 0
    note[LOW] = order.shape[1]
    note[EXCHANGED] = -1
