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
from app.children.responsible import move_unit
from app.children.sight import keep_past
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.dates import check_within
from app.kernel.problems import N_, refuse_if
from app.roll import rules
from app.roll.actions.enrolment import begin_link, end_link, get_open_school
from app.roll.actions.movements import lock_child, move, refuse, turn_state, write_movement
from app.roll.actions.parting import part
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
from app.roll.types import (
    PAST_ROLL,
    MovementKind,
    RollStatus,
    SchoolLink,
    Signer,
    TransferState,
    TransferStep,
)
from app.schools.models import School
from app.schools.queries import working_calendar


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
    audit.record(actor, "find_for_transfer", "child", child.id if child else None,
                 child_id=child.id if child else None)
    if child is None:
        raise refuse("nobody", N_("No child has exactly this number. Enter the whole student number, ID number or file "
                                  "number; parts are not searched."), "number")
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
        raise refuse("not_your_school", N_("A transfer is opened by the receiving school or its district. Choose a "
                                           "school of your own."), "school")
    if (open_one := find_open_transfer(child.id)) is not None:
        raise refuse("transfer_open", N_("A transfer of this child to %(school)s is open already, since %(day)s. Its "
                                         "parties find it under School roll, Under way; it is answered or withdrawn "
                                         "first."), school=schools_of_transfer(open_one)[1].name,
                     day=open_one.opened_at.astimezone(clock.LOCAL).date().isoformat())
    roll = live_links(child.id, today).get(SchoolLink.ROLL)
    if roll is None:
        raise refuse("no_roll", N_("The child is not on the roll of a school yet: enrol it, nothing needs a transfer."))
    if (coming := coming_links(child.id, today).get(SchoolLink.ROLL)) is not None:
        raise refuse("transfer_waits", N_("A transfer of this child is agreed and begins on %(day)s. Take it back "
                                          "first."), day=coming.valid_from.isoformat())
    if roll.school_id == school.id:
        raise refuse("same_school", N_("The child is on the roll of this school already."), "school")
    if opening.effective_on < today:
        raise refuse("day_past", N_("A transfer takes effect today or later."), "effective_on")
    refuse_if(check_within(opening.effective_on, LATEST, today, "effective_on"))
    refuse_if(rules.check_transfer_grade(roll.grade, opening.grade, today, opening.effective_on))
    grade = opening.grade if roll.grade is None else rules.grade_on(roll.grade, today, opening.effective_on)
    refuse_if(rules.check_school_grade(school.kind, school.name, grade))
    move(Signer(actor.user_id, actor.name), child, RollStatus.TRANSFERRING, actor=actor,
         kind=MovementKind.TRANSFER_OPENED, on=today, reason=opening.reason, school_id=school.id,
         other_school_id=roll.school_id, today=today)
    first = TransferStep.RECEIVING_SCHOOL
    transfer = Transfer(
        child_id=child.id, from_school_id=roll.school_id, to_school_id=school.id, grade=grade,
        reason=opening.reason, effective_on=opening.effective_on, state=TransferState.OPEN, next_step=first,
        next_due_on=due_from(today), opened_at=clock.now(), opened_by_name=actor.name)
    db.session.add(transfer)
    db.session.flush()
    audit.record(actor, "open_transfer", "transfer", transfer.id, child_id=child.id, to=school.code)
    if school.id in actor.school_ids:
        _agree(actor, transfer, child, None, today)
    return transfer


def answer_transfer(actor: Actor, transfer_id: uuid.UUID, agreed: bool, reason: str | None, *,
                    today: date, step: str | None = None) -> Transfer:
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
        raise refuse("answered", N_("This transfer is closed already."))
    if step is not None and step != transfer.next_step:
        raise refuse("other_turn", N_("Your page asked for another party, whose answer is there meanwhile. Nothing was "
                                      "kept. Read what stands here now, then answer."))
    if not acts_at(actor, transfer.next_step, *schools_of_transfer(transfer)):
        raise refuse("not_your_turn", N_("It is another party's turn to answer."))
    if agreed:
        _agree(actor, transfer, child, reason, today)
        return transfer
    if not (reason or "").strip():
        raise refuse("reason_missing", N_("Say why it is refused: the other parties read it."), "reason")
    _keep_answer(actor, transfer, False, reason)
    _close(transfer, TransferState.REFUSED)
    move(Signer(actor.user_id, actor.name), child, RollStatus.ACTIVE, actor=actor, kind=MovementKind.TRANSFER_REFUSED,
         on=today, reason=reason.strip(), school_id=transfer.from_school_id, other_school_id=transfer.to_school_id,
         today=today)
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
        raise refuse("agreed", N_("The parties have agreed meanwhile. Read the transfer again: one that has not begun "
                                  "can still be taken back."))
    if transfer.state != TransferState.OPEN:
        raise refuse("answered", N_("This transfer is closed already."))
    if not may_withdraw(actor, transfer):
        raise refuse("not_yours", N_("A transfer is withdrawn by the side that opened it: the receiving school or its "
                                     "district."))
    say_why(reason)
    _close(transfer, TransferState.REFUSED)
    before = turn_state(child, RollStatus.ACTIVE, on=today, today=today)
    tell_undone(actor, transfer, child, MovementKind.TRANSFER_WITHDRAWN, before, reason, today)
    audit.record(actor, "withdraw_transfer", "transfer", transfer.id, child_id=child.id)
    return transfer


