"""Excusing minutes that are owed of a past month."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.children.frame import render_file
from app.children.queries import get_child
from app.kernel.problems import Refused
from app.visits.actions.excusing import excuse_minutes
from app.visits.forms import ExcuseForm
from app.visits.queries.minutes import owing
from app.visits.views.pages import pages
from app.web.days import asked_month
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.requests import note_opening


@pages.form("/children/<uuid:child_id>/visits/excuse", needs=Permission.TIMETABLES_WRITE)
def excuse_owed(child_id: uuid.UUID) -> ResponseReturnValue:
    """What is owed of a month need not be made up: why."""
    child = get_child(g.actor, child_id)
    note_opening(child.id, "excuse minutes")
    rest = owing(child.id, asked_month() or today(), today())
    form, month = ExcuseForm(shown=rest.owed), rest.month
    if form.validate_on_submit():
        try:
            minutes = excuse_minutes(
                g.actor, child, month, form.reason.data or "", shown=form.shown.data or 0, today=today()
            )
            flash(
                _("Excused: %(minutes)s minutes of %(month)s need not be made up.", minutes=minutes, month=month), "ok"
            )
            return redirect(url_for("visits.show_child_visits", child_id=child.id, month=month), 303)
        except Refused as refused:
            form.refuse(refused.problems)
            form.shown.data = rest.owed
    return render_file(
        "visits/excuse_owed.html", child, "visits", form=form, owing=rest
    ), 422 if form.is_submitted() else 200
