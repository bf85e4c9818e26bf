"""Children whose plan has changed since a timetable was made."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.access import Actor
from app.children.models import Child
from app.children.sight import has_left
from app.db import db
from app.db.remember import remembered
from app.kernel.twins import ends, told_apart
from app.plans.models import PlanForce, PlanVersion
from app.timetables.models import Timetable, Visit
from app.web.filters import today


def outdated_plans(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, int, int]]:
    """Children whose plan has changed since the timetable was made: (child, name, version it was made from, version in
    force on the visit's day or 0). A comparison, made when the page is shown and again after a change. What becomes of
    the plan of a child that has left is not told."""
    return remembered(("outdated", actor, today(), timetable.id), lambda: _outdated_plans(actor, timetable))


def _outdated_plans(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, int, int]]:
    rows = db.session.execute(
        select(
            Visit.child_id,
            Child.name,
            PlanVersion.number,
            func.max(PlanForce.version_id != Visit.plan_version_id)
            if db.is_sqlite
            else func.bool_or(PlanForce.version_id != Visit.plan_version_id),
            func.count(PlanForce.id),
            Child.file_number,
        )
        .join(Child, Child.id == Visit.child_id)
        .join(PlanVersion, PlanVersion.id == Visit.plan_version_id)
        .outerjoin(
            PlanForce,
            (PlanForce.child_id == Visit.child_id)
            & (PlanForce.valid_from <= Visit.day)
            & (PlanForce.valid_to.is_(None) | (PlanForce.valid_to > Visit.day)),
        )
        .where(Visit.timetable_id == timetable.id, ~has_left(actor, Visit.child_id))
        .group_by(Visit.child_id, Child.name, Child.file_number, Child.sort_key, PlanVersion.number)
        .order_by(Child.sort_key, Child.file_number, PlanVersion.number)
    ).all()
    changed = [row for row in rows if row[3] or not row[4]]
    if not changed:
        return []
    labels = told_apart((row[0], row[1], (ends(row[5]), row[5])) for row in changed)
    newest = dict(
        db.session.execute(
            select(PlanForce.child_id, func.max(PlanVersion.number))
            .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
            .where(
                PlanForce.child_id.in_([row[0] for row in changed]),
                PlanForce.valid_from <= timetable.last_on,
                PlanForce.valid_to.is_(None) | (PlanForce.valid_to > timetable.first_on),
            )
            .group_by(PlanForce.child_id)
        ).all()
    )
    return [(row[0], labels[row[0]], row[2], newest.get(row[0], 0)) for row in changed]
