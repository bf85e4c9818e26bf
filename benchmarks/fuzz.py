"""Anything at all for what reads foreign words: sheets as files, rows of a sheet, numbers, days.

    python -m benchmarks.fuzz [--seconds 600] [--only file row number day] [--seed 1]

Each target runs so long in a process of its own, begun with good examples. Where atheris is installed (pip install
atheris; it is no part of the development packages, being 100 MB that few platforms have) it chooses the inputs by what
they reach in the code; elsewhere they are the examples with changes, by a seed. An exception, a refusal without words
and anything that needs more than a second of the processor end it with the input, for a test.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

TODAY = date(2026, 11, 23)
MOST_SECONDS = 1.0
LIMITS = {"rows": 1000, "columns": 400, "members": 200, "unpacked": 50_000_000, "ratio": 100, "wanted": []}
LONGEST = 100_000
SIGNS = (
    "0123456789-/.:年月日号TZ+ \t\n\0\x1f\u200b\u3000·・ニА王二Ａ㐂\U00020089\ue000\ufffd?Xx×*（）()\"'=,;GLJB"
    "上午星期四农历Sep"
)


class Hung(Exception):
    """An input that takes too long."""


def read_file(content: bytes) -> None:
    """Bytes as a file that was chosen for an import."""
    from app.imports.parsing import Stop, open_file, send
    from app.imports.reader import REFUSALS

    with contextlib.redirect_stdout(io.StringIO()):
        try:
            send(open_file(content, LIMITS), LIMITS)
        except Stop as stop:
            assert stop.code in REFUSALS, stop.code


def read_row(content: bytes) -> None:
    """Lines of `place=text` as the changed cells of a good row; the first line chooses the sheet."""
    from app.imports.columns import CHILDREN, SCHOOLS
    from app.imports.rules import check_child_row
    from app.imports.school_rules import check_school_row
    from benchmarks.imports import rows

    kind, *lines = content.decode("utf-8", "replace").split("\n")
    sheet, check = (SCHOOLS, check_school_row) if kind.startswith("s") else (CHILDREN, check_child_row)
    said = {} if sheet is SCHOOLS else dict(rows(1)[0])
    for line in lines[:60]:
        place, _, text = line.partition("=")
        said[sheet.columns[len(place) and sum(map(ord, place[:4])) % len(sheet.columns)].key] = text
    found = check(2, {key: text for key, text in said.items() if text}, today=TODAY)
    assert all(problem.problem.text() for problem in found.problems)


def read_number(content: bytes) -> None:
    """A text as every kind of number."""
    from app.imports.amounts import read_kilometres, read_longitude, read_persons
    from app.imports.cells import read_area, read_phone
    from app.kernel.identifiers import check_certificate, check_resident_id, check_student_number
    from app.kernel.school_codes import check_school_code

    text = content.decode("utf-8", "replace")
    for check in (check_resident_id, check_certificate, check_student_number, check_school_code):
        found = check(text)
        if found.value is not None:
            again = check(str(found.value.number))
            assert again.value == found.value, (text, found, again)
    for read in (read_area, read_kilometres, read_longitude, read_persons, read_phone):
        read(text)


def read_day(content: bytes) -> None:
    """A text as a day and as a month; what was read reads the same again."""
    from app.imports.cells import read_month
    from app.kernel.dates import parse_day

    text = content.decode("utf-8", "replace")
    for epoch in (False, True):
        if (day := parse_day(text, epoch_1904=epoch).value) is not None:
            assert parse_day(day.isoformat()).value == day, (text, day)
    if (month := read_month(text).value) is not None:
        assert read_month(month).value == month, (text, month)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "file": read_file,
    "row": read_row,
    "number": read_number,
    "day": read_day,
}


def examples(name: str) -> list[bytes]:
    """Good inputs of a target."""
    from app.imports.columns import CHILDREN
    from benchmarks.imports import rows, write_sheet

    made = rows(2)
    if name == "file":
        with tempfile.TemporaryDirectory() as place:
            write_sheet(Path(place) / "x.xlsx", made)
            book = (Path(place) / "x.xlsx").read_bytes()
        lines = [",".join(column.heading for column in CHILDREN.columns)]
        lines += [",".join(row.get(column.key, "") for column in CHILDREN.columns) for row in made]
        text = "\n".join(lines)
        return [book, text.encode(), text.encode("gb18030"), text.encode("utf-16"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
    if name == "row":
        cells = "\n".join(f"{key}={text}" for key, text in made[0].items())
        return [f"c\n{cells}".encode(), "s\na=2150000009\nb=熊家小学".encode()]
    if name == "number":
        keys = ("document_number", "student_number", "certificate", "school_code", "phone", "longitude", "hukou_code")
        return [made[0][key].encode() for key in keys] + [b"1.1E+17", "０２３-6000 0000；139".encode()]
    return [
        text.encode()
        for text in (
            "2016-09-01",
            "2016年9月1日",
            "二〇一六年九月一日",
            "42614",
            "20160901",
            "Sep 1 2016",
            "1.9.2016",
            "2016/9/1 8:00",
            "Thu Sep 01 2016 00:00:00 GMT+0800 (中国标准时间)",
            "202309",
            "2023.9",
            "农历八月初一",
        )
    ]


def changed(rng: random.Random, content: bytes) -> bytes:
    """An example with some places cut out, doubled or filled with signs."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 12)):
        at, kind = rng.randint(0, len(made)), rng.randrange(4)
        if kind == 0:
            new = rng.randbytes(rng.randint(0, 4))
        elif kind == 1:
            new = bytes(made[at : at + rng.randint(0, 40)])
        else:
            new = rng.choice(SIGNS).encode() * (1 if kind == 2 else rng.choice((2, 50, 3000)))
        made[at : at + rng.choice((0, 0, 1, 4))] = new
    return bytes(made[:LONGEST])


