"""Which published months plans do not fit any more, for Today."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from app.children.models import ResponsibleUnit
from app.db import db
from app.plans.models import PlanForce, PlanService, PlanVersion
from app.plans.types import ServiceKind, ServicePlace
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries.plan_gaps import gaps_of_month
from app.timetables.queries.standing import stands
from app.timetables.types import TimetableState


@dataclass(frozen=True)
class ToReplan:
    """Children whose published visits do not fit their plan, and the timetables in force that are concerned."""

    children: int
    timetables: tuple[uuid.UUID, ...]
    first: date | None = None


def to_replan(units: Collection[uuid.UUID], today: date) -> ToReplan:
    """The months of some units that plans do not fit any more. Two queries where there is none; the caller plans for
    the units."""
    rows = db.session.scalars(
        select(Timetable)
        .where(
            Timetable.unit_id.in_(units),
            Timetable.state == TimetableState.PUBLISHED,
            Timetable.superseded_at.is_(None),
            Timetable.last_on > today,
            or_(_another_plan(today), _newer_plan(), _plan_over(today)),
        )
        .order_by(Timetable.month, Timetable.id)
    ).all()
    found = [(row.id, month) for row in rows if (month := gaps_of_month(row, today))]
    return ToReplan(
        len({one.child_id for _id, month in found for one in month}),
        tuple(row_id for row_id, _month in found),
        min((one.since for _id, month in found for one in month), default=None),
    )


def _another_plan(today: date) -> Any:
    """A visit of the month to come was made from another version than the one in force on its day."""
    came = Timetable.__table__.alias("came")
    in_force = exists().where(
        PlanForce.version_id == Visit.plan_version_id,
        PlanForce.child_id == Visit.child_id,
        PlanForce.valid_from <= Visit.day,
        or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > Visit.day),
    )
    return (
        select(Visit.id)
        .join(came, came.c.id == Visit.timetable_id)
        .where(
            came.c.unit_id == Timetable.unit_id,
            came.c.month == Timetable.month,
            Visit.day > today,
            stands(),
            ~exists().where(VisitRecord.visit_id == Visit.id),
            ~in_force,
        )
        .correlate(Timetable)
        .exists()
    )


def _plan_over(today: date) -> Any:
    """A plan ended in the month or shortly before it: what took its place may ask for more than stands."""
    return (
        select(PlanForce.id)
        .join(ResponsibleUnit, ResponsibleUnit.child_id == PlanForce.child_id)
        .where(
            ResponsibleUnit.unit_id == Timetable.unit_id,
            PlanForce.valid_to > today - timedelta(days=31),
            PlanForce.valid_to <= Timetable.last_on,
        )
        .correlate(Timetable)
        .exists()
    )


def _newer_plan() -> Any:
    """A plan with lessons at home was approved after the timetable was made."""
    return (
        select(PlanForce.id)
        .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
        .join(PlanService, PlanService.version_id == PlanVersion.id)
        .join(ResponsibleUnit, ResponsibleUnit.child_id == PlanForce.child_id)
        .where(
            ResponsibleUnit.unit_id == Timetable.unit_id,
            PlanVersion.approved_at > Timetable.created_at,
            PlanForce.valid_from <= Timetable.last_on,
            PlanService.kind == ServiceKind.HOME_TEACHING,
            PlanService.place == ServicePlace.HOME,
        )
        .correlate(Timetable)
        .exists()
    )
