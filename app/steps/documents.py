"""The list of steps as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from app.access import Actor
from app.kernel.problems import N_
from app.steps.queries.lines import Line
from app.web import sheets
from app.web.filters import label

COLUMNS = (
    N_("Due on"),
    N_("How it stands"),
    N_("What has to be done"),
    N_("Child"),
    N_("District"),
    N_("Owner"),
    N_("Since"),
    N_("Risen to"),
    N_("Done by"),
)


def how(line: Line) -> tuple[str, str]:
    """How a step stands, in words, and the kind of the tag that shows it."""
    if line.ended_on:
        return label(line.ended_as), "ok"
    if line.paused_on:
        return _("Paused since %(day)s", day=line.paused_on.isoformat()), "note"
    if line.colour:
        return label(line.colour), line.colour.value
    return _("In time"), ""


def as_sheet(kind: str, actor: Actor, lines: Iterable[Line], day: date) -> bytes:
    """The lines as a workbook ("xlsx") or as text ("csv"), as on the screen, with a word of who took them out."""
    columns, mark = (
        [_(words) for words in COLUMNS],
        _(
            "Taken out by %(name)s on %(day)s. Personal data: keep it safe and delete it after use.",
            name=actor.name,
            day=day.isoformat(),
        ),
    )
    cells = [_cells(line) for line in lines]
    if kind == "csv":
        return sheets.as_csv(columns, cells, mark)
    return sheets.as_xlsx(_("Deadlines"), columns, cells, mark)


def _cells(line: Line) -> list[str]:
    return [
        line.due_on.isoformat(),
        how(line)[0],
        f"{_(line.kind.words)} {line.words}".strip(),
        line.child,
        line.unit,
        line.owner,
        line.opened_on.isoformat(),
        label(line.escalated_to),
        line.done_by,
    ]
