"""New individuals: at random, or of two parents by the periodic crossover with insertions (PIX, Vidal et al. 2012)."""

from __future__ import annotations

from benchmarks.solvers.periodic.draw import below, shuffle
from benchmarks.solvers.periodic.jit import compiled
from benchmarks.solvers.periodic.patterns import best_place, put_in, refresh_day
from benchmarks.solvers.periodic.routes import day_of
from benchmarks.solvers.periodic.split import load_day, split


@compiled
def at_random(model, work, state):
    """Days and orders at random, cut into routes."""
    n, order = model.n, work.spare
    for u in range(n):
        order[u] = u
    shuffle(state, order, n)
    work.length[:] = 0
    for k in range(n):
        u = order[k]
        work.mask[u] = model.options[u, below(state, model.choices[u])]
        for d in range(model.t):
            if work.mask[u] >> d & 1:
                _append(work, d, u)
    for d in range(model.t):
        split(model, work, d)
        load_day(model, work, d)


@compiled
def _append(work, d, u):
    work.seq[d, work.length[d]] = u
    work.length[d] += 1


@compiled
def cross_over(model, work, state, pool, a, b):
    """A child of individuals a and b: some days of a, some of b, some of both; missing visits inserted."""
    t = model.t
    days = work.places[0]
    for d in range(t):
        days[d] = d
    shuffle(state, days, t)
    one, two = below(state, t + 1), below(state, t + 1)
    one, two = min(one, two), max(one, two)
    work.mask[:] = 0
    work.length[:] = 0
    after = work.places[1]
    whole = 0
    for k in range(t):
        d = days[k]
        after[d] = 0
        if k < one:
            whole |= 1 << d
            _inherit(work, pool.seq[a, d], 0, pool.length[a, d], pool.length[a, d], d)
        elif k >= two and pool.length[a, d] > 0:
            length = pool.length[a, d]
            begin, end = below(state, length), below(state, length)
            _inherit(work, pool.seq[a, d], begin, (end - begin) % length + 1, length, d)
            after[d] = end + 1
    shuffle(state, days, t)
    for k in range(t):
        d = days[k]
        if whole >> d & 1:
            continue
        length = pool.length[b, d]
        for j in range(length):
            u = pool.seq[b, d, (j + after[d]) % length]
            if not work.mask[u] >> d & 1 and _allowed(model, u, work.mask[u] | 1 << d):
                work.mask[u] |= 1 << d
                _append(work, d, u)
    for d in range(t):
        split(model, work, d)
        load_day(model, work, d)
    _complete_all(model, work, state)


@compiled
def _inherit(work, seq, begin, count, length, d):
    for j in range(count):
        u = seq[(begin + j) % length]
        work.mask[u] |= 1 << d
        _append(work, d, u)


@compiled
def _allowed(model, u, mask):
    for k in range(model.choices[u]):
        if model.options[u, k] & mask == mask:
            return True
    return False


@compiled
def _complete_all(model, work, state):
    order = work.spare
    for u in range(model.n):
        order[u] = u
    shuffle(state, order, model.n)
    touched = 0
    for k in range(model.n):
        touched |= _complete(model, work, order[k])
    for d in range(model.t):
        if touched >> d & 1:
            refresh_day(model, work, d)


@compiled
def _complete(model, work, u):
    """Insert the visits that u still needs, where they cost least; returns the mask of these days."""
    have = work.mask[u]
    for k in range(model.choices[u]):
        if model.options[u, k] == have:
            return 0
    cost, at, into = work.scratch[0], work.places[0], work.places[1]
    for d in range(model.t):
        cost[d], at[d], into[d] = best_place(day_of(model, work, d), u)
    best, chosen = 1e300, have
    for k in range(model.choices[u]):
        if model.options[u, k] & have == have:
            whole = 0.0
            for d in range(model.t):
                if (model.options[u, k] & ~have) >> d & 1:
                    whole += cost[d]
            if whole < best:
                best, chosen = whole, model.options[u, k]
    for d in range(model.t):
        if (chosen & ~have) >> d & 1:
            put_in(day_of(model, work, d), u, at[d], into[d])
    work.mask[u] = chosen
    return chosen & ~have
