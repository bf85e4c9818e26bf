"""Timing and pricing of trips, compiled."""

from app.routing.compiled import compiled
from app.routing.kernel.layout import LONGEST, NEVER, Given, Timetable, Work
from app.routing.records import Ints


@compiled
def earliest(given: Given, c: int, day: int, moment: int) -> int:
    """First start at or after `moment` in the windows of a demand on a day; -1 = none."""
    for i in range(given.win_at[c, day], given.win_at[c, day + 1]):
        if given.win_last[i] >= moment:
            return max(given.win_first[i], moment)
    return -1


@compiled
def latest(given: Given, c: int, day: int, moment: int) -> int:
    """Last start at or before `moment`; -NEVER = none."""
    for i in range(given.win_at[c, day + 1] - 1, given.win_at[c, day] - 1, -1):
        if given.win_first[i] <= moment:
            return min(given.win_last[i], moment)
    return -NEVER


@compiled
def least_away(given: Given, seq: Ints, size: int, r: int, floor: int) -> int:
    """Fewest minutes out in slot r for the first `size` homes of `seq`, its break kept and, where it lies on the way,
    not counted; NEVER where that cannot be. `floor`: minutes of travel and visits."""
    out, back, long = given.slot_start[r], given.slot_end[r], given.rest[r]
    if long == 0:
        return departure(given, seq, size, r, out, back, floor, -1)
    first, last = given.rest_from[r], given.rest_to[r]
    best = departure(given, seq, size, r, max(out, first + long), back, floor, -1)
    if best > floor:
        best = min(best, departure(given, seq, size, r, out, min(back, last - long), floor, -1))
    for k in range(size + 1):
        if best <= floor:
            break
        best = min(best, departure(given, seq, size, r, out, back, floor, k))
    return best


@compiled
def departure(given: Given, seq: Ints, size: int, r: int, start: int, end: int, floor: int, rest: int) -> int:
    """Fewest minutes out over all departures from `start` on, back by `end`, NEVER where no departure works. The break
    lies on leg number `rest` (0 leads to the first visit, `size` back to school); -1 = not on the way.

    Waiting goes only where some earlier visit stands at the end of its window, so the next departure worth trying is
    the one that pushes that visit into its next window: few rounds. `floor` ends it early.
    """
    home, minutes, legs = given.home, given.minutes, given.legs
    half, school, day = given.slot_half[r], given.school[given.slot_team[r]], given.slot_day[r]
    long, first, last = given.rest[r], given.rest_from[r], given.rest_to[r]
    best, out = NEVER, start
    while True:
        at, free = school, out
        for i in range(size):
            c = seq[i]
            ready = free + legs[half, at, home[c]]
            if i == rest:
                if free > last - long:
                    return best
                ready = max(ready, first) + long
            begin = earliest(given, c, day, ready)
            if begin < 0:
                return best
            at, free = home[c], begin + minutes[c]
        back = free + legs[half, at, school]
        if size == rest:
            if free > last - long:
                return best
            back = max(back, first) + long
        if back > end:
            return best
        at, late = school, back
        for i in range(size, 0, -1):
            c = seq[i - 1]
            free = late - legs[half, home[c], at]
            if i == rest:
                free = min(free, last) - long
            late = latest(given, c, day, free - minutes[c])
            at = home[c]
        leave = late - legs[half, school, at]
        if rest == 0:
            leave = min(leave, last) - long
        best = min(best, back - leave - (long if rest >= 0 else 0))
        if best <= floor or leave + 1 <= out:
            return best
        out = leave + 1


@compiled
def time_trip(given: Given, plan: Timetable, q: int, r: int) -> bool:
    """Time row `q` anew from its sequence as the trip of slot `r` (its own one, for row `slots` any). Return False
    where it cannot be kept (its numbers are then undefined)."""
    home, minutes, legs = given.home, given.minutes, given.legs
    size, day, half = plan.size[q], given.slot_day[r], given.slot_half[r]
    school, end = given.school[given.slot_team[r]], given.slot_end[r]
    if size == 0:
        plan.away[q] = plan.driven[q] = plan.served[q] = 0
        return True
    at, free, driven, served = school, given.slot_start[r], 0, 0
    for i in range(size):
        c = plan.seq[q, i]
        to = legs[half, at, home[c]]
        begin = earliest(given, c, day, free + to)
        if begin < 0:
            return False
        driven += to
        served += minutes[c]
        at, free = home[c], begin + minutes[c]
        plan.ends[q, i] = free
    driven += legs[half, at, school]
    if free + legs[half, at, school] > end:
        return False
    at, late = school, end
    for i in range(size - 1, -1, -1):
        c = plan.seq[q, i]
        late = latest(given, c, day, late - legs[half, home[c], at] - minutes[c])
        plan.lates[q, i] = late
        at = home[c]
    plan.driven[q], plan.served[q] = driven, served
    plan.away[q] = least_away(given, plan.seq[q], size, r, driven + served)
    return plan.away[q] < NEVER


