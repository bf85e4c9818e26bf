"""Looking at a state with something changed: a demand taken out, a rule loosened in one point."""

from app.routing.cell import cheapest
from app.routing.trip import EMPTY, build


def loosened_price(state, c, t, d, *, windows=None, cap=0, shifts=None):
    """Extra minutes of travel for demand c with team t on day d, None where it does not fit.

    `windows`: start windows of c instead of its own; `cap`: minutes a day more than the team may be away; `shifts`:
    ((start, end), ...) instead of the team's own, holding all of them.
    """
    grid, team = state.grid, state.grid.problem.teams[t]
    trips, rows = state.cells[t][d], grid.shifts[t][d]
    usual = state.windows(d)
    fit = usual if windows is None else lambda x: windows if x == c else usual(x)
    if not fit(c):
        return None
    if shifts is not None:
        trips, rows = _wider(grid, t, d, trips, rows, shifts, usual), shifts
        if trips is None:
            return None
    found = cheapest(grid, t, d, rows, trips, c, fit, team.cap_day + cap, lambda shift: state.taken(t, d, shift))
    return None if found is None else found[0]


def take_off(state, c, board=None):
    """Take a demand's visits out of a state (with a board: those that may move). Return {(c, day): (team, trips)}, the
    cells as they were."""
    kept = {}
    for t, row in enumerate(state.cells):
        for d, trips in enumerate(row):
            if any(c in trip[0] for trip in trips) and not (board and board.firm(board.held[c][d])):
                kept[c, d] = (t, trips)
                state.remove(c, t, d)
    return kept


def put_back(state, kept):
    """Undo `take_off`."""
    for (_, d), (t, trips) in kept.items():
        for k, trip in enumerate(trips):
            state.put(t, d, k, trip)


def _wider(grid, t, d, trips, rows, shifts, windows):
    """The trips of a cell in wider shifts; those that now share a shift become one trip."""
    found = []
    for a, b in shifts:
        inside = [trip for trip, (x, y) in zip(trips, rows, strict=True) if a <= x and y <= b and trip[0]]
        seq = tuple(c for trip in inside for c in trip[0])
        trip = build(grid, t, d, (a, b), seq, windows) if seq else EMPTY
        if trip is None:
            return None
        found.append(trip)
    return found