def say_why(reason: str) -> None:
    """Raises Refused without a reason."""
    if not (reason or "").strip():
        raise refuse("reason_missing", N_("Say why: the other parties read it."), "reason")


def tell_undone(actor: Actor, transfer: Transfer, child: Child, kind: MovementKind, before: RollStatus, reason: str,
                today: date, sentence: str | None = None, due_on: date | None = None) -> None:
    """Keep what became of a transfer; both schools read it on the timeline."""
    write_movement(Signer(actor.user_id, actor.name), child, kind, before,
                   RollStatus.ACTIVE if before == RollStatus.TRANSFERRING else before, actor=actor, on=today,
                   reason=reason.strip(), school_id=transfer.from_school_id, other_school_id=transfer.to_school_id,
                   sentence=sentence, due_on=due_on)


def due_from(today: date) -> date:
    """The last day of a party's clock that starts today; a year without holiday data is counted Monday to Friday."""
    return working_calendar(fallback=True).add_working_days(today, rules.TRANSFER_DAYS)


def _agree(actor: Actor, transfer: Transfer, child: Child, reason: str | None, today: date) -> None:
    receiver, day = db.session.get_one(School, transfer.to_school_id), max(transfer.effective_on, today)
    refuse_if(rules.check_school_grade(receiver.kind, receiver.name, rules.grade_on(
        transfer.grade, transfer.effective_on, day), None))
    _keep_answer(actor, transfer, True, reason)
    following = rules.step_after(transfer.next_step)
    if following is None:
        _close(transfer, TransferState.DONE)
        _move_roll(actor, transfer, child, today)
        return
    transfer.next_step, transfer.next_due_on = following, due_from(today)
    db.session.flush()


def _keep_answer(actor: Actor, transfer: Transfer, agreed: bool, reason: str | None) -> None:
    db.session.add(TransferAnswer(
        transfer_id=transfer.id, step=transfer.next_step, agreed=agreed, reason=(reason or "").strip() or None,
        by_id=actor.user_id, by_name=actor.name, at=clock.now(),
        extra={"due_on": transfer.next_due_on.isoformat()}))
    audit.record(actor, "answer_transfer", "transfer", transfer.id, child_id=transfer.child_id,
                 step=str(transfer.next_step), agreed=agreed)
    db.session.flush()


def _close(transfer: Transfer, state: TransferState) -> None:
    transfer.state, transfer.closed_at = state, clock.now()
    transfer.next_step = transfer.next_due_on = None
    db.session.flush()


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
        tell(actor, child.id, EventKind.ROLL, N_(
            "The four parties agreed: the roll goes from %(school)s to %(other)s on %(due)s."), on=today,
            subject_id=transfer.id, school=sender.name, other=receiver.name, due=day.isoformat())


def write_move(actor: Actor, transfer: Transfer, child: Child, before: RollStatus, today: date) -> None:
    """The leaving and the coming of a transfer. The timeline does not tell them of a day that has not come: what was
    agreed for it may still be moved or taken back."""
    sender, receiver = schools_of_transfer(transfer)
    by = Signer(None, transfer.opened_by_name)
    for kind, school, other in ((MovementKind.TRANSFER_OUT, sender, receiver),
                                (MovementKind.TRANSFER_IN, receiver, sender)):
        write_movement(by, child, kind, before, RollStatus.ACTIVE, actor=actor, on=transfer.effective_on,
                       reason=transfer.reason, school_id=school.id, other_school_id=other.id, approved_by=actor,
                       told=transfer.effective_on <= today)


def hand_over(actor: Actor, transfer: Transfer, child: Child, day: date, grade: int | None, today: date) -> None:
    """The places, the sights and the responsible unit change hands on a day."""
    sender, receiver = schools_of_transfer(transfer)
    links = live_links(child.id, today)
    old = links[SchoolLink.ROLL]
    for row in links.values():
        if row is old or row.school_id == sender.id:
            end_link(row, max(day, row.valid_from))
    begin_link(child.id, SchoolLink.ROLL, receiver.id, day, grade=grade, lrc=old.lrc)
    keep_past(child.id, SightKind.SCHOOL, sender.id, PAST_ROLL, on=day, facts_to=day, because_id=old.id)
    part(actor, child, receiver, day)
    if receiver.unit_id != sender.unit_id or receiver.unit_id != child.unit_id:
        move_unit(child, receiver.unit_id, on=day, because="transfer", because_id=transfer.id)


def schools_of_transfer(transfer: Transfer) -> tuple[School, School]:
    """Sender and receiver."""
    return db.session.get_one(School, transfer.from_school_id), db.session.get_one(School, transfer.to_school_id)
