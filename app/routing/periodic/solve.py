"""Solve a periodic routing problem: long chains first, then children of the best; one search, or two at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.routing.periodic.anneal import anneal, begin, chain_of, finish
from app.routing.periodic.draw import start
from app.routing.periodic.evolve import educate, first_weights, make, store
from app.routing.periodic.instance import Customer, Instance, Solution
from app.routing.periodic.model import Model, model_of, work_of
from app.routing.periodic.population import FREE, admit, pool_of

LEAST, MORE = 12, 18  # individuals of a sub-population that survive, and that are made before they are chosen
CALL = 500  # ruins between two looks at the clock
CHILD = 500  # ruins that count as much as the making of an individual
CHAINS, FIRST = 2, 0.5  # long chains at the beginning, and the share of the run that they take together
HOT, WARM, COLD = 1.0, 0.1, 0.01  # temperatures: of a new chain, of a child's, of the end; unit: the mean way
SHORT = 0.02  # share of the run that a child's chain takes
ITERATIONS = 20_000


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
        self.others: list[Worker] = []
        self.lock = threading.Lock()
        self.told = float("inf")
        self.fault: BaseException | None = None

    @property
    def cost(self) -> float:
        """Distance of the best feasible solution that was kept; infinite where there is none."""
        return float(self.pool.cost[-1])

    def run(self) -> None:
        """Search until the limits are met. A fault is kept in `fault` for the thread that waits."""
        self.begun = time.thread_time()
        try:
            for k in range(CHAINS):
                self._chain(True, HOT, FIRST * (k + 1) / CHAINS)
            while (share := self.share()) < 1.0:
                for other in self.others:
                    self._learn(other)
                self._chain(False, WARM, share + SHORT)
        except BaseException as fault:  # it belongs to the caller's thread
            self.fault = fault

    def share(self) -> float:
        """How much of the run is over."""
        return self.limits.share(time.thread_time() - self.begun, self.made)

    def _chain(self, fresh: bool, hot: float, until: float) -> None:
        """Make an individual, anneal it until that share of the run, and take it into the population."""
        first = self.share()
        if self.made and first >= min(1.0, until):
            return
        make(self.model, self.work, self.pool, self.state, fresh)
        self.made += CHILD
        begin(self.model, self.work, self.chain)
        self._cool(hot, first, until)
        finish(self.model, self.work, self.chain)
        educate(self.model, self.work, self.state)
        with self.lock:
            store(self.model, self.work, self.pool)

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

    def _learn(self, other: Worker) -> None:
        """Take in the best of another worker when it is new."""
        with other.lock:
            if other.cost >= self.told - 1e-7:
                return
            self.told = other.cost
            place = int((self.pool.kind[:-1] == FREE).argmax())
            for name in ("seq", "length", "cuts", "mask", "succ", "pred", "cost", "over"):
                getattr(self.pool, name)[place] = getattr(other.pool, name)[-1]
        with self.lock:
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
    solutions, bit for bit. Two `workers` search in two threads, each with a seed of its own, and exchange their best.
    `on_progress(distance, ruins)` is called every few milliseconds; `cancelled()` true ends early.
    """
    if seconds is None and iterations is None and cpu_seconds is None:
        iterations = ITERATIONS
    limits = Limits(seconds, cpu_seconds, iterations, cancelled or (lambda: False))
    model, numbers = model_of(instance)
    if not model.n:
        return Solution(((),) * instance.days, 0.0, True, 0)
    crew: list[Worker] = []

    def progress() -> None:
        if on_progress:
            on_progress(min(w.cost for w in crew), sum(w.made for w in crew))

    crew += [Worker(model, seed * 1000 + k, limits, (lambda: None) if k else progress) for k in range(workers)]
    for worker in crew:
        worker.others = [other for other in crew if other is not worker]
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
