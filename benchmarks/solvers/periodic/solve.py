"""Solve a periodic routing problem: long chains first, then children of the best; one search, or two at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.solvers.periodic.anneal import anneal, begin, chain_of, finish
from benchmarks.solvers.periodic.draw import fraction, start
from benchmarks.solvers.periodic.evolve import adapt, conceive, educate, first_weights, store
from benchmarks.solvers.periodic.instance import Customer, Instance, Solution
from benchmarks.solvers.periodic.model import NEVER, Model, model_of, work_of
from benchmarks.solvers.periodic.offspring import at_random
from benchmarks.solvers.periodic.population import FREE, admit, pool_of

LEAST, MORE = 25, 40  # individuals of a sub-population that survive, and that are made before they are chosen
REPAIR = 0.5  # share of the individuals beyond a limit that are educated once more with heavy penalties
BREED = 400  # visits up to which the second worker breeds from the beginning instead of annealing
PATIENCE = 10_000  # individuals without a better one before the second worker starts anew
CALL = 500  # ruins between two looks at the clock
CHILD = 500  # ruins that count as much as the making of an individual
CHAINS, FIRST = 2, 0.6  # long chains at the beginning, and the share of the run that they take together
HOT, WARM, COLD = 1.0, 0.15, 0.01  # temperatures: of a new chain, of a child's, of the end; unit: the mean way
SHORT = 0.04  # share of the run that a child's chain takes
ITERATIONS = 20_000
TOLD = ("seq", "length", "cuts", "mask", "succ", "pred", "cost", "over")  # what a worker tells of an individual


@dataclass
class Limits:
    """When to stop: seconds on the wall, seconds of processor of each worker, ruins of each worker."""

    seconds: float | None
    cpu_seconds: float | None
    iterations: int | None
    cancelled: Callable[[], bool]
    begun: float = field(default_factory=time.monotonic)

    def share(self, used: float, made: int) -> float:
        """How much of a run is over (1 = all) for a worker that used so many seconds of processor and made `made`."""
        shares = [1.0 if self.cancelled() else 0.0]
        if self.seconds is not None:
            shares.append((time.monotonic() - self.begun) / max(self.seconds, 1e-9))
        if self.cpu_seconds is not None:
            shares.append(used / self.cpu_seconds)
        if self.iterations is not None:
            shares.append(made / self.iterations)
        return max(shares)


class Worker:
    """One search: its population, its random numbers, and the loop that calls the kernel."""

    def __init__(self, model: Model, seed: int, limits: Limits, after_call: Callable[[], None]):
        self.model, self.limits, self.after_call = model, limits, after_call
        self.work, self.state, self.chain = work_of(model), start(seed), chain_of(model)
        self.pool, self.made = pool_of(model, LEAST, MORE), 0
        self.work.weight[:] = first_weights(model)
        self.other: Worker | None = None
        self.breeds = False
        self.news: dict[str, np.ndarray] | None = None
        self.told = float("inf")
        self.fault: BaseException | None = None

    @property
    def cost(self) -> float:
        """Distance of the best feasible solution that was kept; infinite where there is none."""
        return float(self.pool.cost[-1])

    @property
    def best(self) -> float:
        """The same, with the best of a chain that still runs."""
        chain = float(self.chain.cost[1])
        return min(self.cost, chain) if chain < NEVER else self.cost

    def run(self) -> None:
        """Search until the limits are met. A fault is kept in `fault` for the thread that waits."""
        self.begun = time.thread_time()
        try:
            if self.breeds:
                self._breed()
            else:
                self._anneal()
        except BaseException as fault:  # it belongs to the caller's thread
            self.fault = fault

    def share(self) -> float:
        """How much of the run is over."""
        return self.limits.share(time.thread_time() - self.begun, self.made)

    def _anneal(self) -> None:
        """Long chains from random individuals, then short ones from children."""
        for k in range(CHAINS):
            self._chain(True, HOT, FIRST * (k + 1) / CHAINS)
        while (share := self.share()) < 1.0:
            self._learn()
            self._chain(False, WARM, min(1.0, share + SHORT))

    def _breed(self) -> None:
        """Children without chains, many more of them: better where a problem is small."""
        since, born, best = 0, 0, self.cost
        while not self.made or self.share() < 1.0:
            self._child(born, born < 2 * LEAST)
            self._tell()
            born += 1
            since = 0 if self.cost < best - 1e-7 else since + 1
            best = self.cost
            if since >= PATIENCE:
                self.pool.kind[:] = FREE
                since = born = 0
            elif born > 2 * LEAST:
                self._learn()

    def _make(self, fresh: bool) -> tuple[bool, bool]:
        """Make an individual in `work`, at random or of two parents; was load, was time kept?"""
        if fresh or not conceive(self.model, self.work, self.pool, self.state):
            at_random(self.model, self.work, self.state)
        self.made += CHILD
        return educate(self.model, self.work, self.state, 1.0)

    def _child(self, born: int, fresh: bool) -> None:
        """Make an individual, keep it, and keep it repaired too where it exceeds a limit."""
        kept = self._make(fresh)
        store(self.model, self.work, self.pool)
        if not all(kept) and fraction(self.state) < REPAIR and all(educate(self.model, self.work, self.state, 10.0)):
            store(self.model, self.work, self.pool)
        adapt(self.work.weight, kept, born)

    def _chain(self, fresh: bool, hot: float, until: float) -> None:
        """Make an individual, anneal it until that share of the run, and take it into the population."""
        first = self.share()
        if self.made and first >= min(1.0, until):
            return
        self._make(fresh)
        begin(self.model, self.work, self.chain)
        self._cool(hot, first, until)
        finish(self.model, self.work, self.chain)
        store(self.model, self.work, self.pool)
        educate(self.model, self.work, self.state, 1.0)  # may leave the limits where they cost little: kept beside it
        store(self.model, self.work, self.pool)
        self._tell()

    def _cool(self, hot: float, first: float, until: float) -> None:
        """Let the temperature fall from `hot` at share `first` to COLD at share `until`."""
        unit = self.chain.cost[0] / int(np.bitwise_count(self.work.mask).sum())
        pace, share = 0.0, self.share()
        while share < min(1.0, until):
            parts = (min(1.0, (at - first) / (until - first)) for at in (share, share + pace))
            warm, cool = (unit * hot * (COLD / hot) ** part for part in parts)
            anneal(self.model, self.work, self.chain, self.state, CALL, warm, cool)
            self.made += CALL
            now = self.share()
            pace, share = now - share, now
            self.after_call()

    def _tell(self) -> None:
        """Lay the best solution out for the other worker; one assignment, so that nobody waits."""
        if self.news is None or self.cost < self.news["cost"] - 1e-7:
            self.news = {name: np.copy(getattr(self.pool, name)[-1]) for name in TOLD}

    def _learn(self) -> None:
        """Take in the best of the other worker when it is new."""
        news = self.other.news if self.other else None
        if news is None or news["cost"] >= self.told - 1e-7:
            return
        self.told = float(news["cost"])
        place = int((self.pool.kind[:-1] == FREE).argmax())
        for name, value in news.items():
            getattr(self.pool, name)[place] = value
        admit(self.model, self.pool, place, self.work.weight)


def solve(
    instance: Instance,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    workers: int = 1,
    cpu_seconds: float | None = None,
    on_progress: Callable[[float, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """Return the best solution found; `Solution.feasible` is false where none kept the limits.

    Stops after `seconds` on the wall, `cpu_seconds` of processor a worker, or `iterations` ruins a worker (no limit
    given: 20,000), whichever comes first. One worker and `iterations` alone: equal problems and seeds give equal
    solutions, bit for bit. Two `workers` (at most) search in two threads, each with a seed of its own, and exchange
    their best; on a small problem the second breeds all the time. Raises ValueError for other numbers of workers.
    `on_progress(distance, ruins)` is called every few milliseconds; `cancelled()` true ends early.
    """
    if seconds is None and iterations is None and cpu_seconds is None:
        iterations = ITERATIONS
    if workers not in (1, 2):
        raise ValueError("workers must be 1 or 2")
    limits = Limits(seconds, cpu_seconds, iterations, cancelled or (lambda: False))
    model, numbers = model_of(instance)
    if not model.n:
        return Solution(((),) * instance.days, 0.0, True, 0)
    crew: list[Worker] = []

    def progress() -> None:
        if on_progress:
            on_progress(min(w.best for w in crew), sum(w.made for w in crew))

    crew += [Worker(model, seed * 1000 + k, limits, (lambda: None) if k else progress) for k in range(workers)]
    if workers == 2:
        crew[0].other, crew[1].other = crew[1], crew[0]
        crew[1].breeds = sum(len(c.options[0]) for c in instance.customers if c.options) <= BREED
    _run(crew)
    return _solution(instance, crew, numbers)


def _run(crew: list[Worker]) -> None:
    """The first worker runs in this thread. Raises what a worker raised."""
    threads = [threading.Thread(target=worker.run, daemon=True) for worker in crew[1:]]
    for thread in threads:
        thread.start()
    crew[0].run()
    for thread in threads:
        thread.join()
    for worker in crew:
        if worker.fault:
            raise worker.fault


def _solution(instance: Instance, crew: list[Worker], numbers: list[int]) -> Solution:
    best = min(crew, key=lambda worker: worker.cost)
    pool, place, feasible = best.pool, -1, best.cost != float("inf")
    if not feasible:  # the least bad
        value = pool.cost[:-1] + pool.over[:-1] @ best.work.weight
        place = int(np.where(pool.kind[:-1] == FREE, np.inf, value).argmin())
    routes = []
    for d in range(instance.days):
        cuts = pool.cuts[place, d]
        parts = (pool.seq[place, d, cuts[r] : cuts[r + 1]] for r in range(instance.vehicles))
        routes.append(tuple(tuple(numbers[u] for u in part) for part in parts if len(part)))
    return Solution(tuple(routes), float(pool.cost[place]), feasible, sum(worker.made for worker in crew))


def warm_up() -> None:
    """Compile the kernel, or load it compiled, on a problem of three customers."""
    days = (frozenset({0}), frozenset({1}))
    places = tuple(Customer(str(k), float(k), 1.0, 1.0, 1.0, days) for k in range(1, 4))
    limits = ((100.0, 2.0), (100.0, 2.0))
    solve(Instance("warm-up", 2, limits, (0.0, 0.0), places), iterations=10 * CALL, workers=2)
