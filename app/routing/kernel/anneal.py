"""The annealing: ruin a few demands, put them back, keep the result or take it back. Compiled.

Source of the moves: Schrimpf et al. 2000 (ruin and recreate), Christiaens and Vanden Berghe 2020 (strings of
neighbours, blinks), adapted to visits on several days by one team.
"""

from math import exp, log

import numpy as np

from app.routing.compiled import compiled
from app.routing.kernel.chance import below, roll
from app.routing.kernel.costs import cost_of
from app.routing.kernel.journal import begin, undo
from app.routing.kernel.layout import (
    ABLE_AT,
    ASKED,
    DAY_AT,
    DAYS,
    FAR,
    GIVER,
    LONGEST,
    MINUTES,
    MISSING,
    NEAR,
    NEAREST,
    PAT_DAY,
    PAT_DAY_AT,
    PATTERN,
    PRIORITY,
    SEQ,
    SIZE,
    SLOT_AT,
    STACK,
    TEAM,
    TEAMS,
    UNSERVED,
    WIDEST,
)
from app.routing.kernel.moves import drop
from app.routing.kernel.places import place, repeat

MOST_OUT = 10  # demands taken out by one ruin
RETRIED = 12  # demands without all their visits that are tried again in one move
BLINK = 0.02  # share of teams passed over, so that the same ruin is not always mended the same way
PATIENT = 0.2  # share of the moves that are carried to their end


@compiled
def _has(picks, count, x):
    for i in range(count):
        if picks[i] == x:
            return True
    return False


@compiled
def _near_served(g, s, rng, c, size, picks):
    """Served demands nearest to demand c, each passed over with 15 %."""
    count = 0
    for i in range(c * g[NEAREST], (c + 1) * g[NEAREST]):
        x = g[g[NEAR] + i]
        if s[g[PATTERN] + x] >= 0 and roll(rng) > 0.15:
            picks[count] = x
            count += 1
            if count == size:
                break
    return count


@compiled
def _giver_on(g, s, x, day):
    """Team that visits demand x on a day, -1 = none."""
    p = s[g[PATTERN] + x]
    first = g[g[PAT_DAY_AT] + p]
    for k in range(first, g[g[PAT_DAY_AT] + p + 1]):
        if g[g[PAT_DAY] + k] == day:
            return s[g[GIVER] + x * g[WIDEST] + k - first]
    return -1


@compiled
def _strings(g, s, rng, c, size, picks):
    """Stretches of the trips of one day, those of the demand's neighbours."""
    p = s[g[PATTERN] + c]
    first = g[g[PAT_DAY_AT] + p]
    day = g[g[PAT_DAY] + first + below(rng, g[g[PAT_DAY_AT] + p + 1] - first)]
    count = 0
    for i in range(c * g[NEAREST], (c + 1) * g[NEAREST]):
        if count >= size:
            break
        x = g[g[NEAR] + i]
        if s[g[PATTERN] + x] < 0 or _has(picks, count, x):
            continue
        team = _giver_on(g, s, x, day)
        if team >= 0:
            count = _stretch(g, s, rng, team * g[DAYS] + day, x, size, picks, count)
    return count


@compiled
def _stretch(g, s, rng, cell, x, size, picks, count):
    """Add a stretch of the trip that holds demand x."""
    for r in range(g[g[SLOT_AT] + cell], g[g[SLOT_AT] + cell + 1]):
        row, homes, where = g[SEQ] + r * LONGEST, s[g[SIZE] + r], -1
        for k in range(homes):
            if s[row + k] == x:
                where = k
        if where < 0:
            continue
        long = 1 + below(rng, min(homes, 4))
        low, high = max(0, where - long + 1), min(where, homes - long)
        start = low + below(rng, high - low + 1)
        for k in range(start, start + long):
            y = s[row + k]
            if count < size and not _has(picks, count, y):
                picks[count] = y
                count += 1
    return count


@compiled
def _team_weeks(g, s, rng, c, size, picks):
    """Demands of the demand's team and of a near demand's team, nearest first: two weeks are mixed anew."""
    one, two, count = s[g[TEAM] + c], -1, 0
    for i in range(c * g[NEAREST], (c + 1) * g[NEAREST]):
        x = g[g[NEAR] + i]
        if s[g[PATTERN] + x] < 0:
            continue
        t = s[g[TEAM] + x]
        if two < 0 and t != one and roll(rng) < 0.5:
            two = t
        if t == one or t == two:
            picks[count] = x
            count += 1
            if count == size:
                break
    return count


