"""Reading single cells: words of a closed list, days, codes, numbers, names, telephone numbers. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from app.imports.types import CheckedRow, Column, Sheet
from app.kernel.day_words import plain_day
from app.kernel.identifiers import normalise_number
from app.kernel.names import COMMON_NAME, check_name
from app.kernel.pasted_signs import plain_signs
from app.kernel.problems import N_, Checked, Problem, refused
from app.kernel.school_codes import check_school_code
from app.kernel.telephones import MOBILE, read_telephone
from app.printing.engine import unprintable, unprintable_name

LONGEST, LONGEST_TITLE = 200, 120

_COMMON = re.compile("[ -~·—“”、。（），：；\u4e00-\u9fa5\uff10-\uff19]*")  # nearly every cell: nothing to look up
_HAN_AND_DOT = re.compile("[\u3400-\u4dbf\u4e00-\u9fff·]*")
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})(?:月|[-/.]\d{1,2}|\d{2})?(?: .*)?")
_MONTHS_FROM, _MONTHS_TO = 1990, 2099


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one cell. `quick` gives the value of nearly every good cell, or None: then `read` decides.

    A sheet has more than a million cells; what only wraps and unwraps a value counts.
    """

    read: Callable[[str], Checked]
    quick: Callable[[str], object] = lambda _text: None


def folded(text: str) -> str:
    """Half width, without blanks and marks that nobody sees: what a closed word or a plain number looks like."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    text = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")


class _Choices:
    """Reads a closed list by wording: any accepted one, blanks and width aside."""

    def __init__(self, column: Column) -> None:
        self._values = choices = dict(column.choices or {})
        self.quick = choices.get
        first = list(dict.fromkeys(choices.values()))
        self.shown = "、".join(next(word for word, value in choices.items() if value is item) for item in first[:12])

    def __call__(self, text: str) -> Checked:
        for word in (text, folded(text), folded(text).upper()):
            if (value := self._values.get(word)) is not None:
                return Checked(value)
        return refused("not_in_list", N_("This is not one of: %(choices)s."), choices=self.shown)


def read_text(text: str) -> Checked:
    """Free words, not longer than a column holds."""
    if len(text) > LONGEST:
        return refused(
            "text_long",
            N_("This text has %(count)s characters; at most %(most)s are kept. Shorten it."),
            count=len(text),
            most=LONGEST,
        )
    return _printable(text)


def _printable(text: str) -> Checked:
    """The words with plain signs for those of a word processor; a sign that no font of the papers has is named."""
    if _COMMON.fullmatch(text):
        return Checked(text)
    plain = plain_signs(text).strip()
    problems = unprintable(plain)
    return Checked(None, tuple(problems)) if problems else Checked(plain)


def short_text(most: int) -> Callable[[str], Checked]:
    def read(text: str) -> Checked:
        if len(text) > most:
            return refused(
                "text_long",
                N_("This text has %(count)s characters; at most %(most)s are kept. Shorten it."),
                count=len(text),
                most=most,
            )
        return _printable(text)

    return read


@lru_cache(maxsize=8192)
def read_day(text: str) -> Checked:
    """A day in any common form, kept as ISO text."""
    from app.kernel.dates import parse_day

    found = parse_day(text)
    return found if found.value is None else Checked(found.value.isoformat())


@lru_cache(maxsize=2048)
def read_month(text: str) -> Checked:
    """A month such as 202309, 2023-09 or a whole day of it, kept as 2023-09."""
    from app.kernel.dates import parse_day

    match = _MONTH.fullmatch(plain_day(text)) if len(text) <= LONGEST else None
    if match is not None and 1 <= int(match[2]) <= 12 and _MONTHS_FROM <= int(match[1]) <= _MONTHS_TO:
        return Checked(f"{match[1]}-{int(match[2]):02d}")
    day = parse_day(text[:LONGEST]).value  # written as a day in another way, or as a spreadsheet's number
    if day is not None and _MONTHS_FROM <= day.year <= _MONTHS_TO:  # a month with a lost digit (20230) is a number too
        return Checked(f"{day:%Y-%m}")
    return refused("month_unreadable", N_("This is not a month. Write year and month, for example 2023-09."))


@lru_cache(maxsize=4096)
def read_area(text: str) -> Checked:
    """An administrative code of 6 to 12 digits; codes that are dead today pass."""
    code = normalise_number(text[:LONGEST]).removesuffix(".0")
    if not re.fullmatch(r"[1-9][0-9]{5}(?:[0-9]{3}(?:[0-9]{3})?)?", code):
        return refused(
            "area_code_shape", N_("An area code has 6 digits for a district, 9 for a town or 12 for a village.")
        )
    return Checked(code)


@lru_cache(maxsize=4096)
def read_school_code(text: str) -> Checked:
    """A school identification code."""
    found = check_school_code(text)
    return found if found.value is None else Checked(found.value.number)


def read_phone(text: str) -> Checked:
    """A telephone number by the rule of the forms; of several the first, with a word about it."""
    return read_telephone(text)


DOUBTS = {"name_lookalike"}
"""Warnings that a sheet does not pass over: a person decides."""
LOST = "\ufffd"
LOST_SIGN = Problem(
    "sign_lost", N_('A sign in this cell cannot be read; "�" stands in its place. Type the text of the cell again.')
)


NOT_CALCULATED = "#未计算"
"""What parsing.py puts in place of a formula without its result."""
ERRORS = {
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#BUSY!",
    "#PYTHON!",
    "ERR:502",
    "ERR:504",
    "ERR:508",
    "ERR:509",
    "ERR:511",
    "ERR:512",
    "ERR:522",
}
"""What spreadsheet programs write where a formula ends in an error."""
NO_RESULT = Problem(
    "formula_without_result",
    N_(
        "A formula stands in this cell, and its result was not saved with the file. Open the file in a spreadsheet "
        "program and save it again, or enter the value itself."
    ),
)
spoils = re.compile(f"{LOST}|#[A-Z未]|Err:|ERR:").search


def read_name(text: str) -> Checked:
    """A person's name, its characters kept exactly; a letter that no font of the papers has is named, as in a form."""
    found = check_name(text)
    if found.value is None or _HAN_AND_DOT.fullmatch(found.value):
        return found
    if problems := unprintable_name(found.value):
        return Checked(None, tuple(problems))
    return found


