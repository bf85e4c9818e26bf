"""The list of plans across children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.plans.forms import PlanFilterForm
from app.plans.queries import count_plans, list_units
from app.plans.queries import list_plans as list_rows
from app.plans.types import PlanList
from app.plans.views.pages import pages
from app.web.filters import today
from app.web.paging import Page, asked_page
from app.web.urls import addresses


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The rows of one list, a page of them."""

    kind: PlanList
    rows: Sequence
    page: Page
    counts: Mapping[PlanList, int | None]
    filtered: bool


@pages.get("/plans", needs=Permission.PLANS_READ)
def list_plans() -> ResponseReturnValue:
    units = list_units(g.actor)
    form = PlanFilterForm(request.args, units=units)
    unit_id = UUID(form.unit.data) if form.validate() and form.unit.data else None
    words = form.q.data or ""
    asked = request.args.get("list")
    chosen = PlanList(asked) if asked in set(PlanList) else None
    counts = count_plans(g.actor, today(), unit_id=unit_id, words=words, chosen=chosen)
    kind = chosen or next((kind for kind in PlanList if counts[kind]), PlanList.IN_FORCE)
    page = asked_page(counts[kind] or 0)
    rows = list_rows(g.actor, kind, today(), unit_id=unit_id, words=words, limit=page.size, offset=page.offset)
    return render_template(
        "plans/list_plans.html",
        form=form,
        child_url=addresses("plans.show_plans", "child_id"),
        version_url=addresses("plans.show_version", "version_id"),
        units=units,
        units_pairs=[(str(number), name) for number, name in units],
        shown=Shown(kind=kind, rows=rows, page=page, counts=counts, filtered=bool(words or unit_id)),
    )
