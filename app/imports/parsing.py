"""Opens one untrusted spreadsheet in a process of its own with little memory and time, and writes its rows to stdout.

Run as a file (`python -I app/imports/parsing.py`), so it imports nothing of the application. stdin: one line of JSON
(limits, wanted headings), then the file's bytes. stdout: lines of JSON: {"sheet": …, "height": …}, then
[[line, [cell, …]], …] and at the end {"rows": n}; or {"refused": code, "values": {…}}.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import resource
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD_LINES = 15
CHUNK = 250
MOST_SHEETS = 20
SCAN = 1 << 20
# A number of 15 digits is the longest that a spreadsheet keeps exactly.
EXACT = 1e15

# Python's gb18030 codec is that of 2000; the standard of 2022 gives these places real characters.
GB_2022 = {
    0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200CC", 0xE81E: "龴", 0xE826: "龵", 0xE82B: "龶",
    0xE82C: "龷", 0xE831: "\U000215D7", 0xE832: "龸", 0xE83B: "\U0002298F", 0xE843: "龹", 0xE854: "龺",
    0xE855: "\U000241FE", 0xE864: "龻",
}
FAR = re.compile(rb'<c[^>]{0,40}\sr="([A-Z]{3,}[0-9]+|[A-Z]{1,2}[1-9][0-9]{5,})"')
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class Stop(Exception):
    """The file is refused: a code known to reader.py and the values of its message."""

    def __init__(self, code: str, **values: object):
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
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")
    try:
        content = sys.stdin.buffer.read()
        send(*open_file(content, order), order)
    except Stop as stop:
        tell({"refused": stop.code, "values": stop.values})
    except MemoryError:
        tell({"refused": "too_big", "values": {}})
    sys.stdout.flush()


def open_file(content: bytes, order: dict) -> tuple[str, int, Iterable[list], list]:
    """Return (sheet name, height, rows, merged ranges) of the file; its content decides what it is."""
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise Stop("empty")
    if content[:4] == b"PK\x03\x04":
        check_zip(content, order)
        return workbook(content, order)
    if content[:8] == OLE:
        check_ole(content)
        return workbook(content, order)
    return "", content.count(b"\n"), delimited(content, order), []


def check_zip(content: bytes, order: dict) -> None:
    """Look at an .xlsx before anything parses it: what is in it, how big it becomes, what its parts say."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Stop("damaged") from None
    members = archive.infolist()
    names = {member.filename for member in members}
    if len(members) > order["members"] or any(n.startswith(("/", "\\")) or ".." in n for n in names):
        raise Stop("bomb")
    if any(member.flag_bits & 1 for member in members):
        raise Stop("encrypted")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Stop("macro")
    if "xl/workbook.xml" not in {name.lower() for name in names}:
        raise Stop("binary_sheet" if "xl/workbook.bin" in names else "not_a_sheet")
    unpacked = sum(member.file_size for member in members)
    if unpacked > order["unpacked"] or unpacked > 10_000_000 and unpacked > order["ratio"] * len(content):
        raise Stop("bomb")
    left = order["unpacked"]
    for member in members:
        left = scan(archive, member, left)


def scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Read one part through: no document type, no cell far away, no more than `left` bytes. Return what is left.

    Whatever its name, a part can be a sheet: relations say which is one. The name only tells where zeros are wrong.
    """
    name = member.filename.lower()
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
                tail = piece[-100:]
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, zipfile.zlib.error):
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


def workbook(content: bytes, order: dict) -> tuple[str, int, Iterable[list], list]:
    """Return the sheet that has most of the wanted headings."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(content))
        shown = [meta.name for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet
                 and meta.visible == calamine.SheetVisibleEnum.Visible]
        if not shown:
            raise Stop("empty")
        return best_sheet(book, shown[:MOST_SHEETS], order)
    except calamine.PasswordError:
        raise Stop("encrypted") from None
    except (calamine.CalamineError, ValueError, OSError):
        raise Stop("damaged") from None


