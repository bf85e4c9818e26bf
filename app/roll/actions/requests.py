"""Movements that need two people: a suspension, its extension, the return, and all that takes a child from its school
(dropout, abroad, whereabouts unknown, death, the end of grade 9). The school asks, the district approves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.sight import keep_past
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.problems import N_, S_, refuse_if
from app.kernel.sentences import own
from app.roll import rules
from app.roll.actions.enrolment import drop_link, end_link, months_of, refuse_unless_writer, replace_link
from app.roll.actions.movements import change_status, lock_child, move, refuse
from app.roll.actions.waiting import lapse_days, void_waiting
from app.roll.models import Membership, Movement, RollRequest
from app.roll.queries import coming_links, find_state, get_request, has_left, live_links, year_ends_on
from app.roll.types import PAST_ROLL, MovementKind, RollStatus, SchoolLink, Signer, TransferState
from app.schools.models import School
from app.schools.types import RuleName

TARGETS = {
    MovementKind.SUSPENSION: RollStatus.SUSPENDED,
    MovementKind.EXTENSION: RollStatus.SUSPENDED,
    MovementKind.RESUMPTION: RollStatus.ACTIVE,
    MovementKind.DROPOUT: RollStatus.DROPOUT,
    MovementKind.ABROAD: RollStatus.ABROAD,
    MovementKind.MISSING: RollStatus.MISSING,
    MovementKind.DEATH: RollStatus.DECEASED,
    MovementKind.GRADUATION: RollStatus.GRADUATED,
    MovementKind.COMPLETION: RollStatus.COMPLETED,
}
WITHDRAWN = S_("withdrawn_by_school", "Withdrawn by the asking school.")
LEAVING = (
    MovementKind.DROPOUT,
    MovementKind.ABROAD,
    MovementKind.MISSING,
    MovementKind.DEATH,
    MovementKind.GRADUATION,
    MovementKind.COMPLETION,
)
SUSPENDING = (MovementKind.SUSPENSION, MovementKind.EXTENSION)


def leavings_from(status: RollStatus) -> list[MovementKind]:
    """What may take a child in this state from its school, by the state machine."""
    return [kind for kind in LEAVING if rules.allowed(status, TARGETS[kind])]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: from when, to when (suspension), into which grade (return), why, and the paper for it."""

    kind: MovementKind
    on: date
    reason: str
    proof: str
    due_on: date | None = None
    grade: int | None = None


def ask_movement(actor: Actor, child: Child, asked: Asked, *, today: date) -> RollRequest:
    """Keep a request that a second person will answer.

    Raises Refused: not the actor's child, a jump the roll does not have, no paper, an end later than the district
    allows, a grade that does not follow, an open request of the child.
    """
    require(actor, Permission.ROLL_WRITE)
    lock_child(child.id)
    refuse_unless_writer(actor, child)
    roll = live_links(child.id, today).get(SchoolLink.ROLL)
    if roll is None:
        raise refuse("no_roll", N_("The child is not on the roll of a school yet. Enrol it first."))
    if db.session.scalar(
        select(RollRequest.id).where(RollRequest.child_id == child.id, RollRequest.state == TransferState.OPEN)
    ):
        raise refuse("request_open", N_("A request for this child still waits for its answer."))
    _check(child, roll, asked, today)
    row = RollRequest(
        child_id=child.id,
        kind=asked.kind,
        school_id=roll.school_id,
        effective_on=asked.on,
        due_on=asked.due_on,
        grade=asked.grade,
        reason=asked.reason,
        proof=asked.proof,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
        asked_at=clock.now(),
        state=TransferState.OPEN,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "ask_movement", "roll_request", row.id, child_id=child.id, kind=str(asked.kind))
    return row


def _check(child: Child, roll: Membership, asked: Asked, today: date) -> None:
    state = find_state(child.id)
    status = state.status if state else RollStatus.REGISTERED
    problems = rules.check_move(status, TARGETS[asked.kind], proof=asked.proof, two_people=True)
    if not problems and (asked.kind == MovementKind.EXTENSION) != (
        (status, TARGETS[asked.kind]) == (RollStatus.SUSPENDED, RollStatus.SUSPENDED)
    ):
        raise refuse("other_request", N_("A suspension that runs is extended, not begun again."))
    if not problems and not asked.proof.strip():
        raise refuse("proof_missing", N_("Name the paper this rests on, with its issuer and date."), "proof")
    refuse_if(problems)
    problems += rules.check_day(asked.on, today=today, birth=child.birth_on, since=state.valid_from if state else None)
    if asked.kind == MovementKind.RESUMPTION:
        school = db.session.get_one(School, roll.school_id)
        problems += rules.check_resumed_grade(roll.grade, asked.grade) or rules.check_school_grade(
            school.kind, school.name, asked.grade, "grade"
        )
    elif TARGETS[asked.kind] in rules.TERMINAL - {RollStatus.DECEASED}:
        problems += rules.check_leaving(roll.grade, asked.on, year_ends_on(asked.on))
    elif asked.kind in SUSPENDING:
        start = asked.on
        if asked.kind == MovementKind.EXTENSION:
            assert state  # it is suspended: see above
            problems += rules.check_extension(state.due_on, asked.on)
            start = state.due_on or asked.on
        unit_id = db.session.get_one(School, roll.school_id).unit_id
        months = months_of(unit_id, asked.on, RuleName.SUSPENSION_MONTHS)
        problems += rules.check_suspension_end(start, asked.due_on, months)
    refuse_if(problems)


