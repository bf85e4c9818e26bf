"""Transfers that are agreed and have not begun: taken back by either side, or begun on another day (see days.py)."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import and_, or_, select, update

from app.access import SYSTEM, Actor, Permission, require
from app.children.models import Child
from app.children.responsible import move_unit, unit_on
from app.children.sight import reopen_sights
from app.db import audit, db
from app.kernel import clock
from app.kernel.periods import ONE_DAY
from app.kernel.problems import N_, S_, refuse_if
from app.roll import rules
from app.roll.actions.enrolment import drop_link
from app.roll.actions.handover import hand_over, say_why, schools_of_transfer, tell_undone
from app.roll.actions.movements import lock_child, refuse
from app.roll.models import Membership, RollState, Transfer, TransferDay
from app.roll.queries import coming_links, get_transfer, is_waiting, may_take_back, status_of
from app.roll.types import AWAY, DayState, MovementKind, SchoolLink, TransferState
from app.schools.models import School

VOID = S_(
    "told.transfer_void",
    "Transfer to %(other)s, agreed for a later day, is void because the child's state on the roll changed; the "
    "roll stays at %(school)s: %(reason)s",
)

VOID_SINCE = S_(
    "told.transfer_void_since",
    "Transfer to %(other)s is void because the child's state on the roll has changed since; the roll stays "
    "at %(school)s.",
)


def take_back_transfer(actor: Actor, transfer_id: uuid.UUID, reason: str, *, today: date) -> Transfer:
    """Undo a transfer that is agreed but has not begun; either side may, and the other is told.

    Raises NotFound for a transfer that is none of the actor's; Refused once the day has come, or without a reason.
    """
    transfer, child = lock_waiting(actor, transfer_id, today)
    say_why(reason)
    before, status = transfer.effective_on, status_of(child.id)
    sender, _receiver = schools_of_transfer(transfer)
    lapse_days(child.id)
    _give_back(transfer, child, sender)
    transfer.state, transfer.closed_at = TransferState.REFUSED, clock.now()
    tell_undone(
        actor,
        transfer,
        child,
        MovementKind.TRANSFER_WITHDRAWN,
        status,
        reason,
        today,
        S_(
            "told.transfer_undone",
            "Transfer to %(other)s taken back before it began, the roll stays at %(school)s: %(reason)s",
        ),
    )
    audit.record(
        actor, "take_back_transfer", "transfer", transfer.id, child_id=child.id, before=before.isoformat(), after=""
    )
    db.session.flush()
    return transfer


def void_waiting(actor: Actor, child: Child, reason: str, *, today: date) -> Transfer | None:
    """A child that leaves its school another way (missing, abroad, dead, out of school, suspended) moves nowhere: what
    was agreed for a later day is void in the same step, and both schools read it. None when nothing waited.
    """
    transfer = next(
        (
            row
            for row in db.session.scalars(
                select(Transfer).where(
                    Transfer.child_id == child.id, Transfer.state == TransferState.DONE, Transfer.effective_on > today
                )
            )
            if is_waiting(row, today)
        ),
        None,
    )
    if transfer is None:
        return None
    status = status_of(child.id)
    lapse_days(child.id)
    _give_back(transfer, child, schools_of_transfer(transfer)[0])
    transfer.state, transfer.closed_at = TransferState.REFUSED, clock.now()
    tell_undone(
        actor,
        transfer,
        child,
        MovementKind.TRANSFER_WITHDRAWN,
        status,
        reason,
        today,
        VOID if reason else VOID_SINCE,
    )
    audit.record(
        actor,
        "void_transfer",
        "transfer",
        transfer.id,
        child_id=child.id,
        before=transfer.effective_on.isoformat(),
        after="",
    )
    db.session.flush()
    return transfer


def settle_transfers(today: date) -> int:
    """Void what is still open or agreed for a later day of children who are away, as it is done in the same step since:
    rows of older versions have it left over. Return how many. Again it does nothing."""
    count = 0
    for child in db.session.scalars(
        select(Child)
        .join(RollState, RollState.child_id == Child.id)
        .where(
            RollState.valid_to.is_(None),
            RollState.status.in_(AWAY),
            Child.id.in_(
                select(Transfer.child_id).where(
                    or_(
                        Transfer.state == TransferState.OPEN,
                        and_(Transfer.state == TransferState.DONE, Transfer.effective_on > today),
                    )
                )
            ),
        )
        .order_by(Child.id)
    ).all():
        lock_child(child.id)
        count += _void_open(SYSTEM, child, today) + (void_waiting(SYSTEM, child, "", today=today) is not None)
    return count


def _void_open(actor: Actor, child: Child, today: date) -> int:
    rows = db.session.scalars(
        select(Transfer).where(Transfer.child_id == child.id, Transfer.state == TransferState.OPEN)
    ).all()
    for transfer in rows:
        transfer.state, transfer.closed_at = TransferState.REFUSED, clock.now()
        transfer.next_step = transfer.next_due_on = None
        tell_undone(actor, transfer, child, MovementKind.TRANSFER_WITHDRAWN, status_of(child.id), "", today, VOID_SINCE)
        audit.record(
            actor,
            "void_transfer",
            "transfer",
            transfer.id,
            child_id=child.id,
            before=transfer.effective_on.isoformat(),
            after="",
        )
        db.session.flush()
    return len(rows)


def lock_waiting(actor: Actor, transfer_id: uuid.UUID, today: date) -> tuple[Transfer, Child]:
    """A transfer of the actor's that is agreed and has not begun, and its child, locked. Raises NotFound, Refused."""
    require(actor, Permission.ROLL_WRITE)
    transfer, child = get_transfer(actor, transfer_id)
    lock_child(child.id)
    db.session.refresh(transfer)
    if not may_take_back(actor, transfer, today):
        raise refuse(
            "begun",
            N_(
                "Only a transfer that is agreed and has not begun can be taken back or moved. Once "
                "the child has moved, the way back is another transfer."
            ),
        )
    return transfer, child


