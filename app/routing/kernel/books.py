"""The numbers of a timetable made anew from its sequences, compiled. The arrays `g`, `s`, `w` are those of `layout`."""


from app.routing.compiled import compiled
from app.routing.kernel.costs import change_cost
from app.routing.kernel.layout import (
    ASKED,
    AWAY,
    CAP,
    CHANGED,
    DAYS,
    DRIVEN,
    DRIVING,
    GIVER,
    KIDS,
    LOAD,
    MISSING,
    MOST,
    ONE,
    PAT_DAY,
    PAT_DAY_AT,
    PAT_MISSING,
    PATTERN,
    PRIORITY,
    SERVED,
    SHARES,
    SIB,
    SIB_AT,
    SIZE,
    SLOT_AT,
    SLOT_CELL,
    SLOTS,
    SUBSTITUTED,
    TEAM,
    TEAMS,
    TOTALS,
    TRAVELLED,
    WEIGHTED,
    WIDEST,
)
from app.routing.kernel.trips import taken, time_trip


@compiled
def rebuild(g, s, w):
    """Make everything of a state anew from SEQ, SIZE, TEAM, PATTERN and GIVER. Return False where a trip cannot be
    kept, a daily limit is broken, or a child or a teacher would be in two places."""
    for t in range(g[TEAMS]):
        s[g[LOAD] + t] = 0
    for i in range(4):
        s[g[TOTALS] + i] = 0
    for r in range(g[SLOTS]):
        if not time_trip(g, s, r, r) or (s[g[SIZE] + r] and taken(g, s, r)):
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


@compiled
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


@compiled
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