def answer_request(
    actor: Actor, request_id: uuid.UUID, agreed: bool, reason: str | None, *, today: date
) -> Movement | None:
    """Approve a request, which moves the child's state, or refuse it with a reason.

    Raises NotFound outside the actor's scope; Refused when the actor asked it, when it is answered already, when a
    refusal has no reason, or when the child's state has changed or it has left the school that asked since.
    """
    require(actor, Permission.ROLL_APPROVE)
    row, child = get_request(actor, request_id)
    lock_child(child.id)
    db.session.refresh(row)
    if row.state != TransferState.OPEN:
        raise refuse("answered", S_("answered.request", "This request has its answer already."))
    if actor.user_id == row.asked_by_id:
        raise refuse(
            "second_person",
            S_("second_person.request", "You asked for this yourself: another person of the district answers."),
        )
    if not agreed and not (reason or "").strip():
        raise refuse(
            "reason_missing", S_("reason_missing.request", "Say why it is refused: the school reads it."), "reason"
        )
    if agreed and has_left(child.id, row.school_id, today):
        raise refuse(
            "outlived",
            N_(
                "The child is on the roll of another school since: a request of its former school cannot be "
                "approved any more. Refuse it; the school of today asks anew where it is needed."
            ),
        )
    movement = _carry_out(actor, child, row, today) if agreed else None
    row.state = TransferState.DONE if agreed else TransferState.REFUSED
    row.answered_by_name, row.answered_at, row.answer_reason = actor.name, clock.now(), reason or None
    db.session.flush()
    audit.record(actor, "answer_request", "roll_request", row.id, child_id=child.id, agreed=agreed)
    return movement


def withdraw_request(actor: Actor, request_id: uuid.UUID, *, today: date) -> RollRequest:
    """Take back a request that nobody has answered yet: whoever may ask for the child's school.

    Raises NotFound outside the actor's scope; Refused when it is answered already.
    """
    require(actor, Permission.ROLL_WRITE)
    row, child = get_request(actor, request_id)
    lock_child(child.id)
    db.session.refresh(row)
    refuse_unless_writer(actor, child)
    if row.state != TransferState.OPEN:
        raise refuse("answered", S_("answered.request", "This request has its answer already."))
    row.state, row.answered_by_name, row.answered_at = TransferState.REFUSED, actor.name, clock.now()
    row.answer_reason = own(WITHDRAWN)
    db.session.flush()
    audit.record(actor, "withdraw_request", "roll_request", row.id, child_id=child.id, kind=str(row.kind))
    tell(
        actor,
        child.id,
        EventKind.ROLL,
        S_("told.request_withdrawn", "A request was withdrawn before it was answered."),
        on=today,
        subject_id=row.id,
    )
    return row


def _carry_out(actor: Actor, child: Child, row: RollRequest, today: date) -> Movement:
    if TARGETS[row.kind] != RollStatus.ACTIVE:
        void_waiting(actor, child, row.reason, today=today)
    movement = move(
        Signer(row.asked_by_id, row.asked_by_name),
        child,
        TARGETS[row.kind],
        actor=actor,
        kind=row.kind,
        on=row.effective_on,
        reason=row.reason,
        proof=row.proof,
        due_on=row.due_on,
        school_id=row.school_id,
        approved_by=actor,
        today=today,
    )
    roll = live_links(child.id, today).get(SchoolLink.ROLL)
    if row.kind == MovementKind.RESUMPTION and roll is not None and row.grade != roll.grade:
        replace_link(roll, max(row.effective_on, roll.valid_from), grade=row.grade)
    if TARGETS[row.kind] in rules.TERMINAL:
        _close_links(child, row.effective_on, today)
    return movement


def _close_links(child: Child, on: date, today: date) -> None:
    """The roll is closed: no school has a place for the child any more; its roll school still reads its own years."""
    links = live_links(child.id, today)
    lapse_days(child.id)
    for coming in coming_links(child.id, today).values():
        drop_link(coming)  # a transfer that was agreed never begins
    for link in links.values():
        end_link(link, max(on, link.valid_from), seen_to=today)
    if (roll := links.get(SchoolLink.ROLL)) is not None:
        keep_past(child.id, SightKind.SCHOOL, roll.school_id, PAST_ROLL, on=today, because_id=roll.id)


def defer_child(
    actor: Actor, child: Child, *, on: date, due_on: date, reason: str, proof: str, today: date
) -> Movement:
    """Put off the entry of a registered child to a day not after the next 31 August (district's decision).

    Raises Refused: a child that is placed or on a roll, no hospital report or disability card named, too long.
    """
    require(actor, Permission.ROLL_APPROVE)
    refuse_unless_writer(actor, child)
    return change_status(
        actor,
        child,
        RollStatus.DEFERRED,
        kind=MovementKind.DEFERRAL,
        on=on,
        reason=reason,
        proof=proof,
        due_on=due_on,
        today=today,
    )
