"""Timing and pricing of trips, compiled. `g` and `s` are the arrays of `layout`."""


from app.routing.compiled import compiled
from app.routing.kernel.layout import (
    AWAY,
    BREAK,
    BREAK_FROM,
    BREAK_TO,
    CAP,
    DAYS,
    DRIVEN,
    DRIVING,
    ENDS,
    HOME,
    LATES,
    LEGS,
    LONGEST,
    MINUTES,
    MOST,
    ONE,
    PLACES,
    RIVAL,
    RIVAL_AT,
    ROW,
    SCHOOL,
    SEQ,
    SERVED,
    SIZE,
    SLOT_AT,
    SLOT_CELL,
    SLOT_END,
    SLOT_LEGS,
    SLOT_START,
    SLOTS,
    WIN_AT,
    WIN_FIRST,
    WIN_LAST,
)

NEVER = 1 << 28


@compiled
def legs_of(g, r):
    """Where the minutes between places begin that hold for slot r."""
    return g[LEGS] + g[g[SLOT_LEGS] + r]


@compiled
def leg(g, legs, a, b):
    """Minutes from place a to place b in the table that begins at `legs`."""
    return g[legs + a * g[PLACES] + b]


@compiled
def earliest(g, row, moment):
    """First start at or after `moment` in the windows of a row (demand * days + day); -1 = none."""
    for i in range(g[g[WIN_AT] + row], g[g[WIN_AT] + row + 1]):
        if g[g[WIN_LAST] + i] >= moment:
            return max(g[g[WIN_FIRST] + i], moment)
    return -1


@compiled
def latest(g, row, moment):
    """Last start at or before `moment`; -NEVER = none."""
    for i in range(g[g[WIN_AT] + row + 1] - 1, g[g[WIN_AT] + row] - 1, -1):
        if g[g[WIN_FIRST] + i] <= moment:
            return min(g[g[WIN_LAST] + i], moment)
    return -NEVER


@compiled
def least_away(g, seq, base, size, r, floor):
    """Fewest minutes out in slot r for `size` homes seq[base:], its break kept and, where it lies on the way, not
    counted; NEVER where that cannot be. `floor`: minutes of travel and visits."""
    out, back, long = g[g[SLOT_START] + r], g[g[SLOT_END] + r], g[g[BREAK] + r]
    if long == 0:
        return departure(g, seq, base, size, r, out, back, floor, -1)
    first, last = g[g[BREAK_FROM] + r], g[g[BREAK_TO] + r]
    best = departure(g, seq, base, size, r, max(out, first + long), back, floor, -1)
    if best > floor:
        best = min(best, departure(g, seq, base, size, r, out, min(back, last - long), floor, -1))
    for k in range(size + 1):
        if best <= floor:
            break
        best = min(best, departure(g, seq, base, size, r, out, back, floor, k))
    return best


