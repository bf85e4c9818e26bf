"""The least reduced cost of a day's trip of a team: forward labels over homes and their start windows, in numba.

A label is a partial trip that ends a visit at a home. Leaving school at minute x it ends the visit at
max(end, x + spent) for every x <= leave (Savelsbergh 1992): `end` is the earliest end, `spent` the minutes of driving
and visiting without a wait, `leave` the latest departure. Minutes away are then max(spent, end - leave), exactly.
A trip may come back to a home only after forgetting it (ng-routes, Baldacci et al. 2011): each home remembers the
visits among its nearest ones. All costs are multiples of 1/1024, so sums are exact and the bound is proven.
"""

import numpy as np
from numba import njit

MOST = 16  # visits in one trip
LABELS = 400_000


@njit(nogil=True, cache=True)
def price(stops, value, entry, legs, least, school, times, limits, near, spot, exact, want):
    """Return (least reduced cost <= 0, trips, their lengths, their costs, whole).

    `stops` (m, 4): demand, place, first and last start; sorted by demand. `value` (n, 2): worth in float of a visit,
    and its minutes. `entry` (n + 1, n): worth of going from a demand (n = school) to another. `times`: start and end
    of the shift, minutes away at most. `limits`: visits and travel at most. `near` (n, k): the demands each one
    remembers; `spot` (n, n): place in that list or -1. `exact` False: quick and rough, no proof. `whole` False where
    the labels ran out: then the least cost is not proven.
    """
    n = value.shape[0]
    begin, close, cap = times
    most, driving = limits
    capped = close - begin > cap
    at = np.empty(LABELS, np.int32)
    end = np.empty(LABELS, np.int32)
    spent = np.empty(LABELS, np.int32)
    leave = np.empty(LABELS, np.int32)
    cost = np.empty(LABELS, np.float64)
    seen = np.empty(LABELS, np.int64)
    origin = np.empty(LABELS, np.int32)
    count = np.empty(LABELS, np.int8)
    drive = np.empty(LABELS, np.int32)
    follow = np.empty(LABELS, np.int32)  # next label of the same minute, later of the same home
    minute = np.full(close - begin + 1, -1, np.int32)
    kept = np.full(n, -1, np.int32)
    best = np.zeros(n)
    which = np.full(n, -1, np.int32)
    size, whole = 0, True
    for i in range(stops.shape[0]):
        c, p = stops[i, 0], stops[i, 1]
        leg, long = legs[school, p], int(value[c, 1])
        start = max(stops[i, 2], begin + leg)
        if start > stops[i, 3] or start + long + least[p] > close:
            continue
        s, late = leg + long, stops[i, 3] - leg
        if max(s, start + long - late) + least[p] > cap or leg + least[p] > driving:
            continue
        at[size], end[size], spent[size], leave[size] = i, start + long, s, late
        cost[size] = leg - value[c, 0] - entry[n, c]
        seen[size] = np.int64(1) << spot[c, c]
        origin[size], count[size], drive[size] = -1, 1, leg
        follow[size] = minute[start + long - begin]
        minute[start + long - begin] = size
        size += 1
    for now in range(close - begin + 1):
        x = minute[now]
        while x >= 0:
            following = follow[x]
            i = at[x]
            c, p = stops[i, 0], stops[i, 1]
            y = kept[c]
            out = False
            while y >= 0:
                if (
                    cost[y] <= cost[x]
                    and (not exact or (seen[y] & ~seen[x]) == 0)
                    and (not capped or (spent[y] <= spent[x] and leave[y] >= leave[x]))
                    and count[y] <= count[x]
                    and (driving >= 100000 or drive[y] <= drive[x])
                ):
                    out = True
                    break
                y = follow[y]
            if out:
                x = following
                continue
            follow[x] = kept[c]
            kept[c] = x
            home = legs[p, school]
            if (
                end[x] + home <= close
                and max(spent[x], end[x] - leave[x]) + home <= cap
                and drive[x] + home <= driving
                and cost[x] + home < best[c]
            ):
                best[c] = cost[x] + home
                which[c] = x
            if count[x] < most:
                for j in range(stops.shape[0]):
                    d = stops[j, 0]
                    if d == c:
                        continue
                    k = spot[c, d]
                    if k >= 0 and (seen[x] >> k) & 1:
                        continue
                    q = stops[j, 1]
                    leg, long = legs[p, q], int(value[d, 1])
                    start = max(stops[j, 2], end[x] + leg)
                    if start > stops[j, 3]:
                        continue
                    e = start + long
                    if e + least[q] > close:
                        continue
                    s = spent[x] + leg + long
                    late = min(leave[x], stops[j, 3] - spent[x] - leg)
                    if max(s, e - late) + least[q] > cap or drive[x] + leg + least[q] > driving:
                        continue
                    if size >= LABELS:
                        whole = False
                        break
                    memory = np.int64(1) << spot[d, d]
                    rest = seen[x]
                    b = 0
                    while rest:
                        if rest & 1:
                            k = spot[d, near[c, b]]
                            if k >= 0:
                                memory |= np.int64(1) << k
                        rest >>= 1
                        b += 1
                    at[size], end[size], spent[size], leave[size] = j, e, s, late
                    cost[size] = cost[x] + leg - value[d, 0] - entry[c, d]
                    seen[size], origin[size], count[size], drive[size] = memory, x, count[x] + 1, drive[x] + leg
                    follow[size] = minute[e - begin]
                    minute[e - begin] = size
                    size += 1
            x = following
    order = np.argsort(best)[:want]
    trips = np.full((want, MOST), -1, np.int32)
    lengths = np.zeros(want, np.int32)
    costs = np.zeros(want)
    found = 0
    for c in order:
        if best[c] >= 0.0:
            break
        x = which[c]
        costs[found] = best[c]
        lengths[found] = count[x]
        for k in range(count[x] - 1, -1, -1):
            trips[found, k] = stops[at[x], 0]
            x = origin[x]
        found += 1
    return best.min() if n else 0.0, trips[:found], lengths[:found], costs[:found], whole, size
