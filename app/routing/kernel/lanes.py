"""Several annealings side by side, and the joining of what they found.

A run is a row of *legs*: in each, every lane anneals from its plan; between legs the team weeks seen so far are
recombined and the lanes go on from the best plan. Lanes are threads: compiled code lets them work at once.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from app.routing.kernel.arrays import Case, copy_of
from app.routing.kernel.layout import Timetable, Weights
from app.routing.kernel.recombine import Pool
from app.routing.kernel.searcher import Searcher
from app.routing.records import Ints

Tell = Callable[[list[Searcher], int], None]
log = logging.getLogger(__name__)


class Clock:
    """How far a run is: by seconds, by moves of a lane, or both, whichever is further."""

    def __init__(self, seconds: float | None, moves: int | None):
        self.seconds, self.moves, self.begin = seconds, moves, time.monotonic()
        self.stopped = threading.Event()

    def start(self) -> None:
        """Count the seconds from now on."""
        self.begin = time.monotonic()

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.begin

    def share(self, moves: int) -> float:
        """Share of the run that is over for a lane that has made so many moves, 0 to 1."""
        by_time = self.elapsed() / self.seconds if self.seconds else 0.0
        by_moves = moves / self.moves if self.moves is not None and self.moves > 0 else float(self.moves == 0)
        return 1.0 if self.stopped.is_set() else min(1.0, max(by_time, by_moves))


def search(
    case: Case,
    weights: Weights,
    candidates: Sequence[int],
    clock: Clock,
    seed: int,
    *,
    lanes: int,
    former: tuple[Ints, ...] | None = None,
    tell: Tell | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[list[Timetable], int, list[str]]:
    """Search a `Case`; return (best plan of every lane, the best first; moves made by all lanes; what failed).

    `former`: (demands, able numbers, patterns) to begin with where they fit.
    `tell(searchers, moves)` is called now and then, `cancelled()` true ends the search.
    """
    order = np.array(sorted(candidates, key=lambda c: _rarity(case, c)), dtype=np.int32)
    runs: list[Searcher] = []
    pool = Pool(case, weights)
    for lane in range(lanes):
        one = Searcher(case, weights, candidates, [seed, lane])
        if lane:
            one.restart(runs[0].plan)
        else:
            if former is not None:
                one.repeat(*former)
            one.fill(order)
            one.anneal(0, 1.0, 1.0)
            clock.start()  # what the compiler took, once after an upgrade, is not the search's
        runs.append(one)
    moves, over = [0] * lanes, 0.0
    failures: list[str] = []
    with ThreadPoolExecutor(lanes) as threads:
        for share, hot, cold in case.tuning.legs:
            leg = (over, over + share, hot, cold)
            waiting = [threads.submit(_leg, runs[i], clock, moves, i, leg) for i in range(lanes)]
            while wait(waiting, timeout=case.tuning.look).not_done:
                _look(clock, runs, moves, tell, cancelled)
            failures += [part for one in waiting for part in one.result()]
            over += share
            failures += _join(runs, pool, clock)
            _look(clock, runs, moves, tell, cancelled)
    return [r.best for r in sorted(runs, key=lambda r: r.least)], sum(moves), failures


def _rarity(case: Case, c: int) -> tuple[int, int, int]:
    grid = case.grid
    return (len(grid.able[c]) * len(case.patterns[c]), -grid.minutes[c], c)


def _look(
    clock: Clock, runs: list[Searcher], moves: list[int], tell: Tell | None, cancelled: Callable[[], bool] | None
) -> None:
    if cancelled is not None and cancelled():
        clock.stopped.set()
    if tell is not None:
        tell(runs, sum(moves))


def _leg(run: Searcher, clock: Clock, moves: list[int], lane: int, leg: tuple[float, float, float, float]) -> list[str]:
    """Anneal one lane through one leg (from, to, hot, cold), leaving its best plans in the lane's own list. Return what
    failed: a lane that the kernel stops keeps its best plan and goes on from it with the next leg."""
    first, last, hot, cold = leg
    tuning, least = run.case.tuning, None
    kept: list[Timetable] = []
    try:
        while (share := clock.share(moves[lane])) < last:
            done = max(0.0, (share - first) / (last - first))
            size = tuning.chunk if clock.moves is None else min(tuning.chunk, clock.moves - moves[lane])
            heat = hot * (cold / hot) ** done
            run.anneal(size, heat, heat)
            moves[lane] += size
            if run.least != least:
                least = run.least
                kept.append(run.hand())
            elif done > tuning.late:
                kept.append(copy_of(run.plan))
    except Exception:
        log.exception("a search was stopped by an error; its best plan is kept")
        return ["search"]
    finally:
        run.kept = kept[-tuning.most_kept :]
    return []


def _join(runs: list[Searcher], pool: Pool, clock: Clock) -> list[str]:
    """Recombine what the lanes have seen; all lanes go on from the best plan. Return what failed."""
    least, best = min(r.least for r in runs), copy_of(min(runs, key=lambda r: r.least).best)
    failures: list[str] = []
    tuning = runs[0].case.tuning
    try:
        for run in runs:
            for plan in run.kept:
                pool.add(plan)
            pool.add(run.best)
        found = pool.best(None if clock.seconds is None else max(tuning.joining_least, tuning.joining * clock.seconds))
    except Exception:
        log.exception("joining team weeks failed; the best plan stays as it was found")
        found, failures = None, ["join"]
    if found is not None:
        runs[0].restart(found)
        if runs[0].least < least - tuning.least_gain:
            best = found
    for run in runs:
        run.restart(best)
        run.hand()
    return failures
