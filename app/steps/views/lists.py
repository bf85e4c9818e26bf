"""The list of steps, and the ledger of ticks."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.children.opening import list_units
from app.steps.documents import how
from app.steps.kinds import kind_of, kinds_for
from app.steps.queries import Wanted, count_steps, count_ticks, list_steps
from app.steps.queries import list_ticks as list_rows
from app.steps.types import Colour, State, Whose
from app.steps.views.pages import asked, pages, wanted_of
from app.web.filters import label, today
from app.web.i18n import gettext as _
from app.web.paging import SIZE, asked_page

PRINT_SIZE = 1000
MEMBERS: dict[str, type[StrEnum]] = {"state": State, "colour": Colour, "whose": Whose}


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: (value, words)."""
    found = {name: [(one.value, label(one)) for one in members] for name, members in MEMBERS.items()}
    found["kind"] = [(kind.code, _(kind.words)) for kind in kinds_for(g.actor)]
    found["unit"] = [(str(unit.id), unit.name) for unit in list_units(g.actor, today())]
    return found


@pages.get("/steps", needs=Permission.CHILDREN_READ)
def list_all() -> ResponseReturnValue:
    """Query parameters: state (open, paused, ended), kind (code), colour (wait, bad), whose (mine, escalated), unit
    (id), sort (due, child, kind, opened), page; print=1 shows up to a thousand rows without pages."""
    wanted, day = wanted_of(request.args), today()
    page = asked_page(count_steps(g.actor, wanted, day), PRINT_SIZE if "print" in request.args else SIZE)
    return render_template(
        "steps/list_all.html",
        wanted=wanted,
        page=page,
        lines=[(line, *how(line)) for line in list_steps(g.actor, wanted, day, limit=page.size, offset=page.offset)],
        choices=_choices(),
        asked=asked(request.args),
        sorts=partial(_sorts, wanted),
    )


def _sorts(wanted: Wanted, words: str, name: str) -> dict:
    """A column's heading that sorts by it."""
    query: dict[str, Any] = asked(request.args) | {"sort": name}
    return {
        "label": words,
        "sorted": ("descending" if name == "opened" else "ascending") if wanted.sort == name else None,
        "url": url_for("steps.list_all", **query),
    }


@pages.get("/steps/ticks", needs=Permission.STEPS_LEDGER)
def list_ticks() -> ResponseReturnValue:
    """What the worker did each day. Query parameter: page."""
    page = asked_page(count_ticks())
    rows = [
        (row, _(kind.words) if (kind := kind_of(row.kind)) else row.kind)
        for row in list_rows(limit=page.size, offset=page.offset)
    ]
    return render_template("steps/list_ticks.html", rows=rows, page=page)
