"""Cells of an .xlsx that a reader gives as empty although something stands in them: formulas whose result nobody has
saved (programs that cannot calculate write them so), and formulas that ended in an error.

Loaded by parsing.py in its process of its own, so it imports nothing of the application.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator

Marks = dict[tuple[int, int], str]
"""(line, column), both from 0: what is to be said in place of nothing."""

_C = rb"<(?:\w{1,8}:)?c\s([^>]{0,200})>\s{0,8}"
_F = rb"<(?:\w{1,8}:)?f(?:\s[^>]{0,300})?(?:/>|>[^<]{0,9000}</(?:\w{1,8}:)?f>)"
UNSAVED = re.compile(
    _C + _F + rb"\s{0,8}(?:<(?:\w{1,8}:)?v\s?/>|<(?:\w{1,8}:)?v>\s{0,8}</(?:\w{1,8}:)?v>)?\s{0,8}"
    rb"</(?:\w{1,8}:)?c>"
)
ERROR = re.compile(_C + b"(?:" + _F + rb")?\s{0,8}<(?:\w{1,8}:)?v>(#[^<]{1,24})</(?:\w{1,8}:)?v>")
COMMENTS = re.compile(r"(?:^|/)comments?[0-9]*\.xml$")
ODS_FORMULA = re.compile(rb'<table:table-cell\s[^>]{0,300}table:formula="[^"]{0,9000}"[^>]{0,300}>')
NOT_CALCULATED = "#未计算"
"""What stands in place of a formula without its result; cells.py knows it."""


def not_read(archive: zipfile.ZipFile, members: list) -> dict[str, int]:
    """How many comments the cells have, and in an .ods how many formulas without a result; nothing if none."""
    found = {"comments": 0, "no_results": 0}
    for member in members:
        name = member.filename.replace("\\", "/").lower()
        if COMMENTS.search(name):
            found["comments"] += archive.read(member).count(b"<comment ")
        elif name == "content.xml":
            text = archive.read(member)
            found["comments"] += text.count(b"<office:annotation ")
            found["no_results"] += sum(b"value-type=" not in cell for cell in ODS_FORMULA.findall(text))
    return {code: count for code, count in found.items() if count}


def by_sheet(archive: zipfile.ZipFile, members: list, marks: dict[str, dict]) -> dict[str, dict]:
    """The marks of the parts by the names of their sheets: the workbook's relations say which is which."""
    if not any(marks.values()):
        return {}
    texts = {}
    for member in members:
        name = member.filename.replace("\\", "/").lower()
        if name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            texts[name.rpartition("/")[2]] = archive.read(member).decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", texts.get("workbook.xml.rels", "")):
        said = attributes(tag)
        target = said.get("Target", "").replace("\\", "/").lower()
        targets[said.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", texts.get("workbook.xml", "")):
        said = attributes(tag)
        identifier = next((value for key, value in said.items() if key.rpartition(":")[2] == "id"), None)
        if targets.get(identifier) in marks:
            found[said.get("name", "")] = marks[targets[identifier]]
    return found


def attributes(tag: str) -> dict[str, str]:
    return {
        name: html.unescape(one or other)
        for name, one, other in re.findall(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    }


def mark(piece: bytes, marks: Marks) -> None:
    """Note the cells of a part that calamine would give as empty although something stands in them."""
    if b"<f" in piece or b":f" in piece:
        for found in UNSAVED.finditer(piece):
            put_mark(marks, found[1], NOT_CALCULATED)
    if b't="e"' in piece:
        for found in ERROR.finditer(piece):
            if b't="e"' in found[1]:
                put_mark(marks, found[1], found[2].decode("utf-8", "replace"))


def put_mark(marks: Marks, said: bytes, text: str) -> None:
    is_text = b't="str"' in said and text == NOT_CALCULATED  # a formula whose result is an empty text
    if not is_text and (at := re.search(rb'(?:^|\s)r="([A-Z]{1,3})([0-9]{1,7})"', said)):
        column = 0
        for letter in at[1]:
            column = column * 26 + letter - 64
        marks[int(at[2]) - 1, column - 1] = text


def marked(rows: Iterator[list], marks: Marks | None) -> Iterator[list]:
    """The rows with what stands in their marked cells; rows that hold nothing else come too."""
    if not marks:
        yield from rows
        return
    lines: dict[int, dict[int, str]] = {}
    for (line, column), text in marks.items():
        lines.setdefault(line, {})[column] = text
    count = 0
    for row in rows:
        yield filled(row, lines.get(count))
        count += 1
    for line in range(count, max(lines) + 1):
        yield filled([], lines.get(line))


def filled(row: list, marks: dict[int, str] | None) -> list:
    if not marks:
        return row
    row = list(row) + [""] * (max(marks) + 1 - len(row))
    for column, text in marks.items():
        if row[column] in ("", None) or text == NOT_CALCULATED:
            row[column] = text
    return row
