"""Making a timetable: let the engine work on what is known, keep what it found, discard it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy import delete, select, update

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.kernel.calendars import YearMissing
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.routing import Plan, bound, bound_words, solve
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.travel import estimated_visits
from app.schools.models import School
from app.visits.models import Timetable, TimetableRun, UnservedNeed, Visit
from app.visits.queries import gather_inputs, get_timetable, may_plan
from app.visits.queries.former import Former
from app.visits.rules import (
    demand_id,
    inputs_hash,
    left_out,
    make_problem,
    missing_inputs,
    split_demand,
    team_lack,
)
from app.visits.rules.easing import eased
from app.visits.rules.former import first_of_all, keeping
from app.visits.rules.loads import busiest_to_average, team_loads
from app.visits.rules.parts import with_pins
from app.visits.rules.wishes import met
from app.visits.types import Inputs, Pin, TeamLoad, TimetableState, VisitOrigin


def inputs_of(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> Inputs:
    """What a timetable of these days would be made from now. Raises Refused for a year without holidays."""
    try:
        return gather_inputs(actor, unit_id, first, last)
    except YearMissing as missing:
        raise Refused(missing.problem.on("month")) from missing


@dataclass(frozen=True)
class Solved:
    """A plan and what it was made from; pinned visits that it could not keep."""

    inputs: Inputs
    task: Task
    plan: Plan
    lost_pins: tuple[Pin, ...] = ()


def solve_inputs(inputs: Inputs, *, seconds: float | None, iterations: int | None = None, seed: int,
                 on_progress=None, cancelled=None, pins: Sequence[Pin] = (),
                 relaxations: Sequence[dict] = (), former: Former | None = None,
                 missed: Collection[str] = (), apart: bool = False) -> Solved:
    """Let the engine work; its own checker has passed the plan. `former`: visits whose teams and weekdays are kept as
    far as they can be; `missed`: services that went short the last time and come before the others now. Raises Refused
    for inputs that cannot be planned."""
    refuse_if(missing_inputs(inputs))
    task, _gone = with_pins(eased(make_problem(inputs, seed), relaxations), pins)
    task = first_of_all(task, missed)
    if former:
        task = keeping(task, former.days, former.visits)
    plan = solve(task, seconds=seconds, iterations=iterations, seed=seed, on_progress=on_progress, cancelled=cancelled,
                 apart=apart)
    stand = {(v.demand, v.team, v.date, v.start) for v in plan.visits}
    lost = [pin for pin in pins if (demand_id(pin.child_id, pin.service_key), str(pin.team_id), pin.day, pin.start)
            not in stand]
    return Solved(inputs, task, plan, tuple(lost))


def prove_bound(solved: Solved, *, seconds: float, cancelled=None, apart: bool = False) -> list[dict]:
    """What is proven of how near a plan is to the best possible, as sentences (code, message, values)."""
    proven = bound(solved.task, seconds=seconds, cancelled=cancelled, apart=apart)
    return [{"code": r.code, "message": r.message, "values": _plain(r.values)}
            for r in bound_words(solved.task, solved.plan, proven)]


def fill_timetable(actor: Actor, timetable_id: uuid.UUID, solved: Solved, *, stopped: bool,
                   proven: Sequence[dict] = (), failures: Sequence[str] = ()) -> Timetable | None:
    """Store a solved plan as a draft, with what was `proven` of it; None when it was discarded meanwhile. Doing it
    twice does no harm. `failures`: parts of the work after the search that ended in an error."""
    row = db.session.scalar(select(Timetable).where(Timetable.id == timetable_id).with_for_update())
    if row is None or row.state != TimetableState.QUEUED:
        return None
    plan, versions = solved.plan, {(n.child_id, n.service_key): n.version_id for n in solved.inputs.needs}
    db.session.execute(delete(Visit).where(Visit.timetable_id == row.id))
    db.session.execute(delete(UnservedNeed).where(UnservedNeed.timetable_id == row.id))
    estimated, schools = estimated_visits(solved.task, plan.visits), _school_names(solved.inputs)
    for one in plan.visits:
        child_id, service_key = split_demand(one.demand)
        db.session.add(Visit(
            timetable_id=row.id, child_id=child_id, team_id=uuid.UUID(one.team), day=one.date, start=one.start,
            end=one.end, plan_version_id=versions[child_id, service_key], service_key=service_key,
            travel_in=one.travel_in, travel_estimated=(one.demand, one.date, one.start) in estimated,
            origin=VisitOrigin.MAKEUP if one.origin == "makeup" else VisitOrigin.TEMPLATE, frozen=False))
    for one in plan.unserved:
        child_id, service_key = split_demand(one.demand)
        db.session.add(UnservedNeed(
            timetable_id=row.id, child_id=child_id, service_key=service_key, missing=one.missing,
            reasons=[{"code": r.code, "message": r.message, "values": _plain(r.values)} for r in one.reasons],
            remedies=[{"code": r.code, "message": r.message, "values": _plain(r.values, schools), "cost": r.cost,
                       "demand": one.demand} for r in one.remedies]))
    db.session.execute(update(TimetableRun).where(TimetableRun.timetable_id == row.id).values(
        shortages=[{"minutes": s.minutes, "message": s.message, "values": _plain(s.values)} for s in plan.shortages]))
    row.figures = {**row.figures, **figures_of(solved), "stopped": stopped, "iterations": plan.iterations,
                   "bound": list(proven), "failures": [*(plan.failures or ()), *failures]}
    row.input_hash, row.state = inputs_hash(solved.inputs), TimetableState.DRAFT
    audit.record(actor, "fill_timetable", "timetable", row.id, visits=len(plan.visits))
    db.session.flush()
    return row


def timetable_failed(args: dict) -> None:
    """Its job ended without a plan: the timetable no longer waits for one."""
    db.session.execute(update(Timetable).where(Timetable.id == uuid.UUID(args["timetable"]),
                                               Timetable.state == TimetableState.QUEUED)
                       .values(state=TimetableState.FAILED))


def _school_names(inputs: Inputs) -> dict[str, str]:
    """Names of the schools from which teams go out, by the id that is their place in the engine's problem."""
    asked = {uuid.UUID(one) for team in inputs.teams for one in team.spots}
    names = {str(row.id): row.name for row in db.session.execute(select(School.id, School.name)
                                                                 .where(School.id.in_(asked)))}
    return {team.place: "＋".join(names.get(one, "") for one in team.spots) for team in inputs.teams} | names


