"""A teacher's secret calendar address, and the log of papers handed out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import update

from app.access import Actor, Permission, require
from app.accounts.actions import make_link
from app.accounts.models import LinkPurpose, OneUseLink
from app.db import audit, db
from app.kernel import clock
from app.printing.ahead import notes
from app.printing.models import PrintLog

DAYS = 400


def make_feed(actor: Actor) -> str:
    """Make a new calendar address for the actor, ending the one before; return its token, shown once."""
    require(actor, Permission.VISITS_RECORD)
    revoke_feed(actor)
    return make_link(actor, LinkPurpose.CALENDAR_FEED, days=DAYS, user_id=actor.user_id)[1]


def revoke_feed(actor: Actor) -> None:
    """End the actor's calendar address; it counts at once."""
    ended = db.session.execute(
        update(OneUseLink).where(OneUseLink.user_id == actor.user_id, OneUseLink.purpose == LinkPurpose.CALENDAR_FEED,
                                 OneUseLink.revoked_at.is_(None)).values(revoked_at=clock.now())).rowcount
    if ended:
        audit.record(actor, "revoke_feed", "one_use_link", count=ended)
    db.session.flush()


def log_print(actor: Actor, kind: str, source_id: uuid.UUID, child_ids: Iterable[uuid.UUID]) -> None:
    """Note who was handed a paper with these children on it."""
    if not notes():
        return
    for child_id in dict.fromkeys(child_ids):
        db.session.add(PrintLog(kind=kind, source_id=source_id, child_id=child_id, user_id=actor.user_id,
                                user_name=actor.name, copies=1, at=clock.now()))
        audit.record(actor, "print", kind, source_id, child_id=child_id)
    db.session.flush()
