"""Putting demands into a timetable and taking them out, compiled. `g`, `s`, `o`, `m`, `w`: the arrays of `layout`."""


from app.routing.compiled import compiled
from app.routing.kernel.costs import change_cost
from app.routing.kernel.journal import remember_kid, remember_slot, touch
from app.routing.kernel.layout import (
    ABLE,
    ASKED,
    AWAY,
    CAP,
    CHANGED,
    DAYS,
    DRIVEN,
    DRIVING,
    GIVER,
    LOAD,
    LONGEST,
    MINUTES,
    MISSING,
    OTHERS,
    PAT_DAY,
    PAT_DAY_AT,
    PAT_MISSING,
    PATTERN,
    PLACE_FROM,
    PLACE_POS,
    PLACE_SLOT,
    PLACE_TO,
    PRICE,
    PRIORITY,
    SEEN,
    SEQ,
    SIZE,
    SLOT_AT,
    STACK,
    SUBSTITUTED,
    TEAM,
    TOTALS,
    TRAVELLED,
    VERSION,
    WEIGHTED,
    WIDEST,
)
from app.routing.kernel.trips import lay_together, price_cell, time_trip


@compiled
def price(g, s, m, c, a, day):
    """Extra travel of demand c with its able team number `a` (an index in ABLE) on a day, kept by version."""
    key = a * g[DAYS] + day
    team = g[g[ABLE] + a]
    version = s[g[VERSION] + team * g[DAYS] + day]
    if m[g[SEEN] + key] != version:
        m[g[SEEN] + key] = version
        extra, r, pos, start, to = price_cell(g, s, m, c, team, day)
        m[g[PRICE] + key], m[g[PLACE_SLOT] + key], m[g[PLACE_POS] + key] = extra, r, pos
        m[g[PLACE_FROM] + key], m[g[PLACE_TO] + key] = start, to
    return m[g[PRICE] + key]


@compiled
def _insert(g, s, o, m, c, a, day):
    price(g, s, m, c, a, day)
    key, team = a * g[DAYS] + day, g[g[ABLE] + a]
    r, pos, cell = m[g[PLACE_SLOT] + key], m[g[PLACE_POS] + key], team * g[DAYS] + day
    if not g[g[SLOT_AT] + cell] <= r < g[g[SLOT_AT] + cell + 1]:
        raise IndexError("a visit without a place was inserted")
    more = _move_trip(g, s, o, m, m[g[PLACE_FROM] + key], m[g[PLACE_TO] + key], cell)
    remember_slot(g, s, o, m, r)
    size, row = s[g[SIZE] + r], g[SEQ] + r * LONGEST
    if not 0 <= pos <= size < LONGEST:
        raise IndexError("a visit was inserted beyond its trip")
    for i in range(size, pos, -1):
        s[row + i] = s[row + i - 1]
    s[row + pos] = c
    s[g[SIZE] + r] += 1
    more -= s[g[DRIVEN] + r]
    if not time_trip(g, s, r, r):
        raise ValueError("a visit was inserted into a trip that cannot be kept")
    more += s[g[DRIVEN] + r]
    s[g[TOTALS] + TRAVELLED] += more
    s[g[LOAD] + team] += more + g[g[MINUTES] + c]
    touch(g, s, m, cell)


@compiled
def _move_trip(g, s, o, m, x, r, cell):
    """Let the trip of slot x go to slot r of the same day (x -1: none goes). Return the minutes of travel it brings."""
    if x < 0:
        return 0
    if not g[g[SLOT_AT] + cell] <= min(x, r) <= max(x, r) < g[g[SLOT_AT] + cell + 1]:
        raise IndexError("a trip was moved to another day")
    remember_slot(g, s, o, m, x)
    remember_slot(g, s, o, m, r)
    more = -s[g[DRIVEN] + x] - s[g[DRIVEN] + r]
    lay_together(g, s, x, r, r)
    s[g[SIZE] + x] = 0
    time_trip(g, s, x, x)
    if not time_trip(g, s, r, r):
        raise ValueError("a trip was moved where it cannot be kept")
    return more + s[g[DRIVEN] + r]


