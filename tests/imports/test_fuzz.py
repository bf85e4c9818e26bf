"""Anything in a cell or a file: a word about it, never an exception, and never slowly.

The seeds are fixed, so that a failure comes again; `python -m tests.imports.test_fuzz SECONDS` goes on for longer.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import date

import pytest

from app.imports import amounts, cells, rules, school_rules
from app.imports.columns import CHILDREN, SCHOOLS, plain_heading
from app.imports.parsing import Stop, clean, open_file, send
from app.imports.rules import check_child_row
from app.imports.school_rules import check_school_row
from app.kernel.dates import parse_day
from app.kernel.identifiers import check_certificate, check_resident_id, check_student_number
from app.kernel.lookalikes import skeleton, slip_in
from app.kernel.names import check_name, normalise_name
from app.kernel.school_codes import check_school_code
from tests.imports.samples import child, csv_text, school, xlsx

TODAY = date(2026, 11, 23)
LIMITS = {"rows": 1000, "columns": 400, "members": 200, "unpacked": 50_000_000, "ratio": 100, "wanted": []}
ALPHABET = (
    "0123456789-/.:年月日号TZ+ \t\n\0\x1f\u200b\u3000·・ニА王"
    "二Ａ㐂\U00020089\ue000\ufffd?Xx×*（）()\"'=,;GLJB上午星期四农历Sep"
)
VALIDATORS = {
    "day": parse_day,
    "id": check_resident_id,
    "certificate": check_certificate,
    "student": check_student_number,
    "school": check_school_code,
    "name": check_name,
    "normalise": normalise_name,
    "skeleton": skeleton,
    "slip": slip_in,
    "month": cells.read_month,
    "area": cells.read_area,
    "phone": cells.read_phone,
    "persons": amounts.read_persons,
    "kilometres": amounts.read_kilometres,
    "longitude": amounts.read_longitude,
    "heading": plain_heading,
    "clean": clean,
    "text": cells.read_text,
    "sex": rules.READERS["sex"].read,
    "kind": school_rules.READERS["kind"].read,
}
LONG = (
    "a",
    " ",
    "1",
    "-",
    "·",
    "1-",
    "2016-",
    "1 ",
    "(",
    "()",
    "年",
    "\0",
    "ニ",
    ".",
    '="',
    "E+",
    "GMT+",
    "X",
    "；",
    "é",
    "\u0301",
    "\u200b",
)


def words(rng: random.Random, most: int = 40) -> str:
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, most)))


@pytest.mark.parametrize("name", VALIDATORS)
def test_a_hundred_thousand_signs_are_no_trouble(name):
    """By processor time, which other work on the machine does not change; the bound is far above what it takes."""
    slow = []
    for piece in LONG:
        text = piece * (100_000 // len(piece)) + "!"
        begun = time.process_time()
        VALIDATORS[name](text)
        if (took := time.process_time() - begun) > 2:
            slow.append((piece, took))
    assert not slow


@pytest.mark.parametrize("seed", range(4))
def test_any_text_in_any_validator(seed):
    rng = random.Random(seed)
    for _ in range(150):
        text = words(rng)
        for check in VALIDATORS.values():
            check(text)


@pytest.mark.parametrize("seed", range(4))
def test_any_text_in_any_cell(seed):
    rng = random.Random(seed)
    for _ in range(100):
        try_row(rng)


def try_row(rng: random.Random) -> None:
    sheet, row, check = rng.choice(((CHILDREN, child(), check_child_row), (SCHOOLS, school(), check_school_row)))
    for _ in range(rng.randint(1, 4)):
        key = rng.choice(sheet.columns).key
        text = words(rng) if rng.random() < 0.5 else spoiled(rng, row.get(key, ""))
        row[key] = text
    said = {key: text for key, text in row.items() if text}
    found = check(2, said, today=TODAY)
    assert all(problem.problem.text() for problem in found.problems)


def spoiled(rng: random.Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + words(rng, 3) + text[at + rng.randint(0, 2) :]


@pytest.mark.parametrize("seed", range(3))
def test_any_bytes_as_a_file(seed, capfd):
    rng = random.Random(seed)
    for _ in range(25):
        try_file(rng)


def try_file(rng: random.Random) -> None:
    text = csv_text([child()])
    content = bytearray(rng.choice((xlsx([child()]), text.encode(), text.encode("gb18030"), rng.randbytes(200))))
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(len(content))
        content[at : at + rng.randint(0, 4)] = rng.randbytes(rng.randint(0, 4)) or b"\0"
    try:
        send(open_file(bytes(content), LIMITS), LIMITS)
    except Stop as stop:
        from app.imports.reader import REFUSALS

        assert stop.code in REFUSALS


if __name__ == "__main__":
    until, seed = time.monotonic() + float(sys.argv[1]), 1000
    while time.monotonic() < until:
        generator = random.Random(seed)
        try:
            try_row(generator)
            for text_of in VALIDATORS.values():
                text_of(words(generator))
        except Exception:
            print("seed", seed, file=sys.stderr)
            raise
        seed += 1
    print(seed - 1000, "rows tried", file=sys.stderr)