@compiled
def _anyone(g, s, rng, candidates, size, picks):
    count = 0
    for _ in range(size):
        x = candidates[below(rng, len(candidates))]
        if s[g[PATTERN] + x] >= 0 and not _has(picks, count, x):
            picks[count] = x
            count += 1
    return count


@compiled
def _ruin(g, s, m, rng, candidates, waiting, picks):
    """Choose served demands to take out. `waiting`: demands on the STACK that lack visits; half of the ruins go near
    one of them."""
    c = candidates[below(rng, len(candidates))]
    if waiting > 0 and roll(rng) < 0.5:
        c = m[g[STACK] + below(rng, waiting)]
    size = 1 + below(rng, min(MOST_OUT, len(candidates)))
    kind = roll(rng)
    if kind < 0.12:
        return _anyone(g, s, rng, candidates, size, picks)
    if kind < 0.55 or s[g[PATTERN] + c] < 0:
        return _near_served(g, s, rng, c, size, picks)
    if kind < 0.85:
        return _strings(g, s, rng, c, size, picks)
    return _team_weeks(g, s, rng, c, size, picks)


@compiled
def _sort(g, rng, out, count, keys):
    """Order demands for putting back: at random, long first, few options first, far or near first."""
    for i in range(count - 1, 0, -1):
        j = below(rng, i + 1)
        out[i], out[j] = out[j], out[i]
    kind = roll(rng)
    if kind < 0.4:
        return
    for i in range(count):
        c = out[i]
        if kind < 0.6:
            keys[i] = -float(g[g[MINUTES] + c] * g[g[ASKED] + c])
        elif kind < 0.8:
            teams = g[g[ABLE_AT] + c + 1] - g[g[ABLE_AT] + c]
            keys[i] = float(teams * (g[g[DAY_AT] + c + 1] - g[g[DAY_AT] + c]))
        elif kind < 0.9:
            keys[i] = -float(g[g[FAR] + c])
        else:
            keys[i] = float(g[g[FAR] + c])
    for i in range(1, count):
        c, key, j = out[i], keys[i], i - 1
        while j >= 0 and keys[j] > key:
            out[j + 1], keys[j + 1] = out[j], keys[j]
            j -= 1
        out[j + 1], keys[j + 1] = c, key


@compiled
def _take_out(g, s, o, m, w, rng, candidates, picks, out):
    """One ruin. Return how many demands in `out` wait to be put back, those that lacked visits before among them."""
    waiting = 0
    for i in range(len(candidates)):
        if s[g[MISSING] + candidates[i]]:
            m[g[STACK] + waiting] = candidates[i]
            waiting += 1
    chosen = _ruin(g, s, m, rng, candidates, waiting, picks)
    again = min(waiting, RETRIED)
    for i in range(again):
        j = i + below(rng, waiting - i)
        m[g[STACK] + i], m[g[STACK] + j] = m[g[STACK] + j], m[g[STACK] + i]
        picks[chosen + i] = m[g[STACK] + i]
    count = 0
    for i in range(chosen + again):
        c = picks[i]
        if s[g[PATTERN] + c] >= 0:
            count = drop(g, s, o, m, w, c, out, count)
        elif i >= chosen and not _has(out, count, c):
            out[count] = c
            count += 1
    return count


@compiled
def fill(g, s, o, m, w, rng, order):
    """Place the demands of `order` that have no place, one after the other (the first plan)."""
    begin(g, s, o, m)
    for i in range(len(order)):
        if s[g[PATTERN] + order[i]] < 0:
            place(g, s, o, m, w, rng, order[i], 0.0)


