"""Periodic vehicle routing against published best known values.

    python -m benchmarks.pvrp DIR --seconds 60 [--seed 1] [--seeds 3] [--workers 2]

DIR holds instances in the text format of Cordeau et al. (1997) and best_known.csv with the columns instance and
best_known. Each instance has the same seconds on the wall (reading, solving and checking; the kernel is compiled
before). Every solution is checked by code that the solver does not share; a wrong one ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from pathlib import Path

from benchmarks.solvers.periodic import FormatError, check, read, solve, warm_up


def best_known(folder: Path) -> dict[str, float]:
    """Instance -> best known cost. Raises FormatError where best_known.csv is missing or wrong."""
    path = folder / "best_known.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = {row["instance"].strip(): float(row["best_known"]) for row in csv.DictReader(file)}
    except OSError as fault:
        raise FormatError(f"{path.name} cannot be read in {folder.name}: {fault.strerror}") from fault
    except (KeyError, ValueError, AttributeError, TypeError):
        raise FormatError(f"{path.name} needs the columns instance and best_known, a number") from None
    if not found or not all(value > 0 for value in found.values()):
        raise FormatError(f"{path.name} must name instances with costs above 0")
    return found


def run(path: Path, options: argparse.Namespace, seed: int) -> tuple[str, float, float]:
    """(size, cost, seconds) of one solved and checked instance. Raises SystemExit where the solution is wrong."""
    begun = time.monotonic()
    instance = read(path)
    limits = (
        {"cpu_seconds": options.cpu_seconds}
        if options.cpu_seconds
        else {"seconds": max(0.01, options.seconds - (time.monotonic() - begun) - 0.02)}
    )
    solution = solve(instance, seed=seed, workers=options.workers, **limits)
    cost, faults = check(instance, solution)
    if faults:
        print(f"{instance.name}: the solution is wrong: " + "; ".join(faults[:5]), file=sys.stderr)
        raise SystemExit(1)
    return instance.size, cost, time.monotonic() - begun


def table(folder: Path, known: dict[str, float], options: argparse.Namespace, seed: int) -> list[float]:
    """Solve and print every instance with one seed; return the gaps in per cent."""
    print(f"\nseed {seed}\n{'instance':<12}{'size':>12}{'best known':>14}{'ours':>14}{'gap %':>9}{'s':>8}", flush=True)
    gaps = []
    for name, value in known.items():
        size, cost, took = run(folder / name, options, seed)
        gaps.append((cost / value - 1) * 100)
        print(f"{name:<12}{size:>12}{value:>14.2f}{cost:>14.2f}{gaps[-1]:>9.2f}{took:>8.1f}", flush=True)
    print(_summary(gaps))
    return gaps


def _summary(gaps: list[float]) -> str:
    return f"mean gap {sum(gaps) / len(gaps):.2f} %, worst {max(gaps):.2f} %"


def arguments(words: list[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.pvrp", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?")
    parser.add_argument("--seconds", type=float, default=60.0, help="on the wall, an instance (60)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, one after another (1)")
    parser.add_argument("--workers", type=int, choices=(1, 2), default=min(2, os.cpu_count() or 1))
    parser.add_argument("--cpu-seconds", type=float, help=argparse.SUPPRESS)  # of each worker, for a busy machine
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 where a solution is wrong, 2 where the folder cannot be read."""
    options = arguments(words)
    if options.folder is None:
        print("pvrp: name a directory of instances")
        return 0
    try:
        known = best_known(options.folder)
        missing = [name for name in known if not (options.folder / name).is_file()]
        if missing:
            raise FormatError(f"best_known.csv names {', '.join(missing)}, which are not in {options.folder.name}")
        warm_up()
        gaps = [gap for k in range(options.seeds) for gap in table(options.folder, known, options, options.seed + k)]
    except FormatError as fault:
        print(f"pvrp: {fault}", file=sys.stderr)
        return 2
    if options.seeds > 1:
        print(f"\nall {options.seeds} seeds: {_summary(gaps)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
