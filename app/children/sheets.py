"""The list of children as a file: numbers masked, cells that no spreadsheet runs, who took it out and when."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter
from flask_babel import gettext as _

from app.access import Actor
from app.children.frame import grade_words
from app.db import vault
from app.kernel.dates import age_on
from app.kernel.masks import mask_id
from app.kernel.problems import N_
from app.web.filters import label

COLUMNS = (N_("File number"), N_("Name"), N_("Sex"), N_("Birth date"), N_("Age"), N_("Number, masked"), N_("District"),
           N_("On the roll of"), N_("Grade"), N_("Placement"), N_("Roll status"), N_("Main disability"),
           N_("Certificate issued by"), N_("Certificate valid until"), N_("Screening due on"))
MOST_XLSX = 5000


STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What begins a formula: signs, also in the wide letters of Chinese typing, and blanks that are passed over."""


def safe_cell(text: str) -> str:
    """A text that a spreadsheet takes as text: a leading sign of a formula gets an apostrophe before it."""
    return "'" + text if text.startswith(STARTS) else text


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _cells(rows, day: date) -> list[list[str]]:
    """The cells of the list, as on the screen. A text file guards each of them (`safe_cell`); in a workbook they are
    cells of text, which no spreadsheet runs."""
    box, made = vault(), []
    for row in rows:
        number = row.document_number_sealed
        shown = mask_id(box.open("children", "document_number", row.id, number)) if number else ""
        cells = (row.file_number, row.name, label(row.sex), row.birth_on.isoformat(), str(age_on(row.birth_on, day)),
                 shown, row.unit, row.school or "", grade_words(row.grade), label(row.placement), label(row.status),
                 label(row.category), row.certificate_issuer or "", _day(row.certificate_ends_on),
                 _day(row.screening_due_on))
        made.append(list(cells))
    return made


def _mark(actor: Actor, day: date) -> str:
    return _("Taken out by %(name)s on %(day)s. Personal data: keep it safe and delete it after use.",
             name=actor.name, day=day.isoformat())


def as_csv(actor: Actor, rows, day: date) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read the Chinese; the last line says who took it out."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_(words) for words in COLUMNS])
    writer.writerows([safe_cell(cell) for cell in line] for line in _cells(rows, day))
    writer.writerow([_mark(actor, day)])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(actor: Actor, rows, day: date) -> bytes:
    """A workbook of one sheet; every cell is text; header and footer say who took it out."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                     "strings_to_numbers": False})
    sheet = book.add_worksheet(_("Children")[:31])
    sheet.write_row(0, 0, [_(words) for words in COLUMNS], book.add_format({"bold": True}))
    for place, line in enumerate(_cells(rows, day), 1):
        for column, cell in enumerate(line):
            sheet.write_string(place, column, cell)
    sheet.write_string(len(rows) + 2, 0, _mark(actor, day))
    sheet.set_footer("&C" + _mark(actor, day)[:200].replace("&", "&&"))
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    book.close()
    return out.getvalue()
