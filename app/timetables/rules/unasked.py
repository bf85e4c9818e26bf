"""Which called off visits the plan does not ask for any more: what of a period is still lacking was called off for
another reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from app.timetables.rules.asking import Part, asked_by_period
from app.timetables.rules.changes import StoredVisit
from app.timetables.rules.fitting import Made, Planned, Service, no_longer_fit
from app.timetables.types import CalendarInput, PlanNow


def not_asked(
    gone: Sequence[Planned],
    made: Made,
    services: Sequence[Service],
    standing: Sequence[StoredVisit],
    days: Iterable[CalendarInput],
) -> dict[uuid.UUID, PlanNow]:
    """{id: what the plan asks for on its day} of the `gone` visits that were made from a plan which asked otherwise,
    and of whose period as many stand as are asked for. Of a period in which some are lacking, the last so many were
    called off and the plan is not the reason."""
    unfit = {one.id: one for one in no_longer_fit(gone, made, services)}
    parts = asked_by_period(services, days)
    owner = {id(part): one for one, rows in zip(services, parts, strict=True) for part in rows}
    groups = list(dict.fromkeys(part.mates for rows in parts for part in rows))
    left = dict(unfit)
    for mates in groups:
        keys = {(owner[id(x)].child_id, owner[id(x)].service_key) for x in mates}
        inside = [v for v in standing if (v.child_id, v.service_key) in keys and _in(v, mates)]
        lacks = sum(part.visits for part in mates) - len(inside)
        own = sorted(
            (v for v in unfit.values() if (v.child_id, v.service_key) in keys and _in(v, mates)),
            key=lambda v: v.day,
        )
        for one in own[len(own) - lacks :] if lacks > 0 else ():
            left.pop(one.id, None)
    return {one: _now(visit, services) for one, visit in left.items()}


def _in(visit: Planned | StoredVisit, mates: Sequence[Part]) -> bool:
    return mates[0].first <= visit.day <= mates[-1].last


def _now(visit: Planned, services: Sequence[Service]) -> PlanNow:
    there = [one for one in services if one.child_id == visit.child_id and one.first <= visit.day <= one.last]
    same = [one for one in there if one.service_key == visit.service_key] or there
    return PlanNow(same[0].times, same[0].frequency) if same else PlanNow(0, None)
