"""What the plan of one child, in force or to be approved, leaves unfit of its published visits."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from sqlalchemy import select

from app.children.models import ResponsibleUnit
from app.children.responsible import lasts_beyond
from app.db import db
from app.plans.models import PlanService, PlanVersion
from app.plans.queries.services import HomeService
from app.plans.types import ServiceKind, ServicePlace
from app.timetables.models import Timetable
from app.timetables.queries.plan_gaps import ROOM, gaps_of_month
from app.timetables.queries.unfit import made_from, to_come, unfit_visits
from app.timetables.rules.fitting import Gap, gaps
from app.timetables.rules.gathering import month_of
from app.timetables.types import TimetableState


def gaps_of_child(child_id: uuid.UUID, today: date) -> list[tuple[Timetable, Gap]]:
    """The months to come in which the published visits of a child do not fit its plan. The caller has the child in
    sight."""
    return [
        (row, gap)
        for row in _months_of(child_id, today)
        for gap in gaps_of_month(row, today)
        if gap.child_id == child_id
    ]


def gaps_with(version: PlanVersion, start: date, today: date) -> list[tuple[Timetable, Gap]]:
    """The same as it would be with a version that is not approved yet, in force from `start` on."""
    found = []
    for row in _months_of(version.child_id, max(today, start - timedelta(days=1))):
        first, last = max(month_of(row.last_on)[0], start), month_of(row.last_on)[1]
        services = _services_of(version, first, last)
        visits = [one for one in to_come(row, today) if one.child_id == version.child_id and one.day >= start]
        made, have = made_from(visits), {one.service_key for one in visits}
        new = [one for one in services if one.service_key not in have and one.last - max(one.first, today) >= ROOM]
        found += [(row, gap) for gap in gaps(unfit_visits(row, visits, made, services), made, services, new)]
    return found


def _months_of(child_id: uuid.UUID, today: date) -> list[Timetable]:
    """The timetables in force, with days after today, of the units that answer for a child."""
    units = select(ResponsibleUnit.unit_id).where(ResponsibleUnit.child_id == child_id, lasts_beyond(today))
    return list(
        db.session.scalars(
            select(Timetable)
            .where(
                Timetable.unit_id.in_(units),
                Timetable.state == TimetableState.PUBLISHED,
                Timetable.superseded_at.is_(None),
                Timetable.last_on > today,
            )
            .order_by(Timetable.month, Timetable.id)
        )
    )


def _services_of(version: PlanVersion, first: date, last: date) -> list[HomeService]:
    """The services at home that a version asks for on days that lie between two."""
    found = []
    for row in db.session.scalars(
        select(PlanService)
        .where(
            PlanService.version_id == version.id,
            PlanService.kind == ServiceKind.HOME_TEACHING,
            PlanService.place == ServicePlace.HOME,
        )
        .order_by(PlanService.position, PlanService.id)
    ):
        begins = max(first, row.starts_on or version.starts_on, version.starts_on)
        ends = min(last, row.ends_on or version.ends_on, version.ends_on)
        if begins <= ends:
            found.append(
                HomeService(
                    child_id=version.child_id,
                    version_id=version.id,
                    service_key=row.service_key,
                    minutes=row.minutes,
                    times=row.times,
                    frequency=row.frequency,
                    needs=row.needs,
                    first=begins,
                    last=ends,
                    provider_school_id=row.provider_school_id,
                )
            )
    return found
