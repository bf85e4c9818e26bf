"""Requests of a school that the child has left meanwhile: they end, and nobody approves them any more."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.children.models import Child
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.problems import S_
from app.kernel.sentences import own
from app.roll.models import RollRequest
from app.roll.queries import has_left
from app.roll.types import TransferState

OUTLIVED = S_("request_outlived", "Ended without an answer: the child is on the roll of another school since.")


def end_outlived(actor: Actor, child: Child, today: date) -> None:
    """End the open requests of former roll schools of a child (locked). Again it does nothing."""
    rows = db.session.scalars(
        select(RollRequest).where(RollRequest.child_id == child.id, RollRequest.state == TransferState.OPEN)
    ).all()
    for row in rows:
        if not has_left(child.id, row.school_id, today):
            continue
        row.state, row.answered_by_name, row.answered_at = TransferState.REFUSED, actor.name, clock.now()
        row.answer_reason = own(OUTLIVED)
        db.session.flush()
        audit.record(actor, "end_request", "roll_request", row.id, child_id=child.id, kind=str(row.kind))
        tell(
            actor,
            child.id,
            EventKind.ROLL,
            S_(
                "told.request_outlived",
                "A request of the former roll school ended without an answer, because the child has moved.",
            ),
            on=today,
            subject_id=row.id,
        )
