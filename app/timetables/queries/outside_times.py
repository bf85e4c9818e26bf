"""Published visits that no longer fit when the family can receive one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select

from app.children.sight import of_child
from app.db import db
from app.teams.types import Stretch
from app.timetables.models import Visit, VisitRecord
from app.timetables.queries.standing import is_over, stands


def days_outside(
    child_id: uuid.UUID, before: Sequence[Stretch], after: Sequence[Stretch], today: date
) -> Sequence[date]:
    """The days of the child's visits still to come that fitted the family's times `before` and do not fit those
    `after`. What lay outside before was agreed with the family and is none of them."""
    coming = db.session.execute(
        select(Visit.day, Visit.start, Visit.end)
        .where(
            of_child(Visit.child_id, child_id),
            Visit.day >= today,
            stands(),
            ~exists().where(VisitRecord.visit_id == Visit.id),
        )
        .order_by(Visit.day, Visit.start)
    )
    return [
        day
        for day, start, end in coming
        if not is_over(day, end) and _fits(before, day, start, end) and not _fits(after, day, start, end)
    ]


def _fits(times: Sequence[Stretch], day: date, start: int, end: int) -> bool:
    return any(one.weekday == day.weekday() and one.start <= start and end <= one.end for one in times)
