"""Finding the best place of a demand, compiled. The arrays `g`, `s`, `o`, `m`, `w` are those of `layout`."""


from app.routing.compiled import compiled
from app.routing.kernel.chance import roll
from app.routing.kernel.costs import change_cost, unfair
from app.routing.kernel.journal import begin
from app.routing.kernel.layout import (
    ABLE,
    ABLE_AT,
    DAY_AT,
    DAY_OF,
    DAYS,
    GIVER,
    LOAD,
    MINUTES,
    NEAR,
    NEAREST,
    OTHERS,
    PARTIAL,
    PAT_AT,
    PAT_DAY,
    PAT_DAY_AT,
    PAT_MISSING,
    PATTERN,
    PRICES,
    PRIORITY,
    ROUND,
    SHARES,
    SIB,
    SIB_AT,
    SUBSTITUTE,
    TAKEN_BY,
    TEAM,
    TEAM_SEEN,
    TRAVEL,
    UNSERVED,
    WIDEST,
)
from app.routing.kernel.moves import price, take
from app.routing.kernel.trips import NEVER

MANY_TEAMS = 16  # with more able teams, about so many are looked at: those near, and some of the others
NEIGHBOURS = 20


@compiled
def busy_days(g, s, m, c):
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


@compiled
def day_prices(g, s, m, c, a, busy, into):
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


@compiled
def _mark_teams_near(g, s, m, c):
    """Mark the teams that visit the nearest neighbours of demand c."""
    m[g[ROUND]] += 1
    for i in range(c * g[NEAREST], c * g[NEAREST] + min(g[NEAREST], NEIGHBOURS)):
        x = g[g[NEAR] + i]
        if s[g[PATTERN] + x] >= 0:
            m[g[TEAM_SEEN] + s[g[TEAM] + x]] = m[g[ROUND]]


@compiled
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
        if not day_prices(g, s, m, c, a, busy, prices):
            continue
        team = g[g[ABLE] + a]
        base = unfair(w, team, s[g[LOAD] + team])
        for p in range(g[g[PAT_AT] + c], g[g[PAT_AT] + c + 1]):
            value = dear * g[g[PAT_MISSING] + p]
            if value >= best:
                break  # patterns come with ever more visits missing
            travel, first, last = 0, g[g[PAT_DAY_AT] + p], g[g[PAT_DAY_AT] + p + 1]
            for i in range(first, last):
                extra = m[prices + g[g[PAT_DAY] + i]]
                if extra >= NEVER:
                    travel = NEVER  # not a summand: a day that costs less than nothing would hide it
                    break
                travel += extra
            if travel == NEVER:
                continue
            value += w[TRAVEL] * travel + change_cost(g, w, c, team, p)
            if g[g[PAT_MISSING] + p]:
                value += w[PARTIAL]
            if value >= best:
                continue
            value += unfair(w, team, s[g[LOAD] + team] + travel + long * (last - first)) - base
            if value < best and (blink <= 0.0 or roll(rng) >= blink):
                best, best_a, best_p = value, a, p
    return best, best_a, best_p


@compiled
def place(g, s, o, m, w, rng, c, blink):
    """Give demand c its best team and pattern. `blink`: share of teams passed over. Return True where it got any
    visit."""
    busy = g[g[SIB_AT] + c + 1] > g[g[SIB_AT] + c]
    if busy:
        busy_days(g, s, m, c)
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


@compiled
def _place_shared(g, s, o, m, w, c, busy, best):
    """Place demand c with a main team and one substitute where that is better than `best`. Return True where it was."""
    dear, best_a, best_b, best_p = w[UNSERVED] * g[g[PRIORITY] + c], -1, -1, -1
    mine, theirs = g[PRICES], g[OTHERS]
    for a in range(g[g[ABLE_AT] + c], g[g[ABLE_AT] + c + 1]):
        if not day_prices(g, s, m, c, a, busy, mine):
            continue
        for b in range(g[g[ABLE_AT] + c], g[g[ABLE_AT] + c + 1]):
            if a == b or not day_prices(g, s, m, c, b, busy, theirs):
                continue
            for p in range(g[g[PAT_AT] + c], g[g[PAT_AT] + c + 1]):
                value = dear * g[g[PAT_MISSING] + p]
                if value >= best:
                    break  # patterns come with ever more visits missing
                value += change_cost(g, w, c, g[g[ABLE] + a], p)
                own, other, possible = 0, 0, True
                for i in range(g[g[PAT_DAY_AT] + p], g[g[PAT_DAY_AT] + p + 1]):
                    d = g[g[PAT_DAY] + i]
                    if m[mine + d] < NEVER:
                        value += w[TRAVEL] * m[mine + d]
                        own += 1
                    elif m[theirs + d] < NEVER:
                        value += w[TRAVEL] * m[theirs + d] + w[SUBSTITUTE]
                        other += 1
                    else:
                        possible = False  # neither can come on this day
                        break
                if possible and own >= other and value < best:
                    best, best_a, best_b, best_p = value, a, b, p
    if best_p < 0:
        return False
    day_prices(g, s, m, c, best_a, busy, mine)
    for i in range(g[g[PAT_DAY_AT] + best_p], g[g[PAT_DAY_AT] + best_p + 1]):
        d = g[g[PAT_DAY] + i]
        m[theirs + d] = 1 if m[mine + d] >= NEVER else 0
    take(g, s, o, m, w, c, best_a, best_p, best_b)
    return True


@compiled
def repeat(g, s, o, m, w, kids, numbers, patterns):
    """Give each demand of `kids` its able team (a number in ABLE) and pattern of a former plan where they still fit."""
    begin(g, s, o, m)
    for i in range(len(kids)):
        c, a, p = kids[i], numbers[i], patterns[i]
        busy = g[g[SIB_AT] + c + 1] > g[g[SIB_AT] + c]
        if busy:
            busy_days(g, s, m, c)
        if s[g[PATTERN] + c] >= 0 or not day_prices(g, s, m, c, a, busy, g[PRICES]):
            continue
        fits = True
        for k in range(g[g[PAT_DAY_AT] + p], g[g[PAT_DAY_AT] + p + 1]):
            fits = fits and m[g[PRICES] + g[g[PAT_DAY] + k]] < NEVER
        if fits:
            take(g, s, o, m, w, c, a, p, -1)
