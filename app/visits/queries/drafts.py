"""Which visits a draft holds, as a form carries it: nobody publishes what another person moved meanwhile."""

from __future__ import annotations

import uuid

from sqlalchemy import bindparam, select

from app.db import db
from app.kernel.text import canonical_json, content_hash
from app.visits.models import Visit

_VISITS = select(Visit.id, Visit.day, Visit.start, Visit.end, Visit.team_id, Visit.child_id).where(
    Visit.timetable_id == bindparam("timetable", type_=Visit.timetable_id.type)).order_by(Visit.id)


def draft_state(timetable_id: uuid.UUID) -> str:
    """A short text that another visit, day, time or team changes. The caller has checked the scope."""
    return content_hash(canonical_json([list(row) for row in db.rows(_VISITS, {"timetable": timetable_id})]))[:16]
