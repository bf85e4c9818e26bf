"""Reading what belongs to the list itself."""

from __future__ import annotations

from sqlalchemy import Uuid, bindparam, select

from app.access import Actor
from app.accounts.models import SavedFilter
from app.db import Rows, db


def list_saved_filters(actor: Actor) -> Rows:
    """The actor's own named filters of the list of children: (id, name, query)."""
    return db.rows(_SAVED, {"user": actor.user_id}).all()


_SAVED = (
    select(SavedFilter.id, SavedFilter.name, SavedFilter.query)
    .where(SavedFilter.user_id == bindparam("user", type_=Uuid()), SavedFilter.page == "children")
    .order_by(SavedFilter.name, SavedFilter.id)
    .limit(20)
)
