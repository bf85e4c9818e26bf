"""Visits of a published month that a changed plan takes off, and what it asks for instead."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.repairs.planned_anew import Outcome, Row, apart_from, name_on, outcome, settled
from app.repairs.types import Happening, HappeningKind
from app.routing import ChildAdded, Plan
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.timetables.models import Timetable, Visit
from app.timetables.queries.unfit import answered_visits
from app.timetables.rules.asking import min_gap
from app.timetables.rules.gathering import demand_of, periods_of
from app.timetables.types import Inputs


@dataclass(frozen=True)
class Replanned:
    """`task`: the problem in which periods cut by a change of plan are counted as a whole; `off`: ids of visits that no
    longer count; `kept`: {id of a visit: (the engine's name of its service, minutes)} of those that stay where they
    are under the plan in force; `added`: what the plans ask for on the days left, as the engine's events."""

    task: Task
    off: frozenset[uuid.UUID] = frozenset()
    kept: dict[uuid.UUID, tuple[str, int]] = field(default_factory=dict)
    added: tuple[ChildAdded, ...] = ()

    def told(self, plan: Plan, stands: Sequence[Visit]) -> Plan:
        """The plan of the visits that stand, with those that are kept under the names and for the time of the plan in
        force."""
        rows = zip(plan.visits, stands, strict=True)
        return replace(plan, visits=tuple(self._told(one, stored) for one, stored in rows))

    def _told(self, one: Placed, stored: Visit) -> Placed:
        if stored.id not in self.kept:
            return one
        demand, minutes = self.kept[stored.id]
        return replace(one, demand=demand, end=one.start + minutes)


def replanned(
    row: Timetable,
    happened: Sequence[Happening],
    inputs: Inputs,
    task: Task,
    live: Collection[Visit],
    recorded: Collection[uuid.UUID],
    since: date,
) -> Replanned:
    """What changed plans of children mean from `since` on. A visit that the plan still asks for stays where it is, for
    as long as the plan now says; of each week (or what the service counts by) as many stay as are asked for, what is
    missing is placed anew."""
    rows = periods_of(inputs)
    task = settled(task, rows, live)
    children = {one.child_id for one in happened if one.kind == HappeningKind.PLAN_CHANGED}
    if not children:
        return Replanned(task)
    own = [one for one in live if one.child_id in children]
    here = answered_visits({one.id for one in own}, row.unit_id)
    coming = {one.id for one in own if one.day >= since and one.id not in recorded and one.id in here}
    mine = [one for one in rows if one[1].child_id in children]
    days = [day.day for day in inputs.days]
    found = outcome(mine, own, coming, days, since)
    needs = {name: need for name, need, _ in mine}
    kept = {one: (name, needs[name].minutes) for one, name in found.kept.items()}
    added = _added(inputs, task, mine, found, own)
    known = {one.id for one in task.children}
    task = replace(task, children=(*task.children, *(one.child for one in added if one.child.id not in known)))
    return Replanned(task, frozenset(found.off), kept, tuple(added))


def _added(inputs: Inputs, task: Task, rows: Sequence[Row], found: Outcome, own: Sequence[Visit]) -> list[ChildAdded]:
    """The services of which visits are missing or no longer are what the plan says."""
    known = {one.id: one for one in task.children}
    there = {one.id: name for one in own if (name := name_on(rows, one)) and one.id not in found.off}
    added = []
    for name, need, _ in rows:
        asked, mine = found.asked.get(name, ()), [v for v in own if there.get(v.id) == name]
        if not asked:
            continue
        lacks = any(sum(q.first <= v.day <= q.last for v in mine) < q.visits for q in asked)
        stale = any(found.kept.get(v.id) == name and v.end - v.start != need.minutes for v in mine)
        child = known.get(name) or demand_of(inputs, name, need)
        if child is None or not (lacks or stale):
            continue
        beside = [v.day for v in own if v.id not in found.off and there.get(v.id) not in (None, name)]
        days = {day.day for day in inputs.days}
        beyond = [v.day for v in mine if str(v.team_id) not in {team.id for team in task.teams}]
        asked = [replace(q, visits=q.visits - sum(q.first <= day <= q.last for day in beyond)) for q in asked]
        child = apart_from(child, min_gap(need.times, need.frequency), beside, [v.day for v in mine], days)
        added.append(ChildAdded(replace(child, total=None, quotas=tuple(asked))))
    return added
