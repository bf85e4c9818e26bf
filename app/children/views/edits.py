"""Opening a file and changing it: basics, family, disabilities, home and safety."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.actions import (
    Changed,
    add_diagnosis,
    change_basics,
    change_disabilities,
    change_guardians,
    change_home,
    change_safety,
    open_file,
)
from app.children.doubles.matches import Asked, asked_of, find_matches
from app.children.facts import SEALED, ChildFacts
from app.children.forms import (
    BasicsForm,
    DiagnosisForm,
    DisabilitiesForm,
    DisabilityRow,
    FamilyForm,
    GuardianRow,
    HomeForm,
    NewChildForm,
    SafetyForm,
)
from app.children.frame import render_file
from app.children.opening import list_units, require_place
from app.children.queries import (
    Child,
    find_home,
    find_safety,
    get_child,
    list_disabilities,
    list_guardianships,
)
from app.children.views.pages import pages
from app.kernel.dates import parse_day
from app.kernel.identifiers import normalise_number
from app.kernel.masks import mask_address, mask_certificate, mask_id, mask_phone
from app.kernel.names import normalise_name
from app.kernel.problems import Refused, errors
from app.kernel.telephones import check_telephone
from app.web.filters import label, problem_text, today
from app.web.forms import Form
from app.web.reading import sent_id, whole_number
from app.web.requests import note_opening
from app.web.upward import address_of


@pages.form("/children/new", needs=Permission.CHILDREN_WRITE)
def new_child() -> ResponseReturnValue:
    require_place(g.actor, today())
    form, asks, matches = NewChildForm(), False, []
    units = list_units(g.actor, today())
    form.unit_id.choices = [(str(unit.id), unit.name) for unit in units]
    if not form.is_submitted():
        form.guardians.append_entry()
    if form.validate_on_submit():
        try:
            return _open(form)
        except Refused as refused:
            asks = not errors(refused.problems)
            form.refuse(refused.problems)
            matches = find_matches(g.actor, _typed())
    return render_template(
        "children/new_child.html",
        form=form,
        units=units,
        asks=asks,
        matches=matches,
        blank_guardian=GuardianRow(prefix="guardians-__n__-"),
        blank_disability=DisabilityRow(prefix="disabilities-__n__-"),
    ), 422 if form.is_submitted() else 200


def _open(form: NewChildForm) -> ResponseReturnValue:
    day = today()
    guardians = tuple(entry.form.facts() for entry in form.guardians)
    child = open_file(
        g.actor,
        form.facts(),
        unit_id=form.unit_id.data,
        school_id=sent_id(form.school_id.data),
        today=day,
        confirmed=form.confirmed.data,
        guardians=guardians,
    )
    change_guardians(g.actor, child, guardians, revision=None, today=day)
    noted = change_disabilities(
        g.actor, child, tuple(entry.form.facts() for entry in form.disabilities), revision=None, today=day
    )
    flash(_("The file %(number)s is open.", number=child.file_number), "ok")
    for problem in noted:
        flash(problem_text(problem), "wait")
    return redirect(address_of("child", child.id), 303)


@pages.post("/children/check-double", needs=Permission.CHILDREN_WRITE)
def check_double() -> ResponseReturnValue:
    """A part of the form for new files: likely doubles of what is typed so far. A post, so that no number is logged."""
    return render_template("children/_matches.html", matches=find_matches(g.actor, _typed()))


def _typed() -> Asked:
    """Who is typed so far."""
    people = [(name, value) for name, value in request.form.items() if name.startswith("guardians-") and value]
    return Asked(
        normalise_name(request.form.get("name", "")),
        parse_day(request.form.get("birth_on", "")).value,
        normalise_number(request.form.get("document_number")) or None,
        tuple(value for name, value in people if name.endswith("-name")),
        tuple(phone for name, value in people if name.endswith("-phone") and (phone := check_telephone(value).value)),
    )


@pages.form("/children/<uuid:child_id>/edit", needs=Permission.CHILDREN_WRITE)
def edit_child(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    plain = {name: getattr(child, name) for name in ChildFacts.__dataclass_fields__ if name not in SEALED}
    form, asks, theirs, status = BasicsForm(data=plain | {"revision": str(child.revision)}), False, [], 200
    matches = []
    if form.is_submitted():
        status = 422
    if form.validate_on_submit():
        try:
            change_basics(
                g.actor,
                child,
                form.facts(),
                revision=whole_number(form.revision.data, 0),
                today=today(),
                confirmed=form.confirmed.data,
            )
            flash(_("Saved."), "ok")
            return redirect(address_of("child", child.id), 303)
        except Changed as changed:
            theirs, status = _two_texts(form, plain), 409
            _clash(form, changed)
        except Refused as refused:
            asks = not errors(refused.problems)
            form.refuse(refused.problems)
            family = asked_of(child)
            matches = find_matches(
                g.actor, _typed()._replace(guardians=family.guardians, phones=family.phones), but=child.id
            )
    note_opening(child.id, "edit")
    return render_file(
        "children/edit_child.html",
        child,
        "overview",
        form=form,
        asks=asks,
        theirs=theirs,
        matches=matches,
        masks=_masks(child),
    ), status


def _clash(form: Form, changed: Changed) -> None:
    """Show the refusal, and let the next save go over what the others wrote."""
    form.refuse(changed.problems)
    form.revision.data = str(changed.revision)
    form.revision.raw_data = None


def _two_texts(form: Form, stored: dict) -> list[tuple[str, str, str]]:
    """(label, what was typed, what is stored) of the fields that differ."""

    def words(value: object) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return label(value) if isinstance(value, StrEnum) else "" if value is None else str(value)

    return [
        (field.label.text, words(field.data), words(stored[name]))
        for name, field in form._fields.items()
        if name in stored and (field.data or None) != (stored[name] or None)
    ]


def _masks(child: Child) -> dict[str, str]:
    return {
        "document_number": mask_id(child.document_number),
        "phone": mask_phone(child.phone),
        "address": mask_address(child.address),
    }


@dataclass(frozen=True, kw_only=True)
class Family:
    """Who is on file, behind masks, and whether somebody else saved meanwhile."""

    masks: Mapping[str, tuple[str, str]]
    clash: bool
    stored: Sequence[str]


@pages.form("/children/<uuid:child_id>/family/edit", needs=Permission.CHILDREN_WRITE)
def edit_family(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    people = list_guardianships(child.id)
    rows = [
        {
            "guardianship_id": str(link.id),
            "name": guardian.name,
            "relation": link.relation,
            "is_guardian": link.is_guardian,
            "may_see": link.may_see,
        }
        for link, guardian in people
    ]
    form, status = FamilyForm(data={"revision": str(child.revision), "guardians": rows}), 200
    if form.is_submitted():
        status = 422
    if form.validate_on_submit():
        try:
            change_guardians(
                g.actor,
                child,
                tuple(entry.form.facts() for entry in form.guardians),
                revision=whole_number(form.revision.data, 0),
                today=today(),
            )
            flash(_("Saved."), "ok")
            return redirect(address_of("child", child.id), 303)
        except Changed as changed:
            status = 409
            _clash(form, changed)
        except Refused as refused:
            form.refuse(refused.problems)
    note_opening(child.id, "edit_family")
    masks = {str(link.id): (mask_phone(guardian.phone), mask_id(guardian.document_number)) for link, guardian in people}
    stored = [f"{row['name']} · {masks[str(row['guardianship_id'])][0]}" for row in rows]
    return render_file(
        "children/edit_family.html",
        child,
        "overview",
        form=form,
        blank_guardian=GuardianRow(prefix="guardians-__n__-"),
        family=Family(masks=masks, clash=status == 409, stored=stored),
    ), status


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is on file, behind masks, and whether somebody else saved meanwhile."""

    clash: bool
    present: Sequence[Any]
    masks: Mapping[str, str]


