"""Which visits stand, and what was last said of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Exists, Select, Uuid, bindparam, exists, func, select

from app.access import Actor
from app.children.sight import has_left
from app.db import db
from app.kernel import clock
from app.timetables.models import Booking, Visit, VisitRecord
from app.web.filters import today


def stands(visit: type[Visit] = Visit) -> Exists:
    """The condition that a visit counts: its timetable was published, and it was not replaced or called off before it
    took place. A visit stands while it holds its bookings; `visit` is `Visit` or an alias of it."""
    return exists().where(Booking.visit_id == visit.id)


def last_of_visit() -> Any:
    """The condition that a record is the one that counts: nothing corrects it."""
    return ~VisitRecord.id.in_(select(VisitRecord.corrects_id).where(VisitRecord.corrects_id.is_not(None)))


def is_over(day: date, end: int) -> bool:
    """True once the hour at which a visit ends (minutes of the day) has come."""
    return (day, end) <= (today(), clock.minute())


def count_coming(team_id: uuid.UUID, day: date) -> int:
    """How many published visits of a team from a day on wait to be given."""
    coming = (
        select(func.count())
        .select_from(Visit)
        .where(Visit.team_id == team_id, Visit.day >= day, stands(), ~exists().where(VisitRecord.visit_id == Visit.id))
    )
    return db.session.scalar(coming) or 0


def count_coming_of(child_id: uuid.UUID, day: date) -> int:
    """How many published visits of one file from a day on stand."""
    coming = select(func.count()).select_from(Visit).where(Visit.child_id == child_id, Visit.day >= day, stands())
    return db.session.scalar(coming) or 0


def teams_with_visits(actor: Actor, team_ids: Iterable[uuid.UUID], first: date, last: date) -> set[uuid.UUID]:
    """Those of the teams that have something to print of these days."""
    return {
        row.team_id
        for row in db.rows(_teams_printed(actor, today()), {"teams": list(team_ids), "first": first, "last": last})
    }


@lru_cache(maxsize=256)
def _teams_printed(actor: Actor, _day: date) -> Select:
    """The statement, kept for who comes again: putting it together takes longer than running it."""
    return (
        select(Visit.team_id)
        .distinct()
        .where(
            Visit.team_id.in_(bindparam("teams", expanding=True, type_=Uuid())),
            ~has_left(actor, Visit.child_id),
            stands(),
            Visit.day.between(bindparam("first"), bindparam("last")),
        )
    )
