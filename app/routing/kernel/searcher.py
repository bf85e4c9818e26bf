"""The annealing: ruin a few demands, put them back, keep the result or take it back. Compiled.

Source of the moves: Schrimpf et al. 2000 (ruin and recreate), Christiaens and Vanden Berghe 2020 (strings of
neighbours, blinks), adapted to visits on several days by one team.
"""

from collections.abc import Sequence
from math import exp, log

import numpy as np

from app.routing.compiled import compiled
from app.routing.kernel.arrays import Case, copy_of, renumber
from app.routing.kernel.chance import below, roll
from app.routing.kernel.costs import cost_of
from app.routing.kernel.journal import begin, undo
from app.routing.kernel.layout import Given, Timetable, Weights, Work
from app.routing.kernel.moves import drop
from app.routing.kernel.places import place, repeat
from app.routing.records import Floats, Ints

CLOCK_FULL = 1 << 30  # versions, far below what an int32 holds


@compiled
def _has(picks: Ints, count: int, x: int) -> bool:
    for i in range(count):
        if picks[i] == x:
            return True
    return False


@compiled
def _near_served(work: Work, c: int, size: int, picks: Ints) -> int:
    """Served demands nearest to demand c, some passed over."""
    count = 0
    for i in range(work.given.near.shape[1]):
        x = work.given.near[c, i]
        if work.plan.pattern[x] >= 0 and roll(work.rng) > work.tuning.near_passed:
            picks[count] = x
            count += 1
            if count == size:
                break
    return count


@compiled
def _giver_on(given: Given, plan: Timetable, x: int, day: int) -> int:
    """Team that visits demand x on a day, -1 = none."""
    p = plan.pattern[x]
    first = given.pat_day_at[p]
    for k in range(first, given.pat_day_at[p + 1]):
        if given.pat_day[k] == day:
            return plan.giver[x, k - first]
    return -1


@compiled
def _strings(work: Work, c: int, size: int, picks: Ints) -> int:
    """Stretches of the trips of one day, those of the demand's neighbours."""
    given, plan = work.given, work.plan
    p = plan.pattern[c]
    first = given.pat_day_at[p]
    day = given.pat_day[first + below(work.rng, given.pat_day_at[p + 1] - first)]
    count = 0
    for i in range(given.near.shape[1]):
        if count >= size:
            break
        x = given.near[c, i]
        if plan.pattern[x] < 0 or _has(picks, count, x):
            continue
        team = _giver_on(given, plan, x, day)
        if team >= 0:
            count = _stretch(work, team, day, x, size, picks, count)
    return count


@compiled
def _stretch(work: Work, team: int, day: int, x: int, size: int, picks: Ints, count: int) -> int:
    """Add a stretch of the trip that holds demand x."""
    given, plan, rng = work.given, work.plan, work.rng
    for r in range(given.slot_at[team, day], given.slot_at[team, day + 1]):
        homes, where = plan.size[r], -1
        for k in range(homes):
            if plan.seq[r, k] == x:
                where = k
        if where < 0:
            continue
        long = 1 + below(rng, min(homes, work.tuning.longest_string))
        low, high = max(0, where - long + 1), min(where, homes - long)
        start = low + below(rng, high - low + 1)
        for k in range(start, start + long):
            y = plan.seq[r, k]
            if count < size and not _has(picks, count, y):
                picks[count] = y
                count += 1
    return count


@compiled
def _team_weeks(work: Work, c: int, size: int, picks: Ints) -> int:
    """Demands of the demand's team and of a near demand's team, nearest first: two weeks are mixed anew."""
    given, plan = work.given, work.plan
    one, two, count = plan.team[c], -1, 0
    for i in range(given.near.shape[1]):
        x = given.near[c, i]
        if plan.pattern[x] < 0:
            continue
        t = plan.team[x]
        if two < 0 and t != one and roll(work.rng) < work.tuning.second_team:
            two = t
        if t == one or t == two:
            picks[count] = x
            count += 1
            if count == size:
                break
    return count


