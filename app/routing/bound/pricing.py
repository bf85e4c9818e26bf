"""The least reduced cost of a day's trip of a team: forward labels over homes and their start windows, in numba.

A label is a partial trip that has just ended a visit. Leaving school at minute x it has ended it at
max(end, x + spent) for every x <= leave (Savelsbergh 1992): `end` is the earliest end, `spent` the minutes of driving
and visiting without a wait, `leave` the latest departure. Minutes away are then max(spent, end - leave), exactly.
A trip may come back to a home only after forgetting it (ng-routes, Baldacci et al. 2011): each home remembers the
visits among its nearest ones. Labels that cannot beat the best trip known are dropped by a bound from behind.

Values of visits are multiples of 1/1024, so that sums are exact in double precision and what is proven stays proven.
"""

import numpy as np

from app.routing.bound.model import FREE, MOST, Longs
from app.routing.compiled import compiled
from app.routing.records import Floats, Ints

Rest = tuple[Floats, Ints, Floats]  # see `behind`
Priced = tuple[float, Ints, Ints]  # see `price`
Times = tuple[int, int, int, int]

LABELS = 300_000
AT, END, SPENT, LEAVE, COUNT, DRIVE, ORIGIN, NEXT = range(8)  # NEXT ended in the same minute; once kept, at that home
ENDLESS = 1e18
ROUGH = 0.5  # a quick look keeps labels that may yet come to this share of the best


@compiled
def behind(stops: Longs, value: Floats, minutes: Longs, legs: Longs, fare: Floats, school: int, begin: int,
           close: int, step: int) -> Rest:  # fmt: skip
    """Return (least, first, second), each (n, steps): at most so little costs the rest of a trip after a visit to a
    demand that ended in that step; the demand it goes to first (-1 = school); the same if it may not go there.

    `stops` (m, 4): demand, place, first and last start. `value` (n,): worth of a visit. `legs`, `fare`: minutes and
    cost between places. `step`: minutes of a step, at most the shortest visit. Homes may come again, but not at once
    (two-cycles are left out): a relaxation of every trip."""
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


@compiled
def price(stops: Longs, value: Floats, minutes: Longs, legs: Longs, fare: Floats, short: Longs, school: int,
          times: Times, limits: tuple[int, int], near: Longs, spot: Longs, rest: Rest, step: int, exact: bool,
          want: int) -> Priced:  # fmt: skip
    """Return (least reduced cost <= 0, trips, their lengths) of one team and shift.

    `stops`, `value`, `minutes`, `legs`, `fare`, `step` as in `behind`, which gave `rest`. `short`: shortest minutes
    between places, by other places too. `times`: start and end of the shift, minutes away at most, the moment where
    `rest` begins. `limits`: visits and travel at most. `near` (n, k): the demands each one remembers; `spot` (n, n):
    place in that list or -1. `exact` False: quick and rough, good trips but no proof. Where the labels run out, the
    least is that of a relaxation."""
    begin, close, cap, zero = times
    capped, driven = close - begin > cap, limits[1] < FREE
    label = np.empty((LABELS, 8), np.int32)
    cost, seen = np.empty(LABELS), np.empty(LABELS, np.int64)
    minute, kept = np.full(close - begin + 1, -1, np.int32), np.full(len(value), -1, np.int32)
    best, which = np.zeros(len(value)), np.full(len(value), -1, np.int32)
    latest = _latest(stops, near, short, school, minutes, close)
    here = np.array([-1, begin, 0, close, 0, 0, -1, -1], np.int32)  # at school
    size, root = _extend(
        -1, here, 0.0, 0, label, cost, seen, 0, minute, stops, value, minutes, legs, fare, short, school, times, limits,
        near, spot, rest, step, 0.0,
    )  # fmt: skip
    top = 0.0 if exact else ROUGH * root
    for now in range(close - begin + 1):
        x = minute[now]
        while x >= 0 and size >= 0:
            following = label[x, NEXT]
            c = stops[label[x, AT], 0]
            slot = (label[x, END] - zero) // step
            if cost[x] + _rest(rest, c, slot, seen[x], spot) < top and not _worse(
                x, kept[c], label, cost, seen, _gone(x, c, label, seen, latest, exact), exact, capped, driven
            ):
                label[x, NEXT] = kept[c]
                kept[c] = x
                total = _home(x, label, cost, stops, legs, fare, school, times, limits)
                if total < best[c]:
                    best[c], which[c] = total, x
                    top = min(top, total if exact else ROUGH * total)
                size, _ = _extend(
                    x, label[x], cost[x], seen[x], label, cost, seen, size, minute, stops, value, minutes, legs, fare,
                    short, school, times, limits, near, spot, rest, step, top,
                )  # fmt: skip
            x = following
    trips, lengths = _follow(best, which, label, stops, want)
    return (min(0.0, best.min()) if size >= 0 else root), trips, lengths


