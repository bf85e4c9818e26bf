"""The repeating week of home visits of a whole municipality: 37 units, 5,000 children, two workers, all checked.

    python -m benchmarks.municipality [--seconds S] [--units 37] [--children 5000] [--workers 2] [--seed 1]

Districts are invented (`benchmarks.synthetic`), their sizes spread as the municipality's are. Each is solved for S
seconds in a worker process of its own core; figures are counted anew from the files. Prints a line a unit, the whole
time, and the largest memory of a worker.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from benchmarks.districts import warm_up
from benchmarks.recount import recount
from benchmarks.synthetic import district

CHILDREN_PER_TEAM = 6.6


def sizes(units: int, children: int) -> list[int]:
    """Children of each unit: from a third of the mean to about two and a half times, the same total."""
    shares = [0.33 + 2.2 * (i / max(1, units - 1)) ** 2.1 for i in range(units)]
    found = [max(5, round(children * s / sum(shares))) for s in shares]
    found[-1] += children - sum(found)
    return sorted(found, reverse=True)


def work(task: tuple[int, int, float, int]) -> dict:
    """Solve one unit in this process and recount it."""
    from app.routing import solve
    from app.routing.formats import read_problem, write_solution

    unit, children, seconds, seed = task
    told = district(
        children,
        max(2, round(children / CHILDREN_PER_TEAM)),
        seed=1000 * seed + unit,
        schools=max(2, children // 40),
        clusters=max(4, children // 8),
    )
    problem = read_problem(json.dumps(told))
    plan = solve(problem, seconds=seconds, seed=seed, lanes=1)
    figures, broken = recount(told, json.loads(write_solution(problem, plan)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return figures | {"unit": unit, "children": children, "broken": broken, "memory": memory}


def main(words: list[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 where a plan breaks a rule."""
    parser = argparse.ArgumentParser(prog="benchmarks.municipality", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--units", type=int, default=37)
    parser.add_argument("--children", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    warm_up()
    tasks = [(i, n, asked.seconds, asked.seed) for i, n in enumerate(sizes(asked.units, asked.children))]
    begin, rows = time.monotonic(), []
    with ProcessPoolExecutor(asked.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for row in pool.map(work, tasks):
            rows.append(row)
            print(
                f"unit {row['unit']:>2}: {row['children']:>4} children, {row['unserved']:>3} of {row['of']:>4} "
                f"visits missing, {row['travel']:>6} minutes of travel, load {row['load_min']}-{row['load_max']}"
                + (f", BROKEN: {row['broken'][:3]}" if row["broken"] else ""),
                flush=True,
            )
    took = time.monotonic() - begin
    print(
        f"{asked.units} units, {sum(r['children'] for r in rows)} children: {took:.0f} s ({took / 60:.1f} min), "
        f"{sum(r['unserved'] for r in rows)} of {sum(r['of'] for r in rows)} visits missing, "
        f"{sum(bool(r['broken']) for r in rows)} plans with a broken rule, "
        f"memory of a worker {max(r['memory'] for r in rows)} MB"
    )
    return int(any(r["broken"] for r in rows))


if __name__ == "__main__":
    sys.exit(main())
