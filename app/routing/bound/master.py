"""The linear programme over trips (HiGHS): columns are trips, rows what each demand asks and each team can give."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from highspy import _core, kHighsInf

from app.routing.bound.model import Model
from app.routing.records import Floats

FINE = 1024  # duals are rounded to this fraction of a minute: sums of them are exact in double precision
NONE = np.array([], dtype=np.int32)


@dataclass(frozen=True)
class Trip:
    """A trip of a kind of team in a shift of a day: demands in order, minutes of travel."""

    kind: int
    day: int
    shift: int
    homes: tuple[int, ...]
    travel: int


class Master:
    """Rows: visits of a demand in a block of weeks (>= asked, with a priced column of missing ones); days too close
    together (<= 1); trips of a kind in a shift (<= teams); cuts `(demand, weight[kind, day])`: the weighted visits of a
    demand (<= 1).

    `penalty[c]`: price of a missing visit; `fare`: price of a minute of travel. After `solve`: `trips` with values `x`,
    row duals `dual`, `lacking[c]` visits missing in the relaxation.
    """

    def __init__(self, model: Model, penalty: Floats, fare: float = 1.0) -> None:
        self.model, self.penalty, self.fare = model, np.array(penalty, dtype=float), fare
        self.trips: list[Trip] = []
        self.known: set[Trip] = set()
        self.cuts: list[tuple[int, int, Floats]] = []  # row, demand, weight
        self.of: list[list[int]] = [[] for _ in range(model.n)]  # trips by demand
        self.rhs: list[float] = []
        self.sense: list[int] = []
        self.out_rows: list[int] = []
        self.lp = _core._Highs()  # highspy.Highs prints a line when it is made, whatever its options
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex")):
            self.lp.setOptionValue(option, value)
        self._demand_rows()
        self._team_rows()
        for rhs, sense in zip(self.rhs, self.sense, strict=True):
            least, most = _sides(rhs, sense)
            self.lp.addRow(least, most, 0, NONE, np.array([]))
        self.gone: list[
            tuple[int, int, float]
        ] = []  # (demand, row, visits) of the columns of missing visits, which come first
        for c, blocks in enumerate(model.blocks):
            for days, visits in blocks:
                self.gone.append((c, self.cover[c, days[0]], float(visits)))
                self.lp.addCol(self.penalty[c], 0.0, float(visits), 1, [self.cover[c, days[0]]], [1.0])

    def _row(self, rhs: float, sense: int) -> int:
        self.rhs.append(float(rhs))
        self.sense.append(sense)
        return len(self.rhs) - 1

    def _demand_rows(self) -> None:
        self.cover: dict[tuple[int, int], int] = {}
        self.close: dict[tuple[int, int], list[int]] = {}
        for c, blocks in enumerate(self.model.blocks):
            for days, visits in blocks:
                row = self._row(visits, 1)
                self.cover.update({(c, d): row for d in days})
            for days in self.model.close[c]:
                row = self._row(1, -1)
                for d in days:
                    self.close.setdefault((c, d), []).append(row)

    def _team_rows(self) -> None:
        self.out: dict[tuple[int, int, int], int] = {}
        for k, kind in enumerate(self.model.kinds):
            for d in range(self.model.days):
                for s in range(len(self.model.grid.shifts[kind[0]][d])):
                    if s and self.model.problem.teams[kind[0]].one_trip:
                        self.out[k, d, s] = self.out[k, d, 0]
                    else:
                        self.out[k, d, s] = self._row(len(kind), -1)
        self.out_rows = sorted(set(self.out.values()))

    def _column(self, trip: Trip) -> dict[int, float]:
        found = {self.out[trip.kind, trip.day, trip.shift]: 1.0}
        for c in trip.homes:
            for row in (self.cover[c, trip.day], *self.close[c, trip.day]):
                found[row] = found.get(row, 0.0) + 1.0
        for row, c, weight in self.cuts:
            if weight[trip.kind, trip.day] and c in trip.homes:
                found[row] = weight[trip.kind, trip.day] * trip.homes.count(c)
        return found

    def add(self, trips: Iterable[Trip]) -> int:
        """Add trips that are new. Return how many."""
        starts: list[int] = []
        index: list[int] = []
        values: list[float] = []
        costs: list[float] = []
        for trip in trips:
            if trip in self.known:
                continue
            self.known.add(trip)
            found = self._column(trip)
            starts.append(len(index))
            index += found.keys()
            values += found.values()
            costs.append(self.fare * trip.travel)
            for c in set(trip.homes):
                self.of[c].append(len(self.trips))
            self.trips.append(trip)
        size = len(costs)
        if size:
            rows, begins = np.array(index, dtype=np.int32), np.array(starts, dtype=np.int32)
            no_end = np.full(size, kHighsInf)
            self.lp.addCols(size, np.array(costs), np.zeros(size), no_end, len(index), begins, rows, np.array(values))
        return size

    def cut(self, c: int, weight: Floats) -> None:
        """Add the row that visits of demand c, weighted by kind and day, are at most 1."""
        row, index, values = self._row(1, -1), [], []
        for i in self.of[c]:
            trip = self.trips[i]
            if weight[trip.kind, trip.day]:
                index.append(len(self.gone) + i)
                values.append(weight[trip.kind, trip.day] * trip.homes.count(c))
        least, most = _sides(1.0, -1)
        self.lp.addRow(least, most, len(index), np.array(index, dtype=np.int32), np.array(values, dtype=float))
        self.cuts.append((row, c, weight))

    def reprice(self, penalty: Floats, fare: float) -> None:
        """Change what missing visits and travel cost."""
        self.penalty, self.fare = np.array(penalty, dtype=float), fare
        costs = [self.penalty[c] for c, *_ in self.gone] + [fare * t.travel for t in self.trips]
        self.lp.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), np.array(costs, dtype=float))

    def solve(self, seconds: float) -> float:
        """Solve the programme over the trips so far, in `seconds`; where they are not enough its duals are poorer, but
        prove what they prove. Return its value."""
        self.lp.setOptionValue("time_limit", self.lp.getRunTime() + seconds)
        self.lp.run()
        solution = self.lp.getSolution()
        values = np.array(solution.col_value)
        self.x, self.dual = values[len(self.gone) :], np.array(solution.row_dual)
        self.lacking = np.zeros(self.model.n)
        for (c, *_), value in zip(self.gone, values, strict=False):
            self.lacking[c] += value
        return self.lp.getInfo().objective_function_value

    def round(self, dual: Floats) -> Floats:
        """Duals with the right signs, in fractions of 1/1024, those of the teams' shifts left out: pricing finds the
        best of these by itself."""
        dual = np.append(dual, np.zeros(len(self.rhs) - len(dual)))
        good = np.where(dual * np.array(self.sense) > 0, np.round(dual * FINE) / FINE, 0.0)
        good[self.out_rows] = 0.0
        return good

    def prices(self, dual: Floats) -> tuple[Floats, float]:
        """Return (value[c, kind, day] of a visit, constant): what the Lagrangian at rounded duals adds to the trips."""
        model = self.model
        value = np.zeros((model.n, len(model.kinds), model.days))
        constant = float(np.dot(self.rhs, dual))
        for (c, d), row in self.cover.items():
            value[c, :, d] += dual[row] + sum(dual[r] for r in self.close[c, d])
        for row, c, weight in self.cuts:
            if dual[row]:
                value[c] += np.trunc(dual[row] * weight * FINE) / FINE  # towards 0: still proven
        constant += sum(visits * min(0.0, self.penalty[c] - dual[row]) for c, row, visits in self.gone)
        return value, constant


def _sides(rhs: float, sense: int) -> tuple[float, float]:
    return (rhs, kHighsInf) if sense > 0 else (-kHighsInf, rhs)
