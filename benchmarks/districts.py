"""Timetables of whole districts: visits that find no place, travel, fairness, the same team every time.

    python -m benchmarks.districts DIR --seconds S [--seeds 3] [--seed 1] [--bound SECONDS] [NAME ...]

Reads every problem of the format `visit-timetable/1` in DIR (or those named), solves each with every seed and counts
the figures of the plan anew from its file, without any code of the engine (`benchmarks.recount`). Ends with an error
where a plan breaks a rule. The known figures of a file `known_figures.csv` in DIR (name, unserved, travel) are printed
beside them where there is one.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import time
from pathlib import Path

from benchmarks.recount import recount


def problems(folder: Path, names: list[str]) -> list[Path]:
    """The problem files of a folder, by name."""
    found = [p for p in sorted(folder.glob("*.json")) if not names or p.stem in names]
    return [p for p in found if '"visit-timetable/1"' in p.read_text(encoding="utf-8")[:4000]]


def known(folder: Path) -> dict[str, tuple[int, int]]:
    """{name: (unserved, travel)} of the folder's table, empty without one."""
    table = folder / "known_figures.csv"
    if not table.exists():
        return {}
    with table.open(encoding="utf-8") as file:
        return {row["name"]: (int(row["unserved"]), int(row["travel"])) for row in csv.DictReader(file)}


def measure(path: Path, seconds: float, seed: int) -> dict:
    """Solve one problem and return its figures."""
    from app.routing import solve
    from app.routing.formats import read_problem, write_solution

    text = path.read_text(encoding="utf-8")
    problem = read_problem(text)
    begin = time.monotonic()
    plan = solve(problem, seconds=seconds, seed=seed)
    took = time.monotonic() - begin
    figures, broken = recount(json.loads(text), json.loads(write_solution(problem, plan)))
    return figures | {"broken": broken, "moves": plan.iterations, "took": took, "problem": problem, "plan": plan}


def gaps(rows: list[dict], seconds: float) -> str:
    """What is proven of one problem in so many seconds, and how far its plans lie above it."""
    from app.routing import bound
    from app.routing.bound.figures import gap

    proven = bound(rows[0]["problem"], seconds=seconds)
    if proven.unserved:
        return f"   proven: at least {proven.unserved} unserved ({proven.seconds:.0f} s)"
    found = [gap(r["problem"], r["plan"], proven) for r in rows]
    if None in found:
        return f"   proven: at least {proven.travel} travel ({proven.seconds:.0f} s)"
    return f"   proven: at least {proven.travel} travel, gap {statistics.mean(found):.1f} % ({proven.seconds:.0f} s)"


def warm_up() -> None:
    """Let the compiler work before anything is timed."""
    from app.routing import solve
    from app.routing.formats import read_problem
    from benchmarks.synthetic import district

    solve(read_problem(json.dumps(district(8, 2, seed=1))), iterations=200, seed=1)


def main(words: list[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 where a plan breaks a rule or there is no problem to solve."""
    parser = argparse.ArgumentParser(prog="benchmarks.districts", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--bound", type=float, metavar="SECONDS", help="prove a bound and print the gap to it")
    asked = parser.parse_intermixed_args(words)
    paths = problems(asked.folder, asked.names)
    if not paths:
        print(f"There is no problem of the format visit-timetable/1 in {asked.folder}.", file=sys.stderr)
        return 1
    warm_up()
    references, bad = known(asked.folder), 0
    print(
        f"{'district':<14}{'seed':>5}{'unserved':>10}{'of':>6}{'travel':>9}{'teams/child':>13}{'load':>14}{'moves':>11}"
        f"{'seconds':>9}"
    )
    for path in paths:
        rows = []
        for seed in range(asked.seed, asked.seed + asked.seeds):
            row = measure(path, asked.seconds, seed)
            rows.append(row)
            bad += bool(row["broken"])
            print(
                f"{path.stem:<14}{seed:>5}{row['unserved']:>10}{row['of']:>6}{row['travel']:>9}"
                f"{row['teams_per_child']:>13.3f}{row['load_min']:>7}-{row['load_max']:<6}{row['moves']:>11}"
                f"{row['took']:>9.1f}",
                flush=True,
            )
            print(*row["broken"][:5], sep="\n", end="\n" if row["broken"] else "")
        mean = {key: statistics.mean(r[key] for r in rows) for key in ("unserved", "travel")}
        beside = references.get(path.stem)
        told = f"   known: {beside[0]} / {beside[1]}" if beside else ""
        told += gaps(rows, asked.bound) if asked.bound else ""
        print(f"{path.stem:<14} mean{mean['unserved']:>10.1f}{'':>6}{mean['travel']:>9.0f}{told}", flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
