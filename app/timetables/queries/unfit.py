"""Published visits to come that no longer are what the plan in force on their day asks for."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import exists, select

from app.children.models import ResponsibleUnit
from app.children.responsible import holds_on
from app.db import db
from app.plans.models import PlanService
from app.plans.queries.services import HomeService
from app.timetables.models import Timetable, Visit
from app.timetables.queries.live import live_visits, recorded_among
from app.timetables.rules.fitting import Asked, Made, no_longer_fit


def to_come(row: Timetable, today: date) -> list[Visit]:
    """Standing visits of the month after today of which nothing was recorded."""
    live = [one for one in live_visits(row.unit_id, row.month) if one.day > today]
    recorded = recorded_among([one.id for one in live])
    return [one for one in live if one.id not in recorded]


def unfit_visits(row: Timetable, visits: Sequence[Visit], made: Made, services: Iterable[HomeService]) -> list[Visit]:
    """Those of the visits that do not fit. A child for whom another unit answers on the day is not meant: its visits
    end with the move."""
    found = no_longer_fit(visits, made, services)
    here = answered_visits({one.id for one in found}, row.unit_id)
    return [one for one in found if one.id in here]


def answered_visits(visit_ids: Collection[uuid.UUID], unit_id: uuid.UUID) -> set[uuid.UUID]:
    """Those of visits on whose day a unit answers for the child."""
    if not visit_ids:
        return set()
    answers = ResponsibleUnit.child_id == Visit.child_id, ResponsibleUnit.unit_id == unit_id
    return set(
        db.session.scalars(
            select(Visit.id).where(
                Visit.id.in_(visit_ids), exists().where(*answers, holds_on(ResponsibleUnit, Visit.day))
            )
        )
    )


def made_from(visits: Iterable[Visit]) -> dict[tuple[uuid.UUID, uuid.UUID], Asked]:
    """What the plans say that visits were made from."""
    rows = db.session.execute(
        select(
            PlanService.version_id,
            PlanService.service_key,
            PlanService.minutes,
            PlanService.times,
            PlanService.frequency,
        ).where(PlanService.version_id.in_({one.plan_version_id for one in visits}))
    )
    return {(row[0], row[1]): Asked(*row[2:]) for row in rows}
