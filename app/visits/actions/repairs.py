"""Repairing a published month: what happened is entered, a job finds ways out, one is chosen and becomes a draft.

Nothing that is past or recorded changes. What happened becomes a fact (leave, a closed home, a closed day) only when
the draft is published (actions/happenings.py), so that a repair that was thrown away leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy import select, update

from app.access import Actor, Permission, require
from app.children.actions import purpose_problems
from app.children.models import Child
from app.db import audit, db
from app.errors import NotFound
from app.jobs.actions import queue_job
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.schools.models import Teacher
from app.schools.queries import teacher_labels
from app.visits.actions.timetables import inputs_of
from app.visits.models import (
    Repair,
    RepairCall,
    Team,
    TeamMember,
    Timetable,
    UnservedNeed,
    Visit,
)
from app.visits.queries import find_published, get_timetable, may_plan
from app.visits.queries.repairs import (
    calls_for,
    get_call,
    get_repair,
    happenings_of,
    keep_happening,
    movable_visits,
    read_happening,
    visits_of_variant,
)
from app.visits.rules import compare_visits, inputs_hash, split_demand, weeks_of
from app.visits.rules.repairs import (
    ITERATIONS,
    as_happened,
    first_day,
    happening_problems,
)
from app.visits.types import (
    Happening,
    RepairState,
    TimetableState,
    VisitOrigin,
)

MOST_EVENTS = 12


def open_repair(actor: Actor, timetable_id: uuid.UUID, happened: Sequence[Happening], *, today: date,
                page: Callable[[uuid.UUID], str]) -> Repair:
    """Enter what happened to a published month; a job finds the ways out. `page(id)` is the address of its page.

    Raises Refused: not the timetable in force, wrong days, a month that is over; NotFound.
    """
    row = _in_force(actor, timetable_id)
    if row.last_on <= today:
        raise Refused(Problem("month_over", N_("This month is over and its timetable was published. What was given is "
                                               "recorded at each visit.")))
    if not 1 <= len(happened) <= MOST_EVENTS:
        raise Refused(Problem("events_many", N_("Enter at most %(most)s things at once."), {"most": MOST_EVENTS}))
    span = weeks_of(int(row.month[:4]), int(row.month[5:]))[0], row.last_on
    refuse_if([problem for one in happened for problem in happening_problems(one, today, span)])
    _known(row, happened)
    made = Repair(unit_id=row.unit_id, timetable_id=row.id, first_on=first_day(happened, today),
                  state=RepairState.ASKED, events=[keep_happening(one) for one in happened], variants=[],
                  created_by_name=actor.name, created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    made.job_id = queue_job(actor, "timetables.repair", {"repair": str(made.id)}, page=page(made.id)).id
    audit.record(actor, "open_repair", "repair", made.id, events=len(happened), timetable=str(row.id))
    db.session.flush()
    return made


def _in_force(actor: Actor, timetable_id: uuid.UUID) -> Timetable:
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_timetable(actor, timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    if row.state != TimetableState.PUBLISHED or row.superseded_at is not None:
        raise Refused(Problem("not_in_force", N_("Only the timetable in force can be repaired. Open the newest "
                                                 "published one of this month.")))
    return row


def _known(row: Timetable, happened: Sequence[Happening]) -> None:
    """A teacher or child of another district is none that can be chosen."""
    teachers = {one.teacher_id for one in happened if one.teacher_id}
    children = {one.child_id for one in happened if one.child_id}
    there = set(db.session.scalars(
        select(TeamMember.teacher_id).join(Team, Team.id == TeamMember.team_id).where(
            TeamMember.teacher_id.in_(teachers), Team.unit_id == row.unit_id)))
    own = set(db.session.scalars(select(Child.id).where(Child.id.in_(children), Child.unit_id == row.unit_id)))
    if teachers - there or children - own:
        raise NotFound


# --- choosing one ---------------------------------------------------------------------------------------------------


def choose_way(actor: Actor, repair_id: uuid.UUID, number: int, *, today: date) -> Timetable:
    """Make a draft of a way out (numbered from 1, as its page does) and write the list of whom to phone. What happened
    is kept with the repair and counts for this draft alone until it is published.

    Raises Refused: chosen already, published anew meanwhile, too old; NotFound.
    """
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_repair(actor, repair_id, lock=True)
    if not 1 <= number <= len(row.variants):
        raise NotFound
    variant = row.variants[number - 1]
    name = variant["name"]
    if row.state != RepairState.READY:
        raise Refused(Problem("way_chosen", N_("A way out was chosen here already.")))
    base = db.session.get_one(Timetable, row.timetable_id)
    force = find_published(base.unit_id, base.month)
    if force is None or force.id != base.id:
        raise Refused(Problem("repair_outdated", N_("Another timetable of this month was published since this repair "
                                                    "was made. Enter what happened there and repair again.")))
    if row.first_on < today:
        raise Refused(Problem("repair_old", N_("This repair was computed for %(day)s. Enter what happened again; it is "
                                               "computed for today."), {"day": row.first_on}))
    changes = compare_visits(movable_visits(row), visits_of_variant(variant))
    if not changes:
        raise Refused(Problem("nothing_changes", N_("This way out changes nothing: there is nothing to publish.")))
    db.session.execute(update(Team).where(Team.id.in_({v.team_id for v in visits_of_variant(variant)}),
                                          ~Team.active).values(active=True))
    draft = _draft(actor, row, base, variant, today)
    db.session.add_all(
        RepairCall(repair_id=row.id, position=n, child_id=child, teacher_id=teacher,
                   changes=[_plain_change(one) for one in rows])
        for n, (child, teacher, rows) in enumerate(calls_for(changes)))
    row.state, row.chosen, row.draft_id = RepairState.CHOSEN, name, draft.id
    audit.record(actor, "choose_way", "repair", row.id, way=name, draft=str(draft.id), changes=len(changes))
    db.session.flush()
    return draft


def _plain_change(one) -> dict:
    def end(visit):
        return None if visit is None else [visit.day.isoformat(), visit.start, str(visit.team_id)]

    return {"kind": one.kind.value, "child": str(one.child_id), "before": end(one.former), "after": end(one.now)}


def _draft(actor: Actor, row: Repair, base: Timetable, variant: dict, today: date) -> Timetable:
    """The timetable made from the published one: the chosen visits from tomorrow on, or from the month's first day."""
    first = max(row.first_on, today + timedelta(days=1), weeks_of(int(base.month[:4]), int(base.month[5:]))[0])
    visits = [v for v in visits_of_variant(variant) if v.day >= first]
    missing = sum(one["missing"] for one in variant["unserved"])
    draft = Timetable(unit_id=base.unit_id, month=base.month, first_on=first, last_on=base.last_on,
                      state=TimetableState.DRAFT, seed=base.seed, created_by_name=actor.name,
                      created_at=clock.now(), input_hash=None,
                      figures=_figures(base, visits, missing, variant))
    db.session.add(draft)
    db.session.flush()
    db.session.add_all(Visit(
        timetable_id=draft.id, child_id=v.child_id, team_id=v.team_id, plan_version_id=v.plan_version_id,
        service_key=v.service_key, day=v.day, start=v.start, end=v.end, travel_in=v.travel_in,
        travel_estimated=v.travel_estimated, origin=VisitOrigin(v.origin), frozen=False) for v in visits)
    for one in variant["unserved"]:
        child_id, service_key = split_demand(one["demand"])
        db.session.add(UnservedNeed(timetable_id=draft.id, child_id=child_id, service_key=service_key,
                                    missing=one["missing"], reasons=one["reasons"]))
    db.session.flush()
    draft.input_hash = inputs_hash(as_happened(inputs_of(actor, base.unit_id, first, base.last_on),
                                               happenings_of(row)))
    return draft


