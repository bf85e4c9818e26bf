"""Transfers: found by an exact number, opened by the receiver, answered by four parties."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.former_identities import known_as
from app.children.queries import Child, find_child
from app.children.sight import left_on
from app.kernel.names import mask_name
from app.kernel.problems import Refused
from app.roll import actions, queries, rules
from app.roll.forms import AnswerForm, FindForm, TransferForm, WithdrawForm, needed_school
from app.roll.types import SchoolLink, TransferState
from app.roll.views.pages import pages
from app.web.filters import day, today
from app.web.requests import note_opening


@pages.form("/roll/transfers/new", needs=Permission.ROLL_WRITE)
def open_transfer() -> ResponseReturnValue:
    opening = request.form.get("step") == "open"
    form = TransferForm() if opening else FindForm()
    child = None
    if opening:
        form.effective_on.bound(today(), queries.LATEST.last(today()))
    if form.validate_on_submit():
        try:
            child = actions.find_for_transfer(g.actor, form.number.data)
            if opening:
                transfer = actions.open_transfer(
                    g.actor,
                    child,
                    actions.Opening(
                        needed_school(form, "school"), form.grade.data, form.reason.data, form.effective_on.data
                    ),
                    today=today(),
                )
                flash(_("The transfer is open. The next party has 10 working days."), "ok")
                return redirect(url_for("roll.answer_transfer", transfer_id=transfer.id), 303)
            form = _opening_form(child, form.number.data)
        except Refused as refused:
            form.refuse(refused.problems)
    elif opening and form.number.data:
        child = queries.search_child(form.number.data)
    wrong = form.is_submitted() and bool(form.errors)
    return render_template(
        "roll/open_transfer.html",
        form=form,
        found=_found(child) if "grade" in form else None,
        schools=queries.own_schools(g.actor, today()),
    ), 422 if wrong else 200


def _opening_form(child: Child, number: str) -> TransferForm:
    """The second step, filled in as far as it is known."""
    form = TransferForm(formdata=None)
    form.number.data, form.effective_on.data = number, today()
    form.effective_on.bound(today(), queries.LATEST.last(today()))
    roll = queries.live_links(child.id).get(SchoolLink.ROLL)
    form.grade.data = roll.grade if roll else None
    own = queries.own_schools(g.actor, today())
    if len(own) == 1:
        form.school.data = own[0].name
    return form


def _found(child: Child | None) -> dict | None:
    """All that the opener may see of a child: the masked name and the school."""
    if child is None:
        return None
    roll = queries.live_links(child.id).get(SchoolLink.ROLL)
    names = queries.school_names(roll.school_id) if roll else {}
    return {
        "name": mask_name(child.name),
        "school": names.get(roll.school_id) if roll else None,
        "status": queries.status_of(child.id),
        "request": queries.find_open_request(child.id),
    }


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Whom the transfer is between, by what the actor may see of them."""

    seen: Child | None
    name: str
    sender: str
    receiver: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """How far the transfer is."""

    mine: bool
    answers: Mapping[str, queries.lists.TransferAnswer]
    steps: Sequence[str]
    clock: str
    guessed: bool
    taken_back: queries.lists.Movement | None
    undoes: bool


@dataclass(frozen=True, kw_only=True)
class OtherDay:
    """Another day that somebody proposed, and what the actor may do about it."""

    proposed: queries.days.TransferDay | None
    redates: bool
    answers_day: bool
    withdraws_day: bool
    days: Sequence


