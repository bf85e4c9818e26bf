"""What needs two people: suspend, extend, come back; the district's answer. And the deferral of entry."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.frame import render_file
from app.children.queries import get_child
from app.kernel.problems import N_, Refused
from app.roll import actions, queries, rules
from app.roll.forms import AnswerForm, DeferForm, ExtendForm, LeaveForm, ResumeForm, SuspendForm
from app.roll.types import MovementKind, SchoolLink, TransferState
from app.roll.views.pages import pages, show_form
from app.web.filters import today
from app.web.forms import Form
from app.web.requests import note_opening

PAPERS = {
    MovementKind.DROPOUT: N_(
        "The school's written report to township, district and roll authority. The roll is kept "
        "to the end of the compulsory years."
    ),
    MovementKind.ABROAD: N_("The guardian's application with visa or admission paper. The child may come back."),
    MovementKind.MISSING: N_("The report to the police. The roll is kept."),
    MovementKind.DEATH: N_(
        "Death certificate or cancelled household register; the school cancels the roll within 10 "
        "working days. Visits and plans stop at once."
    ),
    MovementKind.GRADUATION: N_("Grade 9, not before the last day of the school year: number of the certificate."),
    MovementKind.COMPLETION: N_("Grade 9, not before the last day of the school year: number of the certificate."),
}
"""The paper that each demands (roll rules 教基〔2025〕1号 and the order of the municipality)."""


def _ask(
    page: str,
    child_id: uuid.UUID,
    form: Form,
    kind: MovementKind,
    *,
    kinds: Sequence[MovementKind] = (),
    papers: Mapping[MovementKind, str] | None = None,
) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    if not form.is_submitted():
        form.on.data = today()
        roll = queries.live_links(child_id).get(SchoolLink.ROLL)
        if "grade" in form and roll:
            form.grade.data = roll.grade
    if form.validate_on_submit():
        try:
            actions.ask_movement(
                g.actor,
                child,
                actions.Asked(
                    kind=kind,
                    on=form.on.data,
                    reason=form.reason.data,
                    proof=form.proof.data,
                    due_on=form.due_on.data if "due_on" in form else None,
                    grade=form.grade.data if "grade" in form else None,
                ),
                today=today(),
            )
            flash(_("The request is filed. Another person of the district answers it."), "ok")
            return redirect(url_for("roll.show_roll", child_id=child_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    state, ending = queries.find_state(child_id), _ending(child_id, kind)
    return show_form(page, child_id, form, state=state, kinds=kinds, papers=papers, ending=ending)


@dataclass(frozen=True)
class Ending:
    """The transfer that ends when what is asked for is approved."""

    agreed: bool
    school: str
    on: date


def _ending(child_id: uuid.UUID, kind: MovementKind) -> Ending | None:
    if kind == MovementKind.RESUMPTION:
        return None
    found = queries.find_waiting(child_id, today()) or queries.find_open_transfer(child_id)
    if found is None:
        return None
    school = queries.school_names(found.to_school_id)[found.to_school_id]
    return Ending(found.state == TransferState.DONE, school, found.effective_on)


@pages.form("/children/<uuid:child_id>/roll/suspend", needs=Permission.ROLL_WRITE)
def suspend_child(child_id: uuid.UUID) -> ResponseReturnValue:
    return _ask("suspend_child", child_id, SuspendForm(), MovementKind.SUSPENSION)


@pages.form("/children/<uuid:child_id>/roll/extend", needs=Permission.ROLL_WRITE)
def extend_suspension(child_id: uuid.UUID) -> ResponseReturnValue:
    return _ask("extend_suspension", child_id, ExtendForm(), MovementKind.EXTENSION)


@pages.form("/children/<uuid:child_id>/roll/resume", needs=Permission.ROLL_WRITE)
def resume_child(child_id: uuid.UUID) -> ResponseReturnValue:
    return _ask("resume_child", child_id, ResumeForm(), MovementKind.RESUMPTION)


@pages.form("/children/<uuid:child_id>/roll/leave", needs=Permission.ROLL_WRITE)
def leave_school(child_id: uuid.UUID) -> ResponseReturnValue:
    """Dropout, abroad, whereabouts unknown, death, the end of grade 9: what the child's state allows."""
    kinds, form = actions.leavings_from(queries.status_of(get_child(g.actor, child_id).id)), LeaveForm()
    form.offer(kinds)
    kind = MovementKind(form.kind.data) if form.kind.data in set(kinds) else MovementKind.DROPOUT
    return _ask("leave_school", child_id, form, kind, kinds=kinds, papers=PAPERS)


@pages.form("/children/<uuid:child_id>/roll/defer", needs=Permission.ROLL_APPROVE)
def defer_child(child_id: uuid.UUID) -> ResponseReturnValue:
    child, form = get_child(g.actor, child_id), DeferForm()
    if not form.is_submitted():
        form.on.data, form.due_on.data = today(), rules.next_august(today())
    if form.validate_on_submit():
        try:
            actions.defer_child(
                g.actor,
                child,
                on=form.on.day,
                due_on=form.due_on.day,
                reason=form.reason.data,
                proof=form.proof.data,
                today=today(),
            )
            flash(_("Entry is deferred."), "ok")
            return redirect(url_for("roll.show_roll", child_id=child_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_form("defer_child", child_id, form)


@pages.form("/roll/requests/<uuid:request_id>", needs=Permission.ROLL_APPROVE)
def answer_request(request_id: uuid.UUID) -> ResponseReturnValue:
    row, child = queries.get_request(g.actor, request_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer_request(g.actor, request_id, form.answer.data == "yes", form.reason.data, today=today())
            flash(_("The answer is kept."), "ok")
            return redirect(url_for("roll.show_roll", child_id=child.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    note_opening(child.id, "roll request")
    return render_file(
        "roll/answer_request.html",
        child,
        "roll",
        form=form,
        roll_request=row,
        waits=row.state == TransferState.OPEN,
        own=not queries.waits_for(g.actor, row),
        school=queries.school_names(row.school_id)[row.school_id],
        ending=_ending(child.id, row.kind),
    ), 422 if form.is_submitted() else 200


@pages.post("/roll/requests/<uuid:request_id>/withdraw", needs=Permission.ROLL_WRITE)
def withdraw_request(request_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a request that waits for its answer."""
    row, child = queries.get_request(g.actor, request_id)
    try:
        actions.withdraw_request(g.actor, row.id, today=today())
        flash(_("The request is withdrawn."), "ok")
    except Refused as refused:
        flash(" ".join(problem.text(_) for problem in refused.problems), "bad")
    return redirect(url_for("roll.show_roll", child_id=child.id), 303)
