"""Published visits that were called off because the plan in force on their day asks for fewer: nothing is owed for
them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app.access import SYSTEM
from app.db import db
from app.kernel.calendars import YearMissing
from app.plans.queries import list_home_services
from app.timetables.models import Timetable, Visit
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.queries.live import live_visits
from app.timetables.queries.unfit import made_from
from app.timetables.rules.changes import Changed, StoredVisit, compare_visits
from app.timetables.rules.gathering import month_name, month_of
from app.timetables.rules.unasked import not_asked
from app.timetables.types import Beyond, ChangeKind, PlanNow


def unasked(visits: Collection[Visit], standing: Sequence[StoredVisit] | None = None) -> dict[uuid.UUID, PlanNow]:
    """Those of called off visits that no plan asks for any more, by id, with what it asks for on their day. `standing`:
    what takes place; None = what stands now. The caller has the children in sight."""
    if not visits:
        return {}
    units = dict(
        db.session.execute(
            select(Timetable.id, Timetable.unit_id).where(Timetable.id.in_({one.timetable_id for one in visits}))
        ).all()
    )
    months: dict[tuple[uuid.UUID, str], list[Visit]] = defaultdict(list)
    for one in visits:
        months[units[one.timetable_id], month_name(one.day)].append(one)
    found: dict[uuid.UUID, PlanNow] = {}
    for (unit_id, month), rows in months.items():
        found |= _of_month(unit_id, month, rows, standing)
    return found


def _of_month(
    unit_id: uuid.UUID, month: str, rows: Sequence[Visit], standing: Sequence[StoredVisit] | None
) -> dict[uuid.UUID, PlanNow]:
    first, last = month_of(rows[0].day)
    children = {one.child_id for one in rows}
    services = [one for one in list_home_services(SYSTEM, unit_id, first, last) if one.child_id in children]
    stand: list[StoredVisit] = list(live_visits(unit_id, month))
    if standing is not None:
        begin = min((v.day for v in standing), default=date.max)
        stand = [*(v for v in stand if v.day < begin), *standing]
    try:
        days = calendar_inputs(unit_id, first, last)
    except YearMissing:
        return {}
    return not_asked(rows, made_from(rows), services, [v for v in stand if v.child_id in children], days)


def compared(former: Sequence[Visit], now: Sequence[StoredVisit]) -> list[Changed]:
    """The changes from standing visits to others, see `marked`."""
    return marked(compare_visits(former, now), now)


def marked(changes: Sequence[Changed], standing: Sequence[StoredVisit] | None = None) -> list[Changed]:
    """The changes with those visits told by what the plan says now that it does not ask for any more."""
    gone = [one.former for one in changes if one.kind == ChangeKind.REMOVED and isinstance(one.former, Visit)]
    known = unasked(gone, standing)
    return [
        replace(one, kind=Beyond.NOT_ASKED, plan=known[one.former.id])
        if one.former is not None and one.now is None and one.former.id in known
        else one
        for one in changes
    ]
