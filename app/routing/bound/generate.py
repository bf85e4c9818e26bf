"""Column generation: solve the programme over known trips, price new ones, cut, and keep what is proven on the way."""

import math
import threading
import time
from collections.abc import Callable

import numpy as np

from app.routing.bound.master import Master
from app.routing.bound.model import Model
from app.routing.bound.sweep import Sweep, warm
from app.routing.problem import Problem, Progress
from app.routing.records import Floats

STEEP = 1500  # a price of a missing visit above every detour worth thinking of
UNIT = 1000  # price of a missing visit where only these count
FIRST = 0.2  # of the price of a missing visit: what a visit is worth in the first round
EARLY = 0.4  # share of the time after which something has to be proven, converged or not
HELPED = 0.7  # a higher price must bring the missing visits below this share
TIGHT = 0.5  # minutes: the programme is solved when the proven value is so near


class Generation:
    """One run. `unserved`, `travel`: the best figures proven so far; `unserved_any`, `travel_any`: the same where a
    demand may see several teams."""

    def __init__(
        self,
        problem: Problem,
        seconds: float,
        on_progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        warm()  # the clock starts when the compiler is done
        self.begin, self.seconds = time.monotonic(), seconds
        self.on_progress, self.cancelled = on_progress, cancelled
        self.owner, self.stopped = threading.get_ident(), False
        self.model = model = Model(problem)
        self.rounds, self.complete = 0, False
        self.limits = np.array([problem.weights.unserved * c.priority for c in problem.children], dtype=float)
        self.unserved = self.unserved_any = self._hopeless()
        self.travel = self.travel_any = 0
        self.master = Master(model, np.minimum(self._alone(), self.limits))
        self.sweep = Sweep(model, self.over)

    def over(self) -> bool:
        """True where the time is up or the run was cancelled. The caller is asked from its own thread only."""
        if self.cancelled is not None and threading.get_ident() == self.owner and self.cancelled():
            self.stopped = True
        return self.stopped or self.elapsed() >= self.seconds

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.begin

    def run(self) -> None:
        """Travel first; where not everybody can be served, the missing visits."""
        try:
            if not self.unserved:
                self.complete = self._generate(STEEP)
            if self.unserved or self.master.lacking.sum() > 1e-6:
                self.complete = self._count()
                if self.complete and not self.unserved:
                    self.master.reprice(np.minimum(STEEP, self.limits), 1.0)
                    self.complete = self._generate(np.inf)
        finally:
            self.sweep.close()

    def _hopeless(self) -> int:
        """Visits that no team can give, each demand looked at alone."""
        days = {(c, job.day) for job in self.model.jobs for c in job.stops[:, 0]}
        return sum(
            max(0, visits - sum((c, d) in days for d in block))
            for c, blocks in enumerate(self.model.blocks)
            for block, visits in blocks
        )

    def _alone(self) -> Floats:
        """Twice the minutes there and back from the nearest school of a team that may come."""
        grid = self.model.grid
        ways = [
            [short[grid.school[t], p] + short[p, grid.school[t]] for t in able for short in self.model.short]
            for able, p in zip(grid.able, grid.home, strict=True)
        ]
        return np.array([2 * min(row, default=0) + 20 for row in ways], dtype=float)

    def _count(self) -> bool:
        """Price missing visits only. Return True where the programme was solved."""
        self.master.reprice(np.full(self.model.n, float(UNIT)), 0.0)
        return self._generate(None)

    def _generate(self, ceiling: float | None) -> bool:
        """Generate trips until the programme is solved. `ceiling`: price of a missing visit at most; None = only
        missing visits count. Return True where it was solved."""
        master, value = self.master, self._solve()
        centre, proven, rough, lacking = None, -math.inf, True, math.inf
        while not self.over():
            dual = master.round(master.dual if self.rounds else FIRST * master.dual)
            if not rough and centre is not None:
                dual = master.round((master.round(centre) + master.dual) / 2)
            exact = not rough or (proven == -math.inf and self.elapsed() > EARLY * self.seconds)
            least, trips = self.sweep.run(master, dual, exact)
            self.rounds += 1
            if least is not None and least > proven:
                proven, centre = least, dual
                self._prove(least, ceiling)
            if ceiling is None and value < 1e-6:  # nobody need go without
                return True
            new = master.add(trips)
            value = self._solve() if new else value
            self._tell()
            if rough:
                rough = new > len(self.model.jobs) // 4
                if not rough and ceiling is not None and master.lacking.sum() > max(0.5, 0.01 * self.model.asked.sum()):
                    if ceiling == STEEP and master.lacking.sum() > HELPED * lacking:
                        return False  # a higher price did not help: count first who must go without
                    lacking = master.lacking.sum()
                    rough = self._raise(ceiling)
                    value = self._solve()
            elif value - proven < TIGHT * (1 if ceiling is not None else 20):
                if self._raise(ceiling):
                    rough, proven = True, -math.inf
                elif self._separate():
                    rough = True
                else:
                    return True
                value = self._solve()
        return False

    def _solve(self) -> float:
        return self.master.solve(max(0.1, self.seconds - self.elapsed()))

    def _prove(self, least: float, ceiling: float | None) -> None:
        free = not self.master.cuts
        if ceiling is None:
            self.unserved = max(self.unserved, math.ceil(least / UNIT))
            self.unserved_any = self.unserved if free else self.unserved_any
        else:
            self.travel = max(self.travel, math.ceil(least))
            self.travel_any = self.travel if free else self.travel_any

    def _raise(self, ceiling: float | None) -> bool:
        """Raise the price of visits that the programme leaves out. Return True where there was one to raise."""
        if ceiling is None:
            return False
        master = self.master
        raised = np.where(master.lacking > 1e-6, 4 * master.penalty, master.penalty)
        raised = np.minimum(np.minimum(raised, ceiling), np.maximum(self.limits, 0))
        if (raised <= master.penalty).all():
            return False
        master.reprice(raised, 1.0)
        return True

    def _separate(self) -> int:
        """Add rows against demands shared by several teams. Return how many.

        Of a demand's visits by one team, those on days too close together are at most 1, and all are at most as many as
        asked, if it is the demand's team, else 0; and it has one team. So the greatest of these shares (for each kind
        of team another) add up to at most 1.
        """
        model, master = self.model, self.master
        visits = np.zeros((model.n, len(model.kinds), model.days))
        for i in np.flatnonzero(master.x > 1e-9):
            trip = master.trips[i]
            for c in trip.homes:
                visits[c, trip.kind, trip.day] += master.x[i]
        cuts = []
        for c in range(model.n):
            shares = [(days, 1.0 / asked) for days, asked in model.blocks[c]] + [(days, 1.0) for days in model.close[c]]
            sums = np.array([visits[c][:, list(days)].sum(axis=1) * weight for days, weight in shares])
            if sums.max(axis=0).sum() > 1.001:
                weight = np.zeros((len(model.kinds), model.days))
                for k, best in enumerate(sums.argmax(axis=0)):
                    weight[k, list(shares[best][0])] = shares[best][1]
                cuts.append((c, weight))
        for c, weight in cuts:
            master.cut(c, weight)
        return len(cuts)

    def _tell(self) -> None:
        if self.on_progress is not None:
            self.on_progress(Progress(self.elapsed(), self.rounds, self.unserved, self.travel))
