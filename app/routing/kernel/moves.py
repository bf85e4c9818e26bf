"""Changing a timetable and taking changes back, compiled. The arrays `g`, `s`, `o`, `m`, `w` are those of `layout`."""

import numpy as np
from numba import njit

from app.routing.compiled import options
from app.routing.kernel.layout import (
    ABLE,
    ABLE_AT,
    ASKED,
    AWAY,
    BEFORE,
    CAP,
    CELL_SEEN,
    CELL_WAS,
    CHANGE_DAY,
    CHANGE_TEAM,
    CHANGED,
    CLOCK,
    COUNTS,
    DAY_AT,
    DAY_OF,
    DAYS,
    DRIVEN,
    DRIVING,
    ENDS,
    FAIRNESS,
    GIVER,
    IDLE_COST,
    IDLE_SHARE,
    KID_SEEN,
    KIDS,
    LATES,
    LOAD,
    LONGEST,
    MARK,
    MARKED_CELLS,
    MARKED_KIDS,
    MARKED_SLOTS,
    MINUTES,
    MISSING,
    MOST,
    NEAR,
    NEAREST,
    ONE,
    OTHERS,
    PARTIAL,
    PAT_AT,
    PAT_CHANGE,
    PAT_DAY,
    PAT_DAY_AT,
    PAT_MISSING,
    PATTERN,
    PLACE_POS,
    PLACE_SLOT,
    PRICE,
    PRICES,
    PRIORITY,
    RCELL,
    RCELL_AT,
    ROUND,
    SEEN,
    SEQ,
    SERVED,
    SHARE,
    SHARES,
    SIB,
    SIB_AT,
    SIZE,
    SLOT_AT,
    SLOT_CELL,
    SLOT_SEEN,
    SLOTS,
    STACK,
    SUBSTITUTE,
    SUBSTITUTED,
    TAKEN_BY,
    TEAM,
    TEAM_SEEN,
    TEAMS,
    TOTALS,
    TRAVEL,
    TRAVELLED,
    UNSERVED,
    VERSION,
    WEIGHTED,
    WIDEST,
)
from app.routing.kernel.trips import NEVER, price_cell, taken, time_trip

MANY_TEAMS = 16  # with more able teams, about so many are looked at: those near, and some of the others
NEIGHBOURS = 20


@njit(**options)
def roll(rng):
    """Next number of a xorshift128+ generator (two uint64), a float in [0, 1)."""
    x, y = rng[0], rng[1]
    rng[0] = y
    x ^= x << np.uint64(23)
    x ^= x >> np.uint64(17)
    x ^= y ^ (y >> np.uint64(26))
    rng[1] = x
    return float((x + y) >> np.uint64(11)) / 9007199254740992.0


@njit(**options)
def below(rng, n):
    """A whole number 0 <= x < n."""
    return int(roll(rng) * n)


@njit(**options)
def begin(g, s, o, m):
    """Begin to remember changes, so that `undo` can come back here."""
    m[g[MARK]] += 1
    for i in range(3):
        m[g[COUNTS] + i] = 0
    for i in range(g[TEAMS]):
        o[g[LOAD] + i] = s[g[LOAD] + i]
    for i in range(4):
        o[g[TOTALS] + i] = s[g[TOTALS] + i]


@njit(**options)
def _copy_slot(g, to, source, r):
    size, row = source[g[SIZE] + r], r * LONGEST
    to[g[SIZE] + r] = size
    to[g[AWAY] + r] = source[g[AWAY] + r]
    to[g[DRIVEN] + r] = source[g[DRIVEN] + r]
    to[g[SERVED] + r] = source[g[SERVED] + r]
    for i in range(row, row + size):
        to[g[SEQ] + i] = source[g[SEQ] + i]
        to[g[ENDS] + i] = source[g[ENDS] + i]
        to[g[LATES] + i] = source[g[LATES] + i]


@njit(**options)
def _copy_kid(g, to, source, c):
    to[g[TEAM] + c] = source[g[TEAM] + c]
    to[g[PATTERN] + c] = source[g[PATTERN] + c]
    to[g[MISSING] + c] = source[g[MISSING] + c]
    for i in range(c * g[WIDEST], (c + 1) * g[WIDEST]):
        to[g[GIVER] + i] = source[g[GIVER] + i]


@njit(**options)
def _remember_slot(g, s, o, m, r):
    if m[g[SLOT_SEEN] + r] != m[g[MARK]]:
        m[g[SLOT_SEEN] + r] = m[g[MARK]]
        m[g[MARKED_SLOTS] + m[g[COUNTS]]] = r
        m[g[COUNTS]] += 1
        _copy_slot(g, o, s, r)


