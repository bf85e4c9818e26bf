"""The plan of a visit: the version in force on its day, whichever version its timetable was made from."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.db import db
from app.plans.models import PlanForce, PlanObjective, PlanVersion
from app.plans.queries import objectives_of
from app.timetables.models import Visit, VisitRecord
from app.visits.models import RecordPlan


@dataclass(frozen=True)
class VisitPlan:
    """What a visit works on. `made_from`: number of the version that the timetable was made from. `since`: the first
    day of the version where it came after the timetable; None where it is the same one. `lapsed`: no plan is in force
    on the visit's day, so that the version is still that of the timetable."""

    version: PlanVersion
    objectives: list[PlanObjective]
    made_from: int
    since: date | None = None
    lapsed: bool = False


def plan_of_visit(visit: Visit, record: VisitRecord | None = None, *, left_on: date | None = None) -> VisitPlan:
    """The plan of a visit: that of its record, once there is one, else the one in force on its day. What came into
    force from `left_on` on, the day on which the child left, is not told."""
    if record is not None:
        version, made_from = _versions(version_of_record(record, visit), visit.plan_version_id)
        since = _since(version.id) if version.id != made_from.id else None
        return VisitPlan(version, objectives_of(version.id), made_from.number, since)
    force = _forces({visit.child_id}).get(visit.child_id, ())
    row = next((one for one in force if _holds(one, visit.day) and (left_on is None or one.valid_from < left_on)), None)
    version, made_from = _versions(row.version_id if row else visit.plan_version_id, visit.plan_version_id)
    since = row.valid_from if row is not None and version.id != made_from.id else None
    return VisitPlan(version, objectives_of(version.id), made_from.number, since, row is None)


def _versions(*ids: uuid.UUID) -> list[PlanVersion]:
    found = {row.id: row for row in db.session.scalars(select(PlanVersion).where(PlanVersion.id.in_(set(ids))))}
    return [found[one] for one in ids]


def plans_of_records(visit: Visit, records: Iterable[VisitRecord], shown: VisitPlan) -> dict[uuid.UUID, VisitPlan]:
    """The plan of each record of a visit, by the record's id; the one that is shown already is not read again."""
    records = list(records)
    kept = (
        dict(
            db.session.execute(
                select(RecordPlan.record_id, RecordPlan.version_id).where(
                    RecordPlan.record_id.in_([one.id for one in records])
                )
            ).all()
        )
        if records
        else {}
    )
    return {
        one.id: shown if kept.get(one.id, visit.plan_version_id) == shown.version.id else plan_of_visit(visit, one)
        for one in records
    }


def version_of_record(record: VisitRecord, visit: Visit) -> uuid.UUID:
    """The version that a record was written with: the one of the timetable unless another was kept with it."""
    return (
        db.session.scalar(select(RecordPlan.version_id).where(RecordPlan.record_id == record.id))
        or visit.plan_version_id
    )


def may_be_plan_of(visit: Visit, version_id: uuid.UUID) -> bool:
    """True for a version that a page of this visit can have shown: the timetable's, or one that was in force for the
    child."""
    return (
        version_id == visit.plan_version_id
        or db.session.scalar(
            select(PlanForce.id).where(PlanForce.version_id == version_id, PlanForce.child_id == visit.child_id)
        )
        is not None
    )


def plans_changed(visits: Iterable) -> list[tuple[date, int]]:
    """(first day, number) of the versions that came after the timetable of these visits (child_id, day, version_id) was
    made, by day. A fixed number of queries."""
    visits = list(visits)
    forces = _forces({one.child_id for one in visits})
    found = set()
    for one in visits:
        row = next((force for force in forces.get(one.child_id, ()) if _holds(force, one.day)), None)
        if row is not None and row.version_id != one.version_id:
            found.add((row.valid_from, row.number))
    return sorted(found)


def _since(version_id: uuid.UUID) -> date | None:
    return db.session.scalar(select(PlanForce.valid_from).where(PlanForce.version_id == version_id))


def _holds(force: Any, day: date) -> bool:
    return force.valid_from <= day and (force.valid_to is None or day < force.valid_to)


def _forces(children: set[uuid.UUID]) -> dict[uuid.UUID, list]:
    """The periods in force of each child, with the number of their version."""
    found: dict[uuid.UUID, list] = {}
    for row in db.session.execute(
        select(PlanForce.child_id, PlanForce.version_id, PlanForce.valid_from, PlanForce.valid_to, PlanVersion.number)
        .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
        .where(PlanForce.child_id.in_(children))
        .order_by(PlanForce.valid_from)
    ):
        found.setdefault(row.child_id, []).append(row)
    return found
