"""Making a timetable: let the engine work on what is known, keep what it found, discard it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.kernel.calendars import YearMissing
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.routing import Plan, Remedy, bound, bound_words, solve, stored
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.travel import estimated_visits
from app.schools.models import School
from app.teams.queries.who_may_plan import may_plan
from app.teams.rules import met
from app.timetables.figures import Figures, IdleTeam, LeftOutChild, LostPin
from app.timetables.hooks import hooks
from app.timetables.models import Timetable, TimetableRun, UnservedNeed, Visit
from app.timetables.queries.former import Former
from app.timetables.queries.inputs import gather_inputs
from app.timetables.queries.timetables import get_timetable
from app.timetables.rules.easing import eased
from app.timetables.rules.former import first_of_all, keeping
from app.timetables.rules.gathering import (
    demands_on,
    inputs_hash,
    left_out,
    make_problem,
    missing_inputs,
    split_demand,
    team_lack,
    versions_on,
)
from app.timetables.rules.loads import busiest_to_average, team_loads
from app.timetables.rules.parts import with_pins
from app.timetables.types import Inputs, Pin, TeamLoad, TimetableState, VisitOrigin


def inputs_of(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> Inputs:
    """What a timetable of these days would be made from now. Raises Refused for a year without holidays."""
    try:
        return gather_inputs(actor, unit_id, first, last)
    except YearMissing as missing:
        raise Refused(missing.problem.on("month")) from missing


def inputs_for(actor: Actor, row: Timetable) -> Inputs:
    """What a timetable is held against now; slices above know more of their drafts. Raises Refused for a year without
    holidays."""
    return hooks.inputs_of_draft(row, inputs_of(actor, row.unit_id, row.first_on, row.last_on))


def inputs_changed(actor: Actor, row: Timetable) -> bool:
    """Whether the inputs of a draft are others now than when it was made."""
    try:
        return inputs_hash(inputs_for(actor, row)) != row.input_hash
    except Refused:
        return True


@dataclass(frozen=True)
class Solved:
    """A plan and what it was made from; pinned visits that it could not keep."""

    inputs: Inputs
    task: Task
    plan: Plan
    lost_pins: tuple[Pin, ...] = ()


def solve_inputs(
    inputs: Inputs,
    *,
    seconds: float | None,
    iterations: int | None = None,
    seed: int,
    on_progress: Any = None,
    cancelled: Any = None,
    pins: Sequence[Pin] = (),
    relaxations: Sequence[dict] = (),
    former: Former | None = None,
    missed: Collection[str] = (),
    apart: bool = False,
) -> Solved:
    """Let the engine work; its own checker has passed the plan. `former`: visits whose teams and weekdays are kept as
    far as they can be; `missed`: services that went short the last time and come before the others now. Raises Refused
    for inputs that cannot be planned."""
    refuse_if(missing_inputs(inputs))
    task, _gone = with_pins(eased(make_problem(inputs, seed), relaxations), pins)
    task = first_of_all(task, missed)
    if former:
        task = keeping(task, former.days, former.visits)
    plan = solve(
        task,
        seconds=seconds,
        iterations=iterations,
        seed=seed,
        on_progress=on_progress,
        cancelled=cancelled,
        apart=apart,
    )
    stand = {(v.demand, v.team, v.date, v.start) for v in plan.visits}
    demand = demands_on(task)
    lost = [
        pin
        for pin in pins
        if (demand(pin.child_id, pin.service_key, pin.day), str(pin.team_id), pin.day, pin.start) not in stand
    ]
    return Solved(inputs, task, plan, tuple(lost))


def prove_bound(solved: Solved, *, seconds: float, cancelled: Any = None, apart: bool = False) -> list[dict]:
    """What is proven of how near a plan is to the best possible, as rows keep sentences."""
    proven = bound(solved.task, seconds=seconds, cancelled=cancelled, apart=apart)
    return [stored(one) for one in bound_words(solved.task, solved.plan, proven)]


def fill_timetable(
    actor: Actor,
    timetable_id: uuid.UUID,
    solved: Solved,
    *,
    stopped: bool,
    proven: Sequence[dict] = (),
    failures: Sequence[str] = (),
) -> Timetable | None:
    """Store a solved plan as a draft, with what was `proven` of it; None when it was discarded meanwhile. Doing it
    twice does no harm. `failures`: parts of the work after the search that ended in an error."""
    row = db.session.scalar(select(Timetable).where(Timetable.id == timetable_id).with_for_update())
    if row is None or row.state != TimetableState.QUEUED:
        return None
    plan, version = solved.plan, versions_on(solved.inputs.needs)
    db.session.execute(delete(Visit).where(Visit.timetable_id == row.id))
    db.session.execute(delete(UnservedNeed).where(UnservedNeed.timetable_id == row.id))
    estimated, schools = estimated_visits(solved.task, plan.visits), _school_names(solved.inputs)
    for one in plan.visits:
        child_id, service_key = split_demand(one.demand)
        db.session.add(
            Visit(
                timetable_id=row.id,
                child_id=child_id,
                team_id=uuid.UUID(one.team),
                day=one.date,
                start=one.start,
                end=one.end,
                plan_version_id=version(child_id, service_key, one.date),
                service_key=service_key,
                travel_in=one.travel_in,
                travel_estimated=(one.demand, one.date, one.start) in estimated,
                origin=VisitOrigin.MAKEUP if one.origin == "makeup" else VisitOrigin.TEMPLATE,
                frozen=False,
            )
        )
    for lack in plan.unserved:
        child_id, service_key = split_demand(lack.demand)
        db.session.add(
            UnservedNeed(
                timetable_id=row.id,
                child_id=child_id,
                service_key=service_key,
                missing=lack.missing,
                reasons=[stored(r) for r in lack.reasons],
                remedies=[stored(_placed(r, schools)) | {"cost": r.cost, "demand": lack.demand} for r in lack.remedies],
            )
        )
    db.session.execute(
        update(TimetableRun)
        .where(TimetableRun.timetable_id == row.id)
        .values(shortages=[stored(one) | {"minutes": one.minutes} for one in plan.shortages])
    )
    row.figures = replace(
        figures_of(solved),
        stopped=stopped,
        iterations=plan.iterations,
        bound=tuple(proven),
        failures=(*(plan.failures or ()), *failures),
    )
    row.input_hash, row.state = inputs_hash(solved.inputs), TimetableState.DRAFT
    audit.record(actor, "fill_timetable", "timetable", row.id, visits=len(plan.visits))
    db.session.flush()
    return row


def timetable_failed(args: dict) -> None:
    """Its job ended without a plan: the timetable no longer waits for one."""
    db.session.execute(
        update(Timetable)
        .where(Timetable.id == uuid.UUID(args["timetable"]), Timetable.state == TimetableState.QUEUED)
        .values(state=TimetableState.FAILED)
    )


def _school_names(inputs: Inputs) -> dict[str, str]:
    """Names of the schools from which teams go out, by the id that is their place in the engine's problem."""
    asked = {uuid.UUID(one) for team in inputs.teams for one in team.spots}
    names = {
        str(row.id): row.name for row in db.session.execute(select(School.id, School.name).where(School.id.in_(asked)))
    }
    return {team.place: "＋".join(names.get(one, "") for one in team.spots) for team in inputs.teams} | names