@compiled
def take(g, s, o, m, w, c, a, p, other):
    """Insert demand c with able team number `a` on the days of pattern p, by able team number `other` (-1 = none) on
    the days on which OTHERS says so. The prices were asked before."""
    remember_kid(g, s, o, m, c)
    first = g[g[PAT_DAY_AT] + p]
    s[g[TOTALS] + CHANGED] += change_cost(g, w, c, g[g[ABLE] + a], p)
    for i in range(first, g[g[PAT_DAY_AT] + p + 1]):
        day = g[g[PAT_DAY] + i]
        giver = other if other >= 0 and m[g[OTHERS] + day] else a
        _insert(g, s, o, m, c, giver, day)
        s[g[GIVER] + c * g[WIDEST] + i - first] = g[g[ABLE] + giver]
        if giver != a:
            s[g[TOTALS] + SUBSTITUTED] += 1
    s[g[TOTALS] + WEIGHTED] += (g[g[PAT_MISSING] + p] - s[g[MISSING] + c]) * g[g[PRIORITY] + c]
    s[g[TEAM] + c], s[g[PATTERN] + c], s[g[MISSING] + c] = g[g[ABLE] + a], p, g[g[PAT_MISSING] + p]


@compiled
def drop(g, s, o, m, w, c, out, count):
    """Take out all visits of demand c, and of those that fall out with it (where the travel table breaks the triangle
    rule a trip can become late without one of its homes). Put them into `out`; return the new count."""
    waiting = 1
    m[g[STACK]] = c
    while waiting:
        waiting -= 1
        x = m[g[STACK] + waiting]
        p = s[g[PATTERN] + x]
        if p < 0:
            continue
        remember_kid(g, s, o, m, x)
        out[count] = x
        count += 1
        first, main = g[g[PAT_DAY_AT] + p], s[g[TEAM] + x]
        s[g[TOTALS] + CHANGED] -= change_cost(g, w, x, main, p)
        s[g[PATTERN] + x] = -1
        for i in range(first, g[g[PAT_DAY_AT] + p + 1]):
            team = s[g[GIVER] + x * g[WIDEST] + i - first]
            if team != main:
                s[g[TOTALS] + SUBSTITUTED] -= 1
            waiting = _remove(g, s, o, m, x, team, team * g[DAYS] + g[g[PAT_DAY] + i], waiting)
        s[g[TOTALS] + WEIGHTED] += (g[g[ASKED] + x] - s[g[MISSING] + x]) * g[g[PRIORITY] + x]
        s[g[TEAM] + x], s[g[MISSING] + x] = -1, g[g[ASKED] + x]
    return count


@compiled
def _remove(g, s, o, m, x, team, cell, waiting):
    away, way, first, last = 0, 0, g[g[SLOT_AT] + cell], g[g[SLOT_AT] + cell + 1]
    for r in range(first, last):
        away += s[g[AWAY] + r]
        way += s[g[DRIVEN] + r]
    for r in range(first, last):
        row = g[SEQ] + r * LONGEST
        for k in range(s[g[SIZE] + r]):
            if s[row + k] != x:
                continue
            remember_slot(g, s, o, m, r)
            driven, was = s[g[DRIVEN] + r], s[g[AWAY] + r]
            s[g[SIZE] + r] -= 1
            for i in range(k, s[g[SIZE] + r]):
                s[row + i] = s[row + i + 1]
            kept = time_trip(g, s, r, r) and away - was + s[g[AWAY] + r] <= g[g[CAP] + team]
            if not kept or way - driven + s[g[DRIVEN] + r] > g[g[DRIVING] + team]:
                waiting = _clear(g, s, m, r, team, waiting)
            less = driven - s[g[DRIVEN] + r]
            s[g[TOTALS] + TRAVELLED] -= less
            s[g[LOAD] + team] -= less + g[g[MINUTES] + x]
            touch(g, s, m, cell)
            return waiting
    return waiting


@compiled
def _clear(g, s, m, r, team, waiting):
    """Empty a slot whose trip fell apart; its demands wait on the STACK to be dropped."""
    for i in range(s[g[SIZE] + r]):
        y = s[g[SEQ] + r * LONGEST + i]
        s[g[LOAD] + team] -= g[g[MINUTES] + y]
        m[g[STACK] + waiting] = y
        waiting += 1
    s[g[SIZE] + r] = 0
    time_trip(g, s, r, r)
    return waiting
