"""The sheets of one file: their headings, their rows checked one by one, what was not read and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.imports.columns import DAYS, UNITS, plain_heading
from app.imports.header import HEAD_LINES, find_header
from app.imports.places import line_of
from app.imports.reader import Lines, SheetLeft, SheetStart
from app.imports.types import CheckedRow, Header, ImportKind
from app.kernel.dates import parse_day
from app.kernel.day_words import is_serial, plain_day
from app.kernel.problems import N_, Problem, Refused, Severity

Check = Callable[[int, dict[str, str]], CheckedRow]

_NO_CELLS: dict[str, str] = {}
FEW = 3
"""Cells that a line of totals, of signatures or of notes fills at most."""
_BESIDE = re.compile(
    r"\s*(?:[合小总共]\s*计|(?:填表|制表|审核|负责|经办|联系|填报)人(?:签[字名])?\s*[:：]|[注附]\s*[:：]|(?:备注|说明|填表说明|附表)\s*[:：]|以下空白)"
)
TWO_MEANINGS = Problem(
    "day_two_meanings",
    N_(
        "This workbook counts its days from 1904, so a number alone can mean two days. Write the day out, for example "
        "2016-09-01."
    ),
)


class SheetReading:
    """Reads the rows of one sheet as they come; `place` is its place among the sheets of the file that are read."""

    def __init__(self, kind: ImportKind, sheet: SheetStart, place: int, check: Check) -> None:
        self.kind, self.sheet, self.place, self.check = kind, sheet, place, check
        self.header: Header | None = None
        self.refused: Refused | None = None
        self.rows: list[CheckedRow] = []
        self.lines = 0
        self.beside: list[int] = []
        self._waiting: Lines = []

    def add(self, chunk: Lines) -> None:
        """Take the next lines."""
        self.lines += len(chunk)
        if self.header is None and self.refused is None:
            self._waiting += chunk
            if len(self._waiting) < HEAD_LINES and self.lines < self.sheet.height:
                return
            chunk = self.find()
        if self.header is not None:
            for line, cells in chunk:
                self._row(line, cells)

    def find(self) -> Lines:
        """Find the headings among the lines that were kept; return those below them."""
        try:
            self.header = find_header(
                self.kind, [(line, [str(cell) for cell in cells]) for line, cells in self._waiting[:HEAD_LINES]]
            )
        except Refused as refused:
            self.refused = refused
            return []
        below = [line for line in self._waiting if line[0] > self.header.line]
        self._waiting = []
        return below

    def finish(self) -> None:
        """The sheet is over: lines that were still waiting for headings are looked at."""
        if self.header is None and self.refused is None:
            for line, cells in self.find():
                self._row(line, cells)

    def _row(self, line: int, cells: list) -> None:
        places = self.header.places if self.header else ()
        said = {name: text for name, text in zip(places, cells, strict=False) if text and name}
        if not said:
            return
        if len(said) <= FEW and any(_BESIDE.match(str(text)) for text in said.values()):
            self.beside.append(line)
            return
        if "'" in "".join(map(str, said.values()) if self.sheet.from_1904 else said.values()):
            said = {key: _unquoted(text) for key, text in said.items()}
        doubles = self._from_1904(said) if self.sheet.from_1904 else ()
        row = self.check(line_of(self.place, line), said)
        for key in doubles:
            row.refuse(key, TWO_MEANINGS)
        self.rows.append(_light(row))

    def _from_1904(self, said: dict) -> list[str]:
        """Bring numbers that count days from 1904 into words; return the columns whose text could mean two days."""
        doubtful = []
        for key, text in said.items():
            if isinstance(text, str):
                if key in DAYS and is_serial(plain_day(text)):
                    doubtful.append(key)
                continue
            day = parse_day(text, epoch_1904=True).value if key in DAYS else None
            said[key] = day.isoformat() if day else str(int(text)) if text == int(text) else repr(text)
        return doubtful


def _unquoted(text: object) -> object:
    """Without the apostrophe that some programs write in front of a text of digits; a Latin name may begin with one."""
    if (
        isinstance(text, str)
        and text[0] == "'"
        and len(text) > 1
        and not text[1].isascii()
        or (isinstance(text, str) and re.match("'[0-9GLJ]", text))
    ):
        return text[1:]
    return text


def _light(row: CheckedRow) -> CheckedRow:
    """Forget the file's own texts of rows that have nothing wrong: 30,000 of them weigh."""
    if not row.problems and row.outcome is None:
        row.cells = _NO_CELLS
    return row


