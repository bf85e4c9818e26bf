"""What a transfer moves, once it is agreed: places, sights, the responsible unit; and what the timeline tells of it.

`transfers` decides whether, `days` and `waiting` move or take back what was agreed for a later day.
"""

from __future__ import annotations

from datetime import date

from app.access import Actor
from app.children.models import Child
from app.children.responsible import move_unit, units_from
from app.children.sight import keep_past
from app.children.types import SightKind
from app.db import db
from app.kernel.problems import S_
from app.roll.actions.enrolment import begin_link, end_link
from app.roll.actions.movements import refuse, write_movement
from app.roll.actions.parting import part
from app.roll.models import Transfer
from app.roll.queries import live_links
from app.roll.types import PAST_ROLL, MovementKind, RollStatus, SchoolLink, Signer
from app.schools.models import School


def write_move(
    actor: Actor, transfer: Transfer, child: Child, before: RollStatus, today: date, approved_by: Signer | None = None
) -> None:
    """The leaving and the coming of a transfer, approved by the actor or by who approved it before. The timeline does
    not tell them of a day that has not come: what was agreed for it may still be moved or taken back."""
    sender, receiver = schools_of_transfer(transfer)
    by = Signer(None, transfer.opened_by_name)
    for kind, school, other in (
        (MovementKind.TRANSFER_OUT, sender, receiver),
        (MovementKind.TRANSFER_IN, receiver, sender),
    ):
        write_movement(
            by,
            child,
            kind,
            before,
            RollStatus.ACTIVE,
            actor=actor,
            on=transfer.effective_on,
            reason=transfer.reason,
            school_id=school.id,
            other_school_id=other.id,
            approved_by=approved_by or actor,
            told=transfer.effective_on <= today,
        )


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
    if receiver.unit_id != sender.unit_id or units_from(child.id, day) != {receiver.unit_id}:
        move_unit(child, receiver.unit_id, on=day, because="transfer", because_id=transfer.id)


def schools_of_transfer(transfer: Transfer) -> tuple[School, School]:
    """Sender and receiver."""
    return db.session.get_one(School, transfer.from_school_id), db.session.get_one(School, transfer.to_school_id)


def say_why(reason: str) -> None:
    """Raises Refused without a reason."""
    if not (reason or "").strip():
        raise refuse("reason_missing", S_("reason_missing.transfer", "Say why: the other parties read it."), "reason")


def tell_undone(
    actor: Actor,
    transfer: Transfer,
    child: Child,
    kind: MovementKind,
    before: RollStatus,
    reason: str,
    today: date,
    sentence: str | None = None,
    due_on: date | None = None,
) -> None:
    """Keep what became of a transfer; both schools read it on the timeline."""
    write_movement(
        Signer(actor.user_id, actor.name),
        child,
        kind,
        before,
        RollStatus.ACTIVE if before == RollStatus.TRANSFERRING else before,
        actor=actor,
        on=today,
        reason=reason.strip(),
        school_id=transfer.from_school_id,
        other_school_id=transfer.to_school_id,
        sentence=sentence,
        due_on=due_on,
    )
