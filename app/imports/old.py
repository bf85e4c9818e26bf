"""Cells of an old .xls that hold an error (#N/A, #REF!), which a reader gives as empty, as it does in an .xlsx, or a
formula that nothing has calculated yet, which it gives as 0.

Loaded by parsing.py in its process of its own, so it imports nothing of the application. Only what is needed to find
the records of the sheets is read: [MS-CFB] for the file within the file, [MS-XLS] for its records. What does not hold
together gives no marks: whether the file is damaged, the reader says.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
BOOLERR, FORMULA, BOUNDSHEET, BOF, EOF = 0x0205, 0x0006, 0x0085, 0x0809, 0x000A
ANY_ERROR = re.compile(rb"\x05\x02\x08\x00.{7}\x01|\x06\x00.{8}\x02.[\x00-\x2b].{3}\xff\xff", re.DOTALL)
"""The records of an error, roughly: nearly every file has none, and its records need not be walked."""
ANY_UNSAVED = re.compile(rb"\x06\x00.{8}\x00{8}[\x02\x03\x06\x07\x0a\x0b\x0e\x0f]\x00", re.DOTALL)
"""The same of a formula whose result is a zero, to be calculated when the file is opened."""
_ON_OPENING, _EMPTY_TEXT = 2, 3
NOT_CALCULATED = "#未计算"
"""As in unsaved.py."""
_END, _FIRST_NAMES, _ENTRY = 0xFFFFFFFA, 109, 128


def errors_by_sheet(content: bytes) -> list[dict[tuple[int, int], str]]:
    """For every sheet, in the order of the workbook, what stands in place of a value by (line, column) from 0."""
    try:
        stream = _workbook_stream(content)
        if not (ANY_ERROR.search(stream) or ANY_UNSAVED.search(stream)):
            return []
        starts = [struct.unpack_from("<I", said)[0] for kind, said in _records(stream, 0) if kind == BOUNDSHEET]
        return [dict(_errors(stream, start)) for start in starts]
    except (struct.error, IndexError, ValueError, StopIteration):
        return []


def empty_results(content: bytes) -> int:
    """How many formulas have an empty text for a result, where no formula of the workbook has another one: so writes a
    program that calculates nothing. A spreadsheet program that has calculated them leaves some other result too."""
    try:
        stream = _workbook_stream(content)
        starts = [struct.unpack_from("<I", said)[0] for kind, said in _records(stream, 0) if kind == BOUNDSHEET]
        results = [said[6:14] for at in starts for kind, said in _records(stream, at) if kind == FORMULA]
    except (struct.error, IndexError, ValueError, StopIteration):
        return 0
    return len(results) if all(one[0] == _EMPTY_TEXT and one[6:] == b"\xff\xff" for one in results) else 0


def _errors(stream: bytes, start: int) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, said in _records(stream, start):
        if kind == BOOLERR and said[7] == 1:
            code = said[6]
        elif kind == FORMULA and said[6] == 2 and said[12:14] == b"\xff\xff":
            code = said[8]
        elif kind == FORMULA and not any(said[6:14]) and said[14] & _ON_OPENING:
            yield struct.unpack_from("<HH", said), NOT_CALCULATED
            continue
        else:
            continue
        if code in ERRORS:
            yield struct.unpack_from("<HH", said), ERRORS[code]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the workbook, from its beginning to its end; a chart inside it is passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            return
        if depth == 1 and kind in (BOOLERR, FORMULA, BOUNDSHEET):
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


# --- the file within the file -----------------------------------------------------------------------------------------


def _workbook_stream(content: bytes) -> bytes:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    table = _table(content, size)
    first, cutoff, first_small = struct.unpack_from("<I4xII", content, 48)
    folder = _chain(content, size, table, first, size)
    entries = [folder[at : at + _ENTRY] for at in range(0, len(folder) - _ENTRY + 1, _ENTRY)]
    wanted = next(one for name in ("Workbook", "Book") for one in entries if _name(one) == name)
    start, length = struct.unpack_from("<II", wanted, 116)
    if length >= cutoff:
        return _chain(content, size, table, start, size)[:length]
    small = 1 << struct.unpack_from("<H", content, 32)[0]
    (root,) = struct.unpack_from("<I", entries[0], 116)
    held = _chain(content, size, table, root, size)
    numbers = _chain(content, size, table, first_small, size)
    return _chain(held, small, struct.unpack(f"<{len(numbers) // 4}I", numbers), start, 0)[:length]


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")


def _table(content: bytes, size: int) -> tuple[int, ...]:
    """Which sector follows which."""
    (more,) = struct.unpack_from("<I", content, 68)
    places = list(struct.unpack_from(f"<{_FIRST_NAMES}I", content, 76))
    seen = set()
    while more < _END and more not in seen:
        seen.add(more)
        *found, more = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        places += found
    parts = [content[(place + 1) * size : (place + 2) * size] for place in places if place < _END]
    joined = b"".join(parts)
    return struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4])


def _chain(content: bytes, size: int, table: tuple[int, ...], start: int, skip: int) -> bytes:
    """The sectors from `start` on, joined; `skip` is how far the first lies from the beginning."""
    parts, seen = [], set()
    while start < _END and start not in seen:
        seen.add(start)
        parts.append(content[skip + start * size : skip + (start + 1) * size])
        start = table[start]
    return b"".join(parts)
