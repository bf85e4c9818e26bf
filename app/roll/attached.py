"""Movements that rest on a paper carry the files of it; before, the request for one does, for whoever answers it."""

from __future__ import annotations

import uuid

from app.access import Actor, Permission
from app.attachments.types import Bearing
from app.children.former_identities import known_as
from app.errors import NotFound
from app.roll.queries import get_request, keeps_roll, read_movement
from app.roll.types import TransferState
from app.web.filters import day, label


def bearing_of_movement(actor: Actor, movement_id: uuid.UUID) -> Bearing | None:
    """Who reads a movement that names its paper opens the files of it; who keeps the roll adds them. A former holder
    opens what was there in its own years."""
    if not actor.may(Permission.CHILDREN_READ):
        return None
    try:
        row, child, until = read_movement(actor, movement_id)
    except NotFound:
        return None
    if row.proof is None:
        return None
    return Bearing(
        child_id=child.id,
        title=f"{label(row.kind)} · {day(row.effective_on, 'iso')}",
        about=child.name if until is None else known_as(child, until).name,
        page="roll.show_roll",
        page_ids={"child_id": child.id},
        may_add=until is None
        and actor.may(Permission.ROLL_WRITE)
        and keeps_roll(actor, child)
        and child.id == row.child_id,
        until=until,
    )


def bearing_of_request(actor: Actor, request_id: uuid.UUID) -> Bearing | None:
    """Who keeps the roll adds the paper to a request that waits; whoever reads the roll opens it. With the answer yes
    the files go along to the movement."""
    if not actor.may(Permission.CHILDREN_READ):
        return None
    try:
        row, child = get_request(actor, request_id)
    except NotFound:
        return None
    writes = actor.may(Permission.ROLL_WRITE) and row.state == TransferState.OPEN
    return Bearing(
        child_id=child.id,
        title=f"{label(row.kind)} · {day(row.effective_on, 'iso')}",
        about=child.name,
        page="roll.show_roll",
        page_ids={"child_id": child.id},
        may_add=writes and keeps_roll(actor, child),
    )
