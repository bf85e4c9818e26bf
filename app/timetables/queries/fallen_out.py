"""How many visits of a published timetable do not take place any more: its figures follow what was called off."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.timetables.models import Timetable, Visit, VisitChange
from app.timetables.queries.moving_away import moved_by_then
from app.timetables.queries.standing import stands
from app.timetables.types import ChangeKind


def fallen_out(rows: Iterable[Timetable]) -> Counter[uuid.UUID]:
    """Visits of the months of the timetables in force among some, by the timetable's id, that were called off since it
    was published and did not move, or that a move of the child ends. Two queries."""
    ids = [row.id for row in rows if row.in_force]
    found: Counter[uuid.UUID] = Counter()
    if not ids:
        return found
    force = aliased(Timetable)
    month = (force.unit_id == Timetable.unit_id) & (force.month == Timetable.month)
    gone = (
        select(force.id, func.count(Visit.id.distinct()))
        .select_from(Visit)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .join(force, month)
        .join(VisitChange, VisitChange.former_id == Visit.id)
        .where(
            force.id.in_(ids),
            VisitChange.kind == ChangeKind.REMOVED,
            VisitChange.timetable_id == Visit.timetable_id,  # not by a version: those are no figures of the newer one
            or_(Visit.timetable_id == force.id, VisitChange.at > force.published_at),
            ~stands(),
        )
        .group_by(force.id)
    )
    ending = (
        select(force.id, func.count())
        .select_from(Visit)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .join(force, month)
        .where(force.id.in_(ids), stands(), moved_by_then())
        .group_by(force.id)
    )
    for query in (gone, ending):
        for timetable_id, count in db.session.execute(query):
            found[timetable_id] += count
    return found
