"""One trip of a team: out from school, homes in order, back. Timing and the price of one more home.

Minutes are whole minutes, of the day where a clock is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.routing.grid import Grid, Legs, Shift, Starts

Windows = Callable[[int], Starts]  # those of a demand on the day
Best = tuple[int, int, "Pause | None"]  # minutes away, departure, pause


class Pause(NamedTuple):
    """A break on the way: the team rests `minutes` on end inside `first`-`last`, anywhere on leg number `leg`. Leg 0
    leads to the first visit, the last one back to school."""

    leg: int
    minutes: int
    first: int
    last: int


class Trip(NamedTuple):
    """A trip that can be kept. `ends` and `lates` are as if there were no break at noon."""

    seq: tuple[int, ...] = ()  # demands
    ends: tuple[int, ...] = ()  # the earliest end of each visit
    lates: tuple[int, ...] = ()  # the latest start of each visit that still gets everyone home in the shift
    away: int = 0  # minutes out at the best departure, a break on the way not counted
    travel: int = 0  # minutes
    out: int = 0  # that departure
    pause: Pause | None = None  # None where it lies before the departure, after the return, or need not be


EMPTY = Trip()


def build(grid: Grid, team: int, day: int, shift: Shift, seq: Sequence[int], windows: Windows) -> Trip | None:
    """Time a sequence of demands. Return the trip, or None where it cannot be kept inside windows and shift.

    `windows(c)` gives the start windows of a demand on this day; `shift` = (start, end) in minutes of the day.
    """
    if not seq:
        return EMPTY
    legs, school = grid.legs_of(day, shift), grid.school[team]
    starts = _forward(grid, legs, school, seq, windows, shift[0], None)
    if starts is None:
        return None
    back = _back(grid, legs, school, seq, starts, None)
    if back is None or back > shift[1]:
        return None
    minutes, service = grid.minutes, sum(grid.minutes[c] for c in seq)
    travel = _travel(grid, legs, school, seq)
    found = _least_away(grid, legs, school, shift, seq, windows, travel + service, grid.break_of(team, day, shift))
    if found is None:
        return None
    ends = tuple(start + minutes[c] for c, start in zip(seq, starts, strict=True))
    lates = _backwards(grid, legs, school, seq, windows, shift[1], None)[1:]
    return Trip(tuple(seq), ends, lates, found[0], travel, found[1], found[2])


def visit_starts(grid: Grid, team: int, day: int, shift: Shift, trip: Trip, windows: Windows) -> list[int]:
    """The start of each visit of a trip at the departure with the fewest minutes away."""
    starts = _forward(grid, grid.legs_of(day, shift), grid.school[team], trip.seq, windows, trip.out, trip.pause)
    assert starts is not None  # a trip can be kept
    return starts


def _travel(grid: Grid, legs: Legs, school: int, seq: Sequence[int]) -> int:
    way = [school, *(grid.home[c] for c in seq), school]
    return sum(legs[a][b] for a, b in zip(way, way[1:], strict=False))


def _back(
    grid: Grid, legs: Legs, school: int, seq: Sequence[int], starts: list[int], pause: Pause | None
) -> int | None:
    """Minute of the return after visits at `starts`, None where the pause cannot lie on the last leg."""
    free, leg = starts[-1] + grid.minutes[seq[-1]], legs[grid.home[seq[-1]]][school]
    return free + leg if pause is None or pause.leg < len(seq) else _rested(free, leg, pause)


def _rested(free: int, leg: int, pause: Pause) -> int | None:
    """Minute of the arrival on a leg that begins at `free` and holds the pause, None where it is too late for it."""
    if free > pause.last - pause.minutes:
        return None
    return max(free + leg, pause.first) + pause.minutes


def _forward(
    grid: Grid, legs: Legs, school: int, seq: Sequence[int], windows: Windows, leave: int, pause: Pause | None
) -> list[int] | None:
    """The earliest start of each visit for a departure at `leave`, None where one cannot be."""
    at, free = school, leave
    starts: list[int] = []
    for i, c in enumerate(seq):
        leg = legs[at][grid.home[c]]
        ready = free + leg if pause is None or i != pause.leg else _rested(free, leg, pause)
        start = None if ready is None else earliest(windows(c), ready)
        if start is None:
            return None
        starts.append(start)
        at, free = grid.home[c], start + grid.minutes[c]
    return starts


def _backwards(
    grid: Grid, legs: Legs, school: int, seq: Sequence[int], windows: Windows, back: int, pause: Pause | None
) -> tuple[int, ...]:
    """Latest start of each visit of `seq`, and before them the latest departure, so that the team is at school by
    `back`. The sequence must be possible."""
    late, at, found = back, school, []
    for i in range(len(seq), -1, -1):
        here = grid.home[seq[i - 1]] if i else school
        free = late - legs[here][at]
        if pause is not None and i == pause.leg:
            free = min(free, pause.last) - pause.minutes
        late = latest(windows(seq[i - 1]), free - grid.minutes[seq[i - 1]]) if i else free
        found.append(late)
        at = here
    return tuple(reversed(found))


def _least_away(
    grid: Grid,
    legs: Legs,
    school: int,
    shift: Shift,
    seq: Sequence[int],
    windows: Windows,
    floor: int,
    rest: tuple[int, int, int],
) -> Best | None:
    """(fewest minutes away, departure, pause) of a sequence that keeps the break `rest` (see `breaks_of`), None where
    that cannot be. `floor`: minutes of travel and visits."""
    long, first, last = rest
    if not long:
        return _departure(grid, legs, school, shift, seq, windows, floor, None)
    out, back = shift
    ways: list[tuple[tuple[int, int], Pause | None]] = [
        ((max(out, first + long), back), None),
        ((out, min(back, last - long)), None),
    ]
    ways += [(shift, Pause(k, long, first, last)) for k in range(len(seq) + 1)]
    best = None
    for hours, pause in ways:
        found = _departure(grid, legs, school, hours, seq, windows, floor, pause)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best


def _departure(
    grid: Grid,
    legs: Legs,
    school: int,
    shift: Shift,
    seq: Sequence[int],
    windows: Windows,
    floor: int,
    pause: Pause | None,
) -> Best | None:
    """(fewest minutes away less the pause, departure, pause) over all departures from `shift[0]` on that keep the
    sequence, or None.

    Waiting goes only where an earlier visit stands at the end of its window, so the next departure worth trying pushes
    that visit into its next window: few rounds. `floor` (travel and visits) ends it early.
    """
    best: Best | None = None
    leave, rest = shift[0], pause.minutes if pause else 0
    while True:
        starts = _forward(grid, legs, school, seq, windows, leave, pause)
        back = None if starts is None else _back(grid, legs, school, seq, starts, pause)
        if starts is None or back is None or back > shift[1]:
            return best
        out = _backwards(grid, legs, school, seq, windows, back, pause)[0]
        if best is None or back - out - rest < best[0]:
            best = back - out - rest, out, pause
        if best[0] <= floor or out + 1 <= leave:
            return best
        leave = out + 1


def earliest(windows: Starts, moment: int) -> int | None:
    """First possible start at or after `moment`, None where there is none."""
    for first, last in windows:
        if last >= moment:
            return first if first > moment else moment
    return None


def latest(windows: Starts, moment: int) -> int:
    """Last possible start at or before `moment`; `moment` itself must not lie before the first window."""
    for first, last in reversed(windows):
        if first <= moment:
            return last if last < moment else moment
    return -1


def insertion(
    grid: Grid, team: int, day: int, shift: Shift, trip: Trip, c: int, room: int, windows: Windows
) -> tuple[int, int] | None:
    """The cheapest place for demand c in a trip: (extra travel, position), None where it does not fit.

    `room`: minutes the team may be away in this trip under its daily cap.
    """
    seq, ends, lates, travel = trip.seq, trip.ends, trip.lates, trip.travel
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
