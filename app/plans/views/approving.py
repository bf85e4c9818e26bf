"""Submit, approve, return."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.queries import get_file
from app.kernel.problems import S_, Problem, Refused
from app.plans import actions, editor
from app.plans.forms import ReturnForm
from app.plans.queries import get_version, plan_in_force
from app.plans.types import VersionState
from app.plans.views.pages import pages
from app.plans.views.reading import version_page
from app.web.filters import today
from app.web.requests import note_opening

AGAIN = Problem(
    "submitted_again",
    S_("submitted_again.read", "The plan was submitted again since you read it. Read it again, then decide."),
)


@pages.form("/plans/<uuid:version_id>/submit", needs=Permission.PLANS_WRITE)
def submit_plan(version_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=request.method == "POST")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            actions.submit_plan(g.actor, version.id, today=today(), seen=request.form.get("seen", ""))
            flash(_("Submitted. Another person now reads and approves it."), "ok")
            return redirect(url_for("plans.show_version", version_id=version.id), 303)
        except Refused as refused:
            problems = refused.problems
            if version.state != VersionState.DRAFT:
                return version_page(version, _status(problems), problems=problems)
    elif version.state != VersionState.DRAFT:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    note_opening(version.child_id, "submit_plan")
    return render_template(
        "plans/submit_plan.html",
        version=version,
        child=get_file(g.actor, version.child_id),
        progress=editor.progress_of(version, today()),
        seen=actions.draft_state(version),
        refusals=[one for one in problems if one.code in actions.OUTDATED],
    ), _status(problems)


def _status(problems: Sequence[Problem]) -> int:
    """409 where something else happened since the page was shown, 422 where the answer itself is wrong."""
    if not problems:
        return 200
    return 409 if any(one.code in actions.OUTDATED for one in problems) else 422


@pages.form("/plans/<uuid:version_id>/approve", needs=Permission.PLANS_APPROVE)
def approve_plan(version_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=request.method == "POST")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            actions.approve_plan(
                g.actor,
                version.id,
                today=today(),
                submitted=request.form.get("submitted", ""),
                ends=request.form.get("ends", ""),
            )
            flash(_("Approved. The version is sealed and cannot be changed any more."), "ok")
            return redirect(url_for("plans.show_version", version_id=version.id), 303)
        except Refused as refused:
            problems = refused.problems
    elif version.state != VersionState.SUBMITTED:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    elif (read := request.args.get("read")) and read != actions.submission_of(version):
        problems = (AGAIN,)
    note_opening(version.child_id, "approve_plan")
    return render_template(
        "plans/approve_plan.html",
        version=version,
        child=get_file(g.actor, version.child_id),
        may_approve=actions.may_approve(g.actor, version),
        refusals=problems,
        submitted=actions.submission_of(version),
        effect=_effect(version),
    ), _status(problems)


@dataclass(frozen=True)
class Effect:
    """What an approval does: the version comes into force on `start`; one in force `before` ends there or not; `ended`:
    approved ones, each with its period, that hold on no day."""

    start: date
    before: Any
    ended: list


def _effect(version: Any) -> Effect:
    start = max(version.starts_on, today())
    ended = actions.ended_by(version, today()) if version.state == VersionState.SUBMITTED else []
    return Effect(start, plan_in_force(version.child_id, start - timedelta(days=1)), ended)


@pages.form("/plans/<uuid:version_id>/return", needs=Permission.PLANS_APPROVE)
def return_plan(version_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=request.method == "POST")
    form, status = ReturnForm(), 200
    if request.method == "GET" and version.state != VersionState.SUBMITTED:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    if form.validate_on_submit():
        try:
            actions.return_plan(
                g.actor, version.id, form.reason.data, today=today(), submitted=request.form.get("submitted", "")
            )
            flash(_("Returned to %(name)s.", name=version.author_name), "ok")
            return redirect(url_for("plans.show_version", version_id=version.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
            status = _status(refused.problems)
    elif form.is_submitted():
        status = 422
    note_opening(version.child_id, "return_plan")
    return render_template(
        "plans/return_plan.html",
        version=version,
        child=get_file(g.actor, version.child_id),
        form=form,
        submitted=actions.submission_of(version),
    ), status
