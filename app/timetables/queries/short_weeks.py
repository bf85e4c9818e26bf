"""Weeks in which fewer visits stand than the plans ask for that took each other's place in them or before."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app.db import db
from app.plans.queries.services import HomeService
from app.timetables.models import Timetable, UnservedNeed, Visit
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.queries.live import live_visits
from app.timetables.rules.asking import Part, asked_by_period, changed_children, lacking, less, min_gap
from app.timetables.rules.gathering import month_of
from app.timetables.types import VisitOrigin


def short_weeks(
    row: Timetable, services: Sequence[HomeService], coming: Collection[Visit], today: date
) -> dict[uuid.UUID, list[tuple[date, int]]]:
    """{child: [(first day, visits missing)]} of the periods to come of the timetable's month, for children whose plan
    changed in it, as far as the timetable does not tell them itself. `services`: all of the month."""
    changed = changed_children(services) & {one.child_id for one in coming}
    if not changed:
        return {}
    days = calendar_inputs(row.unit_id, *month_of(row.last_on))
    mine: dict[uuid.UUID, list[tuple[HomeService, Part]]] = defaultdict(list)
    for one, parts in zip(services, asked_by_period(services, days), strict=True):
        mine[one.child_id] += [(one, part) for part in parts if one.child_id in changed]
    standing: dict[uuid.UUID, list[Visit]] = defaultdict(list)
    for visit in live_visits(row.unit_id, row.month):
        standing[visit.child_id].append(visit)
    told = _told(row, changed)
    dates, since = [one.day for one in days], today + timedelta(days=1)
    found = {}
    for child in changed:
        lacks = _of_child(mine[child], standing[child], dates, since)
        if left := less(lacks, told.get(child, 0)):
            found[child] = left
    return found


def _of_child(
    rows: Sequence[tuple[HomeService, Part]], standing: Collection[Visit], dates: Collection[date], since: date
) -> list[tuple[date, int]]:
    owner = {id(part): one for one, part in rows}
    by_service: dict[uuid.UUID, list[Part]] = defaultdict(list)
    for mates in dict.fromkeys(part.mates for _, part in rows):
        by_service[owner[id(mates[-1])].service_key].append(mates[-1])
    found: list[tuple[date, int]] = []
    for parts in by_service.values():
        services = {owner[id(one)].service_key for part in parts for one in part.mates}
        last = owner[id(parts[-1])]
        own = [(v.day, v.origin == VisitOrigin.TEMPLATE) for v in standing if v.service_key in services]
        found += lacking(parts, own, dates, since, min_gap(last.times, last.frequency))
    return sorted(found)


def _told(row: Timetable, children: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """What the timetable itself says it could not place, by child."""
    found: dict[uuid.UUID, int] = defaultdict(int)
    for child, missing in db.session.execute(
        select(UnservedNeed.child_id, UnservedNeed.missing).where(
            UnservedNeed.timetable_id == row.id, UnservedNeed.child_id.in_(list(children))
        )
    ):
        found[child] += missing
    return found
