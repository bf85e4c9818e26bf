"""The list of children: search, filters in the URL, saved filters, print, export."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.access import Permission
from app.accounts.actions import drop_filter, save_filter
from app.children.opening import list_units, may_open
from app.children.queries import count_past
from app.children.queries import list_past as list_past_rows
from app.children.screening import Suspected
from app.children.types import DisabilityCategory
from app.files.actions import note_export
from app.files.forms import ExportForm
from app.files.listing import SORTS, WITHOUT, Wanted, count_children, list_rows
from app.files.queries import list_saved_filters
from app.files.sheets import COLUMNS, MOST_XLSX, as_csv, as_xlsx
from app.files.views.pages import pages
from app.kernel.problems import Refused
from app.placements.types import PlacementKind
from app.roll.grades import grade_words
from app.roll.types import RollStatus
from app.web.downloads import send
from app.web.filters import Once, age, label, today
from app.web.i18n import gettext as _
from app.web.paging import SIZE, asked_page
from app.web.reading import known_id, whole_number
from app.web.urls import addresses, url_for

NAMES = ("q", "unit", "school", "status", "placement", "category", "suspected", "age_from", "age_to", "sort")
PRINT_SIZE = 1000


def wanted_of(values: MultiDict[str, str]) -> Wanted:
    """The filters as typed; what cannot be read is left out."""

    def whole(name: str) -> int | None:
        years = whole_number(values.get(name))
        return years if years is not None and years < 1000 else None

    category, suspected = values.get("category", ""), values.get("suspected", "")
    sort = values.get("sort", "")
    return Wanted(
        q=values.get("q", "").strip()[:120],
        unit=known_id(values.get("unit")),
        school=values.get("school", "").strip()[:120],
        status=_one_of(values.get("status", ""), RollStatus),
        placement=_one_of(values.get("placement", ""), PlacementKind),
        category=DisabilityCategory(category) if category in list(DisabilityCategory) else None,
        suspected=Suspected(suspected) if suspected in list(Suspected) else None,
        age_from=whole("age_from"),
        age_to=whole("age_to"),
        sort=sort if sort in SORTS else "name",
    )


def _one_of(text: str, members: type[StrEnum]) -> str:
    return text if text == WITHOUT or text in list(members) else ""


def asked(values: MultiDict[str, str]) -> dict[str, str]:
    """The filters that are set, for links and saved filters."""
    return {name: values[name].strip() for name in NAMES if values.get(name, "").strip()}


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the filters offer."""

    units: Sequence[Any]
    units_pairs: Sequence[tuple[str, str]]
    statuses: Sequence[RollStatus]
    placements: Sequence[PlacementKind]
    categories: Sequence[DisabilityCategory]
    member_pairs: Callable
    suspicions: Sequence[tuple[str, str]]
    sorts: Callable


@pages.get("/children", needs=Permission.CHILDREN_READ)
def list_children() -> ResponseReturnValue:
    """Query parameters: q, unit (id), school (id, code or name), status, placement (value or "none"), category,
    suspected (1, due, overdue), age_from, age_to, sort (name, age, file_number), page; print=1 shows up to a
    thousand rows without pages."""
    wanted, day = wanted_of(request.args), today()
    page = asked_page(count_children(g.actor, wanted, day), PRINT_SIZE if "print" in request.args else SIZE)
    rows = list_rows(g.actor, wanted, day, limit=page.size, offset=page.offset)
    if len(rows) == 1 and wanted.q and replace(wanted, q="") == Wanted() and "list" not in request.args:
        return redirect(url_for("files.show_child", child_id=rows[0].id), 302)
    units = list_units(g.actor, day)
    return render_template(
        "files/list_children.html",
        wanted=wanted,
        page=page,
        lines=_lines(rows, day),
        opens=may_open(g.actor, day),
        saved=list_saved_filters(g.actor),
        asked=asked(request.args),
        choices=Choices(
            units=units,
            units_pairs=[(str(unit.id), unit.name) for unit in units],
            statuses=list(RollStatus),
            placements=list(PlacementKind),
            categories=list(DisabilityCategory),
            member_pairs=_pairs,
            suspicions=[
                (Suspected.ALL.value, _("Suspected, not assessed")),
                (Suspected.DUE.value, _("Screening due within 30 days")),
                (Suspected.OVERDUE.value, _("Screening overdue")),
            ],
            sorts=partial(_sorts, wanted),
        ),
    )


