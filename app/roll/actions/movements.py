"""The one writer of states and movements."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import or_, select, update

from app.access import Actor, Permission, require
from app.children.leaving import child_leaves
from app.children.models import Child
from app.children.sight import give_sight, require_write
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.problems import S_, Problem, Refused, refuse_if
from app.roll import rules
from app.roll.actions.deadlines import settle_breaks
from app.roll.models import Membership, Movement, RollState, Transfer
from app.roll.queries import find_intended, find_state, year_ends_on
from app.roll.types import AWAY, MovementKind, RollStatus, SchoolLink, Signer, TransferState
from app.schools.models import School

SENTENCES = {
    MovementKind.REGISTRATION: S_("told.registered", "Registered."),
    MovementKind.DEFERRAL: S_("told.deferred", "Entry deferred until %(due)s: %(reason)s"),
    MovementKind.PLACEMENT: S_("told.placed", "Placed: %(school)s."),
    MovementKind.ENROLMENT: S_("told.enrolled", "On the roll of %(school)s."),
    MovementKind.SUSPENSION: S_("told.suspended", "Studies suspended until %(due)s: %(reason)s"),
    MovementKind.EXTENSION: S_("told.suspension_extended", "Suspension extended until %(due)s: %(reason)s"),
    MovementKind.RESUMPTION: S_("told.resumed", "Studies resumed: %(reason)s"),
    MovementKind.TRANSFER_OPENED: S_("told.transfer_opened", "Transfer to %(school)s opened: %(reason)s"),
    MovementKind.TRANSFER_REFUSED: S_(
        "told.transfer_refused", "Transfer to %(other)s refused, the roll stays at %(school)s: %(reason)s"
    ),
    MovementKind.TRANSFER_WITHDRAWN: S_(
        "told.transfer_withdrawn", "Transfer to %(other)s withdrawn, the roll stays at %(school)s: %(reason)s"
    ),
    MovementKind.TRANSFER_REDATED: S_(
        "told.transfer_moved", "Transfer from %(school)s to %(other)s begins on another day (%(due)s): %(reason)s"
    ),
    MovementKind.TRANSFER_OUT: S_("told.left", "Left the roll of %(school)s."),
    MovementKind.TRANSFER_IN: S_("told.transferred", "Transferred from %(other)s to %(school)s."),
    MovementKind.LINK_CHANGE: S_("told.links_changed", "School links changed: %(reason)s"),
    MovementKind.NUMBER_CHANGE: S_("told.number_changed", "Student number changed: %(reason)s"),
    MovementKind.DROPOUT: S_("told.dropout", "Dropout confirmed, the roll is kept: %(reason)s"),
    MovementKind.ABROAD: S_("told.abroad", "Went abroad: %(reason)s"),
    MovementKind.MISSING: S_("told.whereabouts_unknown", "Whereabouts unknown: %(reason)s"),
    MovementKind.DEATH: S_("told.died", "The child has died."),
    MovementKind.GRADUATION: S_("told.graduated", "Graduated from %(school)s."),
    MovementKind.COMPLETION: S_("told.completed", "Completed schooling at %(school)s."),
}
PLACED_SOMEWHERE = S_("told.placed_somewhere", "Placed; the school is still to be named.")


def change_status(
    actor: Actor,
    child: Child,
    to: RollStatus,
    *,
    kind: MovementKind,
    on: date,
    reason: str,
    proof: str | None = None,
    due_on: date | None = None,
    school_id: uuid.UUID | None = None,
    other_school_id: uuid.UUID | None = None,
    approved_by: Actor | Signer | None = None,
    today: date,
) -> Movement:
    """Move a child (loaded in sight) to another state on `on`: end the old state, begin the new, keep the movement.

    `approved_by` is the second person where two are needed. Raises Refused for every jump that the state machine does
    not have, a missing paper or second person, and a day in the future, before birth or before the last movement.
    """
    require(actor, Permission.ROLL_WRITE)
    require_write(actor, child)
    return move(
        Signer(actor.user_id, actor.name),
        child,
        to,
        actor=actor,
        kind=kind,
        on=on,
        reason=reason,
        proof=proof,
        due_on=due_on,
        school_id=school_id,
        other_school_id=other_school_id,
        approved_by=approved_by,
        today=today,
    )


def register_child(
    actor: Actor, child: Child, *, school_id: uuid.UUID | None = None, on: date, today: date
) -> RollState:
    """Write the first state, REGISTERED, and open the file to the school that registers. Twice does nothing.

    A child without a state counts as registered, so a file may also be opened without this.
    """
    require(actor, Permission.CHILDREN_WRITE)
    lock_child(child.id)
    state = find_state(child.id)
    if school_id is not None:
        give_sight(child.id, SightKind.SCHOOL, school_id, "registered by", on=on)
    if state is not None:
        return state
    refuse_if(rules.check_day(on, today=today, birth=child.birth_on, since=None))
    state = _begin(child.id, RollStatus.REGISTERED, on, None)
    write_movement(
        Signer(actor.user_id, actor.name),
        child,
        MovementKind.REGISTRATION,
        None,
        RollStatus.REGISTERED,
        actor=actor,
        on=on,
        reason="",
        school_id=school_id,
    )
    return state


def lock_child(child_id: uuid.UUID) -> None:
    """Let nobody else change this child's roll before we are done (SQLite has one writer anyway)."""
    db.session.execute(select(Child.id).where(Child.id == child_id).with_for_update())