@njit(**options)
def _remember_kid(g, s, o, m, c):
    if m[g[KID_SEEN] + c] != m[g[MARK]]:
        m[g[KID_SEEN] + c] = m[g[MARK]]
        m[g[MARKED_KIDS] + m[g[COUNTS] + 2]] = c
        m[g[COUNTS] + 2] += 1
        _copy_kid(g, o, s, c)


@njit(**options)
def _renew(g, s, m, cell):
    if m[g[CELL_SEEN] + cell] != m[g[MARK]]:
        m[g[CELL_SEEN] + cell] = m[g[MARK]]
        m[g[MARKED_CELLS] + m[g[COUNTS] + 1]] = cell
        m[g[CELL_WAS] + m[g[COUNTS] + 1]] = s[g[VERSION] + cell]
        m[g[COUNTS] + 1] += 1
    s[g[CLOCK]] += 1
    s[g[VERSION] + cell] = s[g[CLOCK]]


@njit(**options)
def _touch(g, s, m, cell):
    _renew(g, s, m, cell)
    for i in range(g[g[RCELL_AT] + cell], g[g[RCELL_AT] + cell + 1]):
        _renew(g, s, m, g[g[RCELL] + i])


@njit(**options)
def undo(g, s, o, m):
    """Go back to the last `begin`."""
    for i in range(m[g[COUNTS]]):
        _copy_slot(g, s, o, m[g[MARKED_SLOTS] + i])
    for i in range(m[g[COUNTS] + 1]):
        s[g[VERSION] + m[g[MARKED_CELLS] + i]] = m[g[CELL_WAS] + i]
    for i in range(m[g[COUNTS] + 2]):
        _copy_kid(g, s, o, m[g[MARKED_KIDS] + i])
    for i in range(g[TEAMS]):
        s[g[LOAD] + i] = o[g[LOAD] + i]
    for i in range(4):
        s[g[TOTALS] + i] = o[g[TOTALS] + i]


@njit(**options)
def price(g, s, m, c, a, day):
    """Extra travel of demand c with its able team number `a` (an index in ABLE) on a day, kept by version."""
    key = a * g[DAYS] + day
    team = g[g[ABLE] + a]
    version = s[g[VERSION] + team * g[DAYS] + day]
    if m[g[SEEN] + key] != version:
        m[g[SEEN] + key] = version
        extra, r, pos = price_cell(g, s, m, c, team, day)
        m[g[PRICE] + key], m[g[PLACE_SLOT] + key], m[g[PLACE_POS] + key] = extra, r, pos
    return m[g[PRICE] + key]


@njit(**options)
def _insert(g, s, o, m, c, a, day):
    price(g, s, m, c, a, day)
    key, team = a * g[DAYS] + day, g[g[ABLE] + a]
    r, pos = m[g[PLACE_SLOT] + key], m[g[PLACE_POS] + key]
    _remember_slot(g, s, o, m, r)
    row = g[SEQ] + r * LONGEST
    for i in range(s[g[SIZE] + r], pos, -1):
        s[row + i] = s[row + i - 1]
    s[row + pos] = c
    s[g[SIZE] + r] += 1
    driven = s[g[DRIVEN] + r]
    time_trip(g, s, r)
    more = s[g[DRIVEN] + r] - driven
    s[g[TOTALS] + TRAVELLED] += more
    s[g[LOAD] + team] += more + g[g[MINUTES] + c]
    _touch(g, s, m, team * g[DAYS] + day)


@njit(**options)
def take(g, s, o, m, w, c, a, p, other):
    """Insert demand c with able team number `a` on the days of pattern p, by able team number `other` (-1 = none) on
    the days on which OTHERS says so. The prices were asked before."""
    _remember_kid(g, s, o, m, c)
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


@njit(**options)
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
        _remember_kid(g, s, o, m, x)
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


@njit(**options)
def _remove(g, s, o, m, x, team, cell, waiting):
    away, first, last = 0, g[g[SLOT_AT] + cell], g[g[SLOT_AT] + cell + 1]
    for r in range(first, last):
        away += s[g[AWAY] + r]
    for r in range(first, last):
        row = g[SEQ] + r * LONGEST
        for k in range(s[g[SIZE] + r]):
            if s[row + k] != x:
                continue
            _remember_slot(g, s, o, m, r)
            driven, was = s[g[DRIVEN] + r], s[g[AWAY] + r]
            s[g[SIZE] + r] -= 1
            for i in range(k, s[g[SIZE] + r]):
                s[row + i] = s[row + i + 1]
            if not time_trip(g, s, r) or away - was + s[g[AWAY] + r] > g[g[CAP] + team]:
                waiting = _clear(g, s, m, r, team, waiting)
            less = driven - s[g[DRIVEN] + r]
            s[g[TOTALS] + TRAVELLED] -= less
            s[g[LOAD] + team] -= less + g[g[MINUTES] + x]
            _touch(g, s, m, cell)
            return waiting
    return waiting


