"""Making a timetable: ask for it, fill it by the engine, move a visit by hand, discard it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import delete, select

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.jobs.actions import queue_job
from app.kernel.calendars import YearMissing
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.routing import Plan, check_change, solve
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.travel import estimated_visits
from app.schools.models import Unit
from app.visits.models import Timetable, UnservedNeed, Visit
from app.visits.queries import find_published, gather_inputs, get_timetable, may_plan, visits_of_month
from app.visits.queries.timetables import is_running
from app.visits.rules import (
    demand_id,
    inputs_hash,
    left_out,
    make_problem,
    missing_inputs,
    period_of,
    split_demand,
    team_lack,
)
from app.visits.types import Inputs, TimetableState, VisitOrigin


def inputs_of(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> Inputs:
    """What a timetable of these days would be made from now. Raises Refused for a year without holidays."""
    try:
        return gather_inputs(actor, unit_id, first, last)
    except YearMissing as missing:
        raise Refused(missing.problem.on("month")) from missing


def open_timetable(actor: Actor, *, unit_id: uuid.UUID, month: str, seconds: int, seed: int, today: date,
                   page: Callable[[uuid.UUID], str]) -> Timetable:
    """Ask for a timetable of a unit's month; a job makes it. `page(id)` is the address of its page.

    Raises Refused: a month that is over, a year without holidays, no team, no child, a run under way; NotFound.
    """
    require(actor, Permission.TIMETABLES_WRITE)
    if not may_plan(actor, unit_id) or db.session.scalar(
            select(Unit.id).where(Unit.id == unit_id).with_for_update()) is None:
        raise NotFound
    if is_running(unit_id, month):
        raise Refused(Problem("run_under_way", N_("A timetable of this month is being made already. Wait for it, or "
                                                  "stop it first."), field="month"))
    published = find_published(unit_id, month)
    first, last = period_of(month, today, published=published is not None).on("month").value_or_refuse()
    refuse_if(missing_inputs(inputs_of(actor, unit_id, first, last)))
    row = Timetable(unit_id=unit_id, month=month, first_on=first, last_on=last, state=TimetableState.QUEUED, seed=seed,
                    figures={"seconds": seconds}, created_by_name=actor.name, created_at=datetime.now(UTC))
    db.session.add(row)
    db.session.flush()
    row.job_id = queue_job(actor, "timetables.solve", {"timetable": str(row.id), "seconds": seconds, "seed": seed},
                           total=seconds, page=page(row.id)).id
    audit.record(actor, "open_timetable", "timetable", row.id, month=month, seed=seed)
    db.session.flush()
    return row


@dataclass(frozen=True)
class Solved:
    """A plan and what it was made from."""

    inputs: Inputs
    task: Task
    plan: Plan


def solve_inputs(inputs: Inputs, *, seconds: float | None, iterations: int | None = None, seed: int,
                 on_progress=None, cancelled=None) -> Solved:
    """Let the engine work; its own checker has passed the plan. Raises Refused for inputs that cannot be planned."""
    refuse_if(missing_inputs(inputs))
    task = make_problem(inputs, seed)
    plan = solve(task, seconds=seconds, iterations=iterations, seed=seed, on_progress=on_progress, cancelled=cancelled)
    return Solved(inputs, task, plan)


def fill_timetable(actor: Actor, timetable_id: uuid.UUID, solved: Solved, *, stopped: bool) -> Timetable | None:
    """Store a solved plan as a draft; None when it was discarded meanwhile. Doing it twice does no harm."""
    row = db.session.scalar(select(Timetable).where(Timetable.id == timetable_id).with_for_update())
    if row is None or row.state != TimetableState.QUEUED:
        return None
    plan, versions = solved.plan, {(n.child_id, n.service_key): n.version_id for n in solved.inputs.needs}
    db.session.execute(delete(Visit).where(Visit.timetable_id == row.id))
    db.session.execute(delete(UnservedNeed).where(UnservedNeed.timetable_id == row.id))
    estimated = estimated_visits(solved.task, plan.visits)
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
            reasons=[{"code": r.code, "message": r.message, "values": _plain(r.values)} for r in one.reasons]))
    row.figures = {**row.figures, **figures_of(solved), "stopped": stopped, "iterations": plan.iterations}
    row.input_hash, row.state = inputs_hash(solved.inputs), TimetableState.DRAFT
    audit.record(actor, "fill_timetable", "timetable", row.id, visits=len(plan.visits))
    db.session.flush()
    return row


def _plain(values) -> dict:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in values.items()}


def figures_of(solved: Solved) -> dict:
    """What the page shows of a plan: counts, minutes, and who could not be planned at all."""
    plan, task, inputs = solved.plan, solved.task, solved.inputs
    loads, out = {}, set()
    for one in plan.visits:
        loads[one.team] = loads.get(one.team, 0) + one.end - one.start + one.travel_in
        out.add((one.team, one.date))
    return {
        "asked": len(plan.visits) + sum(one.missing for one in plan.unserved), "placed": len(plan.visits),
        "unserved": sum(one.missing for one in plan.unserved), "other_team": plan.score.broken_continuity,
        "travel": plan.score.travel, "team_days": len(out), "children": len({c.person for c in task.children}),
        "teams": len(task.teams),
        "spread": round(100 * max(loads.values()) * len(loads) / max(1, sum(loads.values()))) if loads else 0,
        "left_out": [{"child": str(c.id), "why": left_out(c).value} for c in inputs.children if left_out(c)],
        "idle_teams": [{"team": str(t.id), "name": t.name, "why": team_lack(t).value} for t in inputs.teams
                       if team_lack(t)],
        "not_skills": list(inputs.not_skills),
        "bent": [{"message": r.message, "values": _plain(r.values)} for r in plan.relaxations],
    }


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


# --- moving by hand -------------------------------------------------------------------------------------------------


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


def check_move(actor: Actor, visit_id: uuid.UUID, *, day: date, start: int, team_id: uuid.UUID) -> list[Problem]:
    """Findings that moving a draft visit would bring; errors forbid it. Raises Refused, NotFound."""
    return _check_move(actor, *_draft(actor, visit_id), day, start, team_id)


def _draft(actor: Actor, visit_id: uuid.UUID) -> tuple[Timetable, Visit]:
    require(actor, Permission.TIMETABLES_WRITE)
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound
    row = get_timetable(actor, visit.timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    if row.state != TimetableState.DRAFT:
        raise Refused(Problem("not_a_draft", N_("Only visits of a draft can be moved. Make a new timetable and publish "
                                                "it in place of this one.")))
    return row, visit


def _check_move(actor, row, visit, day, start, team_id) -> list[Problem]:
    if not row.first_on <= day <= row.last_on:
        return [Problem("day_outside", N_("This day lies outside the timetable (%(first)s to %(last)s)."),
                        {"first": row.first_on, "last": row.last_on}, field="day")]
    task = make_problem(inputs_of(actor, row.unit_id, row.first_on, row.last_on))
    demand = demand_id(visit.child_id, visit.service_key)
    if demand not in {c.id for c in task.children}:
        return [Problem("service_gone", N_("This service no longer stands in a plan in force, or the child cannot be "
                                           "visited now. Make a new timetable."))]
    if str(team_id) not in {t.id for t in task.teams}:
        return [Problem("team_gone", N_("This team cannot visit: look at its teachers, hours and school."),
                        field="team_id")]
    if day not in {d.date for d in task.days}:
        return [Problem("day_closed", N_("There is no school on this day."), field="day")]
    rows = _plannable(task, row)
    task, plan = part_of(task, as_plan(task, rows), demand, {str(visit.team_id), str(team_id)})
    before = next((v for v in plan.visits
                   if (v.demand, v.date, v.start) == (demand, visit.day, visit.start)), None)
    after = Placed(demand, str(visit.child_id), day, str(team_id), start, start + visit.end - visit.start)
    return [finding for finding in check_change(task, plan, before, after) if finding.code != "miscounted"]


def _plannable(task: Task, row: Timetable) -> list[Visit]:
    """The draft's visits whose service and team still stand."""
    demands, teams = {c.id for c in task.children}, {team.id for team in task.teams}
    return [v for v in visits_of_month(row.id)
            if demand_id(v.child_id, v.service_key) in demands and str(v.team_id) in teams]


