"""Opens one untrusted spreadsheet in a process of its own with little memory and time, and writes its rows to stdout.

Run as a file (`python -I app/imports/parsing.py`), so it imports nothing of the application. stdin: one line of JSON
(limits, wanted headings), then the file's bytes. stdout: lines of JSON: for every sheet that has the headings
{"sheet": …, "height": …}, then its [[line, [cell, …]], …]; for every other sheet {"left": …, "rows": n, "hidden": …};
{"note": code, "values": {…}} for what is not read anywhere; at the end {"rows": n}; or {"refused": code, "values":
{…}}.
Cells are texts; only in a workbook that counts its days from 1904 ({"epoch": 1904}) small numbers stay numbers, because
there they mean other days.
"""

from __future__ import annotations

import codecs
import csv
import importlib.util
import io
import json
import re
import resource
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any


def _beside(name: str) -> ModuleType:
    """A module of this folder: an isolated process has no way to the packages of the application."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


plain, unsaved, old, cell_texts = _beside("plain"), _beside("unsaved"), _beside("old"), _beside("cell_texts")
clean = cell_texts.clean
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD_LINES = 15
CHUNK = 250
MOST_SHEETS = 100
FEWEST = 3
"""So many wanted headings among its first lines make a sheet one that is read."""
SCAN = 1 << 20
LIGHT = 3_000_000
"""Up to so many bytes of the file, hidden sheets are opened to count their rows."""
# Python's gb18030 codec is that of 2000; the standard of 2022 gives these places real characters.
GB_2022 = {
    0xE816: "\U00020087",
    0xE817: "\U00020089",
    0xE818: "\U000200cc",
    0xE81E: "龴",
    0xE826: "龵",
    0xE82B: "龶",
    0xE82C: "龷",
    0xE831: "\U000215d7",
    0xE832: "龸",
    0xE83B: "\U0002298f",
    0xE843: "龹",
    0xE854: "龺",
    0xE855: "\U000241fe",
    0xE864: "龻",
}
# A far cell with something in it: one that has only a colour is nothing.
FAR = re.compile(rb'<c[^>]{0,80}\sr="([A-Z]{3,}[0-9]+|[A-Z]{1,2}[1-9][0-9]{5,})"[^>]{0,80}(?<!/)>\s{0,8}<[vfi]')
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
COUNTS_FROM_1904 = re.compile(rb'<(?:\w+:)?workbookPr[^>]*\sdate1904\s*=\s*["\'](?:1|true)["\']', re.IGNORECASE)
MOST_MARKS = 20_000
"""Cells of one sheet whose formulas have no result; a file with more is refused as a whole."""
OLD_1904 = b"\x22\x00\x02\x00\x01\x00\x0e\x00\x02\x00"
"""In an .xls: the record that says so, and the head of the one that always stands behind it."""
ODS_1904 = re.compile(rb'<table:null-date[^>]*date-value="1904-01-01"')
MOST_CONTROL = 0.01
"""A text file with a larger share of control signs is no text."""
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    LookupError,
)
"""What a damaged archive ends in."""


class Stop(Exception):
    """The file is refused: a code known to reader.py and the values of its message."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def tell(message: object) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")
    try:
        content = sys.stdin.buffer.read()
        send(open_file(content, order), order)
    except Stop as stop:
        tell({"refused": stop.code, "values": stop.values})
    except MemoryError:
        tell({"refused": "too_big", "values": {}})
    sys.stdout.flush()


def open_file(content: bytes, order: dict) -> Iterator[tuple]:
    """Yield (sheet name, height, rows, merged ranges, True when it counts from 1904) of every sheet with the headings;
    the content of the file decides what it is."""
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise Stop("empty")
    if content[:4] == b"PK\x03\x04":
        yield from workbook(content, order, check_zip(content, order))
    elif content[:8] == OLE:
        check_ole(content)
        order["errors"] = old.errors_by_sheet(content)
        if sum(map(len, order["errors"])) > MOST_MARKS:
            raise Stop("formulas", count=MOST_MARKS)
        if count := old.empty_results(content):
            tell({"note": "no_results", "values": {"count": count}})
        yield from workbook(content, order, OLD_1904 in content)
    else:
        yield "", content.count(b"\n"), delimited(content, order), [], False