@njit(**options)
def _clear(g, s, m, r, team, waiting):
    """Empty a slot whose trip fell apart; its demands wait on the STACK to be dropped."""
    for i in range(s[g[SIZE] + r]):
        y = s[g[SEQ] + r * LONGEST + i]
        s[g[LOAD] + team] -= g[g[MINUTES] + y]
        m[g[STACK] + waiting] = y
        waiting += 1
    s[g[SIZE] + r] = 0
    time_trip(g, s, r)
    return waiting


@njit(**options)
def unfair(w, team, load):
    """What a team's load costs, in minutes of travel: convex, with a steep end towards no work at all."""
    share = w[SHARE + team]
    cost = w[FAIRNESS] * load * load / (100.0 * share)
    least = w[IDLE_SHARE] * share
    if load < least:
        cost += w[IDLE_COST] * (least - load) * (least - load) / least
    return cost


@njit(**options)
def cost_of(g, s, w):
    """The one number of the annealing, in minutes of travel."""
    total = w[UNSERVED] * s[g[TOTALS] + WEIGHTED] + w[TRAVEL] * s[g[TOTALS] + TRAVELLED]
    total += s[g[TOTALS] + CHANGED] + w[SUBSTITUTE] * s[g[TOTALS] + SUBSTITUTED]
    for t in range(g[TEAMS]):
        total += unfair(w, t, s[g[LOAD] + t])
    if w[PARTIAL]:
        for c in range(g[KIDS]):
            if 0 < s[g[MISSING] + c] < g[g[ASKED] + c]:
                total += w[PARTIAL]
    return total


@njit(**options)
def change_cost(g, w, c, team, p):
    """Cost of departing from the previous plan, whole minutes."""
    cost = int(w[CHANGE_DAY]) * g[g[PAT_CHANGE] + p]
    if g[g[BEFORE] + c] >= 0 and g[g[BEFORE] + c] != team:
        cost += int(w[CHANGE_TEAM])
    return cost


@njit(**options)
def _busy_days(g, s, m, c):
    """Mark the days taken by other services of the child: team that may still come, -1 nobody, -2 free."""
    for d in range(g[DAYS]):
        m[g[TAKEN_BY] + d] = -2
    for i in range(g[g[SIB_AT] + c], g[g[SIB_AT] + c + 1]):
        x = g[g[SIB] + i]
        p = s[g[PATTERN] + x]
        if p < 0:
            continue
        both = g[g[SHARES] + x] and g[g[SHARES] + c]
        first = g[g[PAT_DAY_AT] + p]
        for k in range(first, g[g[PAT_DAY_AT] + p + 1]):
            d = g[TAKEN_BY] + g[g[PAT_DAY] + k]
            team = s[g[GIVER] + x * g[WIDEST] + k - first] if both else -1
            m[d] = team if m[d] == -2 or m[d] == team else -1


@njit(**options)
def _day_prices(g, s, m, c, a, busy, into):
    """Prices of demand c with able team number `a` by day, written to m[into:] (NEVER = not possible). Return how many
    days are possible."""
    team, possible = g[g[ABLE] + a], 0
    for i in range(g[g[DAY_AT] + c], g[g[DAY_AT] + c + 1]):
        d = g[g[DAY_OF] + i]
        if busy and m[g[TAKEN_BY] + d] != -2 and m[g[TAKEN_BY] + d] != team:
            m[into + d] = NEVER
            continue
        m[into + d] = price(g, s, m, c, a, d)
        if m[into + d] < NEVER:
            possible += 1
    return possible


@njit(**options)
def _mark_teams_near(g, s, m, c):
    """Mark the teams that visit the nearest neighbours of demand c."""
    m[g[ROUND]] += 1
    for i in range(c * g[NEAREST], c * g[NEAREST] + min(g[NEAREST], NEIGHBOURS)):
        x = g[g[NEAR] + i]
        if s[g[PATTERN] + x] >= 0:
            m[g[TEAM_SEEN] + s[g[TEAM] + x]] = m[g[ROUND]]


