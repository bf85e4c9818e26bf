"""The least reduced cost of a day's trip of a team: forward labels over homes and their start windows, in numba.

A label is a partial trip that has just ended a visit. Leaving school at minute x it has ended it at
max(end, x + spent) for every x <= leave (Savelsbergh 1992): `end` is the earliest end, `spent` the minutes of driving
and visiting without a wait, `leave` the latest departure. Minutes away are then max(spent, end - leave), exactly.
A trip may come back to a home only after forgetting it (ng-routes, Baldacci et al. 2011): each home remembers the
visits among its nearest ones. Labels that cannot beat the best trip known are dropped by a bound from behind.

Values of visits are multiples of 1/1024, so that sums are exact in double precision and what is proven stays proven.
"""

import numpy as np
from numba import njit

from app.routing.bound.model import MOST

LABELS = 300_000
ENDLESS = 1e18
ROUGH = 0.5  # a quick look keeps labels that may yet come to this share of the best


@njit(nogil=True, cache=True)
def behind(stops, value, minutes, legs, fare, school, begin, close, step):
    """Return (least, first, second), each (n, steps): at most so little costs the rest of a trip after a visit to a
    demand that ended in that step; the demand it goes to first (-1 = school); the same if it may not go there.

    `stops` (m, 4): demand, place, first and last start. `value` (n,): worth of a visit. `legs`, `fare`: minutes and
    cost between places. `step`: minutes of a step, at most the shortest visit. Homes may come again, but not at once (two-cycles are left out): a relaxation of every trip.
    """
    n, steps = len(value), (close - begin) // step + 1
    least = np.full((n, steps), ENDLESS)
    second = np.full((n, steps), ENDLESS)
    first = np.full((n, steps), -1, np.int32)
    place = np.full(n, -1, np.int64)
    for i in range(len(stops)):
        place[stops[i, 0]] = stops[i, 1]
    for slot in range(steps - 1, -1, -1):
        moment = begin + slot * step
        for c in range(n):
            p = place[c]
            if p < 0:
                continue
            one, two, to = ENDLESS, ENDLESS, -1
            if moment + legs[p, school] <= close:
                one = float(fare[p, school])
            for j in range(len(stops)):
                d, leg = stops[j, 0], legs[p, stops[j, 1]]
                start = max(stops[j, 2], moment + leg)
                done = start + minutes[d]
                if d == c or start > stops[j, 3] or done > close:
                    continue
                then = (done - begin) // step
                total = fare[p, stops[j, 1]] - value[d] + (least[d, then] if first[d, then] != c else second[d, then])
                if total < one:
                    if to != d:
                        two = one
                    one, to = total, d
                elif d != to and total < two:
                    two = total
            least[c, slot], second[c, slot], first[c, slot] = one, two, to
    return least, first, second


