"""What a child leaves behind in another district, unless its new placement names the same school."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import or_, select

from app.access import Actor
from app.children.leaving import when_child_leaves
from app.db import db
from app.placements.models import Decision
from app.roll.actions.left_behind import leave_behind, settle_sights


def follow_moves() -> None:
    """Have `part_with` done with every move to another unit."""
    when_child_leaves(part_with)


def part_with(actor: Actor, child_id: uuid.UUID, day: date, unit_id: uuid.UUID | None) -> None:
    """Another unit answers from `day` on: see roll.actions.left_behind."""
    if unit_id is not None:
        leave_behind(actor, child_id, day, schools_named)


def settle_left(day: date) -> int:
    """The same for what older versions left standing; return of how many children."""
    return settle_sights(day, schools_named)


def schools_named(child_id: uuid.UUID, since: date) -> set[uuid.UUID]:
    """The schools that decisions made or begun since a day, and not ended, name."""
    return set(
        db.session.scalars(
            select(Decision.school_id).where(
                Decision.child_id == child_id,
                Decision.school_id.is_not(None),
                Decision.ended_on.is_(None),
                or_(Decision.valid_from >= since, Decision.decided_on >= since),
            )
        )
    )