def _plain(values, schools: Mapping[str, str] | None = None) -> dict:
    """The values of a message as they are kept. `schools`: names by id, for the engine's places that people read."""
    plain = {name: value if isinstance(value, int | str) else str(value) for name, value in values.items()}
    if schools and "place" in plain:
        plain["place"] = schools.get(plain["place"], plain["place"])
    return plain


def figures_of(solved: Solved) -> dict:
    """What the page shows of a plan: counts, minutes, and who could not be planned at all."""
    plan, task, inputs = solved.plan, solved.task, solved.inputs
    loads = load_rows(team_loads(task, inputs, plan.visits))
    return {
        "asked": len(plan.visits) + sum(one.missing for one in plan.unserved), "placed": len(plan.visits),
        "unserved": sum(one.missing for one in plan.unserved), "other_team": plan.score.broken_continuity,
        "travel": plan.score.travel, "team_days": sum(one["days"] for one in loads),
        "children": len({c.person for c in task.children}), "teams": len(task.teams),
        "spread": spread_of(loads), "loads": loads,
        "left_out": [{"child": str(c.id), "why": left_out(c).value} for c in inputs.children if left_out(c)],
        "idle_teams": [{"team": str(t.id), "name": t.name, "why": team_lack(t).value} for t in inputs.teams
                       if team_lack(t)],
        "not_skills": list(inputs.not_skills), "wishes": wishes_met(inputs, task, plan),
        "bent": [{"message": r.message, "values": _plain(r.values)} for r in plan.relaxations],
        "lost_pins": [{"child": str(pin.child_id), "day": pin.day.isoformat(), "start": pin.start}
                      for pin in solved.lost_pins],
    }


def wishes_met(inputs: Inputs, task: Task, plan: Plan) -> list[int]:
    """[families whose wishes every team that comes meets, families with wishes and visits]."""
    words, teams = {team.id: team.skills for team in task.teams}, defaultdict(set)
    for one in plan.visits:
        teams[one.child].add(one.team)
    return list(met((child.wishes, [words[team] for team in teams[str(child.id)]]) for child in inputs.children
                    if child.wishes and str(child.id) in teams))


def load_rows(loads: Sequence[TeamLoad]) -> list[dict]:
    """Loads as they are kept with the figures, by the team's id."""
    return sorted((asdict(one) for one in loads), key=lambda one: one["team"])


def spread_of(loads: Sequence[dict]) -> int:
    """The busiest team's load in per cent of the average, over the teams that have visits."""
    return round(100 * busiest_to_average([one["minutes"] + one["travel"] for one in loads if one["visits"]]))


def discard_timetable(actor: Actor, timetable_id: uuid.UUID) -> None:
    """Put a draft away; a published timetable is only replaced by a newer one. Raises Refused, NotFound."""
    row = _own(actor, timetable_id)
    if row.state == TimetableState.PUBLISHED:
        raise Refused(Problem("published_stays", N_("A published timetable cannot be discarded. Publish a new one in "
                                                    "its place.")))
    row.state = TimetableState.DISCARDED
    audit.record(actor, "discard_timetable", "timetable", row.id, month=row.month)
    db.session.flush()


def _own(actor: Actor, timetable_id: uuid.UUID) -> Timetable:
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_timetable(actor, timetable_id, lock=True)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    return row


def as_plan(task: Task, visits: list[Visit]) -> Plan:
    """The stored visits as the engine's plan. Visits of demands that are gone stay in, so that the checker names
    them."""
    origin = {VisitOrigin.MANUAL: "manual", VisitOrigin.MAKEUP: "makeup"}
    return Plan(tuple(
        Placed(demand_id(v.child_id, v.service_key), str(v.child_id), v.day, str(v.team_id), v.start, v.end,
               v.travel_in, False, origin.get(v.origin, "template"))
        for v in visits))


def part_of(task: Task, plan: Plan, demand: str, teams: set[str]) -> tuple[Task, Plan]:
    """The piece of problem and plan that a change can touch: the teams, those who share a teacher with them, the
    child's own visits. Small enough to be checked while somebody types."""
    people = {t for team in task.teams if team.id in teams for t in team.teachers}
    teams = {team.id for team in task.teams if set(team.teachers) & people}
    person = next((c.person for c in task.children if c.id == demand), "")
    visits = tuple(v for v in plan.visits if v.team in teams or v.child == person)
    teams |= {v.team for v in visits}
    demands = {v.demand for v in visits} | {demand}
    return (replace(task, teams=tuple(t for t in task.teams if t.id in teams),
                    children=tuple(c for c in task.children if c.id in demands)),
            replace(plan, visits=visits))
