"""Who plans which unit's home-delivered teaching."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import or_, select

from app.access import Actor, Permission
from app.db import db
from app.db.remember import remembered
from app.schools.models import Unit


def planned_units(actor: Actor, day: date) -> list[tuple[uuid.UUID, str]]:
    """Units whose timetables the actor makes."""
    query = select(Unit.id, Unit.name).where(or_(Unit.valid_to.is_(None), Unit.valid_to > day)).order_by(Unit.code)
    if not actor.municipal:
        query = query.where(Unit.id.in_(actor.unit_ids))
    return [(row.id, row.name) for row in db.session.execute(query)]


def may_plan(actor: Actor, unit_id: uuid.UUID) -> bool:
    """True when the actor makes and publishes timetables of a unit."""
    return actor.may(Permission.TIMETABLES_WRITE) and (actor.municipal or unit_id in actor.unit_ids)


def planning_units(actor: Actor, day: date) -> list[uuid.UUID]:
    """Their ids, in a fixed order: of the municipality all in force, of a district its own. Kept until something
    changes."""
    if not actor.municipal:
        return sorted(actor.unit_ids)
    return remembered(("units to plan", day), lambda: [unit_id for unit_id, _name in planned_units(actor, day)])