SHOWN_OF_DISABILITY = (
    "category",
    "grade",
    "certificate_issuer",
    "certificate_ends_on",
    "suspected",
    "screening_due_on",
    "screening_by",
)
"""What the form shows of a disability on file; its certificate's number stays behind a mask."""


@pages.form("/children/<uuid:child_id>/disabilities/edit", needs=Permission.CHILDREN_WRITE)
def edit_disabilities(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    present = list_disabilities(child.id)
    rows = [
        {"disability_id": str(row.id)} | {name: getattr(row, name) for name in SHOWN_OF_DISABILITY} for row in present
    ]
    form, status = DisabilitiesForm(data={"revision": str(child.revision), "disabilities": rows}), 200
    if form.is_submitted():
        status = 422
    if form.validate_on_submit():
        try:
            noted = change_disabilities(
                g.actor,
                child,
                tuple(entry.form.facts() for entry in form.disabilities),
                revision=whole_number(form.revision.data, 0),
                today=today(),
            )
            flash(_("Saved."), "ok")
            for problem in noted:
                flash(problem_text(problem), "wait")
            return redirect(address_of("child", child.id), 303)
        except Changed as changed:
            status = 409
            _clash(form, changed)
        except Refused as refused:
            form.refuse(refused.problems)
    note_opening(child.id, "edit_disabilities")
    return render_file(
        "children/edit_disabilities.html",
        child,
        "overview",
        form=form,
        blank_disability=DisabilityRow(prefix="disabilities-__n__-"),
        known=Known(
            clash=status == 409,
            present=present,
            masks={str(row.id): mask_certificate(row.certificate) for row in present},
        ),
    ), status


@pages.form("/children/<uuid:child_id>/home/edit", needs=Permission.PLANS_WRITE)
def edit_home(child_id: uuid.UUID) -> ResponseReturnValue:
    """Whoever writes the plan keeps the way: coordinators and the visiting teachers."""
    child, home = get_child(g.actor, child_id), find_home(child_id)
    return _edit_card(child, home, HomeForm, change_home, "edit_home")


@pages.form("/children/<uuid:child_id>/safety/edit", needs=Permission.PLANS_WRITE)
def edit_safety(child_id: uuid.UUID) -> ResponseReturnValue:
    child, card = get_child(g.actor, child_id), find_safety(child_id)
    return _edit_card(child, card, SafetyForm, change_safety, "edit_safety")


def _edit_card(
    child: Child, row: Any, kind: type[Any], action: Callable[..., object], page: str
) -> ResponseReturnValue:
    """One of the two cards that have their own revision."""
    form, theirs, status = kind(obj=row), [], 200
    if form.is_submitted():
        status = 422
    if form.validate_on_submit():
        try:
            action(g.actor, child, form.facts(), revision=whole_number(form.revision.data, 0), today=today())
            flash(_("Saved."), "ok")
            return redirect(address_of("child", child.id), 303)
        except Changed as changed:
            theirs, status = (
                _two_texts(
                    form,
                    {
                        name: getattr(row, name)
                        for name in form._fields
                        if row is not None and hasattr(row, name) and name != "revision"
                    },
                ),
                409,
            )
            _clash(form, changed)
        except Refused as refused:
            form.refuse(refused.problems)
    note_opening(child.id, page)
    return render_file(f"children/{page}.html", child, "overview", form=form, theirs=theirs), status


@pages.form("/children/<uuid:child_id>/diagnosis", needs=Permission.CHILDREN_WRITE)
def new_diagnosis(child_id: uuid.UUID) -> ResponseReturnValue:
    child, form = get_child(g.actor, child_id), DiagnosisForm()
    if form.validate_on_submit():
        try:
            add_diagnosis(g.actor, child, form.facts(), today=today())
            flash(_("The diagnosis is added."), "ok")
            return redirect(address_of("child", child.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    note_opening(child.id, "diagnosis")
    return render_file("children/new_diagnosis.html", child, "overview", form=form), 422 if form.is_submitted() else 200