def _placed(remedy: Remedy, schools: Mapping[str, str]) -> Remedy:
    """The remedy with the name of a school in place of the engine's place, for people."""
    place = remedy.values.get("place")
    return replace(remedy, values={**remedy.values, "place": schools.get(str(place), place)}) if place else remedy


def figures_of(solved: Solved) -> Figures:
    """What the page shows of a plan: counts, minutes, and who could not be planned at all."""
    plan, task, inputs = solved.plan, solved.task, solved.inputs
    figures = Figures(
        asked=len(plan.visits) + sum(one.missing for one in plan.unserved),
        placed=len(plan.visits),
        unserved=sum(one.missing for one in plan.unserved),
        children=len({c.person for c in task.children}),
        teams=len(task.teams),
        left_out=tuple(LeftOutChild(c.id, why) for c in inputs.children if (why := left_out(c))),
        idle_teams=tuple(IdleTeam(t.id, t.name, lack) for t in inputs.teams if (lack := team_lack(t))),
        not_skills=tuple(inputs.not_skills),
        wishes=wishes_met(inputs, task, plan),
        bent=tuple(stored(one) for one in plan.relaxations),
        lost_pins=tuple(LostPin(pin.child_id, pin.day, pin.start) for pin in solved.lost_pins),
    )
    return summed(figures, team_loads(task, inputs, plan.visits))


