"""Pages of a family's times and wishes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Permission
from app.children.frame import render_file
from app.children.queries import get_child
from app.kernel.problems import Refused
from app.teams.actions import set_family_times, set_family_wishes, take_back_closure
from app.teams.forms import WeekForm, WishesForm, week_lines, wish_lines
from app.teams.hooks import hooks
from app.teams.queries.families import FamilyWishes, family_wishes, known_words, list_family_times
from app.teams.views.pages import pages
from app.web.filters import day, mark, today
from app.web.requests import note_opening
from app.web.upward import address_of

NAMED_DAYS = 3
"""Days of visits that a message names."""


@pages.form("/children/<uuid:child_id>/visits/times", needs=Permission.PLANS_WRITE)
def edit_family_times(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    note_opening(child.id, "family times")
    before = list_family_times(child.id)
    form = WeekForm.filled(before)
    form.shows(before, lambda: week_lines(before))
    if form.validate_on_submit():
        try:
            set_family_times(g.actor, child, form.stretches, today=today())
            _tell_saved(hooks.days_outside(child.id, before, form.stretches, today()))
            return redirect(address_of("visits_of", child.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_file("teams/edit_family_times.html", child, "visits", form=form), form.status


def _tell_saved(outside: Sequence[date]) -> None:
    """That the times are saved, and which published visits they leave out."""
    if not outside:
        flash(_("Saved. Timetables made before this do not know of it."), "ok")
        return
    named = mark(",").join(day(one) for one in outside[:NAMED_DAYS]) + ("…" if len(outside) > NAMED_DAYS else "")
    flash(
        ngettext(
            "Saved. %(num)s published visit is outside these times: %(days)s. It stays until the district moves it.",
            "Saved. %(num)s published visits are outside these times: %(days)s. "
            "They stay until the district moves them.",
            len(outside),
            days=named,
        ),
        "wait",
    )


@pages.form("/children/<uuid:child_id>/visits/wishes", needs=Permission.PLANS_WRITE)
def edit_family_wishes(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    note_opening(child.id, "family wishes")
    wishes = family_wishes({child.id}).get(child.id, FamilyWishes())
    form = WishesForm.filled(wishes)
    form.shows(wishes, lambda: wish_lines(wishes))
    if form.validate_on_submit():
        set_family_wishes(g.actor, child, form.wishes, today=today())
        flash(_("Saved. Timetables made before this do not know of it."), "ok")
        return redirect(address_of("visits_of", child.id), 303)
    return render_file("teams/edit_family_wishes.html", child, "visits", form=form, known=known_words()), form.status


@pages.post("/children/<uuid:child_id>/visits/closures/<uuid:closure_id>/end", needs=Permission.TIMETABLES_WRITE)
def end_closure(child_id: uuid.UUID, closure_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    take_back_closure(g.actor, child, closure_id, today=today())
    flash(_("Taken back. Timetables made before this do not know of it."), "ok")
    return redirect(address_of("visits_of", child.id), 303)
