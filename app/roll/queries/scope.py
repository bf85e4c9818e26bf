"""What an actor may do with whose roll, and the loading of requests, transfers and children by an exact number."""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache
from typing import Protocol

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from app.access import Actor, Role
from app.accounts.models import RoleGrant, User
from app.children.models import Child, Disability
from app.children.scoping import scoped
from app.children.sight import in_sight, may_write
from app.db import db, vault
from app.db.remember import remembered
from app.errors import NotFound
from app.kernel.clock import today
from app.kernel.identifiers import normalise_number
from app.roll.models import Membership, RollRequest, StudentNumber, Transfer
from app.roll.types import SchoolLink, TransferSide, TransferState, TransferStep
from app.schools.models import School


def may_act_for(actor: Actor, school: School) -> bool:
    """True when the actor speaks for this school: its coordinator, its district's, or the city's."""
    return actor.municipal or school.unit_id in actor.unit_ids or school.id in actor.school_ids


def keeps_roll(actor: Actor, child: Child) -> bool:
    """True when the actor may write on the roll of a child it sees.

    City, district of the child, and its roll school; before the first roll any school that may write in the file. A
    school that teaches without having the roll, or that had it once, reads only.
    """
    if actor.municipal or child.unit_id in actor.unit_ids and may_write(actor, child):
        return True
    holder = db.session.scalar(
        select(Membership.school_id).where(
            Membership.child_id == child.id,
            Membership.link == SchoolLink.ROLL,
            Membership.valid_from <= today(),
            or_(Membership.valid_to.is_(None), Membership.valid_to > today()),
        )
    )
    return bool(actor.school_ids) and (holder is None or holder in actor.school_ids) and may_write(actor, child)


class Party(Protocol):
    """What says who speaks for a school."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def unit_id(self) -> uuid.UUID: ...


def acts_at(actor: Actor, step: TransferStep | None, sender: Party, receiver: Party) -> bool:
    """True when the actor may answer for the party whose turn it is. The city may for all."""
    if step is None:
        return False
    if actor.municipal:
        return True
    school = receiver if step in (TransferStep.RECEIVING_SCHOOL, TransferStep.RECEIVING_UNIT) else sender
    if step in (TransferStep.RECEIVING_SCHOOL, TransferStep.SENDING_SCHOOL):
        return answers_side(actor, school)
    return school.unit_id in actor.unit_ids


def _has_account(school_id: uuid.UUID) -> bool:
    """True when somebody can answer for the school itself; where nobody can, its district does.

    Kept until something changes: a list of transfers asks it of every line.
    """
    return remembered(("account of a school", school_id, today()), lambda: _find_account(school_id, today()))


def _find_account(school_id: uuid.UUID, day: date) -> bool:
    return (
        db.session.scalar(
            select(RoleGrant.id)
            .join(User, User.id == RoleGrant.user_id)
            .where(
                RoleGrant.school_id == school_id,
                RoleGrant.role == Role.SCHOOL_COORDINATOR,
                User.active,
                RoleGrant.valid_from <= day,
                or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > day),
            )
            .limit(1)
        )
        is not None
    )


def may_withdraw(actor: Actor, transfer: Transfer) -> bool:
    """True when the actor speaks for the side that opened a transfer: the receiving school, its district, the city."""
    receiver = db.session.get_one(School, transfer.to_school_id)
    return transfer.state == TransferState.OPEN and may_act_for(actor, receiver)


def may_take_back(actor: Actor, transfer: Transfer, day: date) -> bool:
    """True when the actor may undo a transfer that is agreed but has not begun: either side."""
    return bool(sides_of(actor, transfer)) and is_waiting(transfer, day)


def is_waiting(transfer: Transfer, day: date) -> bool:
    """True when a transfer is agreed, has not begun on a day, and its place is still to begin."""
    if transfer.state != TransferState.DONE or transfer.effective_on <= day:
        return False
    return (
        db.session.scalar(
            select(Membership.id).where(
                Membership.child_id == transfer.child_id,
                Membership.link == SchoolLink.ROLL,
                Membership.school_id == transfer.to_school_id,
                Membership.valid_from == transfer.effective_on,
                Membership.valid_to.is_(None),
            )
        )
        is not None
    )


def sides_of(actor: Actor, transfer: Transfer) -> list[TransferSide]:
    """The sides of a transfer for which the actor speaks, that of its own school first, then the receiving one, which
    asked for the transfer."""
    found = [
        (side, db.session.get_one(School, school_id))
        for side, school_id in (
            (TransferSide.RECEIVING, transfer.to_school_id),
            (TransferSide.SENDING, transfer.from_school_id),
        )
    ]
    mine = [(side, school) for side, school in found if may_act_for(actor, school)]
    return [side for side, school in sorted(mine, key=lambda one: one[1].id not in actor.school_ids)]


def answers_side(actor: Actor, school: Party) -> bool:
    """True when the actor answers what the other side proposed: the school itself, its district where nobody has an
    account for the school, the city for all."""
    if actor.municipal:
        return True
    return school.id in actor.school_ids or (school.unit_id in actor.unit_ids and not _has_account(school.id))


@lru_cache(maxsize=1)
def _schools() -> type[School]:
    """The table of schools under a second name, made once: making it takes longer than the query."""
    return aliased(School)


def party_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that a transfer concerns the actor: one of its schools, or one of its districts' schools."""
    if actor.municipal:
        return true()
    schools = _schools()
    return scoped(
        exists().where(
            schools.id.in_([Transfer.from_school_id, Transfer.to_school_id]),
            or_(schools.unit_id.in_(actor.unit_ids), schools.id.in_(actor.school_ids)),
        )
    )


