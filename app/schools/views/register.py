"""The register of schools."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Pages, Permission
from app.kernel.problems import Refused
from app.schools import queries
from app.schools.actions import save_school
from app.schools.actions.teachers import may_staff
from app.schools.forms import SchoolForm
from app.schools.hooks import hooks
from app.schools.queries.found import School, facts_of
from app.schools.types import DivisionLevel, SchoolFilters, SchoolKind
from app.web.filters import Once, label, today
from app.web.paging import asked_page
from app.web.urls import addresses

pages = Pages("schools", __name__)


def asked_unit() -> uuid.UUID | None:
    """The unit named in the address; a coordinator of one district starts with it, `unit=` empty means all."""
    if "unit" not in request.args:
        return next(iter(g.actor.unit_ids)) if len(g.actor.unit_ids) == 1 else None
    return request.args.get("unit", type=uuid.UUID)


def _filters() -> SchoolFilters:
    kind = request.args.get("kind")
    return SchoolFilters(
        text=request.args.get("q", "")[:80],
        unit_id=asked_unit(),
        kind=SchoolKind(kind) if kind in set(SchoolKind) else None,
        receives={"yes": True, "no": False}.get(request.args.get("receives", "")),
        living=request.args.get("closed") != "yes",
    )


@pages.get("/schools", needs=Permission.SCHOOLS_READ)
def list_schools() -> ResponseReturnValue:
    filters, day = _filters(), today()
    page = asked_page(queries.count_schools(filters, today=day))
    rows = queries.list_schools(g.actor, filters, today=day, offset=page.offset, limit=page.size)
    return render_template(
        "schools/list_schools.html",
        lines=_lines(rows, day),
        page=page,
        filters=filters,
        units=queries.unit_choices(day),
        kinds=list(SchoolKind),
        may_add=g.actor.may(Permission.SCHOOLS_WRITE),
    )


def _lines(rows: Iterable[Sequence[Any]], day: date) -> list[tuple]:
    """The cells of each row: address, name, code, kind, unit, whether it receives children, and of a closed school
    whether it was merged (None while it is open)."""
    kinds, address = Once(label), addresses("schools.show_school", "school_id")
    return [
        (
            address(school),
            name,
            code,
            kinds[kind],
            unit,
            receives,
            None if closed_on is None or closed_on > day else successor is not None,
        )
        for school, name, code, kind, receives, closed_on, successor, unit in rows
    ]


@pages.get("/schools/<uuid:school_id>", needs=Permission.SCHOOLS_READ)
def show_school(school_id: uuid.UUID) -> ResponseReturnValue:
    school = queries.get_school(school_id)
    return render_template(
        "schools/show_school.html",
        school=school,
        teachers=queries.list_teachers(school_id=school.id),
        place=_place_of(school),
        past=_past_of(school),
        may=_may_of(school),
    )


@dataclass(frozen=True)
class SchoolPlace:
    """Where a school belongs: its managing unit, its district by code and its town, by name where that is known."""

    unit: Any
    division: str
    town: str | None


def _place_of(school: School) -> SchoolPlace:
    names = queries.division_names([school.division_code, school.town_code], today())
    return SchoolPlace(
        queries.get_unit(school.unit_id),
        names.get(school.division_code, school.division_code),
        names.get((school.town_code or "")[:9], school.town_code),
    )


@dataclass(frozen=True)
class SchoolPast:
    """What became of a school. `over`: closed on this day; `gone`: the schools to which its pupils went."""

    over: bool
    units: Sequence[Any]
    former_names: Sequence[Any]
    successors: Sequence[School]
    gone: Sequence[Any]


def _past_of(school: School) -> SchoolPast:
    return SchoolPast(
        school.closed_on is not None and school.closed_on <= today(),
        queries.units_of_school(school.id),
        queries.list_former_names(school.id),
        queries.list_successors(school),
        hooks.gone(school),
    )


@dataclass(frozen=True)
class SchoolMay:
    """What the actor may do with a school: change it, change its teachers, add one (not to a closed school)."""

    edit: bool
    staff: bool
    add_teacher: bool


def _may_of(school: School) -> SchoolMay:
    staff, over = may_staff(g.actor, school.id), school.closed_on is not None and school.closed_on <= today()
    return SchoolMay(queries.may_edit(g.actor, school.unit_id), staff, staff and not over)


def _editable(school_id: uuid.UUID) -> School:
    school = queries.get_school(school_id)
    if not queries.may_edit(g.actor, school.unit_id):
        abort(404)
    return school


def _offer(form: SchoolForm, day: date, kept: str | None = None) -> SchoolForm:
    """`kept` is the code of a district that the school has already, dead or of another unit as it may be."""
    form.unit_id.offer([unit for unit in queries.units_on(day) if queries.may_edit(g.actor, unit.id)])
    own = _own_divisions(day)
    divisions = [
        row
        for row in queries.list_divisions(day, DivisionLevel.DISTRICT)
        if not own or row.code in own or row.code == kept
    ]
    found = [(row.code, f"{row.name} {row.code}") for row in divisions]
    if kept and kept not in {row.code for row in divisions}:
        found.append((kept, kept))
    form.division_code.choices = found
    return form


def _own_divisions(day: date) -> set[str]:
    """The districts by code in which the actor's units lie; none for the municipality, which may take any."""
    return (
        set()
        if g.actor.municipal
        else {code[:6] for code, unit in queries.division_units(day).items() if unit in g.actor.unit_ids}
    )


@pages.form("/schools/new", needs=Permission.SCHOOLS_WRITE)
def new_school() -> ResponseReturnValue:
    form = _offer(SchoolForm(), today())
    if form.validate_on_submit():
        try:
            school = save_school(g.actor, form.facts(), today=today())
            flash(_("%(name)s is in the register now.", name=school.name), "ok")
            return redirect(url_for("schools.show_school", school_id=school.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("schools/new_school.html", form=form), 422 if form.is_submitted() else 200


@pages.form("/schools/<uuid:school_id>/edit", needs=Permission.SCHOOLS_WRITE)
def edit_school(school_id: uuid.UUID) -> ResponseReturnValue:
    school, form = _editable(school_id), SchoolForm()
    if not form.is_submitted():
        form.show(facts_of(school))
    _offer(form, today(), school.division_code)
    form.shows(facts_of(school), lambda: _other_lines(form, school))
    if form.validate_on_submit():
        try:
            save_school(g.actor, form.facts(), today=today(), school_id=school.id)
            flash(_("Saved."), "ok")
            return redirect(url_for("schools.show_school", school_id=school.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("schools/edit_school.html", form=form, school=school), form.status


def _other_lines(form: SchoolForm, school: Any) -> list[str]:
    """What is kept of a school in the fields in which something else was typed."""
    kept = SchoolForm(formdata=None)
    kept.show(facts_of(school))
    return [
        f"{field.label.text} {field.data}"
        for field in kept
        if field.name in form
        and field.name not in ("seen", "form_key", "csrf_token")
        and field.data != form[field.name].data
    ]
