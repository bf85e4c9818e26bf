"""What stands on the roll of one file today or is agreed for later: asked when two files of a child are merged."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from app.db import db
from app.roll.models import Membership, Movement, RollRequest, Transfer
from app.roll.queries.scope import find_number
from app.roll.types import TransferState
from app.schools.models import School


@dataclass(frozen=True)
class OnRoll:
    """Names of the schools of today and later, whether a transfer is open or agreed for later, whether a request waits,
    whether a student number counts."""

    places: tuple[str, ...]
    transfer: bool
    request: bool
    numbered: bool


def on_roll(child_id: uuid.UUID, today: date) -> OnRoll:
    """Of one file, loaded in sight."""
    places = db.session.scalars(
        select(School.name)
        .join(Membership, Membership.school_id == School.id)
        .where(
            Membership.child_id == child_id,
            or_(
                Membership.valid_to.is_(None),
                (Membership.valid_to > today) & (Membership.valid_to > Membership.valid_from),
            ),
        )
        .order_by(Membership.valid_from, Membership.id)
    ).all()
    transfer = select(Transfer.id).where(
        Transfer.child_id == child_id,
        or_(
            Transfer.state == TransferState.OPEN,
            (Transfer.state == TransferState.DONE) & (Transfer.effective_on > today),
        ),
    )
    request = select(RollRequest.id).where(RollRequest.child_id == child_id, RollRequest.state == TransferState.OPEN)
    return OnRoll(
        tuple(places),
        db.session.scalar(transfer.limit(1)) is not None,
        db.session.scalar(request.limit(1)) is not None,
        find_number(child_id) is not None,
    )


def has_moved(child_id: uuid.UUID, since: datetime) -> bool:
    """True when the roll of one file has moved after a moment."""
    moved = select(Movement.id).where(Movement.child_id == child_id, Movement.recorded_at > since)
    return db.session.scalar(moved.limit(1)) is not None
