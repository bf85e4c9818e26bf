"""The numbers of a timetable made anew from its sequences, compiled."""

from app.routing.compiled import compiled
from app.routing.kernel.costs import change_cost
from app.routing.kernel.layout import CHANGED, SUBSTITUTED, TRAVELLED, WEIGHTED, Given, Timetable, Weights
from app.routing.kernel.trips import taken, time_trip


@compiled
def rebuild(given: Given, plan: Timetable, w: Weights) -> bool:
    """Make everything of a timetable anew from `seq`, `size`, `team`, `pattern` and `giver`. Return False where a trip
    cannot be kept, a daily limit is broken, or a child or a teacher would be in two places."""
    plan.load[:] = 0
    plan.totals[:] = 0
    for r in range(given.slots):
        if not time_trip(given, plan, r, r) or (plan.size[r] and taken(given, plan, r)):
            return False
        plan.totals[TRAVELLED] += plan.driven[r]
        plan.load[given.slot_team[r]] += plan.driven[r] + plan.served[r]
    for team in range(given.teams):
        for day in range(given.days):
            if not _within_limits(given, plan, team, day):
                return False
    for c in range(given.kids):
        p, main = plan.pattern[c], plan.team[c]
        plan.missing[c] = given.asked[c] if p < 0 else given.pat_missing[p]
        plan.totals[WEIGHTED] += plan.missing[c] * given.priority[c]
        if p < 0:
            continue
        plan.totals[CHANGED] += change_cost(given, w, c, main, p)
        for i in range(given.pat_day_at[p + 1] - given.pat_day_at[p]):
            if plan.giver[c, i] != main:
                plan.totals[SUBSTITUTED] += 1
        for i in range(given.sib_at[c], given.sib_at[c + 1]):
            if _meet(given, plan, c, given.sib[i]):
                return False
    return True


@compiled
def _within_limits(given: Given, plan: Timetable, team: int, day: int) -> bool:
    away, driven, visits, trips = 0, 0, 0, 0
    for r in range(given.slot_at[team, day], given.slot_at[team, day + 1]):
        away += plan.away[r]
        driven += plan.driven[r]
        visits += plan.size[r]
        if plan.size[r]:
            trips += 1
    if away > given.cap[team] or driven > given.driving[team] or visits > given.most[team]:
        return False
    return trips < 2 or not given.one[team]


@compiled
def _meet(given: Given, plan: Timetable, c: int, x: int) -> bool:
    """True where two services of one child fall on one day although they may not."""
    p, q = plan.pattern[c], plan.pattern[x]
    if q < 0:
        return False
    both = given.shares[c] and given.shares[x]
    one, two = given.pat_day_at[p], given.pat_day_at[q]
    for i in range(one, given.pat_day_at[p + 1]):
        for k in range(two, given.pat_day_at[q + 1]):
            if given.pat_day[i] == given.pat_day[k]:
                if not both or plan.giver[c, i - one] != plan.giver[x, k - two]:
                    return True
    return False
