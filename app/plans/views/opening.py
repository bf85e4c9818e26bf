"""A new plan: the dates, the curriculum, what to copy."""

from __future__ import annotations

import uuid

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.children.frame import render_file
from app.children.queries import get_child
from app.kernel.problems import Refused
from app.plans import actions
from app.plans.forms import NewPlanForm
from app.plans.queries import find_last_version, fitting_curriculum
from app.plans.rules.periods import next_period
from app.plans.types import VersionState
from app.plans.views.begun import draft_there
from app.plans.views.pages import pages
from app.web.filters import today


@pages.form("/children/<uuid:child_id>/plans/new", needs=Permission.PLANS_WRITE)
def new_plan(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    last = find_last_version(child.id)
    if request.method == "GET" and last is not None and last.state != VersionState.APPROVED:
        return redirect(url_for("plans.show_version", version_id=last.id), 303)
    start, end, review = next_period(today(), last.ends_on if last else None)
    form = NewPlanForm(
        has_last=last is not None,
        data={
            "starts_on": start,
            "ends_on": end,
            "review_on": review,
            "copy": "copy",
            "curriculum": last.curriculum if last else fitting_curriculum(child.id),
        },
    )
    if form.validate_on_submit():
        try:
            version = actions.open_plan(
                g.actor,
                child.id,
                starts_on=form.starts_on.day,
                ends_on=form.ends_on.day,
                review_on=form.review_on.day,
                curriculum=form.curriculum.data,
                copy=last is not None and form.copy.data == "copy",
                today=today(),
            )
            return redirect(url_for("plans.edit_plan", version_id=version.id), 303)
        except Refused as refused:
            if any(one.code == "plan_open" for one in refused.problems):
                return draft_there(child, form)
            form.refuse(refused.problems)
    return render_file("plans/new_plan.html", child, "plan", form=form), 422 if form.is_submitted() else 200
