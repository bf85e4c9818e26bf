"""Visits that need two at once or in sequence, on public instances: the gap to the best known costs.

    python -m benchmarks.hhcrsp DIR --seconds 60 [--seeds 3] [--workers 2]

DIR holds instances as JSON and, if known, best_known.csv (`instance`, `total_cost`). Every solution is checked and its
cost counted by code that the solver does not share. Exit code 1 when one breaks a rule.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from pathlib import Path

from app.kernel.problems import Refused
from benchmarks.solvers.synchronised import check, cost, read_best_known, read_problem, solve, warm_up


def options(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hhcrsp", description=__doc__.split("\n")[0])
    parser.add_argument("directory", type=Path, metavar="DIR", help="instances (*.json) and best_known.csv")
    parser.add_argument("--seconds", type=float, default=10.0, help="of search for each instance and seed (10)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, one after the other (1)")
    parser.add_argument("--workers", type=int, default=2, choices=(1, 2), help="searches at once (2)")
    parser.add_argument("--only", default="", help="instances with this in their names")
    parser.add_argument("--iterations", type=int, help="trials of each worker instead of seconds: the same every time")
    parser.add_argument("--cpu-seconds", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def by_number(path: Path) -> list[int | str]:
    """Order 2 before 10 in names."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]


def short(percent: float, digits: int = 2) -> str:
    """A percentage as text, without a sign before nothing."""
    return f"{round(percent, digits) + 0.0:.{digits}f}"


def measure(path: Path, asked: argparse.Namespace) -> tuple[list[float], bool]:
    """Solve one instance with each seed; return the costs and whether every solution kept the rules."""
    problem = read_problem(path.read_text(encoding="utf-8"), path.stem)
    costs, kept = [], True
    for seed in range(asked.seed, asked.seed + asked.seeds):
        seconds = None if asked.iterations else asked.seconds
        solution = solve(
            problem,
            seconds=seconds,
            iterations=asked.iterations,
            seed=seed,
            workers=asked.workers,
            processor=asked.cpu_seconds,
        )
        for wrong in check(problem, solution):
            kept = False
            print(f"{path.name} seed {seed}: {wrong}", file=sys.stderr)
        costs.append(cost(problem, solution).total)
    return costs, kept


def main(words: list[str]) -> int:
    """Print the table; return the exit code."""
    asked = options(words)
    paths = sorted((p for p in asked.directory.glob("*.json") if asked.only in p.name), key=by_number)
    if not paths:
        print(f"There is no instance (*.json) in {asked.directory}. Name a folder that holds some.", file=sys.stderr)
        return 2
    warm_up()
    gaps, kept = [], True
    print(f"{'instance':<34}{'best known':>11}{'best':>11}{'mean':>11}{'gap %':>8}{'worst %':>9}")
    try:
        known = read_best_known(asked.directory / "best_known.csv")
        for path in paths:
            costs, right = measure(path, asked)
            kept = kept and right
            line = f"{path.stem:<34}"
            if goal := known.get(path.name):
                own = [100 * (c / goal - 1) for c in costs]
                gaps.append(own)
                told = f"{short(statistics.mean(own)):>8}{short(max(own)):>9}"
            else:
                goal, told = float("nan"), f"{'':>17}"
            print(f"{line}{goal:>11.3f}{min(costs):>11.3f}{statistics.mean(costs):>11.3f}{told}", flush=True)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    if gaps:
        flat = [g for own in gaps for g in own]
        print(f"mean gap {short(statistics.mean(flat), 3)} %, worst {short(max(flat))} %, {len(flat)} runs")
    print("every solution keeps the rules" if kept else "some solution breaks a rule")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