@njit(**options)
def _best_place(g, s, m, w, rng, c, busy, blink, skipped):
    """The cheapest (cost, able team number, pattern) of demand c, pattern -1 = none. `skipped`: share of the teams
    that are not marked to pass over."""
    dear, long, prices = w[UNSERVED] * g[g[PRIORITY] + c], g[g[MINUTES] + c], g[PRICES]
    best, best_a, best_p = 1e18, -1, -1
    for a in range(g[g[ABLE_AT] + c], g[g[ABLE_AT] + c + 1]):
        if skipped > 0.0 and m[g[TEAM_SEEN] + g[g[ABLE] + a]] != m[g[ROUND]] and roll(rng) < skipped:
            continue
        if blink > 0.0 and roll(rng) < blink:
            continue
        if not _day_prices(g, s, m, c, a, busy, prices):
            continue
        team = g[g[ABLE] + a]
        base = unfair(w, team, s[g[LOAD] + team])
        for p in range(g[g[PAT_AT] + c], g[g[PAT_AT] + c + 1]):
            value = dear * g[g[PAT_MISSING] + p]
            if value >= best:
                break  # patterns come with ever more visits missing
            travel, first, last = 0, g[g[PAT_DAY_AT] + p], g[g[PAT_DAY_AT] + p + 1]
            for i in range(first, last):
                travel += m[prices + g[g[PAT_DAY] + i]]
                if travel >= NEVER:
                    break
            if travel >= NEVER:
                continue
            value += w[TRAVEL] * travel + change_cost(g, w, c, team, p)
            if g[g[PAT_MISSING] + p]:
                value += w[PARTIAL]
            if value >= best:
                continue
            value += unfair(w, team, s[g[LOAD] + team] + travel + long * (last - first)) - base
            if value < best:
                best, best_a, best_p = value, a, p
    return best, best_a, best_p


@njit(**options)
def place(g, s, o, m, w, rng, c, blink):
    """Give demand c its best team and pattern. `blink`: share of teams passed over. Return True where it got any
    visit."""
    busy = g[g[SIB_AT] + c + 1] > g[g[SIB_AT] + c]
    if busy:
        _busy_days(g, s, m, c)
    best, best_a, best_p = 1e18, -1, -1
    able = g[g[ABLE_AT] + c + 1] - g[g[ABLE_AT] + c]
    if blink > 0.0 and able > MANY_TEAMS:
        _mark_teams_near(g, s, m, c)
        best, best_a, best_p = _best_place(g, s, m, w, rng, c, busy, blink, 1.0 - MANY_TEAMS / able)
    if best_p < 0 or g[g[PAT_MISSING] + best_p]:
        best, best_a, best_p = _best_place(g, s, m, w, rng, c, busy, blink, 0.0)
    if w[SUBSTITUTE] > 0.0 and (best_p < 0 or g[g[PAT_MISSING] + best_p]):
        if _place_shared(g, s, o, m, w, c, busy, best):
            return True
    if best_p < 0:
        return False
    take(g, s, o, m, w, c, best_a, best_p, -1)
    return True


@njit(**options)
def _place_shared(g, s, o, m, w, c, busy, best):
    """Place demand c with a main team and one substitute where that is better than `best`. Return True where it was."""
    dear, best_a, best_b, best_p = w[UNSERVED] * g[g[PRIORITY] + c], -1, -1, -1
    mine, theirs = g[PRICES], g[OTHERS]
    for a in range(g[g[ABLE_AT] + c], g[g[ABLE_AT] + c + 1]):
        if not _day_prices(g, s, m, c, a, busy, mine):
            continue
        for b in range(g[g[ABLE_AT] + c], g[g[ABLE_AT] + c + 1]):
            if a == b or not _day_prices(g, s, m, c, b, busy, theirs):
                continue
            for p in range(g[g[PAT_AT] + c], g[g[PAT_AT] + c + 1]):
                value = dear * g[g[PAT_MISSING] + p] + change_cost(g, w, c, g[g[ABLE] + a], p)
                if value >= best:
                    break
                own, other = 0, 0
                for i in range(g[g[PAT_DAY_AT] + p], g[g[PAT_DAY_AT] + p + 1]):
                    d = g[g[PAT_DAY] + i]
                    if m[mine + d] < NEVER:
                        value += w[TRAVEL] * m[mine + d]
                        own += 1
                    elif m[theirs + d] < NEVER:
                        value += w[TRAVEL] * m[theirs + d] + w[SUBSTITUTE]
                        other += 1
                    else:
                        value = 1e18  # neither can come on this day
                if own >= other and value < best:
                    best, best_a, best_b, best_p = value, a, b, p
    if best_p < 0:
        return False
    _day_prices(g, s, m, c, best_a, busy, mine)
    for i in range(g[g[PAT_DAY_AT] + best_p], g[g[PAT_DAY_AT] + best_p + 1]):
        d = g[g[PAT_DAY] + i]
        m[theirs + d] = 1 if m[mine + d] >= NEVER else 0
    take(g, s, o, m, w, c, best_a, best_p, best_b)
    return True


