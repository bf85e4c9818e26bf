"""Another day for an agreed transfer: one side proposes it, the other confirms it.

What four parties agreed, one alone does not change, neither to a later day (it would keep a child that is another
school's) nor to an earlier one. Until the other side has confirmed it the agreed day holds; when that day comes first,
the child moves on it and the proposal is lapsed, without anybody having to write that.
"""

from __future__ import annotations

import uuid
from datetime import date

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.problems import N_, S_, refuse_if
from app.roll import rules
from app.roll.actions.enrolment import get_open_school
from app.roll.actions.handover import say_why, schools_of_transfer, write_move
from app.roll.actions.movements import lock_child, refuse, write_movement
from app.roll.actions.waiting import begin_on, lock_waiting
from app.roll.models import Transfer, TransferDay
from app.roll.queries import (
    days_for,
    find_open_day,
    get_transfer,
    list_answers,
    list_proposals,
    may_answer_day,
    may_withdraw_day,
    sides_of,
    state_of,
    status_of,
)
from app.roll.types import DayState, MovementKind, Signer, TransferState

PROPOSED = S_(
    "told.day_proposed",
    "Another day is proposed for the transfer from %(school)s to %(other)s: %(due)s instead of %(agreed)s. "
    "The other side has to confirm it; until then, and without an answer, %(agreed)s holds. %(reason)s",
)
DECLINED = S_(
    "told.day_declined",
    "The other day proposed for the transfer to %(other)s (%(due)s) was declined, %(agreed)s stays: %(reason)s",
)
WITHDRAWN = S_(
    "told.day_withdrawn",
    "The other day proposed for the transfer to %(other)s (%(due)s) was withdrawn, %(agreed)s stays.",
)


def propose_day(
    actor: Actor, transfer_id: uuid.UUID, wanted_on: date, reason: str, *, today: date, agreed_on: str | None = None
) -> TransferDay:
    """Propose another day for a transfer that is agreed and has not begun, for either side. Proposing the same day
    again for the same side does nothing. `agreed_on` is the agreed day that the page showed.

    Raises NotFound for a transfer that is none of the actor's; Refused once the day has come, without a reason, for a
    day outside the bounds, and while another proposal waits.
    """
    transfer, child = lock_waiting(actor, transfer_id, today)
    say_why(reason)
    if agreed_on is not None and agreed_on != transfer.effective_on.isoformat():
        raise refuse(
            "other_day",
            N_(
                "The agreed day has changed since you opened this page: it is %(day)s now. "
                "Nothing was kept. Read it again."
            ),
            day=transfer.effective_on.isoformat(),
        )
    side, waits = sides_of(actor, transfer)[0], find_open_day(transfer, today)
    if waits is not None:
        if (waits.side, waits.wanted_on) == (side, wanted_on):
            return waits
        raise refuse(
            "day_waits",
            N_("%(name)s has proposed %(day)s already. That is answered or withdrawn first."),
            name=waits.asked_by_name,
            day=waits.wanted_on.isoformat(),
        )
    first, last = days_for(transfer, today)
    refuse_if(rules.check_new_day(transfer.effective_on, wanted_on, first=first, last=last))
    receiver = schools_of_transfer(transfer)[1]
    refuse_if(
        rules.check_school_grade(
            receiver.kind,
            receiver.name,
            rules.grade_on(transfer.grade, transfer.effective_on, wanted_on),
            "effective_on",
        )
    )
    for row in list_proposals(transfer.id):
        if row.state == DayState.OPEN:  # one whose own day has passed meanwhile makes room
            row.state, row.answered_at = DayState.LAPSED, clock.now()
    db.session.flush()
    row = TransferDay(
        transfer_id=transfer.id,
        side=side,
        agreed_on=transfer.effective_on,
        wanted_on=wanted_on,
        reason=reason.strip(),
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
        asked_at=clock.now(),
        state=DayState.OPEN,
    )
    db.session.add(row)
    db.session.flush()
    _tell(actor, transfer, child, row, PROPOSED, today, row.reason)
    audit.record(actor, "propose_day", "transfer", transfer.id, child_id=child.id, **_days(row))
    db.session.flush()
    return row


def answer_day(
    actor: Actor, transfer_id: uuid.UUID, agreed: bool, reason: str | None, *, today: date, about: str | None = None
) -> TransferDay:
    """Confirm the proposed day, which moves the transfer to it, or decline it. The same answer again does nothing.

    `about` is the proposal that was read: nobody agrees to a day that was never shown.
    Raises NotFound for a transfer that is none of the actor's; Refused for the side or the person that proposed it,
    when nothing waits for an answer, when it has lapsed, and when declined without a reason.
    """
    transfer, child, row = _locked(actor, transfer_id, about)
    if row.answered_by_id is not None and (row.state, row.answered_by_id) == (
        DayState.AGREED if agreed else DayState.DECLINED,
        actor.user_id,
    ):
        return row
    _refuse_unless_open(row, transfer, today)
    if not may_answer_day(actor, transfer, row):
        raise refuse(
            "other_side",
            N_(
                "The other side of the transfer answers, and not the person who proposed the "
                "day: the school, or its district where the school has no account."
            ),
        )
    if not agreed and not (reason or "").strip():
        raise refuse(
            "reason_missing", S_("reason_missing.day", "Say why it is declined: the other side reads it."), "reason"
        )
    if agreed:
        get_open_school(transfer.to_school_id, row.wanted_on)
        _move_day(actor, transfer, child, row, today)
    _close(actor, row, DayState.AGREED if agreed else DayState.DECLINED, reason)
    if not agreed:
        _tell(actor, transfer, child, row, DECLINED, today, row.answer_reason)
    audit.record(
        actor, "confirm_day" if agreed else "decline_day", "transfer", transfer.id, child_id=child.id, **_days(row)
    )
    db.session.flush()
    return row


