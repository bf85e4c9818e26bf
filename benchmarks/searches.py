"""Thousands of short searches over little districts of every kind: none may end in an error.

    python -m benchmarks.searches [--count 10000] [--first 1] [--moves 60] [--solve 400]

Each district (`benchmarks.variety`) is searched twice. First move by move: after every move the kernel's books are
counted anew in plain Python (`benchmarks.books`). Then as a page asks for it, with everything that follows a search:
joining, rolling out, making room, reasons, remedies, checking. Ends with an error where books differ, a search ends in
one, or a part of the finish had to be left out. Compiled with checked bounds; nothing depends on the clock.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from hashlib import sha256

os.environ.setdefault("YIAN_KERNEL", "checked")

HEATS = (60.0, 12.0, 0.5)


def searcher(told, seed):
    """A search of a district that has not begun, laid out as `find_template` does it."""
    from app.routing.grid import Grid, template_days
    from app.routing.kernel.arrays import Case
    from app.routing.kernel.searcher import Searcher
    from app.routing.kernel.template import former_places, former_plan, visits_asked, weights_of

    grid = Grid(told, template_days(told))
    before = former_places(told, grid)
    case, true = Case(grid, visits_asked(told, grid), before), weights_of(told, grid)
    able = [c for c in range(len(grid.home)) if case.patterns[c] and grid.able[c]]
    return Searcher(case, true, able, [seed, 0]), former_plan(case, before)


def move_by_move(told, seed, moves, books=None):
    """Search a district one move after the other; return the first faults of the books, empty where there are none."""
    from benchmarks.books import Books

    run, former = searcher(told, seed)
    beside = (books or Books)(run, seed)
    if former is not None:
        run.repeat(*former)
    run.fill(run.candidates)
    faults = beside.faults()
    for i in range(moves if len(run.candidates) else 0):
        if faults:
            break
        heat = HEATS[3 * i // moves]
        run.anneal(1, heat, heat)
        faults = beside.faults()
    return faults


def digest(run):
    """What a search has found, in a few letters: where it stands, its best plan, what that costs."""
    found = sha256(run.plan.whole.tobytes() + run.best.whole.tobytes() + run.rng.tobytes())
    return f"{found.hexdigest()[:12]} {float(run.least)!r}"


def one(number, moves, iterations):
    """Search the district of a number; return what went wrong, as lines."""
    from app.routing import solve
    from benchmarks.variety import problem

    told = problem(number)
    try:
        faults = move_by_move(told, number, moves)
        plan = solve(told, iterations=iterations, seed=number, lanes=1)
        return [*faults, *(f"{part} failed" for part in plan.failures or ())]
    except Exception:
        return [traceback.format_exc(limit=-4)]


def main(words: list[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 where any search went wrong."""
    parser = argparse.ArgumentParser(prog="benchmarks.searches", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--moves", type=int, default=60, help="moves after each of which the books are counted")
    parser.add_argument("--solve", type=int, default=400, help="moves of the whole search")
    asked = parser.parse_args(words)
    begin, bad = time.monotonic(), 0
    for n in range(asked.count):
        wrong = one(asked.first + n, asked.moves, asked.solve)
        if wrong:
            bad += 1
            print(f"district {asked.first + n}:", *wrong[:3], sep="\n    ", flush=True)
        if (n + 1) % 500 == 0:
            print(f"{n + 1:>7} searches, {bad} with an error, {time.monotonic() - begin:.0f} s", flush=True)
    print(f"{asked.count} districts searched, {bad} with an error, {time.monotonic() - begin:.0f} s", flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
