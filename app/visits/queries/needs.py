"""What the plans of children ask for at home, each version for its days."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select

from app.children.models import Child
from app.children.sight import of_child
from app.db import db
from app.plans.models import PlanForce, PlanService, PlanVersion
from app.plans.types import ServiceKind, ServicePlace
from app.timetables.types import Need


def needs_of(child_id: uuid.UUID, first: date, last: date) -> dict[uuid.UUID, list[Need]]:
    """The needs of one child in a period, by service."""
    found: dict[uuid.UUID, list[Need]] = defaultdict(list)
    for need in _needs(first, last, of_child(PlanForce.child_id, child_id)):
        found[need.service_key].append(need)
    return found


def needs_of_all(first: date, last: date) -> dict[uuid.UUID, dict[uuid.UUID, list[Need]]]:
    """The same of every child, by its kept file; one query."""
    found: dict[uuid.UUID, dict[uuid.UUID, list[Need]]] = defaultdict(lambda: defaultdict(list))
    for need in _needs(first, last):
        found[need.child_id][need.service_key].append(need)
    return found


def taught_at_home(first: date, last: date) -> Select:
    """The files whose plans ask for teaching at home in a period, second files among them."""
    return (
        select(PlanForce.child_id)
        .join(PlanService, PlanService.version_id == PlanForce.version_id)
        .where(*_at_home(first, last))
    )


def _needs(first: date, last: date, *tests: ColumnElement[bool]) -> list[Need]:
    rows = db.session.execute(
        select(
            PlanService,
            PlanForce.valid_from,
            PlanForce.valid_to,
            PlanVersion.starts_on,
            PlanVersion.ends_on,
            PlanForce.child_id,
            Child.merged_into,
        )
        .join(PlanVersion, PlanVersion.id == PlanService.version_id)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .join(Child, Child.id == PlanForce.child_id)
        .where(*tests, *_at_home(first, last))
        .order_by(PlanForce.valid_from, PlanService.position, PlanService.id)
    )
    found = []
    for service, valid_from, valid_to, starts, ends, child_id, kept_id in rows:
        to = [ends, service.ends_on, last]
        if valid_to is not None:
            to.append(date.fromordinal(valid_to.toordinal() - 1))
        begin, end = max(d for d in (valid_from, starts, service.starts_on, first) if d), min(d for d in to if d)
        if begin <= end:
            found.append(
                Need(
                    child_id=kept_id or child_id,
                    version_id=service.version_id,
                    service_key=service.service_key,
                    minutes=service.minutes,
                    times=service.times,
                    frequency=service.frequency,
                    needs=(),
                    first=begin,
                    last=end,
                )
            )
    return found


def _at_home(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (
        PlanService.kind == ServiceKind.HOME_TEACHING,
        PlanService.place == ServicePlace.HOME,
        PlanForce.valid_from <= last,
        or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first),
    )
