"""The timetable under construction: the trips of every team and day, with undo, and a cache of insertion prices."""

from app.routing.cell import cheapest
from app.routing.trip import EMPTY, build, visit_starts


class State:
    """Trips by cell (team, day): `cells[t][d]` is a tuple of trips, one for each shift of the team on that day.

    Every change gives the cell and the cells of teams that share a teacher a new version; prices are cached by version.
    Between `mark()` and `undo()` changed cells are remembered.
    """

    def __init__(self, grid):
        self.grid = grid
        self.cells = [[(EMPTY,) * len(s) for s in row] for row in grid.shifts]
        self.versions = [[0] * len(grid.days) for _ in grid.problem.teams]
        self.loads = [0] * len(grid.problem.teams)
        self.travel = 0
        self.fixed = {}  # (demand, day) -> start minute of a visit that may not move
        self._clock = 0
        self._cache = {}
        self._journal = None
        self._limits = [(t.cap_day, t.max_visits, t.max_travel, t.one_trip) for t in grid.problem.teams]

    def windows(self, day):
        """Start windows of a demand on a day as a function; a fixed visit has one moment."""
        table, fixed = self.grid.windows, self.fixed
        if not fixed:
            return lambda c: table[c][day]
        return lambda c: ((fixed[c, day],) * 2,) if (c, day) in fixed else table[c][day]

    def mark(self):
        """Begin to remember, so that `undo` can come back here."""
        self._journal = {}
        self._saved = (self.loads[:], self.travel)

    def undo(self):
        """Go back to the last mark."""
        for (t, d), (trips, version) in self._journal.items():
            self.cells[t][d], self.versions[t][d] = trips, version
        self.loads, self.travel = self._saved
        self._journal = None

    def put(self, t, d, k, trip):
        """Replace trip k of a cell and keep loads, travel and versions right."""
        self._remember(t, d)
        trips = self.cells[t][d]
        old = trips[k]
        self.cells[t][d] = trips[:k] + (trip,) + trips[k + 1 :]
        minutes = self.grid.minutes
        self.loads[t] += trip[4] - old[4] + sum(minutes[c] for c in trip[0]) - sum(minutes[c] for c in old[0])
        self.travel += trip[4] - old[4]
        self.touch(t, d)
        for rival in self.grid.rivals[t]:
            self._remember(rival, d)
            self.touch(rival, d)

    def _remember(self, t, d):
        if self._journal is not None and (t, d) not in self._journal:
            self._journal[t, d] = (self.cells[t][d], self.versions[t][d])

    def touch(self, t, d):
        """Forget the prices of a cell."""
        self._remember(t, d)
        self._clock += 1
        self.versions[t][d] = self._clock

    def price(self, c, t, d):
        """Cheapest insertion of demand c into a cell: (extra travel, trip number, position, the cell's trips to insert
        it into, see `cell.cheapest`), None where it does not fit."""
        key, version = (c, t, d), self.versions[t][d]
        known = self._cache.get(key)
        if known is not None and known[0] == version:
            return known[1]
        found = self._price(c, t, d)
        self._cache[key] = (version, found)
        return found

    def _price(self, c, t, d):
        windows = self.windows(d)
        return cheapest(self.grid, t, d, self.grid.shifts[t][d], self.cells[t][d], c, windows, self._limits[t][0],
                        lambda shift: self.taken(t, d, shift))

    def taken(self, t, d, shift):
        """True where a teacher of the team is out with another team during the shift."""
        for rival in self.grid.rivals[t]:
            for other, trip in zip(self.grid.shifts[rival][d], self.cells[rival][d], strict=True):
                if trip[0] and other[0] < shift[1] and shift[0] < other[1]:
                    return True
        return False

    def insert(self, c, t, d):
        """Insert demand c at its cheapest place of a cell; the caller has asked the price."""
        _, k, pos, trips = self.price(c, t, d)
        for x, trip in enumerate(trips):
            if trip is not self.cells[t][d][x]:
                self.put(t, d, x, trip)
        seq = trips[k][0]
        self.put(
            t, d, k, build(self.grid, t, d, self.grid.shifts[t][d][k], seq[:pos] + (c,) + seq[pos:], self.windows(d))
        )

    def remove(self, c, t, d):
        """Take demand c out of a cell. Return the demands that fall out with it: where the travel table breaks the
        triangle rule, a trip can become late without one of its homes."""
        for k, trip in enumerate(self.cells[t][d]):
            if c in trip[0]:
                seq = tuple(x for x in trip[0] if x != c)
                shorter = build(self.grid, t, d, self.grid.shifts[t][d][k], seq, self.windows(d))
                limit = self._limits[t][0] - sum(x[3] for x in self.cells[t][d]) + trip[3]
                whole = shorter is not None and shorter[3] <= limit and not self._too_far(t, d, trip, shorter)
                self.put(t, d, k, shorter if whole else EMPTY)
                return () if whole else seq
        return ()

    def _too_far(self, t, d, trip, shorter):
        """True where a trip is longer without one of its homes, and longer than the team may travel."""
        most, driven = self._limits[t][2], sum(x[4] for x in self.cells[t][d]) - trip[4] + shorter[4]
        return most is not None and shorter[4] > trip[4] and driven > most

    def starts(self, t, d):
        """[(demand, start, minutes of the leg before)] of a cell, at the departure with the fewest minutes away."""
        found, grid = [], self.grid
        for shift, trip in zip(grid.shifts[t][d], self.cells[t][d], strict=True):
            legs, at = grid.legs_of(d, shift), grid.school[t]
            for c, start in zip(trip[0], visit_starts(grid, t, d, shift, trip, self.windows(d)), strict=True):
                found.append((c, start, legs[at][grid.home[c]]))
                at = grid.home[c]
        return found