@compiled
def _anyone(work: Work, candidates: Ints, size: int, picks: Ints) -> int:
    count = 0
    for _ in range(size):
        x = candidates[below(work.rng, len(candidates))]
        if work.plan.pattern[x] >= 0 and not _has(picks, count, x):
            picks[count] = x
            count += 1
    return count


@compiled
def _ruin(work: Work, candidates: Ints, waiting: int, picks: Ints) -> int:
    """Choose served demands to take out. `waiting`: demands on the stack that lack visits; half of the ruins go near
    one of them."""
    rng, tuning = work.rng, work.tuning
    c = candidates[below(rng, len(candidates))]
    if waiting > 0 and roll(rng) < tuning.waiting_first:
        c = work.memo.stack[below(rng, waiting)]
    size = 1 + below(rng, min(tuning.most_out, len(candidates)))
    kind = roll(rng)
    if kind < tuning.anyone:
        return _anyone(work, candidates, size, picks)
    if kind < tuning.anyone + tuning.near or work.plan.pattern[c] < 0:
        return _near_served(work, c, size, picks)
    if kind < tuning.anyone + tuning.near + tuning.strings:
        return _strings(work, c, size, picks)
    return _team_weeks(work, c, size, picks)


@compiled
def _sort(work: Work, out: Ints, count: int, keys: Floats) -> None:
    """Order demands for putting back: at random, long first, few options first, far or near first."""
    given, rng, tuning = work.given, work.rng, work.tuning
    for i in range(count - 1, 0, -1):
        j = below(rng, i + 1)
        out[i], out[j] = out[j], out[i]
    kind = roll(rng)
    if kind < tuning.shuffled:
        return
    long = tuning.shuffled + tuning.longest_first
    few = long + tuning.fewest_options_first
    for i in range(count):
        c = out[i]
        if kind < long:
            keys[i] = -float(given.minutes[c] * given.asked[c])
        elif kind < few:
            teams = given.able_at[c + 1] - given.able_at[c]
            keys[i] = float(teams * (given.day_at[c + 1] - given.day_at[c]))
        elif kind < few + tuning.farthest_first:
            keys[i] = -float(given.far[c])
        else:
            keys[i] = float(given.far[c])
    for i in range(1, count):
        c, key, j = out[i], keys[i], i - 1
        while j >= 0 and keys[j] > key:
            out[j + 1], keys[j + 1] = out[j], keys[j]
            j -= 1
        out[j + 1], keys[j + 1] = c, key


@compiled
def _take_out(work: Work, candidates: Ints, picks: Ints, out: Ints) -> int:
    """One ruin. Return how many demands in `out` wait to be put back, those that lacked visits before among them."""
    plan, stack = work.plan, work.memo.stack
    waiting = 0
    for i in range(len(candidates)):
        if plan.missing[candidates[i]]:
            stack[waiting] = candidates[i]
            waiting += 1
    chosen = _ruin(work, candidates, waiting, picks)
    again = min(waiting, work.tuning.retried)
    for i in range(again):
        j = i + below(work.rng, waiting - i)
        stack[i], stack[j] = stack[j], stack[i]
        picks[chosen + i] = stack[i]
    count = 0
    for i in range(chosen + again):
        c = picks[i]
        if plan.pattern[c] >= 0:
            count = drop(work, c, out, count)
        elif i >= chosen and not _has(out, count, c):
            out[count] = c
            count += 1
    return count


@compiled
def fill(work: Work, order: Ints) -> None:
    """Place the demands of `order` that have no place, one after the other (the first plan)."""
    begin(work)
    for i in range(len(order)):
        if work.plan.pattern[order[i]] < 0:
            place(work, order[i], 0.0)


@compiled
def _put_back(work: Work, out: Ints, count: int, limit: float) -> bool:
    """Place the demands of `out`. Return True where the plan then costs less than `limit`. As soon as it costs more,
    the others are mostly not tried: only where the travel table breaks the triangle rule could they make it cheaper."""
    given, plan, w = work.given, work.plan, work.w
    hasty, waiting = roll(work.rng) > work.tuning.patient, 0.0
    for i in range(count):
        waiting += w.unserved * given.asked[out[i]] * given.priority[out[i]]
    for i in range(count):
        place(work, out[i], work.tuning.blink)
        waiting -= w.unserved * given.asked[out[i]] * given.priority[out[i]]
        if hasty and cost_of(given, plan, w) - waiting >= limit:
            return False
    return cost_of(given, plan, w) < limit