def _lines(rows: Iterable[Sequence[Any]], day: date) -> list[tuple]:
    """The cells of each row behind its address, in the order of the columns: a template that asks every row for every
    cell by its name takes twice as long."""
    sexes, placements, statuses, categories = Once(label), Once(label), Once(label), Once(label)
    address = addresses("files.show_child", "child_id")
    return [
        (
            address(child),
            name,
            sexes[sex],
            age(born, day),
            school or "",
            grade_words(grade),
            placements[place],
            statuses[status],
            categories[kind],
            _urgent(due, day),
            unit,
            number,
        )
        for child, number, name, sex, born, _sealed, unit, school, grade, status, place, kind, *_rest, due in rows
    ]


def _urgent(due: date | None, day: date) -> str | None:
    """The kind of the tag that says when a screening is due; none where there is nothing to screen."""
    return None if due is None else "bad" if due < day else "wait"


def _pairs(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, label(member)) for member in members]


def _sorts(wanted: Wanted, words: str, name: str, kind: str = "") -> dict:
    """A column's heading that sorts by it."""
    return {
        "label": words,
        "num": kind == "num",
        "sorted": "ascending" if wanted.sort == name else None,
        "url": url_for("files.list_children", **(asked(request.args) | {"sort": name, "list": 1})),
    }


@pages.get("/children/past", needs=Permission.CHILDREN_READ)
def list_past() -> ResponseReturnValue:
    """Children whose file the actor held once. Query parameter: page."""
    page = asked_page(count_past(g.actor))
    return render_template(
        "files/list_past.html", page=page, rows=list_past_rows(g.actor, limit=page.size, offset=page.offset)
    )


@pages.post("/children/filters", needs=Permission.CHILDREN_READ)
def keep_filter() -> ResponseReturnValue:
    query = asked(request.form)
    try:
        save_filter(g.actor, "children", request.form.get("name", ""), query)
        flash(_("The filter is saved."), "ok")
    except Refused as refused:
        flash(refused.problems[0].text(_), "bad")
    return redirect(url_for("files.list_children", **query), 303)


@pages.post("/children/filters/<uuid:filter_id>/remove", needs=Permission.CHILDREN_READ)
def remove_filter(filter_id: uuid.UUID) -> ResponseReturnValue:
    drop_filter(g.actor, filter_id)
    return redirect(url_for("files.list_children"), 303)


@pages.form("/children/export", needs=Permission.CHILDREN_WRITE)
def export_children() -> ResponseReturnValue:
    form, query = ExportForm(), asked(request.args)
    wanted, day = wanted_of(request.args), today()
    total = count_children(g.actor, wanted, day)
    if form.validate_on_submit():
        kind = form.kind.data
        if kind == "xlsx" and total > MOST_XLSX:
            form.kind.errors = [_("More than %(most)s rows: narrow the list, or choose .csv.", most=f"{MOST_XLSX:,}")]
        else:
            try:
                note_export(g.actor, form.reason.data or "", rows=total, kind=kind, filters=query)
                rows = list_rows(g.actor, wanted, day, limit=total)
                make = as_xlsx if kind == "xlsx" else as_csv
                return send(make(g.actor, rows, day), _("List of children"), kind, on=day)
            except Refused as refused:
                form.refuse(refused.problems)
    return render_template(
        "files/export_children.html", form=form, query=query, total=total, columns=[_(words) for words in COLUMNS]
    ), 422 if form.is_submitted() else 200
