"""Children who are taught at home and whom no timetable can know: no plan asks for lessons at their home."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select

from app.access import Actor
from app.children.models import Child, ResponsibleUnit
from app.children.responsible import answering
from app.children.sight import in_sight
from app.db import db
from app.kernel.twins import ends, told_apart
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.plans.models import PlanForce
from app.plans.queries import list_home_services
from app.roll.models import RollState
from app.timetables.queries.inputs import PAUSED


@dataclass(frozen=True)
class Unplanned:
    """A child taught at home; `plan` True where one is in force on these days but asks for no lessons at home."""

    child_id: uuid.UUID
    name: str
    plan: bool


def list_unplanned(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> list[Unplanned]:
    """Children of a unit taught at home on some of the days, who are not paused and for whom no visit is asked."""
    served = {one.child_id for one in list_home_services(actor, unit_id, first, last)}
    force = exists().where(
        PlanForce.child_id == Child.id,
        PlanForce.valid_from <= last,
        or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first),
    )
    paused = exists().where(RollState.child_id == Child.id, RollState.valid_to.is_(None), RollState.status.in_(PAUSED))
    rows = db.session.execute(
        select(Child.id, Child.name, force.label("plan"), Child.file_number)
        .where(
            exists().where(ResponsibleUnit.child_id == Child.id, answering(unit_id, first, last)),
            in_sight(actor, Child.id),
            ~paused,
            exists().where(
                Decision.child_id == Child.id,
                Decision.kind == PlacementKind.HOME,
                Decision.valid_from <= last,
                or_(Decision.ended_on.is_(None), Decision.ended_on > first),
            ),
        )
        .order_by(Child.sort_key, Child.id)
    )
    found = [row for row in rows if row.id not in served]
    names = told_apart((row.id, row.name, (ends(row.file_number), row.file_number)) for row in found)
    return [Unplanned(row.id, names[row.id], row.plan) for row in found]
