"""Finding the ways out of what happened to a published month: the engine works, its variants are kept plainly."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from app.access import Actor
from app.db import audit, db
from app.repairs.actions.replanning import replanned
from app.repairs.models import Repair
from app.repairs.queries.known import all_that_happened, crews_of
from app.repairs.queries.repairs import get_repair
from app.repairs.rules import ITERATIONS, as_if_not, close_today, engine_events, spared_pins, strikes
from app.repairs.types import Happening, RepairState
from app.routing import Plan, repair, stored
from app.routing import Problem as Task
from app.routing.travel import estimated_visits
from app.schools.models import Teacher
from app.teams.models import Team, TeamMember
from app.timetables.actions import runs, timetables
from app.timetables.models import Timetable, Visit
from app.timetables.queries.live import live_visits, recorded_among
from app.timetables.queries.naming import child_names
from app.timetables.queries.pins import pins_of_month
from app.timetables.rules.gathering import demands_on, month_of, split_demand, versions_on
from app.timetables.types import Inputs, VisitOrigin


@dataclass(frozen=True)
class _Before:
    """What stands, by demand and day: `fixed` of which something is recorded, `renewed` (ids) those that
    another version of their plan asks for now; `outside`: visits that the engine does not know."""

    known: dict
    fixed: set
    renewed: frozenset[uuid.UUID]
    outside: list[Visit]


Version = Callable[[uuid.UUID, uuid.UUID, date], uuid.UUID]


def task_before(actor: Actor, row: Timetable, happened: Sequence[Happening]) -> tuple[Inputs, Task]:
    """The inputs of the timetable's whole month as they were before what happened, and the engine's problem under the
    rules that the timetable was made with."""
    inputs = as_if_not(timetables.inputs_of(actor, row.unit_id, *month_of(row.last_on)), happened)
    return inputs, runs.task_of(row, inputs)


def find_ways(actor: Actor, row: Repair, today: date, *, iterations: int = ITERATIONS) -> list[dict]:
    """Let the engine work; return the variants as they are kept. Raises Refused for an event that names nothing."""
    timetable = db.session.get_one(Timetable, row.timetable_id)
    happened = all_that_happened(row)
    inputs, task = task_before(actor, timetable, happened)
    live = live_visits(timetable.unit_id, timetable.month)
    recorded = recorded_among([v.id for v in live])
    new = replanned(timetable, happened, inputs, task, live, recorded, row.first_on)
    task = new.task
    stands, aside = _known(task, [v for v in live if v.id not in new.off])
    falls_out = strikes(happened, crews_of({v.team_id for v in aside}), {day.date for day in task.days})
    outside = [v for v in aside if v.day >= row.first_on and v.id not in recorded and not falls_out(v)]
    pins = spared_pins(pins_of_month(timetable.unit_id, timetable.month), happened, task)
    pinned = {(pin.child_id, pin.service_key, pin.day, pin.start) for pin in pins}
    firm = recorded | {v.id for v in stands if (v.child_id, v.service_key, v.day, v.start) in pinned}
    plan = _locked(new.told(timetables.as_plan(task, stands), stands), stands, firm)
    events = [*engine_events(happened, task, plan.visits, today), *new.added]
    found = repair(close_today(task, row.first_on, today), plan, events, since=row.first_on, iterations=iterations)
    version = versions_on(inputs.needs)
    known = {(one.demand, one.date): v for one, v in zip(plan.visits, stands, strict=True)}
    fixed = {key for key, v in known.items() if v.id in recorded}
    before = _Before(known, fixed, frozenset(new.kept), outside)
    return [_kept(variant, row.first_on, before, version, found.problem) for variant in found.variants]


def _known(task: Task, live: Sequence[Visit]) -> tuple[list[Visit], list[Visit]]:
    """The visits that the engine can know, and the others: of a day, a team or a service that is not planned any more.
    They stay as they are; nobody takes them off without a word."""
    days, demands = {d.date for d in task.days}, {c.id for c in task.children}
    teams, named = {team.id for team in task.teams}, demands_on(task)
    stands = [
        v
        for v in live
        if v.day in days and str(v.team_id) in teams and named(v.child_id, v.service_key, v.day) in demands
    ]
    there = {v.id for v in stands}
    return stands, [v for v in live if v.id not in there]


def _locked(plan: Plan, stands: list[Visit], recorded: set[uuid.UUID]) -> Plan:
    return replace(
        plan,
        visits=tuple(
            replace(one, locked=True) if stored.id in recorded else one
            for one, stored in zip(plan.visits, stands, strict=True)
        ),
    )


def _kept(variant: Any, since: date, before: _Before, version: Version, task: Task) -> dict:
    """A variant as plain values: its visits from the first day on that are not recorded, its figures."""
    guessed = estimated_visits(task, variant.plan.visits)
    visits = [
        _visit(one, before, version) | {"estimated": (one.demand, one.date, one.start) in guessed}
        for one in variant.plan.visits
        if one.date >= since and (one.demand, one.date) not in before.fixed
    ]
    visits += [_as_it_stands(one) for one in before.outside]
    unserved = [
        {"demand": one.demand, "missing": one.missing, "reasons": [stored(r) for r in one.reasons]}
        for one in variant.plan.unserved
    ]
    return {
        "name": variant.name,
        "also": list(variant.also),
        "visits": visits,
        "touched": list(variant.touched),
        "travel_before": variant.travel_before,
        "travel_after": variant.travel_after,
        "unserved": unserved,
        "bent": [stored(one) for one in variant.relaxations],
        "teams": _new_teams(visits, task),
    }


def _as_it_stands(visit: Visit) -> dict:
    return {
        "child": str(visit.child_id),
        "service": str(visit.service_key),
        "team": str(visit.team_id),
        "version": str(visit.plan_version_id),
        "day": visit.day.isoformat(),
        "start": visit.start,
        "end": visit.end,
        "travel": visit.travel_in,
        "estimated": visit.travel_estimated,
        "origin": visit.origin.value,
    }


def _visit(one: Any, before: _Before, version: Version) -> dict:
    stored = before.known.get((one.demand, one.date))
    child_id, service_key = split_demand(one.demand)
    same = stored if stored is not None and (str(stored.team_id), stored.start) == (one.team, one.start) else None
    stays = same is not None and same.id not in before.renewed
    made_from = same.plan_version_id if same and stays else version(child_id, service_key, one.date)
    origin = (
        same.origin.value
        if same
        else VisitOrigin.MAKEUP.value
        if one.origin == "makeup"
        else (VisitOrigin.TEMPLATE.value)
    )
    return {
        "child": str(child_id),
        "service": str(service_key),
        "team": one.team,
        "version": str(made_from),
        "day": one.date.isoformat(),
        "start": one.start,
        "end": one.end,
        "travel": one.travel_in,
        "origin": origin,
    }


def _new_teams(visits: list[dict], task: Task) -> dict:
    """Compositions of teachers that the engine formed for this repair: id → school, teachers, name."""
    used = {v["team"] for v in visits}
    return {
        t.id: {"school": t.school, "teachers": list(t.teachers), "name": t.name}
        for t in task.teams
        if t.id in used and not _is_id(t.id)
    }


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def store_ways(actor: Actor, repair_id: uuid.UUID, variants: list[dict]) -> None:
    """Keep what the engine found; doing it twice does no harm."""
    row = get_repair(actor, repair_id, lock=True)
    if row.state == RepairState.ASKED:
        row.variants = [variant | {"visits": _with_teams(row, variant)} for variant in variants]
        row.state = RepairState.READY
        audit.record(actor, "find_ways", "repair", row.id, variants=len(variants))
        db.session.flush()


def _with_teams(row: Repair, variant: dict) -> list[dict]:
    """The visits with ids of stored teams: a composition that the engine formed is found, or made as a team that does
    not visit until the way out is chosen."""
    ids = {one: _team_of(row.unit_id, team) for one, team in variant["teams"].items()}
    return [{**v, "team": str(ids.get(v["team"], v["team"]))} for v in variant["visits"]]


def _team_of(unit_id: uuid.UUID, team: dict) -> uuid.UUID:
    teachers = [uuid.UUID(one) for one in team["teachers"]]
    for known in db.session.scalars(select(Team).where(Team.unit_id == unit_id).order_by(Team.active.desc(), Team.id)):
        members = set(db.session.scalars(select(TeamMember.teacher_id).where(TeamMember.team_id == known.id)))
        if members == set(teachers):
            return known.id
    own = [db.session.get_one(Teacher, one).school_id for one in teachers]
    met = "+" in team["school"]  # at the home: then the school of the first is the team's
    school_id, apart = own[0] if met else uuid.UUID(team["school"]), met and len(set(own)) > 1
    made = Team(unit_id=unit_id, school_id=school_id, name=team["name"][:120], active=False, apart=apart)
    db.session.add(made)
    db.session.flush()
    db.session.add_all(TeamMember(team_id=made.id, teacher_id=one, position=n) for n, one in enumerate(teachers))
    db.session.flush()
    return made.id


def newly_planned(actor: Actor, row: Timetable) -> list[tuple[uuid.UUID, str]]:
    """Children who could be planned in the timetable's month and have no visit in it, by name; two of one name told
    apart."""
    _inputs, task = task_before(actor, row, ())
    have = {(v.child_id, v.service_key) for v in live_visits(row.unit_id, row.month)}
    names = child_names(actor, {uuid.UUID(one.person) for one in task.children if split_demand(one.id) not in have})
    return sorted(names.items(), key=lambda one: (one[1], str(one[0])))