@compiled
def departure(g, seq, base, size, r, start, end, floor, rest):
    """Fewest minutes out over all departures from `start` on, back by `end`, NEVER where no departure works. The break
    lies on leg number `rest` (0 leads to the first visit, `size` back to school); -1 = not on the way.

    Waiting goes only where some earlier visit stands at the end of its window, so the next departure worth trying is
    the one that pushes that visit into its next window: few rounds. `floor` ends it early.
    """
    cell = g[g[SLOT_CELL] + r]
    legs, school, day = legs_of(g, r), g[g[SCHOOL] + cell // g[DAYS]], cell % g[DAYS]
    long, first, last = g[g[BREAK] + r], g[g[BREAK_FROM] + r], g[g[BREAK_TO] + r]
    best, out = NEVER, start
    while True:
        at, free = school, out
        for i in range(size):
            c = seq[base + i]
            ready = free + leg(g, legs, at, g[g[HOME] + c])
            if i == rest:
                if free > last - long:
                    return best
                ready = max(ready, first) + long
            begin = earliest(g, c * g[DAYS] + day, ready)
            if begin < 0:
                return best
            at, free = g[g[HOME] + c], begin + g[g[MINUTES] + c]
        back = free + leg(g, legs, at, school)
        if size == rest:
            if free > last - long:
                return best
            back = max(back, first) + long
        if back > end:
            return best
        at, late = school, back
        for i in range(size, 0, -1):
            c = seq[base + i - 1]
            free = late - leg(g, legs, g[g[HOME] + c], at)
            if i == rest:
                free = min(free, last) - long
            late = latest(g, c * g[DAYS] + day, free - g[g[MINUTES] + c])
            at = g[g[HOME] + c]
        leave = late - leg(g, legs, school, at)
        if rest == 0:
            leave = min(leave, last) - long
        best = min(best, back - leave - (long if rest >= 0 else 0))
        if best <= floor or leave + 1 <= out:
            return best
        out = leave + 1


@compiled
def time_trip(g, s, q, r):
    """Time row `q` anew from its sequence as the trip of slot `r` (its own one, for row SLOTS any). Return False where
    it cannot be kept (its numbers are then undefined)."""
    size, cell = s[g[SIZE] + q], g[g[SLOT_CELL] + r]
    team, day = cell // g[DAYS], cell % g[DAYS]
    legs, school, end = legs_of(g, r), g[g[SCHOOL] + team], g[g[SLOT_END] + r]
    if size == 0:
        s[g[AWAY] + q] = s[g[DRIVEN] + q] = s[g[SERVED] + q] = 0
        return True
    seq, ends, lates = g[SEQ] + q * LONGEST, g[ENDS] + q * LONGEST, g[LATES] + q * LONGEST
    at, free, driven, served = school, g[g[SLOT_START] + r], 0, 0
    for i in range(size):
        c = s[seq + i]
        to = leg(g, legs, at, g[g[HOME] + c])
        begin = earliest(g, c * g[DAYS] + day, free + to)
        if begin < 0:
            return False
        driven += to
        served += g[g[MINUTES] + c]
        at, free = g[g[HOME] + c], begin + g[g[MINUTES] + c]
        s[ends + i] = free
    driven += leg(g, legs, at, school)
    if free + leg(g, legs, at, school) > end:
        return False
    at, late = school, end
    for i in range(size - 1, -1, -1):
        c = s[seq + i]
        late = latest(g, c * g[DAYS] + day, late - leg(g, legs, g[g[HOME] + c], at) - g[g[MINUTES] + c])
        s[lates + i] = late
        at = g[g[HOME] + c]
    s[g[DRIVEN] + q], s[g[SERVED] + q] = driven, served
    s[g[AWAY] + q] = least_away(g, s, seq, size, r, driven + served)
    return s[g[AWAY] + q] < NEVER


@compiled
def price_cell(g, s, m, c, team, day):
    """Cheapest insertion of demand c into a cell: (extra travel, slot, position, slot whose trip moves before, slot it
    moves to); NEVER where it does not fit. Trips move only where it fits into none as they stand."""
    cell = team * g[DAYS] + day
    first, last = g[g[SLOT_AT] + cell], g[g[SLOT_AT] + cell + 1]
    away, driven, visits = 0, 0, 0
    for r in range(first, last):
        away += s[g[AWAY] + r]
        driven += s[g[DRIVEN] + r]
        visits += s[g[SIZE] + r]
    best, best_slot, best_pos = NEVER, -1, 0
    if visits >= g[g[MOST] + team]:
        return best, best_slot, best_pos, -1, -1
    row = c * g[DAYS] + day
    for r in range(first, last):
        size = s[g[SIZE] + r]
        if size >= LONGEST or (g[g[ONE] + team] and size == 0 and visits > 0) or taken(g, s, r):
            continue
        room = g[g[CAP] + team] - away + s[g[AWAY] + r]
        extra, pos = price_slot(g, s, m, c, r, r, row, team, room, best)
        if extra < best and driven + extra <= g[g[DRIVING] + team]:
            best, best_slot, best_pos = extra, r, pos
    if best < NEVER or visits == 0 or last - first < 2:
        return best, best_slot, best_pos, -1, -1
    return _price_moved(g, s, m, c, team, row, first, last, away, driven)


@compiled
def _price_moved(g, s, m, c, team, row, first, last, away, driven):
    """`price_cell` with one trip of the day moved to another of the slots first..last: to the trip there or where there
    is none. `away`, `driven`: those of the whole day as it stands."""
    tried, empty = g[SLOTS], g[SLOTS] + 1
    best, best_slot, best_pos, best_from, best_to = NEVER, -1, 0, -1, -1
    for x in range(first, last):
        for r in range(first, last):
            if r == x or s[g[SIZE] + x] == 0 or taken(g, s, r) or not lay_together(g, s, x, r, tried):
                continue
            if not time_trip(g, s, tried, r):
                continue
            more = s[g[DRIVEN] + tried] - s[g[DRIVEN] + x] - s[g[DRIVEN] + r]
            room = g[g[CAP] + team] - away + s[g[AWAY] + x] + s[g[AWAY] + r]
            if s[g[SIZE] + tried] < LONGEST:
                extra, pos = price_slot(g, s, m, c, tried, r, row, team, room, best - more)
                if extra + more < best and driven + extra + more <= g[g[DRIVING] + team]:
                    best, best_slot, best_pos, best_from, best_to = extra + more, r, pos, x, r
            if not g[g[ONE] + team]:
                extra, pos = price_slot(g, s, m, c, empty, x, row, team, room - s[g[AWAY] + tried], best - more)
                if extra + more < best and driven + extra + more <= g[g[DRIVING] + team]:
                    best, best_slot, best_pos, best_from, best_to = extra + more, x, pos, x, r
    return best, best_slot, best_pos, best_from, best_to


@compiled
def lay_together(g, s, x, r, q):
    """Write the homes of the trips of slots x and r of a day into row q, those of the earlier slot first. Return False
    where they are too many. q may be r."""
    mine, theirs = s[g[SIZE] + x], s[g[SIZE] + r]
    if mine + theirs > LONGEST:
        return False
    one, two, to = g[SEQ] + x * LONGEST, g[SEQ] + r * LONGEST, g[SEQ] + q * LONGEST
    if x < r:
        for i in range(theirs - 1, -1, -1):
            s[to + mine + i] = s[two + i]
        for i in range(mine):
            s[to + i] = s[one + i]
    else:
        for i in range(theirs):
            s[to + i] = s[two + i]
        for i in range(mine):
            s[to + theirs + i] = s[one + i]
    s[g[SIZE] + q] = mine + theirs
    return True


@compiled
def taken(g, s, r):
    """True where a teacher of the slot's team is out with another team meanwhile."""
    for i in range(g[g[RIVAL_AT] + r], g[g[RIVAL_AT] + r + 1]):
        if s[g[SIZE] + g[g[RIVAL] + i]]:
            return True
    return False


@compiled
def price_slot(g, s, m, c, q, r, row, team, room, best):
    """Cheapest position below `best` extra minutes in the trip of row q, in the hours of slot r: (extra, position)."""
    size, school, own, long = s[g[SIZE] + q], g[g[SCHOOL] + team], g[g[HOME] + c], g[g[MINUTES] + c]
    legs, start, end = legs_of(g, r), g[g[SLOT_START] + r], g[g[SLOT_END] + r]
    fixed = s[g[DRIVEN] + q] + s[g[SERVED] + q] + long
    found = 0
    at, free = school, start
    for pos in range(size + 1):
        if pos:
            at, free = g[g[HOME] + s[g[SEQ] + q * LONGEST + pos - 1]], s[g[ENDS] + q * LONGEST + pos - 1]
        after = g[g[HOME] + s[g[SEQ] + q * LONGEST + pos]] if pos < size else school
        to, on = leg(g, legs, at, own), leg(g, legs, own, after)
        extra = to + on
        if size:
            extra -= leg(g, legs, at, after)
        if extra >= best or fixed + extra > room:
            continue
        begin = earliest(g, row, free + to)
        if begin < 0:
            return best, found  # ends only grow from here
        if begin + long + on > (s[g[LATES] + q * LONGEST + pos] if pos < size else end):
            continue
        if end - start > room or g[g[BREAK] + r]:
            for i in range(pos):
                m[g[ROW] + i] = s[g[SEQ] + q * LONGEST + i]
            m[g[ROW] + pos] = c
            for i in range(pos, size):
                m[g[ROW] + i + 1] = s[g[SEQ] + q * LONGEST + i]
            if least_away(g, m, g[ROW], size + 1, r, fixed + extra) > room:
                continue
        best, found = extra, pos
    return best, found