def best_sheet(book, names: list[str], order: dict) -> tuple[str, int, Iterable[list], list]:
    best, most = None, -1
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            continue
        if sheet.total_width > order["columns"] or sheet.total_height > order["rows"]:
            raise Stop("too_many", rows=order["rows"], columns=order["columns"])
        head = sheet.to_python(skip_empty_area=False, nrows=HEAD_LINES) if len(names) > 1 else []
        found = sum(plain(cell) in order["wanted"] for row in head for cell in row if isinstance(cell, str))
        if found > most:
            best, most = sheet, found
    if best is None:
        raise Stop("empty")
    return best.name, best.total_height, best.iter_rows(), list(best.merged_cell_ranges or [])


def plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def delimited(content: bytes, order: dict) -> Iterator[list]:
    """Return the rows of a .csv file in UTF-8, UTF-16 (as spreadsheets save text) or GB18030."""
    text = decode(content)
    if re.search("[\x00-\x08\x0e-\x1f]", text):
        raise Stop("not_a_sheet")
    first = next((line for line in text.split("\n", HEAD_LINES) if line.strip()), "")
    if first.lstrip()[:1] in ("<", "{", "%"):
        raise Stop("not_a_sheet")
    counts = {mark: text[:4000].count(mark) for mark in ",\t;"}
    delimiter = max(counts, key=counts.get)
    csv.field_size_limit(100_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, 1):
            if number > order["rows"] or len(row) > order["columns"]:
                raise Stop("too_many", rows=order["rows"], columns=order["columns"])
            yield row
    except csv.Error:
        raise Stop("damaged") from None


def decode(content: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                       (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _strict(content, name)
    if b"\x00" in content[:4096]:
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


def send(name: str, height: int, rows: Iterable[list], merges: list, order: dict) -> None:
    """Write the rows that hold anything, with their line numbers; merged cells say the same in all their places."""
    fill = Fill(merges)
    chunk, count, started = [], 0, False
    for place, row in enumerate(rows):
        if place >= order["rows"]:
            raise Stop("too_many", rows=order["rows"], columns=order["columns"])
        cells = [cell.strip() if cell.__class__ is str else written(cell) for cell in row]
        if fill.wanted:
            fill.put(place, cells)
        if not any(cells):
            continue
        if not started:
            tell({"sheet": name, "height": height})
            started = True
        chunk.append((place + 1, cells))
        count += 1
        if len(chunk) == CHUNK:
            tell(chunk)
            chunk = []
    if not count:
        raise Stop("empty")
    if chunk:
        tell(chunk)
    tell({"rows": count})


class Fill:
    """Merged ranges: in the heading lines a value counts for its whole range, below them only for the rows of it."""

    def __init__(self, merges: list):
        self.starting: dict[int, list] = {}
        for (top, left), (bottom, right) in merges:
            self.starting.setdefault(top, []).append((left, bottom, right))
        self.open: list[tuple[int, int, int, str]] = []
        self.wanted = bool(merges)

    def put(self, place: int, cells: list[str]) -> None:
        for left, bottom, right in self.starting.get(place, ()):
            value = cells[left] if left < len(cells) else ""
            last = right if place < HEAD_LINES else left
            self.open.append((left, min(last, len(cells) - 1), bottom, value))
        self.open = [entry for entry in self.open if entry[2] >= place]
        for left, last, _bottom, value in self.open:
            for column in range(left, last + 1):
                if not cells[column]:
                    cells[column] = value


def written(cell: object) -> str:
    """Return a cell's value as text: whole numbers without .0, days as 2016-09-01, lost digits visible as 1.1E+17."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        if abs(cell) >= EXACT:
            return f"{float(cell):.14G}" if "E" in f"{float(cell):.14G}" else f"{float(cell):.9E}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    main()
