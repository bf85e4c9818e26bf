"""The timetable that a new one goes on from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.kernel.calendars import YearMissing
from app.routing import Day
from app.routing import Visit as Placed
from app.timetables.models import Timetable, UnservedNeed, Visit
from app.timetables.queries.continuity import last_before
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.queries.standing import stands
from app.timetables.rules.gathering import demand_id, weeks_of
from app.timetables.types import TimetableState, VisitOrigin


@dataclass(frozen=True)
class Former:
    """Days of a former timetable, in order, and its visits, in the engine's words."""

    days: tuple[Day, ...]
    visits: tuple[Placed, ...]


def missed_before(unit_id: uuid.UUID, month: str, follows: uuid.UUID | None) -> frozenset[str]:
    """Services, in the engine's words, that lacked visits in the timetable that is followed, else in the last
    published one before it."""
    before = None if follows else last_before(unit_id, month)
    timetable_id = follows or (before.id if before else None)
    if timetable_id is None:
        return frozenset()
    return frozenset(
        demand_id(child, service)
        for child, service in db.session.execute(
            select(UnservedNeed.child_id, UnservedNeed.service_key).where(UnservedNeed.timetable_id == timetable_id)
        )
    )


def find_former(timetable_id: uuid.UUID | None) -> Former | None:
    """Days and visits of a timetable; of a published one what stands in its month, also of its former versions. None
    where there is none."""
    row = db.session.get(Timetable, timetable_id) if timetable_id else None
    if row is None:
        return None
    query = select(Visit.child_id, Visit.service_key, Visit.day, Visit.team_id, Visit.start, Visit.end)
    if row.state == TimetableState.PUBLISHED:
        query = query.join(Timetable, Timetable.id == Visit.timetable_id).where(
            Timetable.unit_id == row.unit_id, Timetable.month == row.month, stands()
        )
    else:
        query = query.where(Visit.timetable_id == row.id)
    first, last = weeks_of(int(row.month[:4]), int(row.month[5:]))
    try:
        days = calendar_inputs(row.unit_id, first, last)
    except YearMissing:
        return None
    return Former(
        tuple(Day(one.day, one.acts_as) for one in days),
        tuple(
            Placed(demand_id(v.child_id, v.service_key), str(v.child_id), v.day, str(v.team_id), v.start, v.end)
            for v in db.session.execute(
                query.where(Visit.origin != VisitOrigin.MAKEUP).order_by(Visit.day, Visit.start, Visit.id)
            )
        ),
    )