@njit(nogil=True, cache=True)
def price(stops, value, minutes, legs, fare, short, school, times, limits, near, spot, rest, step, exact, want):
    """Return (least reduced cost <= 0, trips, their lengths) of one team and shift.

    `stops`, `value`, `minutes`, `legs`, `fare`, `step` as in `behind`, whose answer is `rest`. `short`: shortest minutes between
    places, by other places too. `times`: start and end of the shift, minutes away at most, the moment where `rest` begins. `limits`: visits and travel
    at most. `near` (n, k): the demands each one remembers; `spot` (n, n): place in that list or -1. `exact` False:
    quick and rough, good trips but no proof. Where the labels run out, the least is that of a relaxation.
    """
    n, memory_size = near.shape
    begin, close, cap, origin_of_steps = times
    most, driving = limits
    capped, driven = close - begin > cap, driving < 100_000
    behind_least, behind_first, behind_second = rest
    at = np.empty(LABELS, np.int32)
    end = np.empty(LABELS, np.int32)
    spent = np.empty(LABELS, np.int32)
    leave = np.empty(LABELS, np.int32)
    cost = np.empty(LABELS, np.float64)
    seen = np.empty(LABELS, np.int64)
    origin = np.empty(LABELS, np.int32)
    count = np.empty(LABELS, np.int8)
    drive = np.empty(LABELS, np.int32)
    follow = np.empty(LABELS, np.int32)  # next label that ended in the same minute; once worked off, at the same home
    minute = np.full(close - begin + 1, -1, np.int32)
    kept = np.full(n, -1, np.int32)
    best = np.zeros(n)
    which = np.full(n, -1, np.int32)
    latest = _latest(stops, near, short, school, minutes, close)
    size, whole, top, root = 0, True, 0.0, 0.0
    for now in range(-1, close - begin + 1):
        x = minute[now] if now >= 0 else -2
        while x != -1:
            if x == -2:  # at school
                following, c, p, at_end, at_spent, at_leave, at_cost, so_far, driven_so_far = (
                    -1, -1, school, begin, 0, close, 0.0, 0, 0
                )
            else:
                following = follow[x]
                c, p = stops[at[x], 0], stops[at[x], 1]
                gone = seen[x]
                if exact:
                    for b in range(memory_size):
                        if end[x] > latest[c, b]:
                            gone |= np.int64(1) << b
                y, worse = kept[c], False
                while y >= 0:
                    if (
                        cost[y] <= cost[x]
                        and (not exact or (seen[y] & ~gone) == 0)
                        and (not capped or (spent[y] <= spent[x] and leave[y] >= leave[x]))
                        and count[y] <= count[x]
                        and (not driven or drive[y] <= drive[x])
                    ):
                        worse = True
                        break
                    y = follow[y]
                if worse or cost[x] + _rest(behind_least, behind_first, behind_second, c, (end[x] - origin_of_steps) // step, seen[x], spot) >= top:
                    x = following
                    continue
                follow[x] = kept[c]
                kept[c] = x
                home = legs[p, school]
                if (
                    end[x] + home <= close
                    and max(spent[x], end[x] - leave[x]) + home <= cap
                    and drive[x] + home <= driving
                    and cost[x] + fare[p, school] < best[c]
                ):
                    best[c] = cost[x] + fare[p, school]
                    which[c] = x
                    top = min(top, best[c] if exact else ROUGH * best[c])
                at_end, at_spent, at_leave, at_cost = end[x], spent[x], leave[x], cost[x]
                so_far, driven_so_far = count[x], drive[x]
            if so_far < most:
                for j in range(len(stops)):
                    d, q = stops[j, 0], stops[j, 1]
                    if d == c or (c >= 0 and spot[c, d] >= 0 and (seen[x] >> spot[c, d]) & 1):
                        continue
                    leg = legs[p, q]
                    start = max(stops[j, 2], at_end + leg)
                    e = start + minutes[d]
                    if start > stops[j, 3] or e + short[q, school] > close:
                        continue
                    s = at_spent + leg + minutes[d]
                    late = min(at_leave, stops[j, 3] - at_spent - leg)
                    if max(s, e - late) + short[q, school] > cap or driven_so_far + leg + short[q, school] > driving:
                        continue
                    memory = np.int64(1) << spot[d, d]
                    left = seen[x] if c >= 0 else np.int64(0)
                    b = 0
                    while left:
                        if left & 1 and spot[d, near[c, b]] >= 0:
                            memory |= np.int64(1) << spot[d, near[c, b]]
                        left >>= 1
                        b += 1
                    worth = at_cost + fare[p, q] - value[d]
                    ahead = worth + _rest(behind_least, behind_first, behind_second, d, (e - origin_of_steps) // step, memory, spot)
                    if x == -2:
                        root = min(root, ahead)
                    if ahead >= top:
                        continue
                    if size >= LABELS:
                        whole = False
                        break
                    at[size], end[size], spent[size], leave[size] = j, e, s, late
                    cost[size], seen[size], origin[size] = worth, memory, x
                    count[size], drive[size] = so_far + 1, driven_so_far + leg
                    follow[size] = minute[e - begin]
                    minute[e - begin] = size
                    size += 1
            x = following
            if now < 0 and not exact:
                top = ROUGH * root
    order = np.argsort(best)[:want]
    trips = np.full((want, MOST), -1, np.int32)
    lengths = np.zeros(want, np.int32)
    found = 0
    for c in order:
        if best[c] >= 0.0:
            break
        x = which[c]
        lengths[found] = count[x]
        for k in range(count[x] - 1, -1, -1):
            trips[found, k] = stops[at[x], 0]
            x = origin[x]
        found += 1
    return (min(0.0, best.min()) if whole else root), trips[:found], lengths[:found]


@njit(nogil=True, cache=True)
def _rest(least, first, second, c, slot, seen, spot):
    """The least that the rest of a trip costs after demand c, not going first where it has just been."""
    to = first[c, slot]
    if to >= 0 and spot[c, to] >= 0 and (seen >> spot[c, to]) & 1:
        return second[c, slot]
    return least[c, slot]


@njit(nogil=True, cache=True)
def _latest(stops, near, short, school, minutes, close):
    """(n, k): the last moment to leave a demand's home and still reach the b-th home that it remembers."""
    n = len(near)
    latest = np.full(near.shape, -1, np.int64)
    final = np.full(n, -1, np.int64)
    place = np.zeros(n, np.int64)
    for i in range(len(stops)):
        c = stops[i, 0]
        final[c] = max(final[c], stops[i, 3])
        place[c] = stops[i, 1]
    for c in range(n):
        for b in range(near.shape[1]):
            d = near[c, b]
            if final[c] >= 0 and final[d] >= 0:
                last = min(final[d], close - short[place[d], school] - minutes[d])
                latest[c, b] = last - short[place[c], place[d]]
    return latest
