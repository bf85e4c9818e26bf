"""Solve a problem: several annealings from scratch on each worker, then on from the best of all."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from app.kernel.problems import Refused
from benchmarks.solvers.synchronised.arrays import Arrays, first, pack, unpack
from benchmarks.solvers.synchronised.check import check, cost
from benchmarks.solvers.synchronised.problem import Problem, Solution
from benchmarks.solvers.synchronised.reader import validate

CHUNK = 50_000
"""Trials between two looks at the clock and the cancel flag."""
ITERATIONS = 2_000_000
MIX = np.cumsum([0.42, 0.08, 0.08, 0.04, 0.18, 0.12, 0.08])
"""Limits of the draw for each kind of trial, see `kernel.anneal`."""
HOT, WARM, COLD = 100.0, 8.0, 1.0
"""Temperatures, in units of three times the cost: of a start from scratch, of one from a good solution, at the end."""


@dataclass(frozen=True)
class Phase:
    """One annealing: `share` of the budget, the temperature it starts at, from scratch or from the best so far."""

    share: float
    hot: float
    fresh: bool


def phases(patients: int) -> tuple[Phase, ...]:
    """The annealings of one worker, in order: many short ones for few patients, few long ones for many."""
    starts, rest = (6, 0.2) if patients <= 30 else (4, 0.2) if patients <= 60 else (2, 0.3)
    return (*(Phase((1 - rest) / starts, HOT, True) for _ in range(starts)), Phase(rest, WARM, False))


class _Clock:
    """The share of a budget that a worker has spent: of seconds, of its processor's seconds, or of trials."""

    def __init__(self, seconds, trials, processor):
        self.seconds, self.trials = seconds, trials
        self.now = time.thread_time if processor else time.monotonic
        self.begin, self.used, self.done = time.monotonic(), 0.0, 0

    def resume(self):
        """Count from now on, on the thread that asks; the clock on the wall has never stopped."""
        if self.now is time.thread_time:
            self.begin = self.now() - self.used

    def pause(self):
        """Stop counting."""
        self.used = self.now() - self.begin

    def share(self):
        """Spent share of the budget, 1 or more = all."""
        spent = 0.0
        if self.seconds is not None:
            spent = (self.now() - self.begin) / self.seconds if self.seconds > 0 else 1.0
        if self.trials is not None:
            spent = max(spent, self.done / self.trials if self.trials > 0 else 1.0)
        return spent


class _Worker:
    """One stream of annealings with random numbers of its own."""

    def __init__(self, arrays: Arrays, seed, number, clock, cancelled):
        self.arrays, self.clock, self.cancelled = arrays, clock, cancelled
        self.draw = np.random.default_rng([seed, number])
        self.bits = self.draw.integers(1, 2**63, size=1).astype(np.uint64)
        self.order, self.who = first(arrays, self.draw)
        self.best_order, self.best_who, self.best = self.order.copy(), self.who.copy(), np.array([np.inf])

    def take(self, other):
        """Go on from the best of another worker."""
        self.best_order[:], self.best_who[:] = other.best_order, other.best_who
        self.best[0] = other.best[0]

    def run(self, plan, spent):
        """Run phases one after another; the first begins at share `spent` of the budget."""
        from benchmarks.solvers.synchronised.kernel import anneal

        self.clock.resume()
        for phase in plan:
            if phase.fresh:
                self.order, self.who = first(self.arrays, self.draw)
            else:
                self.order, self.who = self.best_order.copy(), self.best_who.copy()
            begin, spent = spent, spent + phase.share
            length = 0.0  # of the last chunk, in shares of the phase
            while (share := (self.clock.share() - begin) / phase.share) < 1.0 - 1e-9 and not self.cancelled():
                steps = CHUNK
                if self.clock.trials is not None:
                    left = spent * self.clock.trials - self.clock.done
                    steps = max(1, min(CHUNK, round(left)))
                share = max(0.0, share)
                hot, cold = (phase.hot * (COLD / phase.hot) ** min(1.0, s) for s in (share, share + length))
                anneal(
                    *self.arrays,
                    MIX,
                    self.order,
                    self.who,
                    self.best_order,
                    self.best_who,
                    self.best,
                    self.bits,
                    hot,
                    cold,
                    steps,
                )
                self.clock.done += steps
                length = (self.clock.share() - begin) / phase.share - share
        self.clock.pause()


def warm_up() -> None:
    """Compile the kernel, or load it from its cache, so that a limit of seconds is all search."""
    from benchmarks.solvers.synchronised import kernel  # noqa: F401


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    processor: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Solution:
    """Return a checked solution.

    Stops after `seconds` or `iterations` trials of each worker, whichever comes first (neither given: two million).
    With `iterations` only, equal problems, seeds and numbers of workers give equal solutions, bit for bit. `processor`:
    the seconds are those that the worker's processor gave it, so that a busy machine does not matter. `workers` run at
    once, in threads. `cancelled()` true ends the search with the best so far.

    Raises kernel `Refused` with the findings of `validate`, and RuntimeError where the independent checker rejects the
    solution (a fault of the engine: such a solution is never handed out).
    """
    if findings := validate(problem):
        raise Refused(findings)
    warm_up()
    if seconds is None and iterations is None:
        iterations = ITERATIONS
    arrays = pack(problem)
    team = [
        _Worker(arrays, seed, number, _Clock(seconds, iterations, processor), cancelled) for number in range(workers)
    ]
    *alone, last = phases(len(problem.patients))
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda w: w.run(alone, 0.0), team))
        best = min(team, key=lambda w: w.best[0])
        for worker in team:
            if worker is not best:
                worker.take(best)
        list(pool.map(lambda w: w.run([last], 1.0 - last.share), team))
    best = min(team, key=lambda w: w.best[0])
    return _finish(problem, arrays, best, sum(w.clock.done for w in team), seed)


def _finish(problem, arrays, best, done, seed):
    solution = unpack(problem, arrays, best.best_order, best.best_who, cost=0.0, iterations=done, seed=seed)
    solution = replace(solution, cost=cost(problem, solution).total)
    broken = check(problem, solution)
    counted = best.best[0] / 3  # infinite where not one trial was made
    if broken or (np.isfinite(counted) and abs(solution.cost - counted) > 1e-4):
        raise RuntimeError("the solution breaks its own rules: " + "; ".join(map(str, broken[:5])))
    return solution
