"""Ruin and recreate with annealing: strings of neighbours leave, and come back on their cheapest days.

Source: slack induction by string removals (Christiaens and Vanden Berghe 2020), here over several days: a customer that
leaves chooses its days again, or, in a third of the ruins, only the visits of one day are driven otherwise.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from benchmarks.solvers.periodic.draw import below, fraction
from benchmarks.solvers.periodic.jit import compiled
from benchmarks.solvers.periodic.model import Model
from benchmarks.solvers.periodic.patterns import put_in, refresh_day, take_out
from benchmarks.solvers.periodic.routes import day_of, penalty

LONGEST = 10  # visits of a string at most
MEAN = 10.0  # visits that leave in a ruin, on average
BLINK = 0.01  # share of places that are passed over
SAME_DAY = 0.33  # share of the ruins that let every customer keep its days
LOOK = 200  # ruins between two looks at the weights of the penalties


class Chain(NamedTuple):
    """What a chain of ruins remembers between calls, and room for its journal."""

    log: np.ndarray  # (room, 5) int64: put in (1) or taken out (0), customer, day, after which node, route
    gone: np.ndarray  # (n,) int64: customers that left
    had: np.ndarray  # (n,) int64: their days before
    away: np.ndarray  # (n,) int64: the number of the ruin in which a customer left
    hit: np.ndarray  # (t, m) int64: the number of the ruin in which a route lost a string
    key: np.ndarray  # (n,) float64: order of coming back
    count: np.ndarray  # (4,) int64: ruins made, of the last LOOK feasible, places until the next blink, visits left out
    cost: np.ndarray  # (2,) float64: of the solution at hand with penalties, of the best feasible one
    nxt: np.ndarray  # (t, n+m) int64: the best feasible solution, as in `Work`
    mask: np.ndarray  # (n,) int64


def chain_of(model: Model) -> Chain:
    """A chain that has not begun."""
    n, m, t = model.n, model.m, model.t
    return Chain(
        np.zeros((4 * n * t + 8, 5), np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros((t, m), np.int64),
        np.zeros(n),
        np.zeros(4, np.int64),
        np.full(2, np.inf),
        np.zeros((t, n + m), np.int64),
        np.zeros(n, np.int64),
    )


@compiled
def begin(model, work, chain):
    """Begin a chain with the solution in `work`."""
    chain.cost[1] = 1e30
    _settle(model, work, chain)
    _note_best(model, work, chain)


@compiled
def anneal(model, work, chain, state, steps, hot, cold):
    """Make `steps` ruins while the temperature falls from `hot` to `cold` (units of distance)."""
    cooling = (cold / hot) ** (1.0 / max(1, steps))
    temperature = hot
    for _ in range(steps):
        chain.count[0] += 1
        before = chain.cost[0]
        day = below(state, model.t) if fraction(state) < SAME_DAY else -1
        logged = _recreate(model, work, chain, state, *_ruin(model, work, chain, state, day), day)
        if chain.cost[0] < before - temperature * math.log(max(1e-300, fraction(state))):
            if chain.cost[0] < chain.cost[1] - 1e-7:
                _note_best(model, work, chain)
        else:
            _undo(model, work, chain, logged)
            chain.cost[0] = before
        chain.count[1] += _excess(model, work) == 0.0
        if chain.count[0] % LOOK == 0:
            _weigh(model, work, chain)
        temperature *= cooling


@compiled
def finish(model, work, chain):
    """Put the best feasible solution of the chain into `work`, refreshed; the last one where none was feasible."""
    if chain.cost[1] > 1e29:
        _settle(model, work, chain)
        return
    _copy(chain.nxt, work.nxt)
    for u in range(model.n):
        work.mask[u] = chain.mask[u]
    for d in range(model.t):
        day = day_of(model, work, d)
        day.route[:] = model.m
        for r in range(model.m):
            node = model.n + r
            while True:
                day.prv[day.nxt[node]] = node
                node = day.nxt[node]
                if node >= model.n:
                    break
        refresh_day(model, work, d)


@compiled
def _excess(model, work):
    total = 0.0
    for d in range(model.t):
        for r in range(model.m):
            if work.pen[d, r] > 1e-9:
                total += work.pen[d, r]
    return total


@compiled
def _settle(model, work, chain):
    """Work out load, time, penalties and cost anew (the weights changed, or sums drifted)."""
    chain.cost[0] = 0.0
    for d in range(model.t):
        refresh_day(model, work, d)
        for r in range(model.m):
            chain.cost[0] += work.time[d, r] + work.pen[d, r]
    for u in range(model.n):
        for d in range(model.t):
            if work.mask[u] >> d & 1:
                chain.cost[0] -= model.service[u]


@compiled
def _note_best(model, work, chain):
    for d in range(model.t):
        for r in range(model.m):
            if work.load[d, r] > model.capacity[d] + 1e-9 or work.time[d, r] > model.longest[d] + 1e-9:
                return
    chain.cost[1] = chain.cost[0]
    _copy(work.nxt, chain.nxt)
    for u in range(model.n):
        chain.mask[u] = work.mask[u]


@compiled
def _copy(source, target):
    for d in range(source.shape[0]):
        for node in range(source.shape[1]):
            target[d, node] = source[d, node]


@compiled
def _weigh(model, work, chain):
    """About half of the solutions should be feasible: make excess dearer or cheaper."""
    step = math.exp(0.2 * (0.5 - chain.count[1] / LOOK))
    for k in range(2):
        work.weight[k] = min(max(work.weight[k] * step, 1e-2), 1e5)
    chain.count[1] = 0
    _settle(model, work, chain)


@compiled
def _ruin(model, work, chain, state, only):
    """Take strings out, of day `only` or (-1) of any day and then the customers from all their days.

    Returns (how many customers left, how many entries the journal has).
    """
    now = chain.count[0]
    seed = below(state, model.n)
    visits = used = 0
    for d in range(model.t):
        if only < 0 or d == only:
            for r in range(model.m):
                visits += work.size[d, r]
                used += work.size[d, r] > 0
    longest = min(float(LONGEST), visits / max(1, used))
    strings = int(fraction(state) * (4.0 * MEAN / (1.0 + longest) - 1.0)) + 1
    gone = logged = 0
    for k in range(-1, model.n - 1):
        u = seed if k < 0 else model.order[seed, k]
        if chain.away[u] == now:
            continue
        d = only if only >= 0 else _some_day(model, work, state, u)
        r = work.route[d, u]
        if r == model.m or chain.hit[d, r] == now:
            continue
        chain.hit[d, r] = now
        length = int(fraction(state) * min(float(work.size[d, r]), longest)) + 1
        gone, logged = _string(model, work, chain, state, (u, d, length, only), gone, logged)
        strings -= 1
        if strings == 0:
            break
    return gone, logged


@compiled
def _some_day(model, work, state, u):
    """One of the customer's days."""
    left = below(state, model.t)
    d = 0
    while True:
        if work.mask[u] >> d & 1:
            if left == 0:
                return d
            left -= 1
        d = (d + 1) % model.t


