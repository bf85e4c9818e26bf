"""A teacher's secret calendar address, and the log of papers handed out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from app.access import Actor, Permission, require
from app.accounts.actions import make_link, revoke_links
from app.accounts.models import LinkPurpose
from app.db import audit, db
from app.printing import store

DAYS = 400


def make_feed(actor: Actor) -> str:
    """Make a new calendar address for the actor, ending the one before; return its token, shown once."""
    require(actor, Permission.VISITS_RECORD)
    revoke_feed(actor)
    return make_link(actor, LinkPurpose.CALENDAR_FEED, days=DAYS, user_id=actor.user_id)[1]


def revoke_feed(actor: Actor) -> None:
    """End the actor's calendar address; it counts at once."""
    ended = revoke_links(LinkPurpose.CALENDAR_FEED, user_id=actor.user_id)
    if ended:
        audit.record(actor, "revoke_feed", "one_use_link", count=ended)
    db.session.flush()


def log_print(actor: Actor, kind: str, source_id: uuid.UUID, child_ids: Iterable[uuid.UUID]) -> None:
    """Note who was handed a paper with these children on it."""
    for child_id in dict.fromkeys(child_ids):
        store.log_print(actor, kind, source_id, child_id)
