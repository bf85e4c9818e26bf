"""Settings by district: rules with dates, presets, terms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.dates import school_year_of
from app.kernel.problems import Refused
from app.schools import queries, unit_rules
from app.schools.actions import apply_preset, save_term, set_rule
from app.schools.forms import PresetForm, TermForm, rule_form
from app.schools.types import RuleName
from app.schools.views.register import asked_unit, pages
from app.web.filters import day as day_words
from app.web.filters import today
from app.web.reading import known_id


def writable_unit() -> uuid.UUID | None:
    """The unit named in the address (None: the whole municipality), when the actor may set something there."""
    named = request.args.get("unit", "")
    unit_id = known_id(named)  # what cannot be read is nobody's unit, not the whole municipality
    if named and unit_id is None or not queries.may_set(g.actor, unit_id):
        abort(404)
    if unit_id and queries.find_unit(unit_id) is None:
        abort(404)
    return unit_id


def unit_to_choose(title: str) -> ResponseReturnValue | None:
    """Where the address names no unit and the actor cannot mean the whole: the same page for the one unit of the actor,
    or a page that asks which of several; else None."""
    if request.args.get("unit") or queries.may_set(g.actor, None):
        return None
    own = queries.managed_units(g.actor, today())
    if len(own) == 1:
        return redirect(url_for(str(request.endpoint), **(request.view_args or {}), unit=own[0].id), 303)
    return render_template("schools/choose_unit.html", title=title, units=own) if own else None


def name_of(unit_id: uuid.UUID | None) -> str:
    """The unit's name, or that of the whole."""
    return queries.get_unit(unit_id).name if unit_id else _("Whole municipality")


@pages.get("/settings", needs=Permission.SETTINGS_WRITE)
def show_settings() -> ResponseReturnValue:
    day, unit_id = today(), asked_unit()
    return render_template(
        "schools/show_settings.html",
        unit_id=unit_id,
        unit_name=name_of(unit_id),
        units=queries.unit_choices(day),
        may_set=queries.may_set(g.actor, unit_id),
        rules=RulesShown(queries.list_rules(unit_id, day), queries.rule_history(unit_id), unit_rules.RULES),
        terms=TermsShown(queries.list_terms(unit_id), school_year_of(day).start_year),
    )


@dataclass(frozen=True)
class RulesShown:
    """The rules of a unit: those that hold, (rule, its row, whether it is the unit's own), all that were ever set, and
    the shape of each value."""

    hold: Sequence[Any]
    history: Sequence[Any]
    shapes: Mapping[RuleName, unit_rules.RuleShape]


@dataclass(frozen=True)
class TermsShown:
    """The terms of a unit, and the school year from which one may be missing."""

    rows: Sequence[Any]
    next_year: int


@pages.form("/settings/rules/<name>", needs=Permission.SETTINGS_WRITE)
def edit_rule(name: str) -> ResponseReturnValue:
    if name not in set(RuleName):
        abort(404)
    name, unit_id, day = RuleName(name), writable_unit(), today()
    form = rule_form(name)
    if not form.is_submitted():
        form.show(name, queries.rule_value(unit_id, name, day))
        form.valid_from.data = day
    if form.validate_on_submit():
        try:
            value = form.amount(name).on("value").value_or_refuse()
            set_rule(g.actor, unit_id, name, value, source=form.source.data, valid_from=form.valid_from.day)
            flash(_("The rule is set."), "ok")
            return redirect(url_for("schools.show_settings", unit=unit_id or ""), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return (
        render_template(
            "schools/edit_rule.html",
            form=form,
            rule=name,
            unit_id=unit_id,
            unit_name=name_of(unit_id),
            may_be_empty=name in unit_rules.MAY_BE_EMPTY,
            shape=unit_rules.RULES[name],
        ),
        422 if form.is_submitted() else 200,
    )


@pages.form("/settings/preset", needs=Permission.SETTINGS_WRITE)
def choose_preset() -> ResponseReturnValue:
    unit_id, form = writable_unit(), PresetForm()
    form.preset.choices = [(preset.key, _(preset.name)) for preset in unit_rules.PRESETS]
    if not form.is_submitted():
        form.valid_from.data = today()
    if form.validate_on_submit():
        try:
            apply_preset(g.actor, unit_id, form.preset.data, source=form.source.data, valid_from=form.valid_from.day)
            flash(_("The rules of this practice are set."), "ok")
            return redirect(url_for("schools.show_settings", unit=unit_id or ""), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return (
        render_template("schools/choose_preset.html", form=form, unit_id=unit_id, unit_name=name_of(unit_id)),
        422 if form.is_submitted() else 200,
    )


@pages.form("/settings/terms/<int:school_year>/<int:number>", needs=Permission.SETTINGS_WRITE)
def edit_term(school_year: int, number: int) -> ResponseReturnValue:
    if number not in {1, 2} or not 2000 <= school_year <= 2100:
        abort(404)
    unit_id, form = writable_unit(), TermForm()
    terms = {(row.school_year, row.number): row for row in queries.list_terms(unit_id)}
    term = terms.get((school_year, number))
    days = (term.starts_on, term.ends_on) if term else ()
    if days and not form.is_submitted():
        form.starts_on.data, form.ends_on.data = days
    form.shows(days, lambda: [f"{day_words(days[0])} – {day_words(days[1])}"] if days else [])
    if form.validate_on_submit():
        try:
            save_term(g.actor, unit_id, school_year, number, form.starts_on.day, form.ends_on.day, form.source.data)
            flash(_("The term is saved."), "ok")
            return redirect(url_for("schools.show_settings", unit=unit_id or ""), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return (
        render_template(
            "schools/edit_term.html",
            form=form,
            school_year=school_year,
            number=number,
            unit_id=unit_id,
            unit_name=name_of(unit_id),
        ),
        form.status,
    )