def check_zip(content: bytes, order: dict) -> bool:
    """Look at an .xlsx or .ods before anything parses it: what is in it, how big it becomes, what its parts say.

    Return True when its days count from 1904.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        raise Stop("damaged") from None
    members = archive.infolist()
    # Some programs write the paths of Windows; they are read as they are meant.
    names = {member.filename.replace("\\", "/").lower() for member in members}
    if len(members) > order["members"] or any(n.startswith("/") or ".." in n for n in names):
        raise Stop("bomb")
    if any(member.flag_bits & 1 for member in members):
        raise Stop("encrypted")
    if any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names):
        raise Stop("macro")
    kept = next((name for name in ("xl/workbook.xml", "content.xml") if name in names), None)
    if kept is None:
        raise Stop("binary_sheet" if "xl/workbook.bin" in names else "not_a_sheet")
    unpacked = sum(member.file_size for member in members)
    if unpacked > order["unpacked"] or unpacked > 10_000_000 and unpacked > order["ratio"] * len(content):
        raise Stop("bomb")
    left, order["marks"] = order["unpacked"], {}
    for member in members:
        left = scan(archive, member, left, order["marks"])
    order["marks"] = unsaved.by_sheet(archive, members, order["marks"])
    for code, count in unsaved.not_read(archive, members).items():
        tell({"note": code, "values": {"count": count}})
    main = next(member for member in members if member.filename.replace("\\", "/").lower() == kept)
    try:
        return bool((COUNTS_FROM_1904 if kept.startswith("xl/") else ODS_1904).search(archive.read(main)))
    except BROKEN:
        raise Stop("damaged") from None


def scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, marks: dict[str, dict]) -> int:
    """Read one part through: no document type, no cell far away, no more than `left` bytes. Return what is left.
    `marks`: by part, cells that would be read as empty though a formula or an error stands in them.

    Whatever its name, a part can be a sheet: relations say which is one. The name only tells where zeros are wrong.
    """
    name = member.filename.replace("\\", "/").lower()
    is_sheet, is_xml = "worksheets/" in name, name.endswith((".xml", ".rels", ".vml"))
    tail = b""
    try:
        with archive.open(member) as part:
            while piece := part.read(SCAN):
                left -= len(piece)
                if left < 0:
                    raise Stop("bomb")
                piece = tail + piece
                if b"<!" in piece and DTD.search(piece) or is_xml and b"\x00" in piece:
                    raise Stop("entities")
                if is_sheet and (far := FAR.search(piece)):
                    raise Stop("far_cell", cell=far[1].decode()[:12])
                if is_xml:
                    found = marks.setdefault(name, {})
                    unsaved.mark(piece, found)
                    if len(found) > MOST_MARKS:
                        raise Stop("formulas", count=MOST_MARKS)
                tail = piece[-240:]
                if is_sheet and b"<f" in piece and (start := piece.rfind(b"<c ")) > 0:
                    tail = piece[start:][-10_000:]
    except BROKEN:
        raise Stop("damaged") from None
    return left


def check_ole(content: bytes) -> None:
    """An old .xls, or an encrypted .xlsx in the same wrapping: the names of its streams tell."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise Stop("encrypted")
    if has("_VBA_PROJECT"):
        raise Stop("macro")
    if not has("Workbook") and not has("Book"):
        raise Stop("not_a_sheet")


