"""Drafts that wait to be published, and those in whose place something newer has come."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor, Permission
from app.db import db
from app.timetables.models import Timetable
from app.timetables.queries.timetables import timetable_in_scope
from app.timetables.types import TimetableState

LATE = timedelta(days=31)
"""So long after its month a draft is still a task."""


def count_waiting(actor: Actor, today: date) -> int:
    """Months whose newest draft waits to be published, in the units whose timetables the actor makes. What a newer
    draft or a publication has taken the place of waits for nothing, nor does a month that is long over (one that has
    just ended may still be planned, for records that come late)."""
    if not actor.may(Permission.TIMETABLES_WRITE):
        return 0
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Timetable)
            .where(
                timetable_in_scope(actor),
                Timetable.state == TimetableState.DRAFT,
                Timetable.last_on >= today - LATE,
                ~_unused(),
            )
        )
        or 0
    )


def unused_drafts(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the timetables that are drafts in whose place a newer draft or a publication has come. The caller has
    checked the scope."""
    return {row.id for row in db.rows(_unused_among(), {"timetables": list(ids)})} if ids else set()


@cache
def _unused_among() -> Select:
    return select(Timetable.id).where(
        Timetable.id.in_(bindparam("timetables", expanding=True, type_=Uuid())),
        Timetable.state == TimetableState.DRAFT,
        _unused(),
    )


def _unused() -> Any:
    newer = aliased(Timetable)
    return exists().where(
        newer.unit_id == Timetable.unit_id,
        newer.month == Timetable.month,
        newer.id != Timetable.id,
        or_(
            (newer.state == TimetableState.DRAFT) & (newer.created_at > Timetable.created_at),
            (newer.state == TimetableState.PUBLISHED) & (newer.published_at > Timetable.created_at),
        ),
    )
