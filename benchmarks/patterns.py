"""100,000 signs made to be slow, for every reader of foreign words: at most 50 ms of the processor each.

The readers of cells of sheets, and of numbers, names, days, headings and search words elsewhere. The texts repeat
what the expressions of these readers repeat, with an end that fits none. A reader that hangs is ended by the system.
"""

from __future__ import annotations

import resource
import sys
import time

MOST_MS = 50
LENGTH = 100_000
PIECES = (
    "a",
    " ",
    "1",
    "0",
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
    "A1",
    "9,",
    "第",
    "王",
    "\ue000",
    "<a ",
    "/*",
    "\\",
    "'",
    "@a.",
    "\t",
)


def readers() -> dict:
    """name → reader of a text."""
    from app.imports import cells, rules, school_rules
    from app.imports.columns import plain_heading
    from app.imports.parsing import clean
    from app.kernel import identifiers, lookalikes, names, pasted_signs, school_codes
    from app.kernel.dates import parse_day
    from app.web.printable import unprintable

    found = {
        "a day": parse_day,
        "an ID number": identifiers.check_resident_id,
        "a certificate": identifiers.check_certificate,
        "a student number": identifiers.check_student_number,
        "a school code": school_codes.check_school_code,
        "a number": identifiers.normalise_number,
        "a name": names.check_name,
        "a name's skeleton": lookalikes.skeleton,
        "look-alikes": lookalikes.slip_in,
        "a heading": plain_heading,
        "a cell": clean,
        "plain signs": pasted_signs.plain_signs,
        "printable signs": unprintable,
    }
    found |= {f"child, {key}": one.read for key, one in rules.READERS.items()}
    found |= {f"school, {key}": one.read for key, one in school_rules.READERS.items()}
    return found | {"an area": cells.read_area, "a telephone number": cells.read_phone}


def slowest(read) -> tuple[float, str]:
    """Milliseconds of the slowest text, and what it repeats."""
    took = []
    for piece in PIECES:
        text = piece * (LENGTH // len(piece)) + "!"
        begun = time.process_time()
        read(text)
        took.append((1000 * (time.process_time() - begun), piece))
    return max(took)


def main() -> int:
    """Measure and print the slowest ones; 1 when one is over the bound."""
    resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
    every = readers()
    for read in every.values():
        read("1")  # what is put together at the first call does not count
    rows = sorted(((*slowest(read), name) for name, read in every.items()), reverse=True)
    for took, piece, name in rows[:8]:
        print(f"{name:<28}{took:>8.1f} ms{'  over' if took > MOST_MS else ''}  {piece!r}")
    print(f"{len(rows)} readers, {len(PIECES)} texts each, at most {MOST_MS} ms")
    return int(rows[0][0] > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
