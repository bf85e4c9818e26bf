"""Reading children. The actor comes first and the scope is part of every query."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.access import Actor
from app.children.models import Child
from app.children.sight import in_sight
from app.db import db
from app.errors import NotFound


def find_child(actor: Actor, child_id: uuid.UUID) -> Child | None:
    """The child, or None when there is none in the actor's sight."""
    return db.session.scalar(select(Child).where(Child.id == child_id, in_sight(actor)))


def get_child(actor: Actor, child_id: uuid.UUID) -> Child:
    """The child in the actor's sight. Raises NotFound (a page answers 404)."""
    child = find_child(actor, child_id)
    if child is None:
        raise NotFound
    return child