def _figures(base: Timetable, visits: list, missing: int, variant: dict) -> dict:
    loads: dict = {}
    for v in visits:
        loads[v.team_id] = loads.get(v.team_id, 0) + v.end - v.start + v.travel_in
    spread = round(100 * max(loads.values()) * len(loads) / max(1, sum(loads.values()))) if loads else 0
    kept = {name: value for name, value in base.figures.items() if name != "after"}  # of the remedy of an earlier draft
    return {**kept, "placed": len(visits), "asked": len(visits) + missing, "unserved": missing,
            "travel": sum(v.travel_in for v in visits), "team_days": len({(v.team_id, v.day) for v in visits}),
            "children": len({v.child_id for v in visits}), "teams": len(loads), "spread": spread,
            "other_team": sum(one["code"] == "SUBSTITUTE" for one in variant["bent"]),
            "bent": [{"message": one["message"], "values": one["values"]} for one in variant["bent"]],
            "stopped": False, "iterations": ITERATIONS}


def set_call_done(actor: Actor, repair_id: uuid.UUID, call_id: uuid.UUID, done: bool) -> RepairCall:
    """Tick somebody off the list of whom to phone, or take the tick back. Raises NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    call = get_call(get_repair(actor, repair_id, lock=True), call_id)
    if done and call.done_at is None:
        call.done_at, call.done_by_name = clock.now(), actor.name
    if not done:
        call.done_at = call.done_by_name = None
    audit.record(actor, "call_done" if done else "call_open", "repair_call", call.id, child_id=call.child_id)
    db.session.flush()
    return call


def add_to(actor: Actor, repair_id: uuid.UUID, drop: int | None = None) -> tuple[Repair, list[Happening]]:
    """What happened so far in a repair that is to be computed anew, without number `drop`. Raises NotFound."""
    row = get_repair(actor, repair_id)
    return row, [read_happening(one) for n, one in enumerate(row.events) if n != drop]


def phone_of_teacher(actor: Actor, teacher_id: uuid.UUID, purpose: str) -> list[tuple[str, str]]:
    """(name, number in full) of a teacher who is to be phoned; who asked and why is written to the trail. Raises
    Refused without a purpose."""
    require(actor, Permission.TIMETABLES_WRITE)
    refuse_if(purpose_problems(purpose))
    teacher = db.session.get_one(Teacher, teacher_id)
    if not teacher.phone_sealed:
        return []
    audit.record(actor, "reveal", "teacher", teacher.id, what="phone", purpose=purpose.strip()[:300])
    return [(teacher_labels({teacher.id})[teacher.id], teacher.phone)]