def get_transfer(actor: Actor, transfer_id: uuid.UUID) -> tuple[Transfer, Child]:
    """A transfer to which the actor is a party, with its child. Raises NotFound."""
    row = db.session.execute(
        select(Transfer, Child)
        .join(Child, Child.id == Transfer.child_id)
        .where(Transfer.id == transfer_id, party_to(actor))
    ).first()
    if row is None:
        raise NotFound
    return row.Transfer, row.Child


def get_request(actor: Actor, request_id: uuid.UUID) -> tuple[RollRequest, Child]:
    """A request about a child in the actor's district (or anywhere, for the city). Raises NotFound."""
    row = db.session.execute(
        select(RollRequest, Child)
        .join(Child, Child.id == RollRequest.child_id)
        .where(RollRequest.id == request_id, in_sight(actor))
    ).first()
    if row is None:
        raise NotFound
    return row.RollRequest, row.Child


def search_child(number: str) -> Child | None:
    """The child with exactly this student number (also an old one), ID number or file number; nobody else.

    Knows no sight: only the opening of a transfer asks it, and shows no more than a masked name and the school.
    """
    text = normalise_number(number)
    if len(text) < 8:
        return None
    by_number = select(StudentNumber.child_id).where(
        StudentNumber.number_blind == vault().blind("student_number", text)
    )
    kept = aliased(Child)
    return db.session.scalar(
        select(kept)
        .join(Child, func.coalesce(Child.merged_into, Child.id) == kept.id)
        .where(
            or_(
                Child.file_number == text,
                Child.document_number_blind == vault().blind("document", text),
                Child.id.in_(by_number),
            )
        )
        .limit(1)
    )


def has_disability(child_id: uuid.UUID) -> bool:
    """True for a special-education pupil in the sense of the roll: a disability is on file, not only suspected."""
    return (
        db.session.scalar(
            select(Disability.id)
            .where(
                Disability.child_id == child_id, Disability.valid_to.is_(None), Disability.screening_due_on.is_(None)
            )
            .limit(1)
        )
        is not None
    )


def find_number(child_id: uuid.UUID) -> StudentNumber | None:
    """The student number that counts today."""
    return db.session.scalar(
        select(StudentNumber).where(StudentNumber.child_id == child_id, StudentNumber.valid_to.is_(None))
    )
