"""Two people begin the same version of a plan: what the second one is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.children.frame import render_file
from app.plans.curriculum import BY_CODE
from app.plans.forms import NewPlanForm
from app.plans.locks import GROUPS, stamp_of
from app.plans.queries import find_last_version
from app.plans.types import VersionState
from app.web.filters import day
from app.web.i18n import select_locale
from app.web.requests import note_opening


@dataclass(frozen=True, kw_only=True)
class Begun:
    """The draft that is there, what differs between it and what was typed (label, text), and what its form takes."""

    version: Any
    mine: list[tuple[str, str]]
    theirs: list[tuple[str, str]]
    fields: dict[str, str]
    lock: str
    may_change: bool


def draft_there(child: Any, form: NewPlanForm) -> ResponseReturnValue:
    """Somebody began the version meanwhile: what is in it beside what was typed here, and the choice between them."""
    version = find_last_version(child.id)
    assert version  # it is what the action refused for
    typed = {name: _value(form[name]) for name in GROUPS["period"]}
    there = {name: getattr(version, name) for name in typed}
    differing = [name for name in typed if typed[name] != there[name]]
    if not differing:
        if version.author_id != g.actor.user_id:
            flash(_("%(name)s has begun this version already, with the same days.", name=version.author_name), "wait")
        return redirect(url_for("plans.show_version", version_id=version.id), 303)
    note_opening(child.id, "new_plan")
    begun = Begun(
        version=version,
        mine=[(form[name].label.text, _shown(typed[name])) for name in differing],
        theirs=[(form[name].label.text, _shown(there[name])) for name in differing],
        fields={name: str(value) for name, value in typed.items()},
        lock=stamp_of(version, "period"),
        may_change=version.state == VersionState.DRAFT,
    )
    return render_file("plans/draft_there.html", child, "plan", begun=begun), 409


def _value(field: Any) -> object:
    return field.day if hasattr(field, "day") else field.data


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return day(value)
    known = BY_CODE.get(value)
    return known.text(select_locale()) if known else str(value)