def timed(name: str) -> Callable[[bytes], None]:
    """The target, with an end to what takes too long."""
    read = TARGETS[name]

    def test(content: bytes) -> None:
        begun = time.process_time()
        read(content)
        if (took := time.process_time() - begun) > MOST_SECONDS:
            raise Hung(f"{took:.1f} s of the processor")

    return test


def by_seed(name: str, seconds: float, seed: int) -> None:
    """Try changed examples for so long; print the input that ends it."""
    rng, begin, count, good, test = random.Random(seed), time.monotonic(), 0, examples(name), timed(name)
    while time.monotonic() - begin < seconds:
        content = changed(rng, rng.choice(good))
        try:
            test(content)
        except Exception:
            print(f"{name}: {content!r}", file=sys.stderr)
            raise
        count += 1
    print(f"{name}: {count} inputs by seed {seed}, no error", file=sys.stderr)


def guided(name: str, seconds: float, seed: int) -> None:
    """Let atheris look for inputs for so long; it ends the process."""
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, content in enumerate(examples(name)):
        (corpus / str(number)).write_bytes(content)
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds:.0f}",
            f"-max_len={LONGEST}",
            f"-seed={seed}",
            "-timeout=60",
            "-rss_limit_mb=3000",
            f"-artifact_prefix={corpus}/",
            "-print_final_stats=1",
            str(corpus),
        ],
        timed(name),
    )
    atheris.Fuzz()


def main() -> int:
    """Run the targets, each in a process of its own; 1 when one found something."""
    parser = argparse.ArgumentParser(prog="benchmarks.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--only", nargs="*", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        (guided if atheris else by_seed)(asked.only[0], asked.seconds, asked.seed)
        return 0
    bad = 0
    for name in asked.only:
        command = [
            sys.executable,
            "-m",
            "benchmarks.fuzz",
            "--here",
            "--only",
            name,
            "--seconds",
            str(asked.seconds),
            "--seed",
            str(asked.seed),
        ]
        ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        last = ended.stderr.splitlines()
        found = [line for line in last if line.startswith(("stat::number_of", f"{name}:", "Done"))]
        print(f"{name}: " + ("; ".join(found[-2:]) if not ended.returncode else "FOUND SOMETHING"), flush=True)
        if ended.returncode:
            bad += 1
            print(*last[-40:], sep="\n", flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    if atheris and "--here" in sys.argv:
        with atheris.instrument_imports(include=["app"]):
            import app.imports.parsing
            import app.imports.rules
            import app.imports.school_rules  # noqa: F401
    sys.exit(main())
