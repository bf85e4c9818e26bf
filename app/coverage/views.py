"""Pages of coverage."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_percent

from app.access import Pages, Permission
from app.coverage import documents, queries
from app.coverage.types import Counts, Standing, UnitLine
from app.schools.queries import count_county_units, find_unit
from app.schools.shapes import view_box
from app.web.days import asked_day
from app.web.filters import Once, label, number, today
from app.web.i18n import gettext as _
from app.web.i18n import spoken
from app.web.paging import asked_page

pages = Pages("coverage", __name__)


def _asked_day() -> date:
    return asked_day("day") or today()


def _percent(rate: float) -> str:
    """A rate with two decimals, cut and not rounded: 99.996 % is not 100 %."""
    return _written(int(rate * 10_000), spoken())


@lru_cache(maxsize=4096)
def _written(of_ten_thousand: int, _language: str | None) -> str:
    return format_percent(of_ten_thousand / 10_000, "0.00%")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The map of the districts."""

    view_box: str
    shapes: Sequence[tuple]
    county_units: int


@dataclass(frozen=True, kw_only=True)
class Table:
    """The table of the units, where each figure leads, and whether small ones are hidden."""

    table: Sequence[documents.Line]
    total: Counts
    address: Callable[[UnitLine | None, Standing | None], str | None]
    standings: Sequence[Standing]
    hides: bool
    whole: bool


@pages.get("/coverage", needs=Permission.COVERAGE_READ)
def show_coverage() -> ResponseReturnValue:
    day = _asked_day()
    lines = queries.count_lines(g.actor, day)
    hides = queries.sees_all_figures(g.actor)
    opens = not hides and g.actor.may(Permission.CHILDREN_READ)

    lists = {
        standing: url_for(
            "coverage.list_standing", standing=standing.value if standing else "listed", day=day.isoformat()
        )
        for standing in (None, *Standing)
    }

    def address(line: UnitLine | None, standing: Standing | None) -> str | None:
        if not opens:
            return None
        return f"{lists[standing]}&unit={line.unit_id or 'none'}" if line else lists[standing]

    table = documents.table_lines(lines, address, hides=hides)
    return render_template(
        "coverage/show_coverage.html",
        day=day,
        percent=_percent,
        numbers=Once(number),
        drawn=Drawn(
            view_box=view_box(),
            shapes=documents.shapes(table, _percent, _("no children"), _("hidden")),
            county_units=count_county_units(day),
        ),
        lines=Table(
            table=table,
            total=documents.totals(lines),
            address=address,
            standings=list(Standing),
            hides=hides,
            whole=len(lines) > 1,
        ),
    )


@pages.get("/coverage/<standing>", needs=Permission.CHILDREN_READ)
def list_standing(standing: str) -> ResponseReturnValue:
    if standing not in {*Standing, "listed"}:
        abort(404)
    wanted, asked, day = None if standing == "listed" else Standing(standing), request.args.get("unit"), _asked_day()
    unit_id = _unit(asked)
    rows, page = queries.list_children(g.actor, day, wanted, unit_id, whole=asked is None, page=asked_page)
    unit = find_unit(unit_id) if unit_id else None
    return render_template(
        "coverage/list_standing.html",
        rows=rows,
        page=page,
        day=day,
        words=label(wanted) if wanted else _("Listed"),
        unit_name=unit.name if unit else "",
    )


def _unit(asked: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(asked) if asked and asked != "none" else None
    except ValueError:
        abort(404)