@pages.form("/roll/transfers/<uuid:transfer_id>", needs=Permission.ROLL_WRITE)
def answer_transfer(transfer_id: uuid.UUID) -> ResponseReturnValue:
    transfer, child = queries.get_transfer(g.actor, transfer_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer_transfer(
                g.actor,
                transfer_id,
                form.answer.data == "yes",
                form.reason.data,
                today=today(),
                step=form.about.data or "",
            )
            done = transfer.state == TransferState.DONE
            flash(_done(transfer) if done else _("The answer is kept."), "ok")
            return redirect(url_for("roll.answer_transfer", transfer_id=transfer_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    form.show_about(transfer.next_step or "")
    return render_template(
        "roll/answer_transfer.html",
        form=form,
        transfer=transfer,
        parties=_parties(transfer, child),
        course=_course(transfer),
        other_day=_other_day(transfer),
        roll_request=queries.find_open_request(child.id) if _still_to_move(transfer) else None,
    ), 422 if form.is_submitted() else 200


def _still_to_move(transfer: queries.scope.Transfer) -> bool:
    return transfer.state == TransferState.OPEN or queries.is_waiting(transfer, today())


def _parties(transfer: queries.scope.Transfer, child: Child) -> Parties:
    names = queries.school_names(transfer.from_school_id, transfer.to_school_id)
    return Parties(
        seen=find_child(g.actor, child.id),
        name=name_of(child),
        sender=names[transfer.from_school_id],
        receiver=names[transfer.to_school_id],
    )


def _course(transfer: queries.scope.Transfer) -> Course:
    return Course(
        mine=queries.is_turn_of(g.actor, transfer),
        answers={answer.step: answer for answer in queries.list_answers(transfer.id)},
        steps=rules.STEPS,
        clock=queries.clock_of(transfer, today()),
        guessed=queries.is_guessed(transfer),
        taken_back=queries.find_taking_back(transfer),
        undoes=queries.may_withdraw(g.actor, transfer) or queries.may_take_back(g.actor, transfer, today()),
    )


def _other_day(transfer: queries.scope.Transfer) -> OtherDay:
    proposed = queries.find_open_day(transfer, today())
    return OtherDay(
        proposed=proposed,
        redates=proposed is None and queries.may_propose_day(g.actor, transfer, today()),
        answers_day=proposed is not None and queries.may_answer_day(g.actor, transfer, proposed),
        withdraws_day=proposed is not None and queries.may_withdraw_day(g.actor, transfer, proposed),
        days=[(row, queries.state_of(row, transfer, today())) for row in queries.list_proposals(transfer.id)],
    )


def _done(transfer: queries.scope.Transfer) -> str:
    if transfer.effective_on <= today():
        return _("The child has moved to the receiving school.")
    return _("All have agreed: the child moves to the receiving school on %(day)s.", day=day(transfer.effective_on))


@pages.form("/roll/transfers/<uuid:transfer_id>/withdraw", needs=Permission.ROLL_WRITE)
def withdraw_transfer(transfer_id: uuid.UUID) -> ResponseReturnValue:
    """Give up an open transfer, or undo one that is agreed and has not begun: what the page showed, nothing else."""
    transfer, child = queries.get_transfer(g.actor, transfer_id)
    form = WithdrawForm()
    give_up = actions.take_back_transfer if form.about.data == TransferState.DONE else actions.withdraw_transfer
    if form.validate_on_submit():
        try:
            give_up(g.actor, transfer_id, form.reason.data, today=today())
            return kept(transfer_id, child.id)
        except Refused as refused:
            form.refuse(refused.problems)
    form.show_about(transfer.state)
    return render_template(
        "roll/withdraw_transfer.html", form=form, transfer=transfer, name=name_of(child)
    ), 422 if form.is_submitted() else 200


def kept(transfer_id: uuid.UUID, child_id: uuid.UUID) -> ResponseReturnValue:
    """Back to the transfer: what was asked for is done. Who does not hold the file yet has no timeline to read."""
    flash(
        _("Kept. All parties read it on this page, and it stands on the timeline of the child.")
        if find_child(g.actor, child_id)
        else _("Kept. All parties read it on this page."),
        "ok",
    )
    return redirect(url_for("roll.answer_transfer", transfer_id=transfer_id), 303)


def name_of(child: Child) -> str:
    """The child's name: masked for who does not see the child yet; for who had it once, the name it had then."""
    note_opening(child.id, "transfer")
    day = left_on(g.actor, [child.id]).get(child.id)
    if day is not None:
        return known_as(child, day).name
    return child.name if find_child(g.actor, child.id) else mask_name(child.name)
