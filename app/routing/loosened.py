"""Looking at a state with something changed: a demand taken out, a rule loosened in one point."""

from app.routing.trip import EMPTY, build, insertion


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
    if team.max_visits is not None and sum(len(x[0]) for x in trips) >= team.max_visits:
        return None
    away, best = sum(x[3] for x in trips), None
    for trip, shift in zip(trips, rows, strict=True):
        if (team.one_trip and not trip[0] and away) or state.taken(t, d, shift):
            continue
        found = insertion(grid, t, d, shift, trip, c, team.cap_day + cap - away + trip[3], fit)
        if found and (team.max_travel is None or sum(x[4] for x in trips) + found[0] <= team.max_travel):
            best = found[0] if best is None else min(best, found[0])
    return best


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