def read_title(text: str) -> Checked:
    """The name of a school, by the rule of its form: rare characters are kept, and no private code."""
    if len(text) > LONGEST_TITLE or _COMMON.fullmatch(text):
        return short_text(LONGEST_TITLE)(text)
    plain = plain_signs(text, name=True).strip()
    problems = unprintable_name(plain)
    return Checked(None, tuple(problems)) if problems else Checked(plain)


MOST_KNOWN = 4096


def _remembering(read: Callable[[str], Checked]) -> Reader:
    """The reader of a column that many rows fill alike: the good ones of its last texts are known."""
    known: dict[str, object] = {}

    def reading(text: str) -> Checked:
        found = read(text)
        if found.value is not None and not found.problems:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[text] = found.value
        return found

    return Reader(reading, known.get)


def _reader(read: Callable[[str], Checked] | Reader) -> Reader:
    """The reader of a function, with the quick way of those that nearly every row asks."""
    if isinstance(read, Reader):
        return read
    if read is read_text:
        return Reader(read, lambda text: text if len(text) <= LONGEST and _COMMON.fullmatch(text) else None)
    if read is read_name:
        return Reader(read, lambda text: text if COMMON_NAME.fullmatch(text) else None)
    if read is read_phone:
        return Reader(read, lambda text: text if MOBILE.fullmatch(text) else None)
    return _remembering(read)


def readers_of(sheet: Sheet, special: dict[str, Callable[[str], Checked] | Reader]) -> dict[str, Reader]:
    """The reader of every column: a special one, its closed list, or free words."""
    lists = {column.key: _Choices(column) for column in sheet.columns if column.choices}
    return {
        column.key: Reader(lists[column.key], lists[column.key].quick)
        if column.key in lists and column.key not in special
        else _reader(special.get(column.key) or read_text)
        for column in sheet.columns
    }


def _spoiled_cells(row: CheckedRow) -> set[str]:
    """Refuse the cells that hold a lost character, the error of a formula, or a formula without its result."""
    bad = set()
    for key, text in row.cells.items():
        problem = (
            LOST_SIGN
            if LOST in text
            else NO_RESULT
            if text == NOT_CALCULATED
            else Problem(
                "cell_error",
                N_("%(error)s stands in this cell: its formula has no result. Enter the value itself."),
                {"error": text},
            )
            if text.upper() in ERRORS
            else None
        )
        if problem:
            bad.add(key)
            row.refuse(key, problem)
    return bad


def read_cells(row: CheckedRow, readers: dict[str, Reader]) -> None:
    """Read every cell that has a reader of its own; a bad one refuses the row, as does a lost character in any."""
    values = row.values
    bad = _spoiled_cells(row) if spoils("".join(row.cells.values())) else ()
    for key, text in row.cells.items():
        if text and key not in bad and (reader := readers.get(key)) is not None:
            if (value := reader.quick(text)) is not None:
                values[key] = value
                continue
            found = reader.read(text)
            if found.value is not None:
                values[key] = found.value
                for warning in found.problems:
                    (row.doubt if warning.code in DOUBTS else row.warn)(key, warning)
            elif found.problems:
                row.refuse(key, found.problems[0])