def move_visit(actor: Actor, visit_id: uuid.UUID, *, day: date, start: int, team_id: uuid.UUID) -> Visit:
    """Move a draft visit; the length stays. Raises Refused with the checker's findings, NotFound."""
    row, visit = _draft(actor, visit_id)
    refuse_if(_check_move(actor, row, visit, day, start, team_id))
    touched = {(visit.team_id, visit.day), (team_id, day)}
    was = f"{visit.day} {visit.start}"
    visit.end = start + visit.end - visit.start
    visit.day, visit.start, visit.team_id, visit.origin = day, start, team_id, VisitOrigin.MANUAL
    db.session.flush()
    _renew_travel(actor, row, touched)
    audit.record(actor, "move_visit", "visit", visit.id, child_id=visit.child_id, was=was, now=f"{day} {start}")
    db.session.flush()
    return visit


def _renew_travel(actor: Actor, row: Timetable, touched: set) -> None:
    """Count the legs of the days that a change touched anew, and the figures with them."""
    from app.routing.change import with_visits

    task = make_problem(inputs_of(actor, row.unit_id, row.first_on, row.last_on))
    rows = _plannable(task, row)
    plan = with_visits(task, as_plan(task, rows), as_plan(task, rows).visits)
    legs, guessed = {(v.demand, v.date, v.start): v.travel_in for v in plan.visits}, estimated_visits(task, plan.visits)
    for visit in rows:
        if (visit.team_id, visit.day) in touched:
            key = (demand_id(visit.child_id, visit.service_key), visit.day, visit.start)
            visit.travel_in, visit.travel_estimated = legs[key], key in guessed
    row.figures = {**row.figures, "travel": plan.score.travel, "other_team": plan.score.broken_continuity,
                   "team_days": len({(v.team_id, v.day) for v in rows})}
