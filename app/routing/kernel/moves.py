"""Putting demands into a timetable and taking them out, compiled."""

from app.routing.compiled import compiled
from app.routing.kernel.costs import change_cost
from app.routing.kernel.journal import remember_kid, remember_slot, touch
from app.routing.kernel.layout import CHANGED, LONGEST, SUBSTITUTED, TRAVELLED, WEIGHTED, Work
from app.routing.kernel.trips import lay_together, price_cell, time_trip
from app.routing.records import Ints


@compiled
def price(work: Work, c: int, a: int, day: int) -> int:
    """Extra travel of demand c with able number `a` on a day, kept by version."""
    memo, team = work.memo, work.given.able[a]
    version = work.plan.version[team, day]
    if memo.seen[a, day] != version:
        memo.seen[a, day] = version
        extra, r, pos, start, to = price_cell(work, c, team, day)
        memo.price[a, day], memo.place_slot[a, day], memo.place_pos[a, day] = extra, r, pos
        memo.place_from[a, day], memo.place_to[a, day] = start, to
    return memo.price[a, day]


@compiled
def _insert(work: Work, c: int, a: int, day: int) -> None:
    given, plan, memo = work.given, work.plan, work.memo
    price(work, c, a, day)
    team, r, pos = given.able[a], memo.place_slot[a, day], memo.place_pos[a, day]
    if not given.slot_at[team, day] <= r < given.slot_at[team, day + 1]:
        raise IndexError("a visit without a place was inserted")
    more = _move_trip(work, memo.place_from[a, day], memo.place_to[a, day], team, day)
    remember_slot(work, r)
    size = plan.size[r]
    if not 0 <= pos <= size < LONGEST:
        raise IndexError("a visit was inserted beyond its trip")
    for i in range(size, pos, -1):
        plan.seq[r, i] = plan.seq[r, i - 1]
    plan.seq[r, pos] = c
    plan.size[r] += 1
    more -= plan.driven[r]
    if not time_trip(given, plan, r, r):
        raise ValueError("a visit was inserted into a trip that cannot be kept")
    more += plan.driven[r]
    plan.totals[TRAVELLED] += more
    plan.load[team] += more + given.minutes[c]
    touch(work, team, day)


@compiled
def _move_trip(work: Work, x: int, r: int, team: int, day: int) -> int:
    """Let the trip of slot x go to slot r of the same day (x -1: none goes). Return the minutes of travel it brings."""
    if x < 0:
        return 0
    given, plan = work.given, work.plan
    if not given.slot_at[team, day] <= min(x, r) <= max(x, r) < given.slot_at[team, day + 1]:
        raise IndexError("a trip was moved to another day")
    remember_slot(work, x)
    remember_slot(work, r)
    more = -plan.driven[x] - plan.driven[r]
    lay_together(plan, x, r, r)
    plan.size[x] = 0
    time_trip(given, plan, x, x)
    if not time_trip(given, plan, r, r):
        raise ValueError("a trip was moved where it cannot be kept")
    return more + plan.driven[r]


@compiled
def take(work: Work, c: int, a: int, p: int, other: int) -> None:
    """Insert demand c with able number `a` on the days of pattern p, by able number `other` (-1 = none) on the days on
    which `Memory.others` says so. The prices were asked before."""
    given, plan = work.given, work.plan
    remember_kid(work, c)
    first = given.pat_day_at[p]
    plan.totals[CHANGED] += change_cost(given, work.w, c, given.able[a], p)
    for i in range(first, given.pat_day_at[p + 1]):
        day = given.pat_day[i]
        giver = other if other >= 0 and work.memo.others[day] else a
        _insert(work, c, giver, day)
        plan.giver[c, i - first] = given.able[giver]
        if giver != a:
            plan.totals[SUBSTITUTED] += 1
    plan.totals[WEIGHTED] += (given.pat_missing[p] - plan.missing[c]) * given.priority[c]
    plan.team[c], plan.pattern[c], plan.missing[c] = given.able[a], p, given.pat_missing[p]


@compiled
def drop(work: Work, c: int, out: Ints, count: int) -> int:
    """Take out all visits of demand c, and of those that fall out with it (where the travel table breaks the triangle
    rule a trip can become late without one of its homes). Put them into `out`; return the new count."""
    given, plan, stack = work.given, work.plan, work.memo.stack
    waiting = 1
    stack[0] = c
    while waiting:
        waiting -= 1
        x = stack[waiting]
        p = plan.pattern[x]
        if p < 0:
            continue
        remember_kid(work, x)
        out[count] = x
        count += 1
        first, main = given.pat_day_at[p], plan.team[x]
        plan.totals[CHANGED] -= change_cost(given, work.w, x, main, p)
        plan.pattern[x] = -1
        for i in range(first, given.pat_day_at[p + 1]):
            team = plan.giver[x, i - first]
            if team != main:
                plan.totals[SUBSTITUTED] -= 1
            waiting = _remove(work, x, team, given.pat_day[i], waiting)
        plan.totals[WEIGHTED] += (given.asked[x] - plan.missing[x]) * given.priority[x]
        plan.team[x], plan.missing[x] = -1, given.asked[x]
    return count


@compiled
def _remove(work: Work, x: int, team: int, day: int, waiting: int) -> int:
    given, plan = work.given, work.plan
    away, way, first, last = 0, 0, given.slot_at[team, day], given.slot_at[team, day + 1]
    for r in range(first, last):
        away += plan.away[r]
        way += plan.driven[r]
    for r in range(first, last):
        for k in range(plan.size[r]):
            if plan.seq[r, k] != x:
                continue
            remember_slot(work, r)
            driven, was = plan.driven[r], plan.away[r]
            plan.size[r] -= 1
            for i in range(k, plan.size[r]):
                plan.seq[r, i] = plan.seq[r, i + 1]
            kept = time_trip(given, plan, r, r) and away - was + plan.away[r] <= given.cap[team]
            if not kept or way - driven + plan.driven[r] > given.driving[team]:
                waiting = _clear(work, r, team, waiting)
            less = driven - plan.driven[r]
            plan.totals[TRAVELLED] -= less
            plan.load[team] -= less + given.minutes[x]
            touch(work, team, day)
            return waiting
    return waiting


@compiled
def _clear(work: Work, r: int, team: int, waiting: int) -> int:
    """Empty a slot whose trip fell apart; its demands wait on the stack to be dropped."""
    given, plan = work.given, work.plan
    for i in range(plan.size[r]):
        y = plan.seq[r, i]
        plan.load[team] -= given.minutes[y]
        work.memo.stack[waiting] = y
        waiting += 1
    plan.size[r] = 0
    time_trip(given, plan, r, r)
    return waiting