def wishes_met(inputs: Inputs, task: Task, plan: Plan) -> tuple[int, int]:
    """(families whose wishes every team that comes meets, families with wishes and visits)."""
    words, teams = {team.id: team.skills for team in task.teams}, defaultdict(set)
    for one in plan.visits:
        teams[one.child].add(one.team)
    return met(
        (child.wishes, [words[team] for team in teams[str(child.id)]])
        for child in inputs.children
        if child.wishes and str(child.id) in teams
    )


def ordered_loads(loads: Iterable[TeamLoad]) -> tuple[TeamLoad, ...]:
    """Loads as they are kept with the figures, by the team's id."""
    return tuple(sorted(loads, key=lambda one: one.team))


def spread_of(loads: Iterable[TeamLoad]) -> int:
    """The busiest team's load in per cent of the average, over the teams that have visits."""
    return round(100 * busiest_to_average([one.load for one in loads if one.visits]))


def summed(figures: Figures, loads: Iterable[TeamLoad]) -> Figures:
    """Figures with what follows from the loads of all teams: the same visits are the basis of every one."""
    loads = ordered_loads(loads)
    return replace(
        figures,
        travel=sum(one.travel for one in loads),
        team_days=sum(one.days for one in loads),
        spread=spread_of(loads),
        loads=loads,
    )


def discard_timetable(actor: Actor, timetable_id: uuid.UUID, *, instead: uuid.UUID | None = None) -> None:
    """Put a draft away; a published timetable is only replaced by a newer one. `instead`: the repair whose draft takes
    its place. Raises Refused, NotFound."""
    row = _own(actor, timetable_id)
    if row.state == TimetableState.PUBLISHED:
        raise Refused(
            Problem("published_stays", N_("A published timetable cannot be discarded. Publish a new one in its place."))
        )
    row.state = TimetableState.DISCARDED
    facts: dict[str, Any] = {"instead": str(instead)} if instead else {}
    audit.record(actor, "discard_timetable", "timetable", row.id, month=row.month, **facts)
    db.session.flush()
    for step in hooks.after_discarding:
        step(actor, row)


def _own(actor: Actor, timetable_id: uuid.UUID) -> Timetable:
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_timetable(actor, timetable_id, lock=True)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    return row


def as_plan(task: Task, visits: list[Visit]) -> Plan:
    """The stored visits as the engine's plan. Visits of demands that are gone stay in, so that the checker names
    them."""
    origin, demand = {VisitOrigin.MANUAL: "manual", VisitOrigin.MAKEUP: "makeup"}, demands_on(task)
    return Plan(
        visits=tuple(
            Placed(
                demand(v.child_id, v.service_key, v.day),
                str(v.child_id),
                v.day,
                str(v.team_id),
                v.start,
                v.end,
                v.travel_in,
                False,
                origin.get(v.origin, "template"),
            )
            for v in visits
        )
    )
