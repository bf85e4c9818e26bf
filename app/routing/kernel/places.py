"""Finding the best place of a demand, compiled."""

from app.routing.compiled import compiled
from app.routing.kernel.chance import roll
from app.routing.kernel.costs import change_cost, unfair
from app.routing.kernel.journal import begin
from app.routing.kernel.layout import ENDLESS, NEVER, Work
from app.routing.kernel.moves import price, take
from app.routing.records import Ints

FREE, NOBODY = -2, -1  # in `Memory.taken_by`, beside teams


@compiled
def busy_days(work: Work, c: int) -> None:
    """Mark the days taken by other services of the child: team that may still come, NOBODY or FREE."""
    given, plan, taken_by = work.given, work.plan, work.memo.taken_by
    for d in range(given.days):
        taken_by[d] = FREE
    for i in range(given.sib_at[c], given.sib_at[c + 1]):
        x = given.sib[i]
        p = plan.pattern[x]
        if p < 0:
            continue
        both = given.shares[x] and given.shares[c]
        first = given.pat_day_at[p]
        for k in range(first, given.pat_day_at[p + 1]):
            d = given.pat_day[k]
            team = plan.giver[x, k - first] if both else NOBODY
            taken_by[d] = team if taken_by[d] == FREE or taken_by[d] == team else NOBODY


@compiled
def day_prices(work: Work, c: int, a: int, busy: bool, into: Ints) -> int:
    """Prices of demand c with able number `a` by day, written to `into` (NEVER = not possible). Return how many days
    are possible."""
    given, taken_by = work.given, work.memo.taken_by
    team, possible = given.able[a], 0
    for i in range(given.day_at[c], given.day_at[c + 1]):
        d = given.day_of[i]
        if busy and taken_by[d] != FREE and taken_by[d] != team:
            into[d] = NEVER
            continue
        into[d] = price(work, c, a, d)
        if into[d] < NEVER:
            possible += 1
    return possible


@compiled
def _mark_teams_near(work: Work, c: int) -> None:
    """Mark the teams that visit the nearest neighbours of demand c."""
    given, plan, memo = work.given, work.plan, work.memo
    memo.round[0] += 1
    for i in range(min(given.near.shape[1], work.tuning.near_teams)):
        x = given.near[c, i]
        if plan.pattern[x] >= 0:
            memo.team_seen[plan.team[x]] = memo.round[0]


@compiled
def _best_place(work: Work, c: int, busy: bool, blink: float, skipped: float) -> tuple[float, int, int]:
    """The cheapest (cost, able number, pattern) of demand c, pattern -1 = none. `skipped`: share of the teams that are
    not marked to pass over."""
    given, plan, memo, w, rng = work.given, work.plan, work.memo, work.w, work.rng
    dear, long, prices = w.unserved * given.priority[c], given.minutes[c], memo.prices
    best, best_a, best_p = ENDLESS, -1, -1
    for a in range(given.able_at[c], given.able_at[c + 1]):
        if skipped > 0.0 and memo.team_seen[given.able[a]] != memo.round[0] and roll(rng) < skipped:
            continue
        if blink > 0.0 and roll(rng) < blink:
            continue
        if not day_prices(work, c, a, busy, prices):
            continue
        team = given.able[a]
        base = unfair(w, team, plan.load[team])
        for p in range(given.pat_at[c], given.pat_at[c + 1]):
            value = dear * given.pat_missing[p]
            if value >= best:
                break  # patterns come with ever more visits missing
            travel, first, last = 0, given.pat_day_at[p], given.pat_day_at[p + 1]
            for i in range(first, last):
                extra = prices[given.pat_day[i]]
                if extra >= NEVER:
                    travel = NEVER  # not a summand: a day that costs less than nothing would hide it
                    break
                travel += extra
            if travel == NEVER:
                continue
            value += w.travel * travel + change_cost(given, w, c, team, p)
            if given.pat_missing[p]:
                value += w.partial
            if value >= best:
                continue
            value += unfair(w, team, plan.load[team] + travel + long * (last - first)) - base
            if value < best and (blink <= 0.0 or roll(rng) >= blink):
                best, best_a, best_p = value, a, p
    return best, best_a, best_p


