"""One trip of a team: out from school, homes in order, back. Timing and the price of one more home.

A trip is an immutable tuple (seq, ends, lates, elapsed, travel, out, pause): demand indices; the earliest end of each
visit; the latest start of each visit that still gets everyone home in the shift (both as if there were no break at
noon); minutes away at the best departure, a break on the way not counted; minutes of travel; the minute of the day of
that departure; the break on the way, None where it lies before the departure, after the return, or need not be.

A break on the way, a *pause*, is (number of the leg, minutes, from, to): the team rests `minutes` on end inside
`from`-`to`, anywhere on that leg. Leg 0 leads to the first visit, the last one back to school.
"""

EMPTY = ((), (), (), 0, 0, 0, None)


def build(grid, team, day, shift, seq, windows):
    """Time a sequence of demands. Return the trip, or None where it cannot be kept inside windows and shift.

    `windows(c)` gives the start windows of a demand on this day; `shift` = (start, end) in minutes of the day.
    """
    if not seq:
        return EMPTY
    legs, school = grid.legs_of(day, shift), grid.school[team]
    starts = _forward(grid, legs, school, seq, windows, shift[0], None)
    if starts is None:
        return None
    if _back(grid, legs, school, seq, starts, None) > shift[1]:
        return None
    minutes, service = grid.minutes, sum(grid.minutes[c] for c in seq)
    travel = _travel(grid, legs, school, seq)
    found = _least_away(grid, legs, school, shift, seq, windows, travel + service, grid.break_of(team, day, shift))
    if found is None:
        return None
    ends = tuple(start + minutes[c] for c, start in zip(seq, starts, strict=True))
    lates = _backwards(grid, legs, school, seq, windows, shift[1], None)[1:]
    return tuple(seq), ends, lates, found[0], travel, found[1], found[2]


def visit_starts(grid, team, day, shift, trip, windows):
    """The start of each visit of a trip at the departure with the fewest minutes away."""
    seq, out, pause = trip[0], trip[5], trip[6]
    return _forward(grid, grid.legs_of(day, shift), grid.school[team], seq, windows, out, pause)


def _travel(grid, legs, school, seq):
    way = [school, *(grid.home[c] for c in seq), school]
    return sum(legs[a][b] for a, b in zip(way, way[1:], strict=False))


def _back(grid, legs, school, seq, starts, pause):
    """Minute of the return after visits at `starts`, None where the pause cannot lie on the last leg."""
    free, leg = starts[-1] + grid.minutes[seq[-1]], legs[grid.home[seq[-1]]][school]
    return free + leg if pause is None or pause[0] < len(seq) else _rested(free, leg, pause)


def _rested(free, leg, pause):
    """Minute of the arrival on a leg that begins at `free` and holds the pause, None where it is too late for it."""
    _, long, first, last = pause
    return None if free > last - long else max(free + leg, first) + long


def _forward(grid, legs, school, seq, windows, leave, pause):
    """The earliest start of each visit for a departure at `leave`, None where one cannot be."""
    at, free, starts = school, leave, []
    for i, c in enumerate(seq):
        leg = legs[at][grid.home[c]]
        ready = free + leg if pause is None or i != pause[0] else _rested(free, leg, pause)
        start = None if ready is None else earliest(windows(c), ready)
        if start is None:
            return None
        starts.append(start)
        at, free = grid.home[c], start + grid.minutes[c]
    return starts


def _backwards(grid, legs, school, seq, windows, back, pause):
    """Latest start of each visit of `seq`, and before them the latest departure, so that the team is at school by
    `back`. The sequence must be possible."""
    late, at, found = back, school, []
    for i in range(len(seq), -1, -1):
        here = grid.home[seq[i - 1]] if i else school
        free = late - legs[here][at]
        if pause is not None and i == pause[0]:
            free = min(free, pause[3]) - pause[1]
        late = latest(windows(seq[i - 1]), free - grid.minutes[seq[i - 1]]) if i else free
        found.append(late)
        at = here
    return tuple(reversed(found))


def _least_away(grid, legs, school, shift, seq, windows, floor, rest):
    """(fewest minutes away, departure, pause) of a sequence that keeps the break `rest` (see `breaks_of`), None where
    that cannot be. `floor`: minutes of travel and visits."""
    long, first, last = rest
    if not long:
        return _departure(grid, legs, school, shift, seq, windows, floor, None)
    out, back = shift
    ways = [((max(out, first + long), back), None), ((out, min(back, last - long)), None)]
    ways += [(shift, (k, long, first, last)) for k in range(len(seq) + 1)]
    best = None
    for hours, pause in ways:
        found = _departure(grid, legs, school, hours, seq, windows, floor, pause)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best


def _departure(grid, legs, school, shift, seq, windows, floor, pause):
    """(fewest minutes away less the pause, departure, pause) over all departures from `shift[0]` on that keep the
    sequence, or None.

    Waiting goes only where an earlier visit stands at the end of its window, so the next departure worth trying pushes
    that visit into its next window: few rounds. `floor` (travel and visits) ends it early.
    """
    best, leave, rest = None, shift[0], pause[1] if pause else 0
    while True:
        starts = _forward(grid, legs, school, seq, windows, leave, pause)
        back = None if starts is None else _back(grid, legs, school, seq, starts, pause)
        if back is None or back > shift[1]:
            return best
        out = _backwards(grid, legs, school, seq, windows, back, pause)[0]
        if best is None or back - out - rest < best[0]:
            best = back - out - rest, out, pause
        if best[0] <= floor or out + 1 <= leave:
            return best
        leave = out + 1


def earliest(windows, moment):
    """First possible start at or after `moment`, None where there is none."""
    for first, last in windows:
        if last >= moment:
            return first if first > moment else moment
    return None


def latest(windows, moment):
    """Last possible start at or before `moment`; `moment` itself must not lie before the first window."""
    for first, last in reversed(windows):
        if first <= moment:
            return last if last < moment else moment
    return -1


def insertion(grid, team, day, shift, trip, c, room, windows):
    """The cheapest place for demand c in a trip: (extra travel, position), None where it does not fit.

    `room`: minutes the team may be away in this trip under its daily cap.
    """
    seq, ends, lates, _, travel, _, _ = trip
    legs, home, school = grid.legs_of(day, shift), grid.home, grid.school[team]
    own, wins, long = home[c], windows(c), grid.minutes[c]
    if not wins:
        return None
    service = sum(grid.minutes[x] for x in seq) + long
    rest = grid.break_of(team, day, shift)
    best = None
    last = len(seq)
    for pos in range(last + 1):
        before = home[seq[pos - 1]] if pos else school
        start = earliest(wins, (ends[pos - 1] if pos else shift[0]) + legs[before][own])
        if start is None:
            continue
        after = home[seq[pos]] if pos < last else school
        done = start + long + legs[own][after]
        if done > (lates[pos] if pos < last else shift[1]):
            continue
        extra = (
            legs[before][own] + legs[own][after] - legs[before][after] if last else legs[before][own] + legs[own][after]
        )
        if best is not None and extra >= best[0]:
            continue
        if travel + service + extra > room:
            continue
        if rest[0] or shift[1] - shift[0] > room:
            longer, floor = seq[:pos] + (c,) + seq[pos:], travel + service + extra
            found = _least_away(grid, legs, school, shift, longer, windows, floor, rest)
            if found is None or found[0] > room:
                continue
        best = (extra, pos)
    return best