@compiled
def price_cell(work: Work, c: int, team: int, day: int) -> tuple[int, int, int, int, int]:
    """Cheapest insertion of demand c into a team's day: (extra travel, slot, position, slot whose trip moves before,
    slot it moves to); NEVER where it does not fit. Trips move only where it fits into none as they stand."""
    given, plan = work.given, work.plan
    first, last = given.slot_at[team, day], given.slot_at[team, day + 1]
    away, driven, visits = 0, 0, 0
    for r in range(first, last):
        away += plan.away[r]
        driven += plan.driven[r]
        visits += plan.size[r]
    best, best_slot, best_pos = NEVER, -1, 0
    if visits >= given.most[team]:
        return best, best_slot, best_pos, -1, -1
    for r in range(first, last):
        size = plan.size[r]
        if size >= LONGEST or (given.one[team] and size == 0 and visits > 0) or taken(given, plan, r):
            continue
        room = given.cap[team] - away + plan.away[r]
        extra, pos = price_slot(work, c, r, r, day, team, room, best)
        if extra < best and driven + extra <= given.driving[team]:
            best, best_slot, best_pos = extra, r, pos
    if best < NEVER or visits == 0 or last - first < 2:
        return best, best_slot, best_pos, -1, -1
    return _price_moved(work, c, team, day, away, driven)


@compiled
def _price_moved(work: Work, c: int, team: int, day: int, away: int, driven: int) -> tuple[int, int, int, int, int]:
    """`price_cell` with one trip of the day moved to another of its slots: to the trip there or where there is none.
    `away`, `driven`: those of the whole day as it stands."""
    given, plan = work.given, work.plan
    first, last = given.slot_at[team, day], given.slot_at[team, day + 1]
    tried, empty = given.slots, given.slots + 1
    best, best_slot, best_pos, best_from, best_to = NEVER, -1, 0, -1, -1
    for x in range(first, last):
        for r in range(first, last):
            if r == x or plan.size[x] == 0 or taken(given, plan, r) or not lay_together(plan, x, r, tried):
                continue
            if not time_trip(given, plan, tried, r):
                continue
            more = plan.driven[tried] - plan.driven[x] - plan.driven[r]
            room = given.cap[team] - away + plan.away[x] + plan.away[r]
            if plan.size[tried] < LONGEST:
                extra, pos = price_slot(work, c, tried, r, day, team, room, best - more)
                if extra + more < best and driven + extra + more <= given.driving[team]:
                    best, best_slot, best_pos, best_from, best_to = extra + more, r, pos, x, r
            if not given.one[team]:
                extra, pos = price_slot(work, c, empty, x, day, team, room - plan.away[tried], best - more)
                if extra + more < best and driven + extra + more <= given.driving[team]:
                    best, best_slot, best_pos, best_from, best_to = extra + more, x, pos, x, r
    return best, best_slot, best_pos, best_from, best_to


@compiled
def lay_together(plan: Timetable, x: int, r: int, q: int) -> bool:
    """Write the homes of the trips of slots x and r of a day into row q, those of the earlier slot first. Return False
    where they are too many. q may be r."""
    seq, mine, theirs = plan.seq, plan.size[x], plan.size[r]
    if mine + theirs > LONGEST:
        return False
    if x < r:
        for i in range(theirs - 1, -1, -1):
            seq[q, mine + i] = seq[r, i]
        for i in range(mine):
            seq[q, i] = seq[x, i]
    else:
        for i in range(theirs):
            seq[q, i] = seq[r, i]
        for i in range(mine):
            seq[q, theirs + i] = seq[x, i]
    plan.size[q] = mine + theirs
    return True


@compiled
def taken(given: Given, plan: Timetable, r: int) -> bool:
    """True where a teacher of the slot's team is out with another team meanwhile."""
    for i in range(given.clash_at[r], given.clash_at[r + 1]):
        if plan.size[given.clash[i]]:
            return True
    return False


@compiled
def price_slot(work: Work, c: int, q: int, r: int, day: int, team: int, room: int, best: int) -> tuple[int, int]:
    """Cheapest position below `best` extra minutes in the trip of row q, in the hours of slot r: (extra, position)."""
    given, plan, row = work.given, work.plan, work.memo.row
    home, legs, half = given.home, given.legs, given.slot_half[r]
    size, school, own, long = plan.size[q], given.school[team], home[c], given.minutes[c]
    start, end = given.slot_start[r], given.slot_end[r]
    fixed = plan.driven[q] + plan.served[q] + long
    found = 0
    at, free = school, start
    for pos in range(size + 1):
        if pos:
            at, free = home[plan.seq[q, pos - 1]], plan.ends[q, pos - 1]
        after = home[plan.seq[q, pos]] if pos < size else school
        to, on = legs[half, at, own], legs[half, own, after]
        extra = to + on
        if size:
            extra -= legs[half, at, after]
        if extra >= best or fixed + extra > room:
            continue
        begin = earliest(given, c, day, free + to)
        if begin < 0:
            return best, found  # ends only grow from here
        if begin + long + on > (plan.lates[q, pos] if pos < size else end):
            continue
        if end - start > room or given.rest[r]:
            for i in range(pos):
                row[i] = plan.seq[q, i]
            row[pos] = c
            for i in range(pos, size):
                row[i + 1] = plan.seq[q, i]
            if least_away(given, row, size + 1, r, fixed + extra) > room:
                continue
        best, found = extra, pos
    return best, found
