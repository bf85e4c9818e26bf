"""Finding the headings: below title lines, in one line or in two with merged cells over them."""

from __future__ import annotations

from collections.abc import Sequence

from app.imports.columns import SHEETS, headings, plain_heading
from app.imports.types import Header, ImportKind
from app.kernel.problems import N_, Problem, Refused

HEAD_LINES = 15
FEWEST = 3
"""So many known headings make a line the heading line."""


def find_header(kind: ImportKind, lines: Sequence[tuple[int, list[str]]]) -> Header:
    """Return where the headings are among the first lines of a sheet.

    Raises Refused when no line has enough of them, naming the missing required ones when it is nearly right.
    """
    known = headings(kind)
    best: Header | None = None
    above: list[str] = []
    for line, cells in lines[:HEAD_LINES]:
        for upper in ([], above) if above else ([],):
            found = _header(kind, known, line, cells, upper)
            if best is None or _count(found) > _count(best):
                best = found
        above = cells
    if best is None or _count(best) < FEWEST:
        raise Refused(
            Problem(
                "headings_missing",
                N_(
                    "The first lines have no headings of this sheet. Download the empty sheet and copy the rows into "
                    "it."
                ),
                field="file",
            )
        )
    if best.missing:
        raise Refused(
            Problem(
                "columns_missing",
                N_("Columns are missing: %(names)s. Add them with exactly these headings."),
                {"names": "、".join(best.missing)},
                field="file",
            )
        )
    return best


def _count(header: Header) -> int:
    return sum(place is not None for place in header.places)


def _header(kind: ImportKind, known: dict[str, str], line: int, cells: list[str], upper: list[str]) -> Header:
    places: list[str | None] = []
    ignored: list[str] = []
    for place, cell in enumerate(cells):
        over = upper[place] if place < len(upper) else ""
        key = _key(known, cell, over)
        if key is None or key in places:
            if cell:
                ignored.append(cell[:60])
            key = None
        places.append(key)
    missing = tuple(c.heading for c in SHEETS[kind].columns if c.required and c.key not in places)
    return Header(line, tuple(places), tuple(ignored), missing)


def _key(known: dict[str, str], cell: str, over: str) -> str | None:
    """Both lines together count first (成员1 over 姓名), then the lower, then a cell merged over both lines."""
    low, high = plain_heading(cell) if cell else "", plain_heading(over) if over else ""
    return known.get(high + low if high != low else low) or known.get(low) or (known.get(high) if not low else None)
