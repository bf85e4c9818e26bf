"""What the plans of a child ask for at home, each version for its days."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date

from sqlalchemy import or_, select

from app.children.sight import of_child
from app.db import db
from app.plans.models import PlanForce, PlanService, PlanVersion
from app.plans.types import ServiceKind, ServicePlace
from app.timetables.types import Need


def needs_of(child_id: uuid.UUID, first: date, last: date) -> dict[uuid.UUID, list[Need]]:
    rows = db.session.execute(
        select(PlanService, PlanForce.valid_from, PlanForce.valid_to, PlanVersion.starts_on, PlanVersion.ends_on)
        .join(PlanVersion, PlanVersion.id == PlanService.version_id)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(
            of_child(PlanForce.child_id, child_id),
            PlanService.kind == ServiceKind.HOME_TEACHING,
            PlanService.place == ServicePlace.HOME,
            PlanForce.valid_from <= last,
            or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first),
        )
        .order_by(PlanForce.valid_from, PlanService.position, PlanService.id)
    )
    found: dict[uuid.UUID, list[Need]] = defaultdict(list)
    for service, valid_from, valid_to, starts, ends in rows:
        to = [ends, service.ends_on, last]
        if valid_to is not None:
            to.append(date.fromordinal(valid_to.toordinal() - 1))
        begin, end = max(d for d in (valid_from, starts, service.starts_on, first) if d), min(d for d in to if d)
        if begin <= end:
            need = Need(
                child_id,
                service.version_id,
                service.service_key,
                service.minutes,
                service.times,
                service.frequency,
                (),
                begin,
                end,
            )
            found[service.service_key].append(need)
    return found