def begin_on(actor: Actor, transfer: Transfer, child: Child, day: date, today: date) -> None:
    """Let an agreed transfer begin on another day: what was agreed is undone and hands over again."""
    sender, receiver = schools_of_transfer(transfer)
    grade = rules.grade_on(_give_back(transfer, child, sender), transfer.effective_on, day)
    refuse_if(rules.check_school_grade(receiver.kind, receiver.name, grade, None))
    transfer.effective_on, transfer.grade = day, grade
    hand_over(actor, transfer, child, day, grade, today)


def lapse_days(child_id: uuid.UUID) -> None:
    """What was proposed for a transfer of the child that will not begin needs no answer any more."""
    mine = select(Transfer.id).where(Transfer.child_id == child_id)
    db.session.execute(
        update(TransferDay)
        .where(TransferDay.transfer_id.in_(mine), TransferDay.state == DayState.OPEN)
        .values(state=DayState.LAPSED, answered_at=clock.now())
    )


def _give_back(transfer: Transfer, child: Child, sender: School) -> int:
    """Make undone what was agreed for a day that has not come: the coming place never begins, the old one goes on.

    What was agreed stays in the transfer, its answers and movements. Returns the grade of the coming place.
    """
    day = transfer.effective_on
    coming = coming_links(child.id, day - ONE_DAY)[SchoolLink.ROLL]
    drop_link(coming)
    ended = db.session.scalars(
        select(Membership).where(
            Membership.child_id == child.id,
            Membership.school_id == sender.id,
            Membership.valid_to == day,
            Membership.valid_from < day,
        )
    ).all()
    for row in ended:
        row.valid_to = None
    db.session.flush()
    reopen_sights(child.id, day)
    if unit_on(child, day) != sender.unit_id:
        move_unit(child, sender.unit_id, on=day, because="transfer taken back", because_id=transfer.id)
    assert coming.grade is not None  # a transfer names it
    return coming.grade
