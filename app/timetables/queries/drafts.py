"""Which visits a draft holds, as a form carries it: nobody publishes what another person moved meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from app.access import Actor
from app.db import db
from app.db.audit import TABLE as AUDIT
from app.kernel.text import canonical_json, content_hash
from app.timetables.models import Timetable, Visit
from app.timetables.queries.naming import child_names

_VISITS = (
    select(Visit.id, Visit.day, Visit.start, Visit.end, Visit.team_id, Visit.child_id)
    .where(Visit.timetable_id == bindparam("timetable", type_=Visit.timetable_id.type))
    .order_by(Visit.id)
)
MOST = 30
_OF_VISITS, _OF_TIMETABLES = ("move_visit",), ("publish_timetable", "discard_timetable", "fill_timetable")


def draft_state(timetable_id: uuid.UUID) -> str:
    """A short text that another visit, day, time or team changes. The caller has checked the scope."""
    return content_hash(canonical_json([list(row) for row in db.rows(_VISITS, {"timetable": timetable_id})]))[:16]


def trail_now() -> int:
    """The number of the newest entry of the trail, as a form carries it to ask later what came after."""
    return db.session.scalar(select(func.max(AUDIT.c.seq))) or 0


@dataclass(frozen=True)
class Discarded:
    """Who discarded a draft and when; `instead`: id of the repair whose draft took its place."""

    at: datetime
    by: str
    instead: uuid.UUID | None


def discarded(row: Timetable) -> Discarded | None:
    """How a draft was discarded, as the trail keeps it; None where it says nothing."""
    found = db.session.execute(
        select(AUDIT.c.at, AUDIT.c.actor_name, AUDIT.c.detail)
        .where(AUDIT.c.verb == "discard_timetable", AUDIT.c.subject_id == row.id)
        .order_by(AUDIT.c.seq.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    instead = found.detail.get("instead")
    return Discarded(found.at, found.actor_name, uuid.UUID(instead) if instead else None)


@dataclass(frozen=True)
class Since:
    """What somebody did to a draft, or to its month, after a page of it was opened; `child`: whose visit was moved."""

    at: datetime
    by: str
    verb: str
    detail: Mapping[str, Any]
    child: str = ""


def done_since(actor: Actor, row: Timetable, seq: int) -> list[Since]:
    """What was done to a draft and its month after entry `seq` of the trail, in order. The caller has checked the
    scope."""
    months = select(Timetable.id).where(Timetable.unit_id == row.unit_id, Timetable.month == row.month)
    rows = db.session.execute(
        select(AUDIT.c.at, AUDIT.c.actor_name, AUDIT.c.verb, AUDIT.c.detail, AUDIT.c.child_id)
        .where(
            AUDIT.c.seq > seq,
            or_(
                AUDIT.c.verb.in_(_OF_VISITS)
                & AUDIT.c.subject_id.in_(select(Visit.id).where(Visit.timetable_id == row.id)),
                AUDIT.c.verb.in_(_OF_TIMETABLES) & AUDIT.c.subject_id.in_(months),
            ),
        )
        .order_by(AUDIT.c.seq)
        .limit(MOST)
    ).all()
    names = child_names(actor, {one.child_id for one in rows if one.child_id})
    return [
        Since(one.at, one.actor_name, one.verb, one.detail, names.get(one.child_id, "") if one.child_id else "")
        for one in rows
    ]
