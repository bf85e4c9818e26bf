"""Several annealings side by side, and the joining of what they found.

A run is a row of *legs*: in each, every lane anneals from its plan; between legs the team weeks seen so far are
recombined and the lanes go on from the best plan. Lanes are threads: compiled code lets them work at once.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from app.routing.kernel.anneal import Searcher
from app.routing.kernel.recombine import Pool

log = logging.getLogger(__name__)
LEGS = ((0.75, 40.0, 0.3), (0.25, 10.0, 0.2))
"""Share of the run, first and last temperature in minutes of travel."""
CHUNK = 400  # moves between two looks at the clock and the cancel flag
JOINING = 0.06  # share of a timed run that one recombination may take


class Clock:
    """How far a run is: by seconds, by moves of a lane, or both, whichever is further."""

    def __init__(self, seconds, moves):
        self.seconds, self.moves, self.begin = seconds, moves, time.monotonic()
        self.stopped = threading.Event()

    def start(self):
        """Count the seconds from now on."""
        self.begin = time.monotonic()

    def elapsed(self):
        """Seconds since the start."""
        return time.monotonic() - self.begin

    def share(self, moves):
        """Share of the run that is over for a lane that has made so many moves, 0 to 1."""
        by_time = self.elapsed() / self.seconds if self.seconds else 0.0
        by_moves = moves / self.moves if self.moves is not None and self.moves > 0 else float(self.moves == 0)
        return 1.0 if self.stopped.is_set() else min(1.0, max(by_time, by_moves))


def search(case, weights, true, candidates, clock, seed, *, lanes=2, former=None, tell=None, cancelled=None):
    """Search a `Case`; return (best state of every lane, the best first; moves made by all lanes; what failed).

    `weights` and `true`: arrays of `layout`, the second what counts in the end. `former`: (demands, able numbers,
    patterns) to begin with where they fit.
    `tell(searchers, moves)` is called now and then, `cancelled()` true ends the search.
    """
    order = np.array(sorted(candidates, key=lambda c: _rarity(case, c)), dtype=np.int32)
    runs, pool = [], Pool(case, true)
    for lane in range(lanes):
        one = Searcher(case, case.blank(), weights, true, np.array(candidates, dtype=np.int32), [seed, lane])
        if lane:
            one.restart(runs[0].state)
        else:
            if former is not None:
                one.repeat(*former)
            one.fill(order)
            one.anneal(0, 1.0, 1.0)
            clock.start()  # what the compiler took, once after an upgrade, is not the search's
        runs.append(one)
    moves, over, failures = [0] * lanes, 0.0, []
    with ThreadPoolExecutor(lanes) as threads:
        for share, hot, cold in LEGS:
            leg = (over, over + share, hot, cold)
            waiting = [threads.submit(_leg, runs[i], clock, moves, i, leg) for i in range(lanes)]
            while wait(waiting, timeout=0.25).not_done:
                _look(clock, runs, moves, tell, cancelled)
            failures += [part for one in waiting for part in one.result()]
            over += share
            failures += _join(runs, pool, clock)
            _look(clock, runs, moves, tell, cancelled)
    return [r.best for r in sorted(runs, key=lambda r: r.least)], sum(moves), failures


def _rarity(case, c):
    grid = case.grid
    return (len(grid.able[c]) * len(case.patterns[c]), -grid.minutes[c], c)


def _look(clock, runs, moves, tell, cancelled):
    if cancelled is not None and cancelled():
        clock.stopped.set()
    if tell is not None:
        tell(runs, sum(moves))


def _leg(run, clock, moves, lane, leg):
    """Anneal one lane through one leg (from, to, hot, cold), leaving its best plans in the lane's own list. Return what
    failed: a lane that the kernel stops keeps its best plan and goes on from it with the next leg."""
    first, last, hot, cold = leg
    kept, least = [], None
    try:
        while (share := clock.share(moves[lane])) < last:
            done = max(0.0, (share - first) / (last - first))
            size = min(CHUNK, clock.moves - moves[lane]) if clock.moves is not None else CHUNK
            heat = hot * (cold / hot) ** done
            run.anneal(size, heat, heat)
            moves[lane] += size
            if run.least != least:
                least = run.least
                kept.append(run.hand())
            elif done > 0.5:
                kept.append(run.state.copy())
    except Exception:
        log.exception("a search was stopped by an error; its best plan is kept")
        return ["search"]
    finally:
        run.kept = kept[-200:]
    return []


def _join(runs, pool, clock):
    """Recombine what the lanes have seen; all lanes go on from the best plan. Return what failed."""
    least, best = min(r.least for r in runs), min(runs, key=lambda r: r.least).best.copy()
    failures = []
    try:
        for run in runs:
            for state in run.kept:
                pool.add(state)
            pool.add(run.best)
        found = pool.best(None if clock.seconds is None else max(0.2, JOINING * clock.seconds))
    except Exception:
        log.exception("joining team weeks failed; the best plan stays as it was found")
        found, failures = None, ["join"]
    if found is not None:
        runs[0].restart(found)
        if runs[0].least < least - 1e-6:
            best = found
    for run in runs:
        run.restart(best)
        run.hand()
    return failures
