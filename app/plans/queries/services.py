"""The services at home of the plans in force: what a timetable is made from."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from app.access import Actor
from app.children.models import Child, ResponsibleUnit
from app.children.sight import in_sight
from app.db import db
from app.kernel.periods import Period
from app.plans.models import PlanForce, PlanService, PlanVersion
from app.plans.types import (
    Frequency,
    ServiceKind,
    ServicePlace,
)
from app.web.filters import today


@dataclass(frozen=True)
class HomeService:
    """A home-delivered service of a plan in force, clipped to the days on which both plan and service hold.

    `minutes` each time, `times` per `frequency`; `first` and `last` are both inside.
    """

    child_id: uuid.UUID
    version_id: uuid.UUID
    service_key: uuid.UUID
    minutes: int
    times: int
    frequency: Frequency
    needs: str | None
    first: date
    last: date
    provider_school_id: uuid.UUID | None


def list_home_services(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> list[HomeService]:
    """Every service of teaching at home in plans in force between two days (both inside), children of one unit: of one
    that came in the middle or goes before the end, as far as the unit answers for it."""
    answers = and_(ResponsibleUnit.child_id == Child.id, ResponsibleUnit.valid_from <= today(),
                   or_(ResponsibleUnit.valid_to.is_(None), ResponsibleUnit.valid_to > today()))
    rows = db.session.execute(
        select(PlanService.version_id, PlanService.service_key, PlanService.minutes, PlanService.times,
               PlanService.frequency, PlanService.needs, PlanService.starts_on, PlanService.ends_on,
               PlanService.provider_school_id, PlanForce.child_id, PlanForce.valid_from, PlanForce.valid_to,
               PlanVersion.starts_on.label("plan_starts"), PlanVersion.ends_on.label("plan_ends"),
               ResponsibleUnit.valid_from.label("answers_from"), ResponsibleUnit.valid_to.label("answers_to"))
        .join(PlanVersion, PlanVersion.id == PlanService.version_id)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .join(Child, Child.id == PlanForce.child_id).outerjoin(ResponsibleUnit, answers)
        .where(Child.unit_id == unit_id, in_sight(actor), PlanService.kind == ServiceKind.HOME_TEACHING,
               PlanService.place == ServicePlace.HOME, PlanForce.valid_from <= last,
               or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first))
        .order_by(Child.sort_key, Child.id, PlanService.position, PlanService.id))
    found = []
    for row in rows:
        days = _days(row, first, last)
        if days is not None:
            found.append(HomeService(row.child_id, row.version_id, row.service_key, row.minutes, row.times,
                                     row.frequency, row.needs, days.start, days.last, row.provider_school_id))
    return found


def _days(row, first: date, last: date) -> Period | None:
    """The days on which the force, the plan's dates, the service's dates and the asked days all hold."""
    asked = Period.through(first, last)
    for period in (Period(row.valid_from, row.valid_to), Period.through(row.plan_starts, row.plan_ends),
                   _own_days(row), Period(row.answers_from or date.min, row.answers_to)):
        asked = asked and period and asked.intersection(period)
    return asked or None


def _own_days(row) -> Period | None:
    first, last = row.starts_on or row.plan_starts, row.ends_on or row.plan_ends
    return Period.through(first, last) if first <= last else None


def units_with_home_services(units: Iterable[uuid.UUID], first: date, last: date) -> set[uuid.UUID]:
    """Those of the units that have a child with teaching at home in a plan in force between two days. One query."""
    return set(db.session.scalars(
        select(Child.unit_id).distinct().join(PlanForce, PlanForce.child_id == Child.id)
        .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
        .join(PlanService, PlanService.version_id == PlanVersion.id)
        .where(Child.unit_id.in_(list(units)), PlanService.kind == ServiceKind.HOME_TEACHING,
               PlanService.place == ServicePlace.HOME, PlanForce.valid_from <= last,
               or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first), PlanVersion.starts_on <= last,
               PlanVersion.ends_on >= first)))