@compiled
def _string(model, work, chain, state, what, gone, logged):
    """Take out a string of `length` visits around u on day d; half of the strings keep a piece in their middle."""
    u, d, length, only = what
    size = work.size[d, work.route[d, u]]
    kept = 0
    if length > 1 and length < size and fraction(state) < 0.5:
        while length + kept < size and fraction(state) > 0.5:
            kept += 1
    span = length + kept
    node = u
    for _ in range(below(state, min(span, size))):  # how far before u the string begins
        if work.prv[d, node] >= model.n:
            break
        node = work.prv[d, node]
    skip_at = below(state, length) if kept else -1
    taken = 0
    while taken < length and node < model.n:
        after = work.nxt[d, node]
        if taken == skip_at and kept > 0 and node != u:
            kept -= 1
        else:
            gone, logged = _leave(model, work, chain, node, d, only, gone, logged)
            taken += 1
        node = after
    return gone, logged


@compiled
def _leave(model, work, chain, u, d, only, gone, logged):
    chain.away[u] = chain.count[0]
    chain.gone[gone], chain.had[gone] = u, work.mask[u]
    for other in range(model.t):
        if other == d or only < 0 and work.mask[u] >> other & 1:
            day = day_of(model, work, other)
            entry = chain.log[logged]
            entry[0], entry[1], entry[2], entry[3], entry[4] = 0, u, other, day.prv[u], day.route[u]
            chain.cost[0] += take_out(day, u)
            logged += 1
    return gone + 1, logged


