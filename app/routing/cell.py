"""One more visit in a team's day: in a trip as it stands, or with the day's trips arranged anew.

A team with several stretches of hours on a day has a trip in some of them. Where a visit fits into none of these trips,
one of them may go to another stretch of the day, to the trip that stands there or where there is none, and the visit
goes with it or into the stretch that became free. `kernel.trips` does the same in machine code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from app.routing.grid import Grid, Shift
from app.routing.problem import Team
from app.routing.trip import EMPTY, Trip, Windows, build, insertion

Trips = tuple[Trip, ...]  # of one team and day, one for each of its shifts
Arrangement = tuple[int, Trips]  # the stretch that takes a visit, the trips beside it
Place = tuple[int, int, int, Trips]  # extra travel, stretch, position, the trips beside it


def cheapest(
    grid: Grid,
    t: int,
    d: int,
    rows: Sequence[Shift],
    trips: Sequence[Trip],
    c: int,
    windows: Windows,
    cap: int,
    taken: Callable[[Shift], bool],
) -> Place | None:
    """The cheapest place for demand c in a day of team t: (extra travel, stretch, position, the trips beside it), None
    where it does not fit.

    `rows`: the stretches ((start, end), ...) and `trips` the trip in each; `windows(c)` start windows of a demand on
    the day; `cap`: minutes the team may be away; `taken(stretch)`: true where a teacher is out with another team then.
    """
    team = grid.problem.teams[t]
    if not windows(c):
        return None
    if team.max_visits is not None and sum(len(x.seq) for x in trips) >= team.max_visits:
        return None
    travel = sum(x.travel for x in trips)

    def best(arrangements: Iterable[Arrangement]) -> Place | None:
        found = None
        for k, base in arrangements:
            rest = base[:k] + base[k + 1 :]
            place = insertion(grid, t, d, rows[k], base[k], c, cap - sum(x.away for x in rest), windows)
            if place is None:
                continue
            extra = place[0] + sum(x.travel for x in base) - travel
            if team.max_travel is not None and travel + extra > team.max_travel:
                continue
            if found is None or extra < found[0]:
                found = extra, k, place[1], base
        return found

    return best(as_they_stand(team, rows, trips, taken)) or best(arranged_anew(grid, t, d, rows, trips, windows, taken))


def within_limits(team: Team, trips: Sequence[Trip]) -> bool:
    """True where the trips of a day keep the team's limits: minutes away (a break on the way does not count), visits,
    minutes on the way, and one trip where it has only one."""
    visits, travel = sum(len(x.seq) for x in trips), sum(x.travel for x in trips)
    return (
        sum(x.away for x in trips) <= team.cap_day
        and visits <= (team.max_visits or visits)
        and travel <= (team.max_travel or travel)
        and not (team.one_trip and sum(bool(x.seq) for x in trips) > 1)
    )


def as_they_stand(
    team: Team, rows: Sequence[Shift], trips: Sequence[Trip], taken: Callable[[Shift], bool]
) -> Iterator[Arrangement]:
    """Yield (stretch, trips) for every stretch that may take one more visit."""
    out = any(x.seq for x in trips)
    for k, row in enumerate(rows):
        if not (team.one_trip and out and not trips[k].seq) and not taken(row):
            yield k, tuple(trips)


def arranged_anew(
    grid: Grid,
    t: int,
    d: int,
    rows: Sequence[Shift],
    trips: Sequence[Trip],
    windows: Windows,
    taken: Callable[[Shift], bool],
) -> Iterator[Arrangement]:
    """Yield (stretch, trips) as `as_they_stand`, with one of the day's trips moved to another stretch."""
    one = grid.problem.teams[t].one_trip
    for x, trip in enumerate(trips):
        for r, row in enumerate(rows):
            if r == x or not trip.seq or taken(row):
                continue
            seq = trip.seq + trips[r].seq if x < r else trips[r].seq + trip.seq
            moved = build(grid, t, d, row, seq, windows)
            if moved is None:
                continue
            base = list(trips)
            base[x], base[r] = EMPTY, moved
            yield r, tuple(base)
            if not one:
                yield x, tuple(base)