@compiled
def place(work: Work, c: int, blink: float) -> bool:
    """Give demand c its best team and pattern. `blink`: share of teams passed over. Return True where it got any
    visit."""
    given = work.given
    busy = given.sib_at[c + 1] > given.sib_at[c]
    if busy:
        busy_days(work, c)
    best, best_a, best_p = ENDLESS, -1, -1
    able, many = given.able_at[c + 1] - given.able_at[c], work.tuning.many_teams
    if blink > 0.0 and able > many:
        _mark_teams_near(work, c)
        best, best_a, best_p = _best_place(work, c, busy, blink, 1.0 - many / able)
    if best_p < 0 or given.pat_missing[best_p]:
        best, best_a, best_p = _best_place(work, c, busy, blink, 0.0)
    if work.w.substitute > 0.0 and (best_p < 0 or given.pat_missing[best_p]):
        if _place_shared(work, c, busy, best):
            return True
    if best_p < 0:
        return False
    take(work, c, best_a, best_p, -1)
    return True


@compiled
def _place_shared(work: Work, c: int, busy: bool, best: float) -> bool:
    """Place demand c with a main team and one substitute where that is better than `best`. Return True where it was."""
    given, w, mine, theirs = work.given, work.w, work.memo.prices, work.memo.others
    dear, best_a, best_b, best_p = w.unserved * given.priority[c], -1, -1, -1
    for a in range(given.able_at[c], given.able_at[c + 1]):
        if not day_prices(work, c, a, busy, mine):
            continue
        for b in range(given.able_at[c], given.able_at[c + 1]):
            if a == b or not day_prices(work, c, b, busy, theirs):
                continue
            for p in range(given.pat_at[c], given.pat_at[c + 1]):
                value = dear * given.pat_missing[p]
                if value >= best:
                    break  # patterns come with ever more visits missing
                value += change_cost(given, w, c, given.able[a], p)
                own, other, possible = 0, 0, True
                for i in range(given.pat_day_at[p], given.pat_day_at[p + 1]):
                    d = given.pat_day[i]
                    if mine[d] < NEVER:
                        value += w.travel * mine[d]
                        own += 1
                    elif theirs[d] < NEVER:
                        value += w.travel * theirs[d] + w.substitute
                        other += 1
                    else:
                        possible = False  # neither can come on this day
                        break
                if possible and own >= other and value < best:
                    best, best_a, best_b, best_p = value, a, b, p
    if best_p < 0:
        return False
    day_prices(work, c, best_a, busy, mine)
    for i in range(given.pat_day_at[best_p], given.pat_day_at[best_p + 1]):
        d = given.pat_day[i]
        theirs[d] = 1 if mine[d] >= NEVER else 0
    take(work, c, best_a, best_p, best_b)
    return True


@compiled
def repeat(work: Work, kids: Ints, numbers: Ints, patterns: Ints) -> None:
    """Give each demand of `kids` its able number and pattern of a former plan where they still fit."""
    given, prices = work.given, work.memo.prices
    begin(work)
    for i in range(len(kids)):
        c, a, p = kids[i], numbers[i], patterns[i]
        busy = given.sib_at[c + 1] > given.sib_at[c]
        if busy:
            busy_days(work, c)
        if work.plan.pattern[c] >= 0 or not day_prices(work, c, a, busy, prices):
            continue
        fits = True
        for k in range(given.pat_day_at[p], given.pat_day_at[p + 1]):
            fits = fits and prices[given.pat_day[k]] < NEVER
        if fits:
            take(work, c, a, p, -1)
