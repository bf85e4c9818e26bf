"""What a timetable could not place, and why."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import Select, bindparam, select

from app.access import Actor
from app.children.models import Child
from app.children.sight import name_seen
from app.db import db
from app.kernel.twins import ends, told_apart
from app.timetables.models import UnservedNeed
from app.web.filters import today


@dataclass(frozen=True)
class Unserved:
    """Visits that are missing and why; `reasons` and `remedies` as the engine gave them (code, message, values)."""

    child_id: uuid.UUID
    child_name: str
    missing: int
    reasons: list
    id: uuid.UUID
    remedies: list | None = None


def list_unserved(actor: Actor, timetable_id: uuid.UUID) -> list[Unserved]:
    """What a timetable could not place, by name of the child. The caller has checked the scope."""
    rows = list(db.rows(_unserved(actor, today()), {"timetable": timetable_id}))
    labels = told_apart((row[0], row[1], (ends(row[6]), row[6])) for row in rows)
    return [Unserved(row[0], labels[row[0]], *row[2:6]) for row in rows]


@lru_cache(maxsize=256)
def _unserved(actor: Actor, _day: date) -> Select:
    return (
        select(
            UnservedNeed.child_id,
            name_seen(actor),
            UnservedNeed.missing,
            UnservedNeed.reasons,
            UnservedNeed.id,
            UnservedNeed.remedies,
            Child.file_number,
        )
        .join(Child, Child.id == UnservedNeed.child_id)
        .where(UnservedNeed.timetable_id == bindparam("timetable"))
        .order_by(Child.sort_key, UnservedNeed.id)
    )
