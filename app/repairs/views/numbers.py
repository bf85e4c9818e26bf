"""The telephone numbers of those whom somebody has to phone."""

from __future__ import annotations

import uuid

from flask import g

from app.children.actions import reveal
from app.children.queries import get_child
from app.errors import NotFound
from app.repairs.actions.repairs import phone_of_teacher


def phones_of(purpose: str, child_id: uuid.UUID | None, teacher_id: uuid.UUID | None) -> list[tuple[str, str]]:
    """The numbers of a family (by its child) or a teacher; empty where none is entered or may be seen."""
    if teacher_id:
        return phone_of_teacher(g.actor, teacher_id, purpose)
    if child_id is None:
        return []
    try:
        return reveal(g.actor, get_child(g.actor, child_id), "phone", purpose)
    except NotFound:
        return []
