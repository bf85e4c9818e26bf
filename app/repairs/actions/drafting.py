"""The draft of a chosen way out: its visits, what has no place, its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

from app.access import Actor
from app.db import db
from app.kernel import clock
from app.repairs.models import Repair
from app.repairs.queries.repairs import happenings_of, visits_of_variant
from app.repairs.rules import ITERATIONS, as_happened
from app.timetables.actions.runs import task_of
from app.timetables.actions.timetables import as_plan, inputs_of, summed
from app.timetables.models import Timetable, UnservedNeed, Visit
from app.timetables.rules.gathering import inputs_hash, split_demand, weeks_of
from app.timetables.rules.loads import team_loads
from app.timetables.types import TeamLoad, TimetableState, VisitOrigin


def draft_of_way(actor: Actor, row: Repair, base: Timetable, variant: dict, today: date) -> Timetable:
    """The timetable made from the published one: the chosen visits from tomorrow on, or from the month's first day."""
    first = max(row.first_on, today + timedelta(days=1), weeks_of(int(base.month[:4]), int(base.month[5:]))[0])
    inputs = as_happened(inputs_of(actor, base.unit_id, first, base.last_on), happenings_of(row))
    draft = Timetable(
        unit_id=base.unit_id,
        month=base.month,
        first_on=first,
        last_on=base.last_on,
        state=TimetableState.DRAFT,
        seed=base.seed,
        created_by_name=actor.name,
        created_at=clock.now(),
        input_hash=inputs_hash(inputs),
        figures=base.figures,
    )
    db.session.add(draft)
    db.session.flush()
    visits = [_as_stored(draft, v) for v in visits_of_variant(variant) if v.day >= first]
    db.session.add_all([*visits, *_unserved(draft, variant)])
    db.session.flush()
    task = task_of(base, inputs)
    _count(draft, base, visits, variant, team_loads(task, inputs, as_plan(task, visits).visits))
    return draft


def _as_stored(draft: Timetable, v: SimpleNamespace) -> Visit:
    return Visit(
        timetable_id=draft.id,
        child_id=v.child_id,
        team_id=v.team_id,
        plan_version_id=v.plan_version_id,
        service_key=v.service_key,
        day=v.day,
        start=v.start,
        end=v.end,
        travel_in=v.travel_in,
        travel_estimated=v.travel_estimated,
        origin=VisitOrigin(v.origin),
        frozen=False,
    )


def _unserved(draft: Timetable, variant: dict) -> list[UnservedNeed]:
    found = []
    for one in variant["unserved"]:
        child_id, service_key = split_demand(one["demand"])
        found.append(
            UnservedNeed(
                timetable_id=draft.id,
                child_id=child_id,
                service_key=service_key,
                missing=one["missing"],
                reasons=one["reasons"],
            )
        )
    return found


def _count(
    draft: Timetable, base: Timetable, visits: Sequence[Visit], variant: dict, loads: Sequence[TeamLoad]
) -> None:
    """Give the draft the figures of the repaired timetable, with what the repair counts anew."""
    missing = sum(one["missing"] for one in variant["unserved"])
    figures = replace(
        base.figures,
        placed=len(visits),
        asked=len(visits) + missing,
        unserved=missing,
        children=len({v.child_id for v in visits}),
        teams=len({v.team_id for v in visits}),
        bent=tuple(variant["bent"]),
        stopped=False,
        iterations=ITERATIONS,
    )
    draft.figures = summed(figures, loads)
