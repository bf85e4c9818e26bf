"""Children whose plan asks for something else than the draft of a timetable was made from."""

from __future__ import annotations

import uuid

from sqlalchemy import Row, exists, func, select

from app.access import SYSTEM, Actor
from app.children.models import Child
from app.children.sight import has_left
from app.db import db
from app.db.remember import remembered
from app.kernel.twins import ends, told_apart
from app.plans.models import PlanForce, PlanVersion
from app.plans.queries import list_home_services
from app.timetables.models import Timetable, Visit
from app.timetables.queries import placed, unfit
from app.timetables.types import TimetableState
from app.web.filters import today


def outdated_plans(actor: Actor, row: Timetable) -> list[tuple[uuid.UUID, str, int, int]]:
    """Children of a draft with visits that are not what the plan in force on their day asks for: (child, name, version
    they were made from, version in force or 0). Of a published month `plan_gaps` tells more. A comparison, made when
    the page is shown and again after a change. What becomes of the plan of a child that has left is not told."""
    if row.state != TimetableState.DRAFT:
        return []
    return remembered(("outdated", actor, today(), row.id), lambda: _outdated_plans(actor, row))


def _outdated_plans(actor: Actor, row: Timetable) -> list[tuple[uuid.UUID, str, int, int]]:
    made = _made_otherwise(actor, row)
    visits = [one for one in placed.visits_of_month(row.id) if one.plan_version_id in made]
    services = list_home_services(SYSTEM, row.unit_id, row.first_on, row.last_on)
    found = unfit.unfit_visits(row, visits, unfit.made_from(visits), services)
    changed = [made[version] for version in made if version in {one.plan_version_id for one in found}]
    if not changed:
        return []
    labels = told_apart((one.child_id, one.name, (ends(one.file_number), one.file_number)) for one in changed)
    newest = dict(
        db.session.execute(
            select(PlanForce.child_id, func.max(PlanVersion.number))
            .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
            .where(
                PlanForce.child_id.in_([one.child_id for one in changed]),
                PlanForce.valid_from <= row.last_on,
                PlanForce.valid_to.is_(None) | (PlanForce.valid_to > row.first_on),
            )
            .group_by(PlanForce.child_id)
        ).all()
    )
    return [(one.child_id, labels[one.child_id], one.number, newest.get(one.child_id, 0)) for one in changed]


def _made_otherwise(actor: Actor, row: Timetable) -> dict[uuid.UUID, Row]:
    """By version the children with a visit made from one that is not in force on its day, by the child's name."""
    in_force = exists().where(
        PlanForce.child_id == Visit.child_id,
        PlanForce.version_id == Visit.plan_version_id,
        PlanForce.valid_from <= Visit.day,
        PlanForce.valid_to.is_(None) | (PlanForce.valid_to > Visit.day),
    )
    rows = db.session.execute(
        select(Visit.child_id, Child.name, Child.file_number, PlanVersion.number, PlanVersion.id.label("version_id"))
        .distinct()
        .join(Child, Child.id == Visit.child_id)
        .join(PlanVersion, PlanVersion.id == Visit.plan_version_id)
        .where(Visit.timetable_id == row.id, ~in_force, ~has_left(actor, Visit.child_id))
        .add_columns(Child.sort_key)
        .order_by(Child.sort_key, Child.file_number, PlanVersion.number)
    )
    return {one.version_id: one for one in rows}
