"""Run the benchmarks: all, or those named, each in a process of its own.

    script/bench                      all of them
    script/bench pages                one; `script/bench pages --help` says what it can be asked
    script/bench imports --rows 3000  options go to the one that is named before them

Exit code 1 when a bound is not kept.
"""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = {
    "imports": "a sheet of 30,000 children, whole, against reading and inserting its raw rows",
    "pages": "the main pages on the municipality against a bare page of 50 rows",
    "terms": "a term of home visits rolled out, repaired and explained",
}


def split(words: list[str]) -> list[tuple[str, list[str]]]:
    """Return (benchmark, its options) in the order of the command line; all of them when none is named.

    Raises ValueError with the first word that names none.
    """
    asked: list[tuple[str, list[str]]] = []
    for word in words:
        if asked and (word.startswith("-") or asked[-1][1] and word not in BENCHMARKS):
            asked[-1][1].append(word)
        elif word in BENCHMARKS:
            asked.append((word, []))
        else:
            raise ValueError(word)
    return asked or [(name, []) for name in BENCHMARKS]


def main(words: list[str]) -> int:
    """Run what was asked for; return the exit code."""
    if words and words[0] in ("-h", "--help"):
        print(__doc__.strip(), *(f"\n  {name:<10} {what}" for name, what in BENCHMARKS.items()))
        return 0
    try:
        asked = split(words)
    except ValueError as unknown:
        print(f"There is no benchmark {unknown}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    codes = []
    for name, options in asked:
        print(f"\n{name}: {BENCHMARKS[name]}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options]).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
