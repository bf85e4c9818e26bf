"""The search: simulated annealing over orders of patients and caregivers of services, compiled."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.solvers.compiled import compiled
from benchmarks.solvers.synchronised.state import LASTS, LATE, LOW, NOTES, SEAT, WHO, forget, undo
from benchmarks.solvers.synchronised.timing import rebuild, restore, retime, settle
from benchmarks.solvers.synchronised.trials import below, beside, chance, cross, follow, hand_over, shift, swap, throw


@compiled(inline="always")
def _try(kind, rng, p, mix, order, tours, dist, double, can, able, near, note, pair):
    """Make a trial of the kind drawn; return the change of the distance, NaN where nothing was done."""
    if kind < mix[0]:
        return beside(rng, p, order, tours, dist, double, can, able, near, note, pair)
    if kind < mix[1]:
        return hand_over(rng, p, order, tours, dist, double, can, able, near, note, pair)
    if kind < mix[2]:
        return shift(rng, p, order, tours, dist, double, can, able, near, note, pair)
    if kind < mix[3]:
        return throw(rng, p, order, tours, dist, double, can, able, near, note, pair)
    if kind < mix[4]:
        return swap(rng, p, order, tours, dist, double, can, able, near, note, pair)
    if kind < mix[5]:
        return cross(rng, p, order, tours, dist, double, can, able, near, note, pair)
    return follow(rng, p, order, tours, dist, double, can, able, near, note, pair)


@compiled(inline="always")
def _add_up(sure, low, order, times):
    """`sure[i]`: lateness of the first i patients of the order, from place `low` on."""
    for i in range(low, order.shape[1]):
        p = order[SEAT, i]
        sure[i + 1] = sure[i] + times[2 * p, LATE] + times[2 * p + 1, LATE]


@compiled(
    signature="int64(float64[:,::1],float64[:,::1],float64[::1],boolean[::1],boolean[:,::1],int64[:,::1],int64[:,::1],"
    "float64[::1],int64[::1],int64[::1],int64[::1],int64[::1],float64[::1],uint64[::1],float64,float64,int64)",
)
def anneal(
    dist, asks, lasts, double, can, able, near, mix, seats, who, best_seats, best_who, best, rng, hot, cold, rounds
):
    """Run `rounds` trials, the temperature falling from `hot` to `cold`; return how many were taken.

    The first arrays are `arrays.Arrays`. `mix` (7,): limits of the draw for each kind of trial, rising to 1. `seats`
    (n,), `who` (N,): order and caregivers where it stands, before and after; `best_seats`, `best_who`, `best` (1,): the
    best so far and three times its cost, kept up. `rng` (1,): state of the random numbers. Temperatures are in units of
    three times the cost.
    """
    n, size = seats.shape[0], who.shape[0]
    order, tours, times = np.zeros((2, n), np.int64), np.zeros((size, 4), np.int64), np.zeros((size, 3))
    order[SEAT], tours[:, WHO], times[:, LASTS] = seats, who, lasts
    sums, before, sure = np.zeros(3), np.zeros(3), np.zeros(n + 1)
    note, pair, ready = np.zeros(NOTES, np.int64), np.zeros((2, 2), np.int64), np.zeros(size - 2 * n, np.int64)
    log, was = np.zeros(size, np.int64), np.zeros(size)
    rebuild(order, tours, times, asks, double, dist, sums)
    settle(order, tours, times, double, ready)
    _add_up(sure, 0, order, times)
    taken = moved = 0
    warmth = hot
    cooling = (cold / hot) ** (64.0 / max(1, rounds))
    for trial in range(rounds):
        if trial & 63 == 63:
            warmth *= cooling
            if trial & 1023 == 1023 and moved:
                settle(order, tours, times, double, ready)
                _add_up(sure, 0, order, times)
                moved = 0
        limit = sums[0] + sums[1] + sums[2] - warmth * math.log(chance(rng))
        forget(order, note)
        gain = _try(chance(rng), rng, below(rng, n), mix, order, tours, dist, double, can, able, near, note, pair)
        if math.isnan(gain):
            continue
        low = note[LOW]
        if sums[0] + gain + sure[low] > limit:  # too far already, and no time can be won before place `low`
            undo(order, tours, dist, double, can, note)
            continue
        before[:] = sums
        changed = retime(order, tours, times, asks, double, dist, note, sums, log, was)
        sums[0] += gain
        cost = sums[0] + sums[1] + sums[2]
        if cost > limit:
            restore(changed, times, asks, log, was)
            sums[:] = before
            undo(order, tours, dist, double, can, note)
            continue
        taken += 1
        moved += 1
        _add_up(sure, low, order, times)
        if cost < best[0] - 1e-7:
            best[0] = cost
            best_seats[:] = order[SEAT]
            best_who[:] = tours[:, WHO]
    seats[:] = order[SEAT]
    who[:] = tours[:, WHO]
    return taken