def withdraw_day(actor: Actor, transfer_id: uuid.UUID, *, today: date, about: str | None = None) -> TransferDay:
    """Take back a proposal that waits (`about`: this one), for the side that made it. Again does nothing.

    Raises NotFound for a transfer that is none of the actor's; Refused for the other side and when it is answered.
    """
    transfer, child, row = _locked(actor, transfer_id, about)
    if not may_withdraw_day(actor, transfer, row):
        raise refuse(
            "other_side", S_("other_side.withdraws", "A proposed day is withdrawn by the side that proposed it.")
        )
    if row.state == DayState.WITHDRAWN:
        return row
    _refuse_unless_open(row, transfer, today)
    _close(actor, row, DayState.WITHDRAWN, None)
    _tell(actor, transfer, child, row, WITHDRAWN, today, "")
    audit.record(actor, "withdraw_day", "transfer", transfer.id, child_id=child.id, **_days(row))
    db.session.flush()
    return row


def _locked(actor: Actor, transfer_id: uuid.UUID, about: str | None) -> tuple[Transfer, Child, TransferDay]:
    require(actor, Permission.ROLL_WRITE)
    transfer, child = get_transfer(actor, transfer_id)
    lock_child(child.id)
    db.session.refresh(transfer)
    rows = [row for row in list_proposals(transfer.id) if about is None or str(row.id) == about]
    if not rows:
        raise refuse(
            "no_day",
            N_("No other day is proposed for this transfer.")
            if about is None
            else N_("Your page does not say which proposed day it answers. Read what stands here now, then answer."),
        )
    db.session.refresh(rows[0])
    return transfer, child, rows[0]


def _refuse_unless_open(row: TransferDay, transfer: Transfer, today: date) -> None:
    state = state_of(row, transfer, today)
    if state == DayState.LAPSED and transfer.state != TransferState.DONE:
        raise refuse(
            "day_lapsed",
            S_("day_lapsed.undone", "The transfer was taken back: its proposed day needs no answer any more."),
        )
    if state == DayState.LAPSED:
        raise refuse(
            "day_lapsed",
            N_("This proposal has lapsed: it was not answered in time. What was agreed holds, %(day)s."),
            day=transfer.effective_on.isoformat(),
        )
    if state == DayState.WITHDRAWN:
        raise refuse(
            "day_withdrawn",
            N_(
                "The proposal of %(wanted)s was withdrawn meanwhile: there is nothing to "
                "answer any more. What was agreed holds, %(day)s."
            ),
            wanted=row.wanted_on.isoformat(),
            day=transfer.effective_on.isoformat(),
        )
    if state != DayState.OPEN:
        raise refuse("answered", S_("answered.day", "This proposal has its answer already."))


def _move_day(actor: Actor, transfer: Transfer, child: Child, row: TransferDay, today: date) -> None:
    begin_on(actor, transfer, child, row.wanted_on, today)
    status = status_of(child.id)
    write_movement(
        Signer(row.asked_by_id, row.asked_by_name),
        child,
        MovementKind.TRANSFER_REDATED,
        status,
        status,
        actor=actor,
        on=today,
        reason=row.reason,
        school_id=transfer.from_school_id,
        other_school_id=transfer.to_school_id,
        approved_by=actor,
        due_on=row.wanted_on,
    )
    last = next(answer for answer in reversed(list_answers(transfer.id)) if answer.agreed)
    write_move(actor, transfer, child, status, today, Signer(last.by_id, last.by_name))


def _close(actor: Actor, row: TransferDay, state: DayState, reason: str | None) -> None:
    row.answered_by_id, row.answered_by_name, row.answered_at = actor.user_id, actor.name, clock.now()
    row.answer_reason, row.state = (reason or "").strip() or None, state
    db.session.flush()


def _tell(
    actor: Actor, transfer: Transfer, child: Child, row: TransferDay, sentence: str, today: date, reason: str | None
) -> None:
    sender, receiver = schools_of_transfer(transfer)
    tell(
        actor,
        child.id,
        EventKind.ROLL,
        sentence,
        on=today,
        subject_id=row.id,
        school=sender.name,
        other=receiver.name,
        due=row.wanted_on.isoformat(),
        agreed=row.agreed_on.isoformat(),
        reason=reason or "",
    )


def _days(row: TransferDay) -> dict[str, str]:
    return {"side": str(row.side), "before": row.agreed_on.isoformat(), "after": row.wanted_on.isoformat()}
