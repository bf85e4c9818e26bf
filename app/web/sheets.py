"""Lists out as a spreadsheet: cells that no program runs, and who took it out."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

import xlsxwriter

STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What begins a formula: signs, also in the wide letters of Chinese typing, and blanks that are passed over."""
MOST_XLSX = 5000
"""Rows of a workbook; a longer list goes out as text."""


def safe_cell(text: str) -> str:
    """A text that a spreadsheet takes as text: a leading sign of a formula gets an apostrophe before it."""
    return "'" + text if text.startswith(STARTS) else text


def as_csv(columns: Sequence[str], lines: Sequence[Sequence[str]], mark: str) -> bytes:
    """UTF-8 with a mark of its own, so that spreadsheets read the Chinese; the last line says who took it out."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in line] for line in lines)
    writer.writerow([mark])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, columns: Sequence[str], lines: Sequence[Sequence[str]], mark: str) -> bytes:
    """A workbook of one sheet; every cell is text; the last line and the footer say who took it out."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(title[:31])
    sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
    for place, line in enumerate(lines, 1):
        for column, cell in enumerate(line):
            sheet.write_string(place, column, cell)
    sheet.write_string(len(lines) + 2, 0, mark)
    sheet.set_footer("&C" + mark[:200].replace("&", "&&"))
    sheet.set_column(0, len(columns) - 1, 16)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(lines), 1), len(columns) - 1)
    book.close()
    return out.getvalue()
