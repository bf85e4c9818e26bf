"""Visits of a published month that a changed plan takes off, and what it asks for instead."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.access import SYSTEM
from app.plans.queries import list_home_services
from app.repairs.types import Happening, HappeningKind
from app.routing import ChildAdded
from app.routing import Problem as Task
from app.timetables.models import Timetable, Visit
from app.timetables.queries.unfit import made_from, unfit_visits
from app.timetables.rules.gathering import asked_after, demands_on, month_of, spells
from app.timetables.types import Inputs


@dataclass(frozen=True)
class Replanned:
    """`off`: ids of the visits that no longer count, past ones of the services among them; `added`: what the plan
    asks for on the days left, as the engine's events."""

    off: frozenset[uuid.UUID] = frozenset()
    added: tuple[ChildAdded, ...] = ()


def replanned(
    row: Timetable,
    happened: Sequence[Happening],
    inputs: Inputs,
    task: Task,
    live: Collection[Visit],
    recorded: Collection[uuid.UUID],
    since: date,
) -> Replanned:
    """What changed plans of children mean from `since` on: every service of theirs with a visit that does not fit, or
    without any visit to come, is placed anew on the days left."""
    children = {one.child_id for one in happened if one.kind == HappeningKind.PLAN_CHANGED}
    own = [one for one in live if one.child_id in children]
    if not children:
        return Replanned()
    services = [
        one for one in list_home_services(SYSTEM, row.unit_id, *month_of(row.last_on)) if one.child_id in children
    ]
    coming = [one for one in own if one.day >= since and one.id not in recorded]
    unfit = {one.id for one in unfit_visits(row, coming, made_from(coming), services)}
    named = demands_on(task)
    struck = {named(one.child_id, one.service_key, one.day) for one in coming if one.id in unfit}
    have = {named(one.child_id, one.service_key, one.day) for one in coming}
    added, anew = [], set()
    needs = dict(spells(inputs.needs))
    for one in task.children:
        need = needs[one.id]
        if need.child_id not in children or need.last < since or (one.id in have and one.id not in struck):
            continue
        anew.add(one.id)
        added.append(ChildAdded(replace(one, total=asked_after(need, inputs, since))))
    off = {one.id for one in own if named(one.child_id, one.service_key, one.day) in anew} | unfit
    return Replanned(frozenset(off), tuple(added))
