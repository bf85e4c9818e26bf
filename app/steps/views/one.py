"""One step."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.kernel.problems import Refused
from app.steps import actions
from app.steps.documents import how
from app.steps.forms import ReasonForm
from app.steps.queries import get_step
from app.steps.views.pages import pages
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.requests import note_opening


@pages.form("/steps/<uuid:step_id>", needs=Permission.CHILDREN_READ)
def show_step(step_id: uuid.UUID) -> ResponseReturnValue:
    """One step; its clock is paused here, or runs again."""
    line, pauses, may_pause = get_step(g.actor, step_id, today())
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            if line.paused_on is None:
                actions.pause_step(g.actor, step_id, form.reason.data or "", today=today())
                flash(_("The clock stands still."), "ok")
            else:
                actions.resume_step(g.actor, step_id, form.reason.data or "", today=today())
                flash(_("The clock runs again."), "ok")
            return redirect(url_for("steps.show_step", step_id=step_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    if line.child_id is not None and line.sees_child:
        note_opening(line.child_id, "show_step")
    pausable = line.kind.pausable and line.ended_on is None and g.actor.may(Permission.CHILDREN_WRITE) and may_pause
    return render_template(
        "steps/show_step.html", line=line, stands=how(line), pauses=pauses, form=form, pausable=pausable
    ), 422 if form.is_submitted() else 200
