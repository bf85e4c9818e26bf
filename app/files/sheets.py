"""The list of children as a file: numbers masked, cells that no spreadsheet runs, who took it out and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row

from app.access import Actor
from app.db import vault
from app.kernel.dates import age_on
from app.kernel.masks import mask_id
from app.kernel.problems import N_
from app.roll.grades import grade_words
from app.web import sheets
from app.web.filters import label

COLUMNS = (
    N_("File number"),
    N_("Name"),
    N_("Sex"),
    N_("Birth date"),
    N_("Age"),
    N_("Number, masked"),
    N_("District"),
    N_("On the roll of"),
    N_("Grade"),
    N_("Placement"),
    N_("Roll status"),
    N_("Main disability"),
    N_("Certificate issued by"),
    N_("Certificate valid until"),
    N_("Screening due on"),
)
MOST_XLSX = sheets.MOST_XLSX


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _cells(rows: Iterable[Row[Any]], day: date) -> list[list[str]]:
    """The cells of the list, as on the screen. A text file guards each of them (`safe_cell`); in a workbook they are
    cells of text, which no spreadsheet runs."""
    box, made = vault(), []
    for row in rows:
        number = row.document_number_sealed
        shown = mask_id(box.open("children", "document_number", row.id, number)) if number else ""
        cells = (
            row.file_number,
            row.name,
            label(row.sex),
            row.birth_on.isoformat(),
            str(age_on(row.birth_on, day)),
            shown,
            row.unit,
            row.school or "",
            grade_words(row.grade),
            label(row.placement),
            label(row.status),
            label(row.category),
            row.certificate_issuer or "",
            _day(row.certificate_ends_on),
            _day(row.screening_due_on),
        )
        made.append(list(cells))
    return made


def _mark(actor: Actor, day: date) -> str:
    return _(
        "Taken out by %(name)s on %(day)s. Personal data: keep it safe and delete it after use.",
        name=actor.name,
        day=day.isoformat(),
    )


def as_csv(actor: Actor, rows: Iterable[Row[Any]], day: date) -> bytes:
    """The list as text with commas."""
    return sheets.as_csv([_(words) for words in COLUMNS], _cells(rows, day), _mark(actor, day))


def as_xlsx(actor: Actor, rows: Iterable[Row[Any]], day: date) -> bytes:
    """The list as a workbook."""
    return sheets.as_xlsx(_("Children"), [_(words) for words in COLUMNS], _cells(rows, day), _mark(actor, day))
