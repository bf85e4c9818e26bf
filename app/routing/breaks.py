"""The break at noon: in which shift of a team's day it has to lie, so that every trip can be timed by itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.routing.problem import Break

NO_BREAK = (0, 0, 0)


@lru_cache(maxsize=4096)
def breaks_of(rule: Break | None, shifts: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int, int], ...]:
    """Return for each of a day's shifts ((start, end), ...) what its trip has to keep free: (minutes, from, to).

    A team is at rest before its trip leaves, on the way to a visit or back, or after it is back, for `minutes` on end
    inside `from`-`to`; (0, 0, 0) = this trip need not care. `rule`: a `Break` or None. A stretch that no other shift
    touches is chosen, the longest; where the shifts leave none that is long enough, all of them keep the first minutes
    free.
    """
    if rule is None or not shifts:
        return (NO_BREAK,) * len(shifts)
    rooms = []
    for i, (out, back) in enumerate(shifts):
        first = max(rule.start, shifts[i - 1][1]) if i else rule.start
        last = min(rule.end, shifts[i + 1][0]) if i + 1 < len(shifts) else rule.end
        if min(out, last) - first >= rule.minutes or last - max(back, first) >= rule.minutes:
            return (NO_BREAK,) * len(shifts)  # free whatever the trips do
        rooms.append((last - first, -i, first, last))
    room, minus, first, last = max(rooms)
    if room < rule.minutes:
        return ((rule.minutes, rule.start, rule.start + rule.minutes),) * len(shifts)
    return tuple((rule.minutes, first, last) if i == -minus else NO_BREAK for i in range(len(shifts)))