@compiled
def _put_back(g, s, o, m, w, rng, out, count, limit):
    """Place the demands of `out`. Return True where the plan then costs less than `limit`. As soon as it costs more,
    the others are mostly not tried: only where the travel table breaks the triangle rule could they make it cheaper."""
    hasty, waiting = roll(rng) > PATIENT, 0.0
    for i in range(count):
        waiting += w[UNSERVED] * g[g[ASKED] + out[i]] * g[g[PRIORITY] + out[i]]
    for i in range(count):
        place(g, s, o, m, w, rng, out[i], BLINK)
        waiting -= w[UNSERVED] * g[g[ASKED] + out[i]] * g[g[PRIORITY] + out[i]]
        if hasty and cost_of(g, s, w) - waiting >= limit:
            return False
    return cost_of(g, s, w) < limit


@compiled
def anneal(g, s, best, o, m, w, true, rng, candidates, moves, hot, cold, least, picks, out, keys):
    """Make `moves` moves, the temperature (minutes of travel) falling from `hot` to `cold`. `best` keeps the plan that
    costs least by the weights `true`, `least` is its cost. Return that cost.

    The search itself counts with `w`, in which a missing visit may be cheaper: it then dares to leave one child out
    for a while to make room for two.
    """
    cost = cost_of(g, s, w)
    cooling = log(cold / hot)
    for move in range(moves):
        heat = hot * exp(cooling * move / moves)
        begin(g, s, o, m)
        count = _take_out(g, s, o, m, w, rng, candidates, picks, out)
        _sort(g, rng, out, count, keys)
        limit = cost - heat * log(1.0 - roll(rng))
        if _put_back(g, s, o, m, w, rng, out, count, limit):
            cost = cost_of(g, s, w)
            sure = cost_of(g, s, true)
            if sure < least - 1e-6:
                least = sure
                best[:] = s
        else:
            undo(g, s, o, m)
    return least


class Searcher:
    """One annealing over a `Case` with its own memory and random numbers. `best` is its best plan, `least` what that
    costs by the true weights."""

    def __init__(self, case, state, weights, true, candidates, seed):
        self.case, self.state = case, state
        self.weights, self.true, self.candidates = weights, true, candidates
        self.memory, self.old, self.best = case.memory(), state.copy(), state.copy()
        self.rng = np.random.SeedSequence(seed).generate_state(2, dtype=np.uint64) | np.uint64(1)
        kids = len(case.asked)
        self.picks = np.zeros(MOST_OUT + RETRIED + 2, dtype=np.int32)
        self.out = np.zeros(4 * kids + 8, dtype=np.int32)
        self.keys = np.zeros(4 * kids + 8, dtype=np.float64)
        self.least = cost_of(case.g, state, true)
        self.sure = self.least, self.best.copy()  # for other threads: `best` may be written to at any moment

    def hand(self):
        """Let others see the best plan; called between moves by the thread that makes them. Return it."""
        self.sure = self.least, self.best.copy()
        return self.sure[1]

    def repeat(self, kids, numbers, patterns):
        """Give demands the team and pattern of a former plan where they still fit."""
        repeat(self.case.g, self.state, self.old, self.memory, self.true, kids, numbers, patterns)
        self._note()

    def fill(self, order):
        """Place the demands of `order` that have no place yet."""
        fill(self.case.g, self.state, self.old, self.memory, self.true, self.rng, order)
        self._note()

    def anneal(self, moves, hot, cold):
        """Make so many moves from one temperature to another."""
        if not len(self.candidates):
            return
        if self.case.part(self.state, "CLOCK", 1)[0] > 1 << 30:
            self._forget()
        self.least = anneal(self.case.g, self.state, self.best, self.old, self.memory, self.weights, self.true,
                            self.rng, self.candidates, moves, hot, cold, self.least, self.picks, self.out, self.keys)

    def restart(self, state):
        """Go on from another plan of the same case; the best plan stays the best seen."""
        self.state[:] = state
        self._forget()
        self._note()

    def _forget(self):
        """Give the cells new versions, so that no kept price is believed."""
        case, cells = self.case, self.case.g[TEAMS] * self.case.g[DAYS]
        self.memory[:] = case.memory()
        case.part(self.state, "VERSION", cells)[:] = np.arange(1, cells + 1)
        case.part(self.state, "CLOCK", 1)[:] = cells + 1

    def _note(self):
        cost = cost_of(self.case.g, self.state, self.true)
        if cost < self.least - 1e-6:
            self.least = cost
            self.best[:] = self.state
