"""Looking at a state with something changed: a demand taken out, a rule loosened in one point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.routing.board import Board
from app.routing.cell import Trips, cheapest
from app.routing.grid import Grid, Shift, Starts
from app.routing.state import State
from app.routing.trip import EMPTY, Trip, Windows, build

TakenOff = dict[tuple[int, int], tuple[int, Trips]]
"""By demand and day: the team of a visit that was taken out and the trips of its cell before."""


@dataclass(frozen=True)
class Loose:
    """A rule loosened in one point for one demand and team. `windows`: start windows of the demand instead of its own;
    `cap`: minutes a day more than the team may be away; `shifts`: instead of the team's own, holding all of them."""

    windows: Starts | None = None
    cap: int = 0
    shifts: tuple[Shift, ...] | None = None


NOTHING = Loose()


def loosened_price(state: State, c: int, t: int, d: int, loose: Loose) -> int | None:
    """Extra minutes of travel for demand c with team t on day d, None where it does not fit."""
    grid, team = state.grid, state.grid.problem.teams[t]
    trips, rows = state.cells[t][d], grid.shifts[t][d]
    usual, windows = state.windows(d), loose.windows
    fit = usual if windows is None else lambda x: windows if x == c else usual(x)
    if not fit(c):
        return None
    if loose.shifts is not None:
        wider = _wider(grid, t, d, trips, rows, loose.shifts, usual)
        if wider is None:
            return None
        trips, rows = wider, loose.shifts
    found = cheapest(grid, t, d, rows, trips, c, fit, team.cap_day + loose.cap, lambda shift: state.taken(t, d, shift))
    return None if found is None else found[0]


def take_off(state: State, c: int, board: Board | None = None) -> TakenOff:
    """Take a demand's visits out of a state (with a board: those that may move). Return the cells as they were."""
    kept: TakenOff = {}
    for t, row in enumerate(state.cells):
        for d, trips in enumerate(row):
            if any(c in trip.seq for trip in trips) and not (board and board.firm(board.held[c][d])):
                kept[c, d] = (t, trips)
                state.remove(c, t, d)
    return kept


def put_back(state: State, kept: TakenOff) -> None:
    """Undo `take_off`."""
    for (_, d), (t, trips) in kept.items():
        for k, trip in enumerate(trips):
            state.put(t, d, k, trip)


def _wider(
    grid: Grid, t: int, d: int, trips: Trips, rows: Sequence[Shift], shifts: Sequence[Shift], windows: Windows
) -> Trips | None:
    """The trips of a cell in wider shifts; those that now share a shift become one trip."""
    found: list[Trip] = []
    for a, b in shifts:
        inside = [trip for trip, (x, y) in zip(trips, rows, strict=True) if a <= x and y <= b and trip.seq]
        seq = tuple(c for trip in inside for c in trip.seq)
        trip = build(grid, t, d, (a, b), seq, windows) if seq else EMPTY
        if trip is None:
            return None
        found.append(trip)
    return tuple(found)