@compiled
def anneal(
    work: Work, best: Timetable, candidates: Ints, moves: int, hot: float, cold: float, least: float, picks: Ints,
    out: Ints, keys: Floats,
) -> float:  # fmt: skip
    """Make `moves` moves, the temperature (minutes of travel) falling from `hot` to `cold`. `best` keeps the plan that
    costs least, `least` is its cost. Return that cost."""
    given, plan = work.given, work.plan
    cost = cost_of(given, plan, work.w)
    cooling = log(cold / hot)
    for move in range(moves):
        heat = hot * exp(cooling * move / moves)
        begin(work)
        count = _take_out(work, candidates, picks, out)
        _sort(work, out, count, keys)
        limit = cost - heat * log(1.0 - roll(work.rng))
        if _put_back(work, out, count, limit):
            cost = cost_of(given, plan, work.w)
            if cost < least - work.tuning.least_gain:
                least = cost
                for i in range(len(plan.whole)):
                    best.whole[i] = plan.whole[i]
        else:
            undo(work)
    return least


class Searcher:
    """One annealing over a `Case` with its own timetable, memory and random numbers. `best` is its best plan, `least`
    what that costs."""

    def __init__(self, case: Case, weights: Weights, candidates: Sequence[int], seed: Sequence[int] | int):
        self.case, self.weights = case, weights
        self.candidates = np.array(candidates, dtype=np.int32)
        self.plan, self.was, self.memo, self.best = case.blank(), case.blank(), case.memory(), case.blank()
        self.rng = np.random.SeedSequence(seed).generate_state(2, dtype=np.uint64) | np.uint64(1)
        self.work = Work(case.given, self.plan, self.was, self.memo, weights, case.tuning, self.rng)
        kids = case.given.kids
        self.picks = np.zeros(case.tuning.most_out + case.tuning.retried + 2, dtype=np.int32)
        self.out = np.zeros(4 * kids + 8, dtype=np.int32)
        self.keys = np.zeros(4 * kids + 8, dtype=np.float64)
        self.least = cost_of(case.given, self.plan, weights)
        self.kept: list[Timetable] = []  # plans of the last leg that are worth joining
        self.sure = self.least, copy_of(self.best)  # for other threads: `best` may be written to at any moment

    def hand(self) -> Timetable:
        """Let others see the best plan; called between moves by the thread that makes them. Return it."""
        self.sure = self.least, copy_of(self.best)
        return self.sure[1]

    def repeat(self, kids: Ints, numbers: Ints, patterns: Ints) -> None:
        """Give demands the able number and pattern of a former plan where they still fit."""
        repeat(self.work, kids, numbers, patterns)
        self._note()

    def fill(self, order: Ints) -> None:
        """Place the demands of `order` that have no place yet."""
        fill(self.work, order)
        self._note()

    def anneal(self, moves: int, hot: float, cold: float) -> None:
        """Make so many moves from one temperature (minutes of travel) to another."""
        if not len(self.candidates):
            return
        if self.plan.clock[0] > CLOCK_FULL:
            self._forget()
        self.least = anneal(
            self.work, self.best, self.candidates, moves, hot, cold, self.least, self.picks, self.out, self.keys
        )

    def restart(self, plan: Timetable) -> None:
        """Go on from another plan of the same case; the best plan stays the best seen."""
        self.plan.whole[:] = plan.whole
        self._forget()
        self._note()

    def _forget(self) -> None:
        """Give the days new versions and the search a fresh memory, so that no kept price is believed."""
        self.memo.whole[:] = self.case.memory().whole
        renumber(self.plan)

    def _note(self) -> None:
        cost = cost_of(self.case.given, self.plan, self.weights)
        if cost < self.least - self.case.tuning.least_gain:
            self.least = cost
            self.best.whole[:] = self.plan.whole