@compiled
def _extend(x: int, here: Ints, paid: float, memory: int, label: Ints, cost: Floats, seen: Longs, size: int,
            minute: Ints, stops: Longs, value: Floats, minutes: Longs, legs: Longs, fare: Floats, short: Longs,
            school: int, times: Times, limits: tuple[int, int], near: Longs, spot: Longs, rest: Rest, step: int,
            top: float) -> tuple[int, float]:  # fmt: skip
    """Go from label x (`here`; -1 = school) to every stop that may pay. Return (labels now, -1 where they ran out; the
    least that any trip on this way can cost)."""
    begin, close, cap, zero = times
    most, driving = limits
    least = 0.0
    c, place = (stops[here[AT], 0], stops[here[AT], 1]) if x >= 0 else (-1, school)
    if here[COUNT] >= most:
        return size, least
    for j in range(len(stops)):
        d, q = stops[j, 0], stops[j, 1]
        if c >= 0 and (d == c or (spot[c, d] >= 0 and (memory >> spot[c, d]) & 1)):
            continue
        leg, home = legs[place, q], short[q, school]
        start = max(stops[j, 2], here[END] + leg)
        end = start + minutes[d]
        if start > stops[j, 3] or end + home > close:
            continue
        spent = here[SPENT] + leg + minutes[d]
        leave = min(here[LEAVE], stops[j, 3] - here[SPENT] - leg)
        if max(spent, end - leave) + home > cap or here[DRIVE] + leg + home > driving:
            continue
        carried = _carried(memory, c, d, near, spot)
        worth = paid + fare[place, q] - value[d]
        ahead = worth + _rest(rest, d, (end - zero) // step, carried, spot)
        least = min(least, ahead)
        if ahead >= top:
            continue
        if size >= LABELS:
            return -1, least
        row = label[size]
        row[AT], row[END], row[SPENT], row[LEAVE] = j, end, spent, leave
        row[COUNT], row[DRIVE], row[ORIGIN], row[NEXT] = here[COUNT] + 1, here[DRIVE] + leg, x, minute[end - begin]
        cost[size], seen[size] = worth, carried
        minute[end - begin] = size
        size += 1
    return size, least


@compiled
def _carried(memory: int, c: int, d: int, near: Longs, spot: Longs) -> int:
    """What a trip still remembers at demand d of what it remembered at c."""
    carried, b = np.int64(1) << spot[d, d], 0
    while memory:
        if memory & 1 and spot[d, near[c, b]] >= 0:
            carried |= np.int64(1) << spot[d, near[c, b]]
        memory >>= 1
        b += 1
    return carried


@compiled
def _gone(x: int, c: int, label: Ints, seen: Longs, latest: Longs, exact: bool) -> int:
    """Bits of the homes that the trip has been to or is too late for."""
    gone = seen[x]
    if exact:
        for b in range(latest.shape[1]):
            if label[x, END] > latest[c, b]:
                gone |= np.int64(1) << b
    return gone


@compiled
def _worse(
    x: int, y: int, label: Ints, cost: Floats, seen: Longs, gone: int, exact: bool, capped: bool, driven: bool
) -> bool:
    """True where a label kept before, from y on, is as good as x in every way. They ended no later than x."""
    while y >= 0:
        if (
            cost[y] <= cost[x]
            and (not exact or (seen[y] & ~gone) == 0)
            and (not capped or (label[y, SPENT] <= label[x, SPENT] and label[y, LEAVE] >= label[x, LEAVE]))
            and label[y, COUNT] <= label[x, COUNT]
            and (not driven or label[y, DRIVE] <= label[x, DRIVE])
        ):
            return True
        y = label[y, NEXT]
    return False


@compiled
def _home(
    x: int,
    label: Ints,
    cost: Floats,
    stops: Longs,
    legs: Longs,
    fare: Floats,
    school: int,
    times: Times,
    limits: tuple[int, int],
) -> float:
    """Cost of a trip that goes back to school now; `ENDLESS` where it may not."""
    p = stops[label[x, AT], 1]
    leg = legs[p, school]
    away = max(label[x, SPENT], label[x, END] - label[x, LEAVE]) + leg
    if label[x, END] + leg > times[1] or away > times[2] or label[x, DRIVE] + leg > limits[1]:
        return ENDLESS
    return cost[x] + fare[p, school]


@compiled
def _follow(best: Floats, which: Ints, label: Ints, stops: Longs, want: int) -> tuple[Ints, Ints]:
    """The best trips by their last demand, cheapest first, as rows of demands, and their lengths."""
    order = np.argsort(best)[:want]
    trips = np.full((want, MOST), -1, np.int32)
    lengths = np.zeros(want, np.int32)
    found = 0
    for c in order:
        if best[c] >= 0.0:
            break
        x = which[c]
        lengths[found] = label[x, COUNT]
        for k in range(label[x, COUNT] - 1, -1, -1):
            trips[found, k] = stops[label[x, AT], 0]
            x = label[x, ORIGIN]
        found += 1
    return trips[:found], lengths[:found]


@compiled
def _rest(rest: Rest, c: int, slot: int, seen: int, spot: Longs) -> float:
    """The least that the rest of a trip costs after demand c, not going first where it has just been."""
    least, first, second = rest
    to = first[c, slot]
    if to >= 0 and spot[c, to] >= 0 and (seen >> spot[c, to]) & 1:
        return second[c, slot]
    return least[c, slot]


@compiled
def _latest(stops: Longs, near: Longs, short: Longs, school: int, minutes: Longs, close: int) -> Longs:
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
