"""Cells as texts: what stands in merged ranges, numbers and days as they are written, signs that no text has.

Loaded by parsing.py in its process of its own, so it imports nothing of the application.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta

# A number of 15 digits is the longest that a spreadsheet keeps exactly.
EXACT = 1e15
DAYS_OF_1904 = 80_000
LOST = "\ufffd"
# Signs that no text has: said to be lost, where the cell is checked. Line breaks of old programs stay blanks.
CONTROL = {place: LOST for place in (*range(32), *range(0x7F, 0xA0)) if place not in (9, 10, 13)} | {
    0x0B: "\n",
    0x0C: "\n",
    0x85: "\n",
}
TWO_MINUTES = timedelta(minutes=2)
LATEST = date(9999, 12, 31)


def clean(text: str) -> str:
    """A text without marks that nobody sees; a control sign becomes the sign of a lost character."""
    if text.isprintable():
        return text
    text = text.translate(CONTROL)
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf").strip()


class Fill:
    """Merged ranges: in the heading lines a value counts for its whole range, below them only for the rows of it."""

    def __init__(self, merges: list, head_lines: int) -> None:
        self.starting: dict[int, list] = {}
        for (top, left), (bottom, right) in merges:
            self.starting.setdefault(top, []).append((left, bottom, right))
        self.open: list[tuple[int, int, int, str]] = []
        self.wanted, self.head_lines = bool(merges), head_lines

    def put(self, place: int, cells: list[str]) -> None:
        for left, bottom, right in self.starting.get(place, ()):
            value = cells[left] if left < len(cells) else ""
            last = right if place < self.head_lines else left
            self.open.append((left, min(last, len(cells) - 1), bottom, value))
        self.open = [entry for entry in self.open if entry[2] >= place]
        for left, last, _bottom, value in self.open:
            for column in range(left, last + 1):
                if not cells[column]:
                    cells[column] = value


def counted(cell: object) -> object:
    """Like `written`, but a number that may be a day counted from 1904 stays a number."""
    is_day = isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1 <= cell < DAYS_OF_1904
    return cell if is_day else written(cell)


def written(cell: object) -> str:
    """Return a cell's value as text: whole numbers without .0, days as 2016-09-01, lost digits visible as 1.1E+17.

    Some programs write midnight a little early (43 seconds, in Chinese time): what lies within two minutes of it is
    that midnight.
    """
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        if abs(cell) >= EXACT:
            return f"{float(cell):.14G}" if "E" in f"{float(cell):.14G}" else f"{float(cell):.9E}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return (cell + TWO_MINUTES).date().isoformat() if cell.date() < LATEST else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def utf_16_of(start: bytes) -> str | None:
    """The kind of UTF-16 of a text that does not say it, by the signs between its cells and lines; None for another."""
    pairs = [start[at : at + 2] for at in range(0, len(start) - 1, 2)]
    little, big = (sum(pairs.count(sign.encode(kind)) for sign in ",\t;\r\n") for kind in ("utf-16-le", "utf-16-be"))
    if little == big:
        return None
    return "utf-16-le" if little > big else "utf-16-be"