@njit(**options)
def rebuild(g, s, w):
    """Make everything of a state anew from SEQ, SIZE, TEAM, PATTERN and GIVER. Return False where a trip cannot be
    kept, a daily limit is broken, or a child or a teacher would be in two places."""
    for t in range(g[TEAMS]):
        s[g[LOAD] + t] = 0
    for i in range(4):
        s[g[TOTALS] + i] = 0
    for r in range(g[SLOTS]):
        if not time_trip(g, s, r) or (s[g[SIZE] + r] and taken(g, s, r)):
            return False
        s[g[TOTALS] + TRAVELLED] += s[g[DRIVEN] + r]
        s[g[LOAD] + g[g[SLOT_CELL] + r] // g[DAYS]] += s[g[DRIVEN] + r] + s[g[SERVED] + r]
    for cell in range(g[TEAMS] * g[DAYS]):
        if not _within_limits(g, s, cell):
            return False
    for c in range(g[KIDS]):
        p, main = s[g[PATTERN] + c], s[g[TEAM] + c]
        s[g[MISSING] + c] = g[g[ASKED] + c] if p < 0 else g[g[PAT_MISSING] + p]
        s[g[TOTALS] + WEIGHTED] += s[g[MISSING] + c] * g[g[PRIORITY] + c]
        if p < 0:
            continue
        s[g[TOTALS] + CHANGED] += change_cost(g, w, c, main, p)
        for i in range(g[g[PAT_DAY_AT] + p + 1] - g[g[PAT_DAY_AT] + p]):
            if s[g[GIVER] + c * g[WIDEST] + i] != main:
                s[g[TOTALS] + SUBSTITUTED] += 1
        for i in range(g[g[SIB_AT] + c], g[g[SIB_AT] + c + 1]):
            if _meet(g, s, c, g[g[SIB] + i]):
                return False
    return True


@njit(**options)
def _within_limits(g, s, cell):
    team, away, driven, visits, trips = cell // g[DAYS], 0, 0, 0, 0
    for r in range(g[g[SLOT_AT] + cell], g[g[SLOT_AT] + cell + 1]):
        away += s[g[AWAY] + r]
        driven += s[g[DRIVEN] + r]
        visits += s[g[SIZE] + r]
        if s[g[SIZE] + r]:
            trips += 1
    if away > g[g[CAP] + team] or driven > g[g[DRIVING] + team] or visits > g[g[MOST] + team]:
        return False
    return trips < 2 or not g[g[ONE] + team]


@njit(**options)
def _meet(g, s, c, x):
    """True where two services of one child fall on one day although they may not."""
    p, q = s[g[PATTERN] + c], s[g[PATTERN] + x]
    if q < 0:
        return False
    both = g[g[SHARES] + c] and g[g[SHARES] + x]
    one, two = g[g[PAT_DAY_AT] + p], g[g[PAT_DAY_AT] + q]
    for i in range(one, g[g[PAT_DAY_AT] + p + 1]):
        for k in range(two, g[g[PAT_DAY_AT] + q + 1]):
            if g[g[PAT_DAY] + i] == g[g[PAT_DAY] + k]:
                same = s[g[GIVER] + c * g[WIDEST] + i - one] == s[g[GIVER] + x * g[WIDEST] + k - two]
                if not both or not same:
                    return True
    return False


@njit(**options)
def repeat(g, s, o, m, w, kids, numbers, patterns):
    """Give each demand of `kids` its able team (a number in ABLE) and pattern of a former plan where they still fit."""
    begin(g, s, o, m)
    for i in range(len(kids)):
        c, a, p = kids[i], numbers[i], patterns[i]
        busy = g[g[SIB_AT] + c + 1] > g[g[SIB_AT] + c]
        if busy:
            _busy_days(g, s, m, c)
        if s[g[PATTERN] + c] >= 0 or not _day_prices(g, s, m, c, a, busy, g[PRICES]):
            continue
        fits = True
        for k in range(g[g[PAT_DAY_AT] + p], g[g[PAT_DAY_AT] + p + 1]):
            fits = fits and m[g[PRICES] + g[g[PAT_DAY] + k]] < NEVER
        if fits:
            take(g, s, o, m, w, c, a, p, -1)
