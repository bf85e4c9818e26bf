"""Run the benchmarks: all, or those named, each in a process of its own.

    script/bench                      all of them, except long ones and those on public problems
    script/bench pages                one; `script/bench pages --help` says what it can be asked
    script/bench imports --rows 3000  options go to the one that is named before them
    script/bench hhcrsp FOLDER        one on public problems: it reads them from a folder
    script/bench searches             10,000 short searches for home visits; only when it is named
    script/bench fuzz --seconds 60    any bytes for the readers of sheets, rows, numbers, days; only when it is named

Exit code 1 when a bound is not kept.
"""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = {
    "imports": "a sheet of 30,000 children, whole, against reading and inserting its raw rows",
    "pages": "the main pages on the municipality against a bare page of 50 rows",
    "municipality": "a week of home visits for 37 units and 5,000 children with two workers, checked",
    "patterns": "100,000 signs made to be slow, for every reader of foreign words: at most 50 ms each",
    "serving": "a real server: 50 users who read and write, alone and beside 200 slow clients",
    "terms": "a term of home visits rolled out, repaired and explained",
}
ON_PROBLEMS = {
    "districts": "timetables of whole districts: visits without a place, travel, fairness",
    "hhcrsp": "visits that need two at once or in sequence, against the best known costs of public instances",
    "pvrp": "periodic vehicle routing against the best known costs of public instances",
}
"""Those that read problems from a folder, which has to be named."""
LONG = {
    "attachments": "90,000 attached files kept sealed in a folder, or as blobs in the database: size, backups, opening",
    "searches": "thousands of short searches over districts of every kind: none may end in an error (an hour)",
    "fuzz": "anything as a file, a row, a number, a day: no error, nothing slow (ten minutes each)",
}
"""Those that run only when they are named."""
ALL = BENCHMARKS | ON_PROBLEMS | LONG


def split(words: list[str]) -> list[tuple[str, list[str]]]:
    """Return (benchmark, its options) in the order of the command line; all of them when none is named.

    Raises ValueError with the first word that names none.
    """
    asked: list[tuple[str, list[str]]] = []
    for word in words:
        known = word in ALL
        if asked and not known and (word.startswith("-") or asked[-1][1] or asked[-1][0] in ON_PROBLEMS):
            asked[-1][1].append(word)
        elif known:
            asked.append((word, []))
        else:
            raise ValueError(word)
    return asked or [(name, []) for name in BENCHMARKS]


def main(words: list[str]) -> int:
    """Run what was asked for; return the exit code."""
    if words and words[0] in ("-h", "--help"):
        print(__doc__.strip(), *(f"\n  {name:<10} {what}" for name, what in ALL.items()))
        return 0
    try:
        asked = split(words)
    except ValueError as unknown:
        print(f"There is no benchmark {unknown}; there are: {', '.join(ALL)}", file=sys.stderr)
        return 2
    codes = []
    for name, options in asked:
        print(f"\n{name}: {ALL[name]}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options]).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
