"""The timetable under construction: the trips of every team and day, with undo, and a cache of insertion prices."""

from app.routing.cell import Place, Trips, cheapest
from app.routing.grid import Grid, Shift
from app.routing.trip import EMPTY, Trip, Windows, build, visit_starts


class State:
    """Trips by cell (team, day): `cells[t][d]` is a tuple of trips, one for each shift of the team on that day.

    Every change gives the cell and the cells of teams that share a teacher a new version; prices are cached by version.
    Between `mark()` and `undo()` changed cells are remembered.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.cells: list[list[Trips]] = [[(EMPTY,) * len(s) for s in row] for row in grid.shifts]
        self.versions = [[0] * len(grid.days) for _ in grid.problem.teams]
        self.loads = [0] * len(grid.problem.teams)
        self.travel = 0
        self.fixed: dict[tuple[int, int], int] = {}  # (demand, day) -> start minute of a visit that may not move
        self._clock = 0
        self._cache: dict[tuple[int, int, int], tuple[int, Place | None]] = {}
        self._journal: dict[tuple[int, int], tuple[Trips, int]] | None = None
        self._limits = [(t.cap_day, t.max_visits, t.max_travel, t.one_trip) for t in grid.problem.teams]

    def windows(self, day: int) -> Windows:
        """Start windows of a demand on a day as a function; a fixed visit has one moment."""
        table, fixed = self.grid.windows, self.fixed
        if not fixed:
            return lambda c: table[c][day]
        return lambda c: ((fixed[c, day],) * 2,) if (c, day) in fixed else table[c][day]

    def mark(self) -> None:
        """Begin to remember, so that `undo` can come back here."""
        self._journal = {}
        self._saved = (self.loads[:], self.travel)

    def undo(self) -> None:
        """Go back to the last mark."""
        for (t, d), (trips, version) in (self._journal or {}).items():
            self.cells[t][d], self.versions[t][d] = trips, version
        self.loads, self.travel = self._saved
        self._journal = None

    def put(self, t: int, d: int, k: int, trip: Trip) -> None:
        """Replace trip k of a cell and keep loads, travel and versions right."""
        self._remember(t, d)
        trips = self.cells[t][d]
        old = trips[k]
        self.cells[t][d] = trips[:k] + (trip,) + trips[k + 1 :]
        minutes = self.grid.minutes
        self.loads[t] += trip.travel - old.travel + sum(minutes[c] for c in trip.seq) - sum(minutes[c] for c in old.seq)
        self.travel += trip.travel - old.travel
        self.touch(t, d)
        for rival in self.grid.rivals[t]:
            self._remember(rival, d)
            self.touch(rival, d)

    def _remember(self, t: int, d: int) -> None:
        if self._journal is not None and (t, d) not in self._journal:
            self._journal[t, d] = (self.cells[t][d], self.versions[t][d])

    def touch(self, t: int, d: int) -> None:
        """Forget the prices of a cell."""
        self._remember(t, d)
        self._clock += 1
        self.versions[t][d] = self._clock

    def price(self, c: int, t: int, d: int) -> Place | None:
        """Cheapest insertion of demand c into a cell: (extra travel, trip number, position, the cell's trips to insert
        it into, see `cell.cheapest`), None where it does not fit."""
        key, version = (c, t, d), self.versions[t][d]
        known = self._cache.get(key)
        if known is not None and known[0] == version:
            return known[1]
        found = self._price(c, t, d)
        self._cache[key] = (version, found)
        return found

    def _price(self, c: int, t: int, d: int) -> Place | None:
        windows = self.windows(d)
        return cheapest(
            self.grid,
            t,
            d,
            self.grid.shifts[t][d],
            self.cells[t][d],
            c,
            windows,
            self._limits[t][0],
            lambda shift: self.taken(t, d, shift),
        )

    def taken(self, t: int, d: int, shift: Shift) -> bool:
        """True where a teacher of the team is out with another team during the shift."""
        for rival in self.grid.rivals[t]:
            for other, trip in zip(self.grid.shifts[rival][d], self.cells[rival][d], strict=True):
                if trip.seq and other[0] < shift[1] and shift[0] < other[1]:
                    return True
        return False

    def insert(self, c: int, t: int, d: int) -> None:
        """Insert demand c at its cheapest place of a cell; the caller has asked the price."""
        found = self.price(c, t, d)
        assert found is not None
        _, k, pos, trips = found
        for x, trip in enumerate(trips):
            if trip is not self.cells[t][d][x]:
                self.put(t, d, x, trip)
        seq = trips[k].seq
        longer = build(self.grid, t, d, self.grid.shifts[t][d][k], seq[:pos] + (c,) + seq[pos:], self.windows(d))
        assert longer is not None
        self.put(t, d, k, longer)

    def remove(self, c: int, t: int, d: int) -> tuple[int, ...]:
        """Take demand c out of a cell. Return the demands that fall out with it: where the travel table breaks the
        triangle rule, a trip can become late without one of its homes."""
        for k, trip in enumerate(self.cells[t][d]):
            if c in trip.seq:
                seq = tuple(x for x in trip.seq if x != c)
                shorter = build(self.grid, t, d, self.grid.shifts[t][d][k], seq, self.windows(d))
                limit = self._limits[t][0] - sum(x.away for x in self.cells[t][d]) + trip.away
                if shorter is not None and shorter.away <= limit and not self._too_far(t, d, trip, shorter):
                    self.put(t, d, k, shorter)
                    return ()
                self.put(t, d, k, EMPTY)
                return seq
        return ()

    def _too_far(self, t: int, d: int, trip: Trip, shorter: Trip) -> bool:
        """True where a trip is longer without one of its homes, and longer than the team may travel."""
        most, driven = self._limits[t][2], sum(x.travel for x in self.cells[t][d]) - trip.travel + shorter.travel
        return most is not None and shorter.travel > trip.travel and driven > most

    def starts(self, t: int, d: int) -> list[tuple[int, int, int]]:
        """[(demand, start, minutes of the leg before)] of a cell, at the departure with the fewest minutes away."""
        found, grid = [], self.grid
        for shift, trip in zip(grid.shifts[t][d], self.cells[t][d], strict=True):
            legs, at = grid.legs_of(d, shift), grid.school[t]
            for c, start in zip(trip.seq, visit_starts(grid, t, d, shift, trip, self.windows(d)), strict=True):
                found.append((c, start, legs[at][grid.home[c]]))
                at = grid.home[c]
        return found
