"""Transfers inside the municipality: opened by the receiver, agreed by four parties in order, each with its clock.

Source: 教基〔2025〕1号 and the order of the municipality: the receiving school starts it, then its authority, the
sending school and its authority, each within 10 working days. The child is on a roll all the time.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.dates import check_within
from app.kernel.problems import N_, S_, refuse_if
from app.roll import rules
from app.roll.actions.deadlines import due_from, settle_transfer
from app.roll.actions.enrolment import get_open_school
from app.roll.actions.handover import hand_over, say_why, schools_of_transfer, tell_undone, write_move
from app.roll.actions.movements import lock_child, move, refuse, turn_state
from app.roll.models import Transfer, TransferAnswer
from app.roll.queries import (
    LATEST,
    acts_at,
    coming_links,
    find_open_transfer,
    get_transfer,
    live_links,
    may_act_for,
    may_withdraw,
    search_child,
)
from app.roll.types import MovementKind, RollStatus, SchoolLink, Signer, TransferState, TransferStep
from app.schools.models import School


@dataclass(frozen=True)
class Opening:
    """What the receiver asks for."""

    to_school_id: uuid.UUID
    grade: int
    reason: str
    effective_on: date


def find_for_transfer(actor: Actor, number: str) -> Child:
    """The child with exactly this student number, ID or file number, also outside the actor's sight; logged.

    Raises Refused when there is none. The page shows no more than the masked name and the school.
    """
    require(actor, Permission.ROLL_WRITE)
    child = search_child(number)
    audit.record(actor, "find_for_transfer", "child", child.id if child else None, child_id=child.id if child else None)
    if child is None:
        raise refuse(
            "nobody",
            N_(
                "No child has exactly this number. Enter the whole student number, ID number or file "
                "number; parts are not searched."
            ),
            "number",
        )
    return child


def open_transfer(actor: Actor, child: Child, opening: Opening, *, today: date) -> Transfer:
    """Open a transfer of `child` (found by number) to a school of the actor's.

    A receiving school that opens it agrees by that. Raises Refused: not the actor's school, a closed school, the school
    the child is in, another grade, a day before today, suspended studies, an open transfer.
    """
    require(actor, Permission.ROLL_WRITE)
    lock_child(child.id)
    school = get_open_school(opening.to_school_id, max(opening.effective_on, today), "school")
    if not may_act_for(actor, school):
        raise refuse(
            "not_your_school",
            S_(
                "not_your_school.transfer",
                "A transfer is opened by the receiving school or its district. Choose a school of your own.",
            ),
            "school",
        )
    if (open_one := find_open_transfer(child.id)) is not None:
        raise refuse(
            "transfer_open",
            N_(
                "A transfer of this child to %(school)s is open already, since %(day)s. Its "
                "parties find it under School roll, Under way; it is answered or withdrawn "
                "first."
            ),
            school=schools_of_transfer(open_one)[1].name,
            day=open_one.opened_at.astimezone(clock.LOCAL).date().isoformat(),
        )
    roll = live_links(child.id, today).get(SchoolLink.ROLL)
    if roll is None:
        raise refuse(
            "no_roll",
            S_("no_roll.transfer", "The child is not on the roll of a school yet: enrol it, nothing needs a transfer."),
        )
    if (coming := coming_links(child.id, today).get(SchoolLink.ROLL)) is not None:
        raise refuse(
            "transfer_waits",
            N_("A transfer of this child is agreed and begins on %(day)s. Take it back first."),
            day=coming.valid_from.isoformat(),
        )
    if roll.school_id == school.id:
        raise refuse(
            "same_school", S_("same_school.transfer", "The child is on the roll of this school already."), "school"
        )
    if opening.effective_on < today:
        raise refuse("day_past", N_("A transfer takes effect today or later."), "effective_on")
    refuse_if(check_within(opening.effective_on, LATEST, today, "effective_on"))
    refuse_if(rules.check_transfer_grade(roll.grade, opening.grade, today, opening.effective_on))
    grade = opening.grade if roll.grade is None else rules.grade_on(roll.grade, today, opening.effective_on)
    refuse_if(rules.check_school_grade(school.kind, school.name, grade))
    move(
        Signer(actor.user_id, actor.name),
        child,
        RollStatus.TRANSFERRING,
        actor=actor,
        kind=MovementKind.TRANSFER_OPENED,
        on=today,
        reason=opening.reason,
        school_id=school.id,
        other_school_id=roll.school_id,
        today=today,
    )
    first = TransferStep.RECEIVING_SCHOOL
    transfer = Transfer(
        child_id=child.id,
        from_school_id=roll.school_id,
        to_school_id=school.id,
        grade=grade,
        reason=opening.reason,
        effective_on=opening.effective_on,
        state=TransferState.OPEN,
        next_step=first,
        next_due_on=due_from(today),
        opened_at=clock.now(),
        opened_by_name=actor.name,
    )
    db.session.add(transfer)
    audit.record(actor, "open_transfer", "transfer", transfer.id, child_id=child.id, to=school.code)
    settle_transfer(actor, transfer.id, "open_transfer", today)
    if school.id in actor.school_ids:
        _agree(actor, transfer, child, None, today)
    return transfer


def answer_transfer(
    actor: Actor, transfer_id: uuid.UUID, agreed: bool, reason: str | None, *, today: date, step: str | None = None
) -> Transfer:
    """Agree or refuse for the party whose turn it is; the fourth agreement moves the roll.

    `step` is the party for which the answer was asked: a page that stayed open meanwhile does not answer for another.
    Raises NotFound for a transfer that is none of the actor's; Refused when it is closed, when it is another party's
    turn, or when a refusal has no reason.
    """
    require(actor, Permission.ROLL_WRITE)
    transfer, child = get_transfer(actor, transfer_id)
    lock_child(child.id)
    db.session.refresh(transfer)
    if transfer.state != TransferState.OPEN:
        raise refuse("answered", S_("answered.transfer", "This transfer is closed already."))
    if step is not None and step != transfer.next_step:
        raise refuse(
            "other_turn",
            N_(
                "Your page asked for another party, whose answer is there meanwhile. Nothing was "
                "kept. Read what stands here now, then answer."
            ),
        )
    if not acts_at(actor, transfer.next_step, *schools_of_transfer(transfer)):
        raise refuse("not_your_turn", N_("It is another party's turn to answer."))
    if agreed:
        _agree(actor, transfer, child, reason, today)
        return transfer
    if not reason or not reason.strip():
        raise refuse(
            "reason_missing",
            S_("reason_missing.refusal", "Say why it is refused: the other parties read it."),
            "reason",
        )
    _keep_answer(actor, transfer, False, reason)
    _close(actor, transfer, TransferState.REFUSED, "answer_transfer", today)
    move(
        Signer(actor.user_id, actor.name),
        child,
        RollStatus.ACTIVE,
        actor=actor,
        kind=MovementKind.TRANSFER_REFUSED,
        on=today,
        reason=reason.strip(),
        school_id=transfer.from_school_id,
        other_school_id=transfer.to_school_id,
        today=today,
    )
    return transfer


def withdraw_transfer(actor: Actor, transfer_id: uuid.UUID, reason: str, *, today: date) -> Transfer:
    """Give up a transfer that is still open, for the side that opened it. The roll stays where it is.

    Raises NotFound for a transfer that is none of the actor's; Refused when it is closed, not the actor's to withdraw,
    or without a reason.
    """
    require(actor, Permission.ROLL_WRITE)
    transfer, child = get_transfer(actor, transfer_id)
    lock_child(child.id)
    db.session.refresh(transfer)
    if transfer.state == TransferState.DONE:
        raise refuse(
            "agreed",
            N_(
                "The parties have agreed meanwhile. Read the transfer again: one that has not begun "
                "can still be taken back."
            ),
        )
    if transfer.state != TransferState.OPEN:
        raise refuse("answered", S_("answered.transfer", "This transfer is closed already."))
    if not may_withdraw(actor, transfer):
        raise refuse(
            "not_yours", N_("A transfer is withdrawn by the side that opened it: the receiving school or its district.")
        )
    say_why(reason)
    _close(actor, transfer, TransferState.REFUSED, "withdraw_transfer", today)
    before = turn_state(child, RollStatus.ACTIVE, on=today, today=today)
    tell_undone(actor, transfer, child, MovementKind.TRANSFER_WITHDRAWN, before, reason, today)
    audit.record(actor, "withdraw_transfer", "transfer", transfer.id, child_id=child.id)
    return transfer


def _agree(actor: Actor, transfer: Transfer, child: Child, reason: str | None, today: date) -> None:
    receiver, day = db.session.get_one(School, transfer.to_school_id), max(transfer.effective_on, today)
    refuse_if(
        rules.check_school_grade(
            receiver.kind, receiver.name, rules.grade_on(transfer.grade, transfer.effective_on, day), None
        )
    )
    _keep_answer(actor, transfer, True, reason)
    assert transfer.next_step  # acts_at: it is somebody's turn
    following = rules.step_after(transfer.next_step)
    if following is None:
        _close(actor, transfer, TransferState.DONE, "answer_transfer", today)
        _move_roll(actor, transfer, child, today)
        return
    transfer.next_step, transfer.next_due_on = following, due_from(today)
    settle_transfer(actor, transfer.id, "answer_transfer", today)


def _keep_answer(actor: Actor, transfer: Transfer, agreed: bool, reason: str | None) -> None:
    db.session.add(
        TransferAnswer(
            transfer_id=transfer.id,
            step=transfer.next_step,
            agreed=agreed,
            reason=(reason or "").strip() or None,
            by_id=actor.user_id,
            by_name=actor.name,
            at=clock.now(),
            extra={"due_on": transfer.next_due_on and transfer.next_due_on.isoformat()},
        )
    )
    audit.record(
        actor,
        "answer_transfer",
        "transfer",
        transfer.id,
        child_id=transfer.child_id,
        step=str(transfer.next_step),
        agreed=agreed,
    )
    db.session.flush()


def _close(actor: Actor, transfer: Transfer, state: TransferState, deed: str, today: date) -> None:
    transfer.state, transfer.closed_at = state, clock.now()
    transfer.next_step = transfer.next_due_on = None
    settle_transfer(actor, transfer.id, deed, today)


def _move_roll(actor: Actor, transfer: Transfer, child: Child, today: date) -> None:
    """End the old place and begin the new one on the same day, so that no day is without a school.

    The day may lie ahead: until then nothing shows the receiving school and the sender writes as before, from then on
    the receiver does and the sender keeps its own years to read; no job has to run. The responsible unit becomes the
    receiving school's.
    """
    sender, receiver = schools_of_transfer(transfer)
    day = max(transfer.effective_on, today, live_links(child.id, today)[SchoolLink.ROLL].valid_from)
    transfer.grade = rules.grade_on(transfer.grade, transfer.effective_on, day)
    transfer.effective_on = day
    hand_over(actor, transfer, child, day, transfer.grade, today)
    before = turn_state(child, RollStatus.ACTIVE, on=today, today=today)
    write_move(actor, transfer, child, before, today)
    if day > today:
        tell(
            actor,
            child.id,
            EventKind.ROLL,
            S_(
                "told.transfer_agreed",
                "The four parties agreed: the roll goes from %(school)s to %(other)s on %(due)s.",
            ),
            on=today,
            subject_id=transfer.id,
            school=sender.name,
            other=receiver.name,
            due=day.isoformat(),
        )
