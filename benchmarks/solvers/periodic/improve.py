"""Route improvement: the local search over the routes of one day."""

from __future__ import annotations

from benchmarks.solvers.periodic.draw import below, shuffle
from benchmarks.solvers.periodic.jit import compiled
from benchmarks.solvers.periodic.moves import cross, relocate, swap, turn
from benchmarks.solvers.periodic.routes import day_of, overlap, refresh
from benchmarks.solvers.periodic.swapstar import swap_star


@compiled
def improve_day(model, work, state, d):
    """Bring the routes of day d to a local optimum of all moves, beginning with those of the routes marked as changed.

    Every route of the day must be refreshed before; afterwards none is marked.
    """
    day = day_of(model, work, d)
    count = _visited(model, work, day)
    shuffle(state, work.order, count)
    work.tested[:] = 0
    work.when[:] = -1
    work.crossed[:] = 0
    moves = 1
    for loop in range(1000):
        before = moves
        for k in range(count):
            moves = _around(work, day, work.order[k], moves, loop, state)
        moves = _between(work, day, moves)
        if moves == before and loop > 0:
            break
    day.changed[:] = 0


@compiled
def _visited(model, work, day):
    """List the customers of the day and their neighbours among them. Returns how many there are."""
    count = 0
    most = work.near.shape[1]
    for u in range(model.n):
        if day.route[u] < model.m:
            work.order[count] = u
            count += 1
            found = 0
            for v in model.order[u]:
                if day.route[v] < model.m:
                    work.near[u, found] = v
                    found += 1
                    if found == most:
                        break
            work.nears[u] = found
    return count


@compiled
def _around(work, day, u, moves, loop, state):
    """Try the moves of customer u with its neighbours; returns the number of moves made so far."""
    n = day.n
    last = work.tested[u]
    work.tested[u] = moves
    count = work.nears[u]
    turned = below(state, count) if count else 0
    for k in range(count):
        v = work.near[u, (k + turned) % count]
        ru, rv = day.route[u], day.route[v]
        if day.changed[ru] <= last and day.changed[rv] <= last:
            continue
        made = relocate(day, u, v) or swap(day, u, v)
        if not made:
            made = turn(day, u, v) if ru == rv else cross(day, u, v)
        if not made and day.prv[v] >= n:
            depot = n + rv
            made = relocate(day, u, depot)
            if not made and ru != rv:
                made = cross(day, u, depot)
        if made:
            moves += 1
            refresh(day, ru, moves)
            if ru != rv:
                refresh(day, rv, moves)
    if loop > 0:
        for r in range(day.m):
            if day.size[r] == 0:
                ru = day.route[u]
                if relocate(day, u, n + r) or cross(day, u, n + r):
                    moves += 1
                    refresh(day, ru, moves)
                    refresh(day, r, moves)
                break
    return moves


@compiled
def _between(work, day, moves):
    """Try SWAP* on every two routes that point into one direction and changed since."""
    for r in range(day.m):
        for s in range(r + 1, day.m):
            if day.size[r] == 0 or day.size[s] == 0 or not overlap(day, r, s):
                continue
            last = work.crossed[r, s]
            if day.changed[r] <= last and day.changed[s] <= last:
                continue
            work.crossed[r, s] = moves
            if swap_star(day, work, r, s, moves):
                moves += 1
                refresh(day, r, moves)
                refresh(day, s, moves)
    return moves