def lock_children(child_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Child]:
    """The same for many, always in the order of their keys; return them."""
    ids, found = sorted(set(child_ids), key=str), {}
    for at in range(0, len(ids), 500):
        for child in db.session.scalars(
            select(Child).where(Child.id.in_(ids[at : at + 500])).order_by(Child.id).with_for_update()
        ):
            found[child.id] = child
    return found


def move(
    by: Signer,
    child: Child,
    to: RollStatus,
    *,
    actor: Actor,
    kind: MovementKind,
    on: date,
    reason: str,
    proof: str | None = None,
    due_on: date | None = None,
    school_id: uuid.UUID | None = None,
    other_school_id: uuid.UUID | None = None,
    approved_by: Actor | Signer | None = None,
    today: date,
) -> Movement:
    """`change_status` for a movement that `by` asked for and `actor` writes now."""
    two = approved_by is not None and approved_by.user_id != by.user_id
    state = find_state(child.id)
    before = turn_state(child, to, on=on, due_on=due_on, proof=proof, two_people=two, today=today)
    settle_breaks(actor, (state, find_state(child.id)), today)
    if to in AWAY:
        child_leaves(actor, child.id, on)
    return write_movement(
        by,
        child,
        kind,
        before,
        to,
        actor=actor,
        on=on,
        reason=reason,
        proof=proof,
        school_id=school_id,
        other_school_id=other_school_id,
        approved_by=approved_by,
        due_on=due_on,
    )


def turn_state(
    child: Child,
    to: RollStatus,
    *,
    on: date,
    due_on: date | None = None,
    proof: str | None = None,
    two_people: bool = False,
    today: date,
) -> RollStatus:
    """End the child's state on `on` and begin the next; return the one it was in. Raises Refused (see `change_status`).

    The movement that goes with it is written by the caller.
    """
    lock_child(child.id)
    state = find_state(child.id)
    before = state.status if state else RollStatus.REGISTERED
    refuse_if(rules.check_move(before, to, proof=proof, two_people=two_people))
    refuse_if(rules.check_day(on, today=today, birth=child.birth_on, since=state.valid_from if state else None))
    if to == RollStatus.DEFERRED:
        refuse_if(rules.check_deferral_end(on, due_on))
    if to in (RollStatus.GRADUATED, RollStatus.COMPLETED):
        refuse_if(rules.check_leaving(_grade_of(child.id, today), on, year_ends_on(on)))
    if state is not None:
        state.valid_to = on
        db.session.flush()
    if before == RollStatus.TRANSFERRING:
        _close_open_transfer(child.id)
    if to in rules.SETTLED and (meant := find_intended(child.id)) is not None:
        meant.valid_to = max(on, meant.valid_from)
    _begin(child.id, to, on, due_on)
    return before


