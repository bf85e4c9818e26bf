"""Reading pinned visits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from app.access import Actor
from app.children.models import Child
from app.children.sight import name_seen
from app.db import db
from app.teams.models import Team
from app.timetables.models import Timetable, Visit, VisitPin
from app.timetables.types import Pin


def pins_of_month(unit_id: uuid.UUID, month: str) -> list[Pin]:
    """The pinned visits of a unit's month, by day."""
    return [Pin(*row) for row in db.rows(_OF_MONTH, {"unit": unit_id, "month": month})]


_OF_MONTH = (
    select(VisitPin.child_id, VisitPin.service_key, VisitPin.team_id, VisitPin.day, VisitPin.start)
    .where(VisitPin.unit_id == bindparam("unit"), VisitPin.month == bindparam("month"))
    .order_by(VisitPin.day, VisitPin.start, VisitPin.child_id, VisitPin.service_key)
)


def find_pin(row: Timetable, visit: Visit) -> VisitPin | None:
    """The pin of a service's visit on a day, wherever on that day it holds it."""
    return db.session.scalar(
        select(VisitPin).where(
            VisitPin.unit_id == row.unit_id,
            VisitPin.month == row.month,
            VisitPin.child_id == visit.child_id,
            VisitPin.service_key == visit.service_key,
            VisitPin.day == visit.day,
        )
    )


def is_pinned(row: Timetable, visit: Visit) -> bool:
    """True when the visit is pinned where it stands."""
    pin = find_pin(row, visit)
    return pin is not None and (pin.team_id, pin.start) == (visit.team_id, visit.start)


@dataclass(frozen=True)
class PinView:
    """A pinned visit with the names to show it."""

    id: uuid.UUID
    child_id: uuid.UUID
    child_name: str
    team_name: str
    day: date
    start: int
    by_name: str


def list_pins(actor: Actor, unit_id: uuid.UUID, month: str) -> list[PinView]:
    """The pinned visits of a unit's month with names. The caller has checked the scope."""
    rows = db.session.execute(
        select(
            VisitPin.id, VisitPin.child_id, name_seen(actor), Team.name, VisitPin.day, VisitPin.start, VisitPin.by_name
        )
        .join(Child, Child.id == VisitPin.child_id)
        .join(Team, Team.id == VisitPin.team_id)
        .where(VisitPin.unit_id == unit_id, VisitPin.month == month)
        .order_by(VisitPin.day, VisitPin.start, Child.sort_key)
    )
    return [PinView(*row) for row in rows]
