"""How many visits of a published timetable do not take place any more: its figures follow what was called off."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import db
from app.timetables.models import Timetable, Visit, VisitChange
from app.timetables.queries.moving_away import moved_by_then
from app.timetables.queries.standing import stands
from app.timetables.types import ChangeKind


def fallen_out(rows: Iterable[Timetable]) -> Counter[uuid.UUID]:
    """Visits of the timetables in force among some, by the timetable's id, that were called off since and did not move,
    or that a move of the child ends. Two queries."""
    ids = [row.id for row in rows if row.in_force]
    found: Counter[uuid.UUID] = Counter()
    if not ids:
        return found
    gone = (
        select(Visit.timetable_id, func.count(Visit.id.distinct()))
        .join(VisitChange, VisitChange.former_id == Visit.id)
        .where(Visit.timetable_id.in_(ids), VisitChange.kind == ChangeKind.REMOVED, ~stands())
        .group_by(Visit.timetable_id)
    )
    ending = (
        select(Visit.timetable_id, func.count())
        .select_from(Visit)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(Visit.timetable_id.in_(ids), stands(), moved_by_then())
        .group_by(Visit.timetable_id)
    )
    for query in (gone, ending):
        for timetable_id, count in db.session.execute(query):
            found[timetable_id] += count
    return found
