"""Transfers that are agreed and have not begun: begun later, or taken back.

What four parties agreed, one alone does not make earlier: from the day on the child is another school's. Later within
the same school year the receiving side or a district may let it begin; more is a transfer of its own.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.responsible import move_unit, unit_on
from app.children.sight import end_sight, reopen_sights
from app.db import audit, db
from app.kernel import clock
from app.kernel.periods import ONE_DAY
from app.kernel.problems import N_, refuse_if
from app.roll import rules
from app.roll.actions.enrolment import drop_link
from app.roll.actions.movements import lock_child, refuse
from app.roll.actions.transfers import hand_over, say_why, schools_of_transfer, tell_undone, write_move
from app.roll.models import Membership, Transfer
from app.roll.queries import coming_links, find_state, get_transfer, may_redate, may_take_back
from app.roll.types import PAST_ROLL, MovementKind, SchoolLink, TransferState
from app.schools.models import School


def take_back_transfer(actor: Actor, transfer_id: uuid.UUID, reason: str, *, today: date) -> Transfer:
    """Undo a transfer that is agreed but has not begun; either side may, and the other is told.

    Raises NotFound for a transfer that is none of the actor's; Refused once the day has come, or without a reason.
    """
    transfer, child = _waiting(actor, transfer_id, reason, today)
    before, state = transfer.effective_on, find_state(child.id)
    sender, _receiver = schools_of_transfer(transfer)
    _give_back(transfer, child, sender)
    transfer.state, transfer.closed_at = TransferState.REFUSED, clock.now()
    tell_undone(actor, transfer, child, MovementKind.TRANSFER_WITHDRAWN, state.status, reason, today, N_(
        "Transfer to %(other)s taken back before it began, the roll stays at %(school)s: %(reason)s"))
    audit.record(actor, "take_back_transfer", "transfer", transfer.id, child_id=child.id, before=before.isoformat(),
                 after="")
    db.session.flush()
    return transfer


def redate_transfer(actor: Actor, transfer_id: uuid.UUID, effective_on: date, reason: str, *, today: date) -> Transfer:
    """Let a transfer that is agreed but has not begun begin later, in the school year for which it was agreed.

    Raises NotFound for a transfer that is none of the actor's; Refused once the day has come, for the sending school
    alone, without a reason, for a day that is not later or lies in another school year.
    """
    transfer, child = _waiting(actor, transfer_id, reason, today)
    if not may_redate(actor, transfer, today):
        raise refuse("not_yours", N_("The receiving school or one of the two districts moves the day of a transfer."))
    refuse_if(rules.check_new_day(transfer.effective_on, effective_on))
    before, state = transfer.effective_on, find_state(child.id)
    sender, receiver = schools_of_transfer(transfer)
    grade = _give_back(transfer, child, sender)
    transfer.effective_on = effective_on
    hand_over(transfer, child, sender, receiver, effective_on, grade, today)
    tell_undone(actor, transfer, child, MovementKind.TRANSFER_REDATED, state.status, reason, today, due_on=effective_on)
    write_move(actor, transfer, child, state.status, today)
    audit.record(actor, "redate_transfer", "transfer", transfer.id, child_id=child.id, before=before.isoformat(),
                 after=effective_on.isoformat())
    db.session.flush()
    return transfer


def _waiting(actor: Actor, transfer_id: uuid.UUID, reason: str, today: date) -> tuple[Transfer, Child]:
    require(actor, Permission.ROLL_WRITE)
    transfer, child = get_transfer(actor, transfer_id)
    lock_child(child.id)
    db.session.refresh(transfer)
    if not may_take_back(actor, transfer, today):
        raise refuse("begun", N_("Only a transfer that is agreed and has not begun can be taken back. Once the child "
                                 "has moved, the way back is another transfer."))
    say_why(reason)
    return transfer, child


def _give_back(transfer: Transfer, child: Child, sender: School) -> int | None:
    """Make undone what was agreed for a day that has not come: the coming place never begins, the old one goes on.

    What was agreed stays in the transfer, its answers and movements. Returns the grade of the coming place.
    """
    day = transfer.effective_on
    coming = coming_links(child.id, day - ONE_DAY)[SchoolLink.ROLL]
    drop_link(coming)
    ended = db.session.scalars(select(Membership).where(
        Membership.child_id == child.id, Membership.school_id == sender.id, Membership.valid_to == day,
        Membership.valid_from < day)).all()
    end_sight(child.id, sender.id, PAST_ROLL, on=day)
    for row in ended:
        row.valid_to = None
    db.session.flush()
    reopen_sights(child.id, sender.id, day)
    if unit_on(child, day) != sender.unit_id:
        move_unit(child, sender.unit_id, on=day, because="transfer taken back", because_id=transfer.id)
    return coming.grade