@dataclass(kw_only=True)
class Reading:
    """What was read of a file: the names of its sheets in their order, all rows, and the sheets that were left out."""

    sheets: list[str] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)
    rows: list[CheckedRow] = field(default_factory=list)
    left: list[SheetLeft] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    refused: Refused | None = None
    kind: ImportKind = ImportKind.CHILDREN

    def end(self, read: SheetReading | None) -> None:
        """Take over a sheet that was read to its end."""
        if read is None:
            return
        read.finish()
        if read.header is None:
            self.refused = self.refused or read.refused
            why = read.refused.problems[0] if read.refused else None
            self.left.append(SheetLeft(read.sheet.name, read.lines, why=why))
            return
        if read.beside:
            self.notes.append(_beside(read))
        self.sheets.append(read.sheet.name)
        self.headers.append(read.header)
        self.rows += read.rows

    @property
    def places(self) -> list[str]:
        """The columns that were found in any sheet."""
        return list(dict.fromkeys(key for header in self.headers for key in header.places if key))

    @property
    def ignored(self) -> list[str]:
        """The headings of any sheet that we do not know."""
        return list(dict.fromkeys(words for header in self.headers for words in header.ignored))

    @property
    def warnings(self) -> list[Problem]:
        """What the person should know of the file as a whole: the sheets that were not read, with their rows."""
        return (
            [_left(sheet) for sheet in self.left]
            + self.notes
            + [
                Problem(
                    "unit_by_school",
                    N_(
                        'Column "%(column)s" was not read: a child belongs to the unit of its school. If the unit is '
                        "wrong, correct the school code."
                    ),
                    {"column": words},
                    severity=Severity.WARNING,
                )
                for words in self.ignored
                if self.kind is ImportKind.CHILDREN and plain_heading(words) in UNITS
            ]
        )


def _beside(read: SheetReading) -> Problem:
    return Problem(
        "lines_beside",
        N_('Of sheet "%(sheet)s" the lines of totals, signatures and notes were passed over: %(lines)s.'),
        {"sheet": read.sheet.name, "lines": "、".join(map(str, read.beside[:10])) + ("…" if read.beside[10:] else "")},
        severity=Severity.WARNING,
    )


def _left(sheet: SheetLeft) -> Problem:
    values: dict[str, object] = {"sheet": sheet.name, "rows": sheet.rows}
    if sheet.why is not None:
        return Problem(
            "sheet_left_why",
            N_('Sheet "%(sheet)s" with %(rows)s rows was not read. %(why)s'),
            values | {"why": sheet.why},
            severity=Severity.WARNING,
        )
    if sheet.hidden and sheet.rows is None:
        return Problem(
            "sheet_hidden", N_('The hidden sheet "%(sheet)s" was not read.'), values, severity=Severity.WARNING
        )
    if sheet.hidden:
        return Problem(
            "sheet_hidden_rows",
            N_(
                'The hidden sheet "%(sheet)s" with %(rows)s rows was not read. Show it in your spreadsheet program if '
                "its rows belong to the list."
            ),
            values,
            severity=Severity.WARNING,
        )
    return Problem(
        "sheet_left",
        N_('Sheet "%(sheet)s" with %(rows)s rows was not read, because it has not the headings of this list.'),
        values,
        severity=Severity.WARNING,
    )
