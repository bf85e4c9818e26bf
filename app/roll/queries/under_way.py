"""Transfers under way: those that wait for an answer, and those that are agreed and wait for their day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, literal_column, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor
from app.children.models import Child
from app.children.sight import in_sight
from app.db import Rows, db
from app.db.remember import remembered
from app.kernel.clock import today
from app.kernel.names import mask_name
from app.roll.models import Membership, Transfer, TransferDay
from app.roll.queries.scope import acts_at, party_to
from app.roll.types import DayState, SchoolLink, TransferState, TransferStep
from app.schools.models import School

MOST = 300


@dataclass(frozen=True, kw_only=True)
class OpenTransfer:
    """A transfer in a list; `mine` when the actor is the one who answers now, `seen` when the child is in sight."""

    id: uuid.UUID
    name: str
    sender: str
    receiver: str
    next_step: TransferStep | None
    next_due_on: date | None
    mine: bool
    seen: bool


@dataclass(frozen=True, kw_only=True)
class AgreedTransfer:
    """An agreed transfer in a list; the name is masked until the child is in sight; `proposed` while another day waits
    for its answer."""

    id: uuid.UUID
    name: str
    sender: str
    receiver: str
    grade: int
    day: date
    proposed: bool


def list_under_way(actor: Actor) -> tuple[list[OpenTransfer], list[AgreedTransfer]]:
    """Transfers to which the actor is a party, asked for once: open ones, those that wait for the actor first, then by
    the clock; and agreed ones to come, the next day first."""
    rows = _rows(actor)
    return _open(actor, rows), _agreed(rows)


def _open(actor: Actor, rows: Rows) -> list[OpenTransfer]:
    found = [
        OpenTransfer(
            id=row.id,
            name=row.name,
            sender=row.sender,
            receiver=row.receiver,
            next_step=row.next_step,
            next_due_on=row.next_due_on,
            mine=acts_at(
                actor,
                row.next_step,
                _Party(row.from_school_id, row.from_unit_id),
                _Party(row.to_school_id, row.to_unit_id),
            ),
            seen=bool(row.seen),
        )
        for row in rows
        if row.state == TransferState.OPEN
    ]
    return sorted(found, key=lambda row: not row.mine)


def _agreed(rows: Rows) -> list[AgreedTransfer]:
    return [
        AgreedTransfer(
            id=row.id,
            name=row.name if row.seen else mask_name(row.name),
            sender=row.sender,
            receiver=row.receiver,
            grade=row.grade,
            day=row.effective_on,
            proposed=bool(row.proposed),
        )
        for row in rows
        if row.state == TransferState.DONE
    ]


def find_waiting(child_id: uuid.UUID, day: date) -> Transfer | None:
    """The transfer of a child (loaded in sight) that is agreed and whose day has not come."""
    return db.session.scalar(select(Transfer).where(Transfer.child_id == child_id, _waits(day)))


class _Party(NamedTuple):
    """A school of a transfer: what says who speaks for it."""

    id: uuid.UUID
    unit_id: uuid.UUID


def _rows(actor: Actor) -> Rows:
    """Both kinds in one statement, kept until something changes: pages ask for both."""
    day = today()
    return remembered(("transfers under way", actor, day), lambda: db.rows(_under_way(actor, day)).all())


def _state(state: TransferState) -> ColumnElement[bool]:
    """Said in the words of the index of open ones: a parameter in their place has SQLite plan at every run anew."""
    return Transfer.state == literal_column(f"'{state}'")


def _waits(day: date) -> ColumnElement[bool]:
    coming = exists(
        select(Membership.id)
        .where(
            Membership.child_id == Transfer.child_id,
            Membership.link == SchoolLink.ROLL,
            Membership.school_id == Transfer.to_school_id,
            Membership.valid_from == Transfer.effective_on,
            Membership.valid_to.is_(None),
        )
        .correlate(Transfer)
    )
    return and_(_state(TransferState.DONE), Transfer.effective_on > day, coming)


@lru_cache(maxsize=1)
def _schools() -> tuple:
    """The table of schools under two names, made once: making them takes longer than the query."""
    return aliased(School), aliased(School)


@lru_cache(maxsize=256)
def _under_way(actor: Actor, day: date) -> Select:
    sender, receiver = _schools()
    proposed = exists(
        select(TransferDay.id)
        .where(TransferDay.transfer_id == Transfer.id, TransferDay.state == DayState.OPEN, TransferDay.wanted_on >= day)
        .correlate(Transfer)
    )
    return (
        select(
            Transfer.id,
            Child.name,
            Transfer.state,
            Transfer.next_step,
            Transfer.next_due_on,
            Transfer.grade,
            Transfer.effective_on,
            Transfer.from_school_id,
            sender.name.label("sender"),
            sender.unit_id.label("from_unit_id"),
            Transfer.to_school_id,
            receiver.name.label("receiver"),
            receiver.unit_id.label("to_unit_id"),
            proposed.label("proposed"),
            in_sight(actor).label("seen"),
        )
        .select_from(Transfer)
        .join(Child, Child.id == Transfer.child_id)
        .join(sender, sender.id == Transfer.from_school_id)
        .join(receiver, receiver.id == Transfer.to_school_id)
        .where(or_(_state(TransferState.OPEN), _waits(day)), party_to(actor))
        .order_by(Transfer.state.desc(), Transfer.next_due_on, Transfer.effective_on, Transfer.id)
        .limit(MOST)
    )
