"""One trip of a team: out from school, homes in order, back. Timing and the price of one more home.

A trip is an immutable tuple (seq, ends, lates, elapsed, travel, out): demand indices; the earliest end of each visit;
the latest start of each visit that still gets everyone home in the shift; minutes away at the best departure; minutes
of travel; the minute of the day of that departure.
"""

EMPTY = ((), (), (), 0, 0, 0)


def build(grid, team, day, shift, seq, windows):
    """Time a sequence of demands. Return the trip, or None where it cannot be kept inside windows and shift.

    `windows(c)` gives the start windows of a demand on this day; `shift` = (start, end) in minutes of the day.
    """
    if not seq:
        return EMPTY
    legs, home, minutes, school = grid.legs_of(day, shift), grid.home, grid.minutes, grid.school[team]
    at, free, ends, travel = school, shift[0], [], 0
    for c in seq:
        start = earliest(windows(c), free + legs[at][home[c]])
        if start is None:
            return None
        travel += legs[at][home[c]]
        at, free = home[c], start + minutes[c]
        ends.append(free)
    travel += legs[at][school]
    back = free + legs[at][school]
    if back > shift[1]:
        return None
    lates = backwards(grid, legs, school, seq, windows, shift[1])
    elapsed, out = least_away(grid, legs, school, shift, seq, windows, travel + sum(minutes[c] for c in seq))
    return tuple(seq), tuple(ends), lates, elapsed, travel, out


def least_away(grid, legs, school, shift, seq, windows, floor):
    """(fewest minutes away, departure) over all departures from `shift[0]` on that keep the sequence.

    Waiting goes only where an earlier visit stands at the end of its window, so the next departure worth trying pushes
    that visit into its next window: few rounds. `floor` (travel and visits) ends it early. The sequence must be
    possible.
    """
    home, minutes, best, leave = grid.home, grid.minutes, None, shift[0]
    while True:
        at, free = school, leave
        for c in seq:
            start = earliest(windows(c), free + legs[at][home[c]])
            if start is None:
                return best
            at, free = home[c], start + minutes[c]
        back = free + legs[at][school]
        if back > shift[1]:
            return best
        out = backwards(grid, legs, school, seq, windows, back)[0] - legs[school][home[seq[0]]]
        if best is None or back - out < best[0]:
            best = back - out, out
        if best[0] <= floor or out + 1 <= leave:
            return best
        leave = out + 1


def backwards(grid, legs, school, seq, windows, back):
    """Latest start of each visit of `seq` so that the team is at school by `back`."""
    home, minutes, late, at = grid.home, grid.minutes, back, school
    found = []
    for c in reversed(seq):
        late = latest(windows(c), late - legs[home[c]][at] - minutes[c])
        found.append(late)
        at = home[c]
    return tuple(reversed(found))


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
    seq, ends, lates, _, travel, _ = trip
    legs, home, school = grid.legs_of(day, shift), grid.home, grid.school[team]
    own, wins, long = home[c], windows(c), grid.minutes[c]
    if not wins:
        return None
    service = sum(grid.minutes[x] for x in seq) + long
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
        if (
            shift[1] - shift[0] > room
            and _away(grid, legs, school, shift, seq[:pos] + (c,) + seq[pos:], windows, travel + service + extra) > room
        ):
            continue
        best = (extra, pos)
    return best


def _away(grid, legs, school, shift, seq, windows, floor):
    return least_away(grid, legs, school, shift, seq, windows, floor)[0]