def write_movement(
    by: Signer,
    child: Child,
    kind: MovementKind,
    before: RollStatus | None,
    to: RollStatus,
    *,
    actor: Actor,
    on: date,
    reason: str,
    proof: str | None = None,
    school_id: uuid.UUID | None = None,
    other_school_id: uuid.UUID | None = None,
    approved_by: Actor | Signer | None = None,
    due_on: date | None = None,
    sentence: str | None = None,
    told: bool = True,
) -> Movement:
    """Keep a movement, tell it on the timeline (unless another line does) and in the trail."""
    movement = Movement(
        child_id=child.id,
        kind=kind,
        from_status=before,
        to_status=to,
        school_id=school_id,
        other_school_id=other_school_id,
        effective_on=on,
        reason=reason,
        proof=proof or None,
        by_id=by.user_id,
        by_name=by.name,
        approved_by_id=approved_by.user_id if approved_by else None,
        approved_by_name=approved_by.name if approved_by else None,
        recorded_at=clock.now(),
    )
    db.session.add(movement)
    db.session.flush()
    if sentence is None:
        sentence = PLACED_SOMEWHERE if kind == MovementKind.PLACEMENT and school_id is None else SENTENCES[kind]
    if told:
        tell(
            actor,
            child.id,
            EventKind.ROLL,
            sentence,
            on=on,
            subject_id=movement.id,
            reason=reason,
            due=due_on.isoformat() if due_on else "",
            school=_name_of(school_id),
            other=_name_of(other_school_id),
        )
    audit.record(
        actor,
        "change_status" if before != to else "write_movement",
        "movement",
        movement.id,
        child_id=child.id,
        kind=str(kind),
        before=str(before or ""),
        after=str(to),
        on=on.isoformat(),
    )
    return movement


def write_movements(
    by: Signer,
    kind: MovementKind,
    *,
    actor: Actor,
    school: School,
    other: School,
    sentence: str,
    rows: Sequence[tuple[uuid.UUID, RollStatus, date]],
) -> None:
    """The same for many children (child, state that stays, day) who go from one school to another."""
    now = clock.now()
    made = [
        Movement(
            child_id=child_id,
            kind=kind,
            from_status=status,
            to_status=status,
            school_id=school.id,
            other_school_id=other.id,
            effective_on=day,
            reason="",
            by_id=by.user_id,
            by_name=by.name,
            recorded_at=now,
        )
        for child_id, status, day in rows
    ]
    db.session.add_all(made)
    db.session.flush()
    for row in made:
        tell(
            actor,
            row.child_id,
            EventKind.ROLL,
            sentence,
            on=row.effective_on,
            subject_id=row.id,
            reason="",
            due="",
            school=school.name,
            other=other.name,
        )
        audit.record(
            actor,
            "write_movement",
            "movement",
            row.id,
            child_id=row.child_id,
            kind=str(kind),
            before=str(row.from_status),
            after=str(row.to_status),
            on=row.effective_on.isoformat(),
        )


def _begin(child_id: uuid.UUID, status: RollStatus, on: date, due_on: date | None) -> RollState:
    state = RollState(child_id=child_id, status=status, due_on=due_on, valid_from=on)
    db.session.add(state)
    db.session.flush()
    return state


def _close_open_transfer(child_id: uuid.UUID) -> None:
    """A child that leaves the state of a transfer another way (found dead, missing) has no open transfer any more."""
    db.session.execute(
        update(Transfer)
        .where(Transfer.child_id == child_id, Transfer.state == TransferState.OPEN)
        .values(state=TransferState.REFUSED, closed_at=clock.now(), next_step=None, next_due_on=None)
    )


def _grade_of(child_id: uuid.UUID, day: date) -> int | None:
    return db.session.scalar(
        select(Membership.grade).where(
            Membership.child_id == child_id,
            Membership.link == SchoolLink.ROLL,
            Membership.valid_from <= day,
            or_(Membership.valid_to.is_(None), Membership.valid_to > day),
        )
    )


def _name_of(school_id: uuid.UUID | None) -> str:
    return "" if school_id is None else db.session.scalar(select(School.name).where(School.id == school_id)) or ""


def refuse(code: str, message: str, field: str | None = None, **values: object) -> Refused:
    """A refusal of one problem."""
    return Refused(Problem(code, message, values, field=field))