@compiled
def _recreate(model, work, chain, state, gone, logged, only):
    """Bring the customers back in a drawn order, each to its cheapest days; returns the journal's length."""
    way = below(state, 11)
    n = model.n
    for k in range(gone):
        u = chain.gone[k]
        if way < 4:
            chain.key[k] = fraction(state)
        elif way < 8:
            chain.key[k] = -model.demand[u] * (_days(chain.had[k]) if only < 0 else 1)
        elif way < 10:
            chain.key[k] = -model.dist[n, u]
        else:
            chain.key[k] = model.dist[n, u]
        j = k
        while j > 0 and chain.key[j - 1] > chain.key[j]:
            chain.key[j - 1], chain.key[j] = chain.key[j], chain.key[j - 1]
            chain.gone[j - 1], chain.gone[j] = chain.gone[j], chain.gone[j - 1]
            chain.had[j - 1], chain.had[j] = chain.had[j], chain.had[j - 1]
            j -= 1
    for k in range(gone):
        logged = _return(model, work, chain, state, chain.gone[k], only, logged)
    chain.count[3] = gone
    return logged


@compiled
def _days(mask):
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@compiled
def _return(model, work, chain, state, u, only, logged):
    cost, at, into = work.scratch[0], work.places[0], work.places[1]
    usable = 0
    if only >= 0:
        usable = 1 << only
    else:
        for k in range(model.choices[u]):
            usable |= model.options[u, k]
    for d in range(model.t):
        if usable >> d & 1:
            cost[d], at[d], into[d] = _place(day_of(model, work, d), chain, state, u)
    chosen = usable
    if only < 0:
        best = 1e300
        for k in range(model.choices[u]):
            whole = 0.0
            for d in range(model.t):
                if model.options[u, k] >> d & 1:
                    whole += cost[d]
            if whole < best:
                best, chosen = whole, model.options[u, k]
        work.mask[u] = chosen
    for d in range(model.t):
        if chosen >> d & 1:
            put_in(day_of(model, work, d), u, at[d], into[d])
            chain.cost[0] += cost[d]
            entry = chain.log[logged]
            entry[0], entry[1], entry[2], entry[3], entry[4] = 1, u, d, at[d], into[d]
            logged += 1
    return logged


@compiled
def _place(day, chain, state, u):
    """(cost, node, route) of the cheapest place of u on the day, some places passed over (`best_place` with blinks)."""
    row, dist, nxt = day.dist[u], day.dist, day.nxt
    best, place, into, empty = 1e30, day.n, 0, False
    blink = chain.count[2]
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
            blink -= 1
            if cost < cheap:
                if blink > 0:
                    cheap, at = cost, node
            if blink <= 0:
                blink = 1 + int(math.log(max(1e-300, fraction(state))) / math.log(1.0 - BLINK))
            node = after
            if node == depot:
                break
        if at < 0:
            continue
        cost = cheap + penalty(day, day.load[r] + day.demand[u], day.time[r] + day.service[u] + cheap) - day.pen[r]
        if cost < best:
            best, place, into = cost, at, r
    chain.count[2] = blink
    if best > 1e29:  # every place was passed over
        node, r = day.n, 0
        best = row[node] + row[nxt[node]] - dist[node, nxt[node]]
        best += penalty(day, day.load[r] + day.demand[u], day.time[r] + day.service[u] + best) - day.pen[r]
    return best, place, into


@compiled
def _undo(model, work, chain, logged):
    """Take the ruin back, last entry first."""
    for k in range(logged - 1, -1, -1):
        entry = chain.log[k]
        day = day_of(model, work, entry[2])
        if entry[0]:
            take_out(day, entry[1])
        else:
            put_in(day, entry[1], entry[3], entry[4])
    for k in range(chain.count[3]):
        work.mask[chain.gone[k]] = chain.had[k]