def workbook(content: bytes, order: dict, from_1904: bool) -> Iterator[tuple]:
    """Yield the sheets that have the wanted headings, and tell of the others."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(content))
        marks = order.get("marks") or dict(zip(book.sheet_names, order.get("errors", ()), strict=False))
        sheets = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
        shown = [meta.name for meta in sheets if meta.visible == calamine.SheetVisibleEnum.Visible]
        if len(shown) > MOST_SHEETS:
            raise Stop("many_sheets", most=MOST_SHEETS)
        for sheet in wanted_sheets(book, shown, order):
            rows = unsaved.marked(sheet.iter_rows(), marks.get(sheet.name))
            yield sheet.name, sheet.total_height, rows, list(sheet.merged_cell_ranges or []), from_1904
        for meta in sheets:
            if meta.name not in shown:
                left_out(meta.name, book.get_sheet_by_name(meta.name) if len(content) < LIGHT else None, order, True)
    except calamine.PasswordError:
        raise Stop("encrypted") from None
    except (calamine.CalamineError, ValueError, OSError):
        raise Stop("damaged") from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the library's own way to end
            raise Stop("damaged") from None
        raise


def wanted_sheets(book: Any, names: list[str], order: dict) -> Iterator:
    """The sheets with enough of the headings; when none has, the one that has most."""
    left, found, best = [], -1, None
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            continue
        said = headings_of(sheet, order) if len(names) > 1 else FEWEST
        if said >= FEWEST:
            check_size(sheet, order)
            found = FEWEST
            yield sheet
            continue
        left.append(name)
        if said > found:
            found, best = said, name
    if found < FEWEST and best is not None:
        left.remove(best)
        sheet = book.get_sheet_by_name(best)
        check_size(sheet, order)
        yield sheet
    for name in left:
        left_out(name, book.get_sheet_by_name(name), order, False)


def headings_of(sheet: Any, order: dict) -> int:
    head = sheet.to_python(skip_empty_area=False, nrows=HEAD_LINES)
    return sum(plain.plain_heading(cell) in order["wanted"] for row in head for cell in row if isinstance(cell, str))


def check_size(sheet: Any, order: dict) -> None:
    if sheet.total_width > order["columns"] or sheet.total_height > order["rows"]:
        raise Stop("too_many", rows=order["rows"], columns=order["columns"])


def left_out(name: str, sheet: Any, order: dict, hidden: bool) -> None:
    """Tell of a sheet that is not read. What is hidden and has none of the headings is a list for choosing, no loss."""
    if sheet is None or sheet.end is None:
        rows = 0 if sheet is not None else None
    elif sheet.total_width > order["columns"] or sheet.total_height > order["rows"]:
        rows = sheet.total_height
    elif hidden and headings_of(sheet, order) < FEWEST:
        rows = 0
    else:
        rows = sum(any(cell != "" for cell in row) for row in sheet.iter_rows())
    if rows != 0:
        tell({"left": name[:60].translate(cell_texts.CONTROL), "rows": rows, "hidden": hidden})


def delimited(content: bytes, order: dict) -> Iterator[list]:
    """Return the rows of a .csv file in UTF-8, UTF-16 (as spreadsheets save text) or GB18030."""
    text = decode(content).removeprefix("\ufeff")
    if len(re.findall("[\x00-\x08\x0e-\x1f]", text)) > MOST_CONTROL * len(text):
        raise Stop("not_a_sheet")
    first = next((line for line in text.split("\n", HEAD_LINES) if line.strip()), "")
    if first.lstrip()[:1] in ("<", "{", "%"):
        is_table = re.search(r"<(table|workbook|ss:workbook)[\s>]", text[:100_000], re.IGNORECASE)
        raise Stop("web_page" if is_table and not DTD.search(content) else "not_a_sheet")
    counts = {mark: text[:4000].count(mark) for mark in ",\t;"}
    delimiter = max(counts, key=lambda mark: counts[mark])
    csv.field_size_limit(100_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, 1):
            if number > order["rows"] or len(row) > order["columns"]:
                raise Stop("too_many", rows=order["rows"], columns=order["columns"])
            yield [unwrapped(cell) if cell[:2] == '="' else cell for cell in row]
    except csv.Error:
        raise Stop("damaged") from None


def unwrapped(cell: str) -> str:
    """="0123" is how a .csv says that digits are text."""
    return cell[2:-1].replace('""', '"') if len(cell) > 2 and cell.endswith('"') else cell


def decode(content: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strict(content, name)
    if name := cell_texts.utf_16_of(content[:4096]):
        return _strict(content, name)
    if content[:4096].count(b"\x00") > MOST_CONTROL * len(content[:4096]):
        raise Stop("not_a_sheet")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(content, "gb18030").translate(GB_2022)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Stop("not_a_sheet") from None


def send(sheets: Iterable[tuple], order: dict) -> None:
    """Write the rows that hold anything, sheet by sheet."""
    count = 0
    for name, height, rows, merges, from_1904 in sheets:
        count += send_sheet(name, height, rows, merges, from_1904, order, count)
    if not count:
        raise Stop("empty")
    tell({"rows": count})


def send_sheet(
    name: str, height: int, rows: Iterable[list], merges: list, from_1904: bool, order: dict, before: int
) -> int:
    """Write the rows of one sheet with their line numbers; merged cells say the same in all their places."""
    fill, say = cell_texts.Fill(merges, HEAD_LINES), cell_texts.counted if from_1904 else cell_texts.written
    chunk, count = [], 0
    for place, row in enumerate(rows):
        if place >= order["rows"] or before + count >= order["rows"]:
            raise Stop("too_many", rows=order["rows"], columns=order["columns"])
        cells = [cell.strip() if cell.__class__ is str else say(cell) for cell in row]
        if fill.wanted:
            fill.put(place, cells)
        if not any(cells):
            continue
        if from_1904 or not "".join(cells).isprintable():
            cells = [clean(cell) if cell.__class__ is str else cell for cell in cells]
        if not count:
            tell({"sheet": clean(name), "height": height, **({"epoch": 1904} if from_1904 else {})})
        chunk.append((place + 1, cells))
        count += 1
        if len(chunk) == CHUNK:
            tell(chunk)
            chunk = []
    if chunk:
        tell(chunk)
    return count


if __name__ == "__main__":
    main()
