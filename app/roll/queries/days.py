"""Another day for a transfer that is agreed and has not begun: what one side proposed, and who answers it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor
from app.children.models import Child
from app.children.sight import in_sight
from app.db import db
from app.kernel import clock
from app.kernel.dates import years
from app.kernel.periods import ONE_DAY
from app.roll import rules
from app.roll.models import Transfer, TransferDay
from app.roll.queries.scope import answers_side, is_waiting, party_to, sides_of
from app.roll.types import DayState, TransferSide, TransferState
from app.schools.models import School
from app.schools.queries import list_terms

TOLD_FOR = timedelta(days=7)
"""How long a side is told what became of a proposal."""
MOST = 100
LATEST = years(ahead=1)
"""A transfer is agreed for a day within a year: the next term, at most the next but one."""


def days_for(transfer: Transfer, today: date) -> tuple[date, date]:
    """The first and the last day that may be proposed: from tomorrow to the end of the next term, within a year."""
    unit_id = db.session.get_one(School, transfer.to_school_id).unit_id
    terms = [(term.starts_on, term.ends_on) for term in list_terms(unit_id)]
    return today + ONE_DAY, min(rules.last_new_day(transfer.effective_on, terms), LATEST.last(today))


def list_proposals(transfer_id: uuid.UUID) -> list[TransferDay]:
    """All that was ever proposed for a transfer (loaded in scope): the one that waits, then the newest first."""
    return list(
        db.session.scalars(
            select(TransferDay)
            .where(TransferDay.transfer_id == transfer_id)
            .order_by(TransferDay.state != DayState.OPEN, TransferDay.asked_at.desc(), TransferDay.id.desc())
        )
    )


def find_open_day(transfer: Transfer, today: date) -> TransferDay | None:
    """The proposal that waits for its answer."""
    row = db.session.scalar(
        select(TransferDay).where(TransferDay.transfer_id == transfer.id, TransferDay.state == DayState.OPEN)
    )
    return row if row is not None and state_of(row, transfer, today) == DayState.OPEN else None


def state_of(row: TransferDay, transfer: Transfer, today: date) -> DayState:
    """What became of a proposal: one of a transfer that waits no more is lapsed."""
    state = rules.day_state(row.state, row.agreed_on, row.wanted_on, today)
    return DayState.LAPSED if state == DayState.OPEN and not is_waiting(transfer, today) else state


def may_propose_day(actor: Actor, transfer: Transfer, today: date) -> bool:
    """True when the actor speaks for a side of a transfer that is agreed and has not begun."""
    first, last = days_for(transfer, today) if transfer.state == TransferState.DONE else (today, today)
    return first < last and is_waiting(transfer, today) and bool(sides_of(actor, transfer))


def may_answer_day(actor: Actor, transfer: Transfer, row: TransferDay) -> bool:
    """True when the actor speaks for the side that was asked, and is not the person who proposed it."""
    asked = transfer.from_school_id if row.side == TransferSide.RECEIVING else transfer.to_school_id
    return actor.user_id != row.asked_by_id and answers_side(actor, db.session.get_one(School, asked))


def may_withdraw_day(actor: Actor, transfer: Transfer, row: TransferDay) -> bool:
    """True when the actor speaks for the side that proposed it."""
    return row.side in sides_of(actor, transfer)


class _Asked(NamedTuple):
    id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProposedDay:
    """A proposal in a list; `id` is the transfer's. `mine` when the actor is asked, `told` when the actor has to know
    what became of it, `seen` when the child is in sight."""

    id: uuid.UUID
    name: str
    sender: str
    receiver: str
    agreed_on: date
    wanted_on: date
    state: DayState
    by_name: str
    mine: bool
    told: bool
    seen: bool


def list_days(actor: Actor, today: date) -> list[ProposedDay]:
    """Proposals to which the actor is a party: those that wait, the actor's own turn first, and those that were
    declined or withdrawn by another person, or have lapsed, in the last days."""
    found = [_shown(actor, row, today) for row in db.rows(_proposals(actor, today))]
    kept = [row for row in found if row.state == DayState.OPEN or row.told]
    return sorted(kept, key=lambda row: not row.mine)


def _shown(actor: Actor, row: Row[Any], today: date) -> ProposedDay:
    state = rules.day_state(row.state, row.agreed_on, row.wanted_on, today)
    if state == DayState.OPEN and not (row.transfer_state == TransferState.DONE and row.effective_on > today):
        state = DayState.LAPSED
    asked = (
        _Asked(row.from_school_id, row.from_unit_id)
        if row.side == TransferSide.RECEIVING
        else _Asked(row.to_school_id, row.to_unit_id)
    )
    mine = state == DayState.OPEN and row.asked_by_id != actor.user_id and answers_side(actor, asked)
    told = not actor.municipal and state != DayState.OPEN and row.answered_by_id != actor.user_id
    return ProposedDay(
        id=row.id,
        name=row.name,
        sender=row.sender,
        receiver=row.receiver,
        agreed_on=row.agreed_on,
        wanted_on=row.wanted_on,
        state=state,
        by_name=row.answered_by_name or row.asked_by_name,
        mine=mine,
        told=told,
        seen=bool(row.seen),
    )


@lru_cache(maxsize=1)
def _schools() -> tuple:
    return aliased(School), aliased(School)


@lru_cache(maxsize=256)
def _proposals(actor: Actor, day: date) -> Select:
    sender, receiver = _schools()
    since = clock.now() - TOLD_FOR
    lately = TransferDay.state.in_([DayState.DECLINED, DayState.WITHDRAWN, DayState.LAPSED]) & (
        TransferDay.answered_at > since
    )
    waits = (
        (TransferDay.state == DayState.OPEN)
        & (TransferDay.agreed_on > day - TOLD_FOR)
        & (TransferDay.wanted_on > day - TOLD_FOR)
    )
    return (
        select(
            Transfer.id,
            Child.name,
            Transfer.state.label("transfer_state"),
            Transfer.effective_on,
            Transfer.from_school_id,
            sender.name.label("sender"),
            sender.unit_id.label("from_unit_id"),
            Transfer.to_school_id,
            receiver.name.label("receiver"),
            receiver.unit_id.label("to_unit_id"),
            TransferDay.side,
            TransferDay.agreed_on,
            TransferDay.wanted_on,
            TransferDay.state,
            TransferDay.asked_by_id,
            TransferDay.asked_by_name,
            TransferDay.answered_by_id,
            TransferDay.answered_by_name,
            in_sight(actor).label("seen"),
        )
        .select_from(TransferDay)
        .join(Transfer, Transfer.id == TransferDay.transfer_id)
        .join(Child, Child.id == Transfer.child_id)
        .join(sender, sender.id == Transfer.from_school_id)
        .join(receiver, receiver.id == Transfer.to_school_id)
        .where(or_(waits, lately), party_to(actor))
        .order_by(TransferDay.asked_at.desc(), TransferDay.id)
        .limit(MOST)
    )
