"""Sheets out: the empty sheet to fill in, and the refused rows in the same layout with their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from flask_babel import gettext

from app.imports.columns import NO_DISABILITY, SHEETS
from app.imports.places import told_place, with_places
from app.imports.types import CheckedRow, Column, ImportKind
from app.kernel.problems import Problem

REASONS = "原因"
LINE = "原行号"
# Never read a text as a formula, a number or a link: what was text stays text.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "constant_memory": False,
}
ROWS_WITH_LISTS = 2000


def empty_sheet(kind: ImportKind) -> bytes:
    """The headings of a sheet as an .xlsx file: all columns as text, closed lists to choose from."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet, head, text = _begin(book, kind)
        for place, column in enumerate(SHEETS[kind].columns):
            sheet.write_string(0, place, column.heading, head[column.required])
            sheet.set_column(place, place, max(10, 2 * len(column.heading) + 2), text)
            words = _words(column)
            if words and len(",".join(words)) <= 250:
                sheet.data_validation(
                    1, place, ROWS_WITH_LISTS, place, {"validate": "list", "source": words, "error_type": "warning"}
                )
    return buffer.getvalue()


def refused_sheet(kind: ImportKind, rows: Sequence[CheckedRow], sheets: Sequence[str] = ()) -> bytes:
    """The rows that were held back, as they stood in the file, with their line and the reasons behind them.

    `sheets` are the names of the file's sheets; with several of them, the line says in which one it stands.
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet, head, text = _begin(book, kind)
        columns = SHEETS[kind].columns
        headings = [*((c.heading, c.required) for c in columns), (LINE, False), (REASONS, True)]
        for place, (heading, must) in enumerate(headings):
            sheet.write_string(0, place, heading, head[must])
            sheet.set_column(place, place, 80 if heading == REASONS else max(10, 2 * len(heading) + 2), text)
        for at, row in enumerate(rows, 1):
            for place, column in enumerate(columns):
                if value := row.cells.get(column.key):
                    sheet.write_string(at, place, value, text)
            sheet.write_string(at, len(columns), told_line(row, sheets), text)
            sheet.write_string(at, len(columns) + 1, reasons(kind, row, sheets), text)
    return buffer.getvalue()


def told_line(row: CheckedRow, sheets: Sequence[str]) -> str:
    """The line of a row, with its sheet where there are several."""
    told = told_place(sheets, row.line)
    return told.text(gettext) if isinstance(told, Problem) else str(told)


def reasons(kind: ImportKind, row: CheckedRow, sheets: Sequence[str] = ()) -> str:
    """Why a row was held back, in the reader's language, each reason with its column."""
    columns = SHEETS[kind].by_key
    told = []
    for found in row.problems:
        words = with_places(sheets, found.problem).text(gettext)
        column = columns.get(found.column or "")
        told.append(f"{column.heading}: {words}" if column else words)
    return "\n".join(told)


def _begin(book: xlsxwriter.Workbook, kind: ImportKind) -> tuple[Any, Any, Any]:
    text = book.add_format({"num_format": "@", "valign": "top"})
    head = {
        must: book.add_format({"bold": True, "num_format": "@", "bg_color": colour, "bottom": 1})
        for must, colour in ((True, "#FCE8D5"), (False, "#EDF1F3"))
    }
    sheet = book.add_worksheet("学校" if kind is ImportKind.SCHOOLS else "学生")
    sheet.freeze_panes(1, 0)
    return sheet, head, text


def _words(column: Column) -> list[str]:
    """The first wording of every value of a closed list."""
    first: dict[tuple[type, object], str] = {}
    for word, value in (column.choices or {}).items():
        first.setdefault((type(value), value), word)
    return [word for (_kind, value), word in first.items() if value != NO_DISABILITY or word == "无残疾"]
