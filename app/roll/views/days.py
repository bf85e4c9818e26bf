"""Another day for an agreed transfer: proposed by one side, confirmed or declined by the other."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.problems import Refused
from app.roll import actions, queries
from app.roll.forms import AnswerForm, RedateForm
from app.roll.views.pages import pages
from app.roll.views.transfers import kept, name_of
from app.web.filters import today


@pages.form("/roll/transfers/<uuid:transfer_id>/day", needs=Permission.ROLL_WRITE)
def redate_transfer(transfer_id: uuid.UUID) -> ResponseReturnValue:
    """Propose that a transfer that is agreed and has not begun begins on another day."""
    transfer, child = queries.get_transfer(g.actor, transfer_id)
    form, (first, last) = RedateForm(), queries.days_for(transfer, today())
    form.effective_on.bound(first, last)
    if form.validate_on_submit():
        try:
            actions.propose_day(
                g.actor,
                transfer_id,
                form.effective_on.day,
                form.reason.data,
                today=today(),
                agreed_on=form.about.data or "",
            )
            flash(_("The day is proposed. Until the other side confirms it, what was agreed holds."), "ok")
            return redirect(url_for("roll.answer_transfer", transfer_id=transfer_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    form.show_about(transfer.effective_on.isoformat())
    return render_template(
        "roll/redate_transfer.html", form=form, transfer=transfer, first=first, last=last, name=name_of(child)
    ), 422 if form.is_submitted() else 200


@pages.form("/roll/transfers/<uuid:transfer_id>/day/answer", needs=Permission.ROLL_WRITE)
def answer_day(transfer_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm the proposed day or decline it."""
    transfer, child = queries.get_transfer(g.actor, transfer_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer_day(
                g.actor,
                transfer_id,
                form.answer.data == "yes",
                form.reason.data,
                today=today(),
                about=form.about.data or "",
            )
            return kept(transfer_id, child.id)
        except Refused as refused:
            form.refuse(refused.problems)
    row = queries.find_open_day(transfer, today())
    form.show_about(str(row.id) if row else "")
    return render_template(
        "roll/answer_day.html",
        form=form,
        transfer=transfer,
        proposed=row,
        name=name_of(child),
        mine=row is not None and queries.may_answer_day(g.actor, transfer, row),
    ), 422 if form.is_submitted() else 200


@pages.post("/roll/transfers/<uuid:transfer_id>/day/withdraw", needs=Permission.ROLL_WRITE)
def withdraw_day(transfer_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a proposed day that waits for its answer."""
    _transfer, child = queries.get_transfer(g.actor, transfer_id)
    actions.withdraw_day(g.actor, transfer_id, today=today(), about=request.form.get("about", ""))
    return kept(transfer_id, child.id)
