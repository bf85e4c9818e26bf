"""The attendance of children taught at home."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from app.access import Actor
from app.children.models import Child
from app.children.responsible import answered_by
from app.children.sight import name_seen, told_in_sight
from app.db import db
from app.kernel.twins import ends, told_apart
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries.moving_away import Planned, nobody_comes
from app.timetables.queries.standing import last_of_visit, stands
from app.visits.queries.claims import month_days
from app.visits.rules.attendance import Attendance, attendance_of


@dataclass(frozen=True)
class ChildAttendance:
    """A child taught at home and its attendance in a calendar month."""

    child_id: uuid.UUID
    child_name: str
    counts: Attendance


def _counted(actor: Actor) -> ColumnElement[bool]:
    """Whose visits a figure of a month counts: a district those of children it answered for on their day."""
    return answered_by(actor.unit_ids, Visit.day) if actor.unit_ids and not actor.municipal else told_in_sight(actor)


def list_attendance(actor: Actor, month: str, unit_id: uuid.UUID | None = None) -> list[ChildAttendance]:
    """Children in sight with visits in a month, by name, with what the confirmed visits say. A visit that stands on a
    day without school, and that nobody gave, is none of them: nobody waits for its record. One query beside the
    calendar's."""
    first, last = month_days(month)
    query = (
        select(
            Child.id,
            name_seen(actor).label("name"),
            Child.file_number,
            VisitRecord.outcome,
            VisitRecord.reason,
            VisitRecord.confirmation,
            Visit.day,
            Timetable.unit_id,
        )
        .join(Visit, Visit.child_id == Child.id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & last_of_visit())
        .where(_counted(actor), Visit.day.between(first, last), stands())
    )
    if unit_id:
        query = query.where(answered_by([unit_id], Visit.day))
    found: dict[tuple, list] = defaultdict(list)
    rows = db.session.execute(query.order_by(Child.sort_key, Child.id)).all()
    void = nobody_comes(Planned(row.unit_id, row.id, row.day) for row in rows if row.outcome is None)
    for row in rows:
        counted = found[row.id, row.name, row.file_number]
        if row.outcome is not None or Planned(row.unit_id, row.id, row.day) not in void:
            counted.append(row)
    names = told_apart((child, name, (ends(number), number)) for child, name, number in found)
    return [ChildAttendance(child[0], names[child[0]], attendance_of(rows)) for child, rows in found.items()]
