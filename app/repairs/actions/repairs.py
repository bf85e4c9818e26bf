"""Repairing a published month: what happened is entered, a job finds ways out, one is chosen and becomes a draft.

Nothing that is past or recorded changes. What happened becomes a fact (leave, a closed home, a closed day) only when
the draft is published (actions/happenings.py), so that a repair that was thrown away leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.actions import purpose_problems
from app.children.models import Child
from app.db import audit, db
from app.errors import NotFound
from app.jobs.actions import queue_job
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.repairs.actions import drafting, standins
from app.repairs.models import Repair, RepairCall
from app.repairs.queries.repairs import (
    calls_for,
    get_call,
    get_repair,
    keep_happening,
    movable_visits,
    read_happening,
    visits_of_variant,
)
from app.repairs.queries.rivals import how_it_ended, refuse_ended, rivals_of
from app.repairs.rules import first_day, happening_problems
from app.repairs.types import Happening, RepairState
from app.schools.models import Teacher
from app.schools.queries import teacher_labels
from app.teams.models import Team, TeamMember
from app.teams.queries.who_may_plan import may_plan
from app.timetables.actions import fitness, timetables
from app.timetables.models import Timetable
from app.timetables.queries.timetables import find_published, get_timetable
from app.timetables.queries.unasked import compared
from app.timetables.rules.gathering import weeks_of
from app.timetables.types import TimetableState

MOST_EVENTS = 12


def open_repair(
    actor: Actor,
    timetable_id: uuid.UUID,
    happened: Sequence[Happening],
    *,
    today: date,
    page: Callable[[uuid.UUID], str],
) -> Repair:
    """Enter what happened to a published month; a job finds the ways out. `page(id)` is the address of its page.

    Raises Refused: not the timetable in force, wrong days, a month that is over; NotFound.
    """
    row = _in_force(actor, timetable_id)
    if row.last_on <= today:
        raise Refused(
            Problem(
                "month_over",
                N_("This month is over and its timetable was published. What was given is recorded at each visit."),
            )
        )
    if not 1 <= len(happened) <= MOST_EVENTS:
        raise Refused(Problem("events_many", N_("Enter at most %(most)s things at once."), {"most": MOST_EVENTS}))
    span = weeks_of(int(row.month[:4]), int(row.month[5:]))[0], row.last_on
    refuse_if([problem for one in happened for problem in happening_problems(one, today, span)])
    _known(row, happened)
    made = Repair(
        unit_id=row.unit_id,
        timetable_id=row.id,
        first_on=first_day(happened, today),
        state=RepairState.ASKED,
        events=[keep_happening(one) for one in happened],
        variants=[],
        created_by_name=actor.name,
        created_at=clock.now(),
    )
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
        raise Refused(
            Problem(
                "not_in_force",
                N_("Only the timetable in force can be repaired. Open the newest published one of this month."),
            )
        )
    return row


def _known(row: Timetable, happened: Sequence[Happening]) -> None:
    """A teacher or child of another district is none that can be chosen."""
    teachers = {one.teacher_id for one in happened if one.teacher_id}
    children = {one.child_id for one in happened if one.child_id}
    there = set(
        db.session.scalars(
            select(TeamMember.teacher_id)
            .join(Team, Team.id == TeamMember.team_id)
            .where(TeamMember.teacher_id.in_(teachers), Team.unit_id == row.unit_id)
        )
    )
    own = set(db.session.scalars(select(Child.id).where(Child.id.in_(children), Child.unit_id == row.unit_id)))
    if teachers - there or children - own:
        raise NotFound


# --- choosing one ---------------------------------------------------------------------------------------------------


def choose_way(
    actor: Actor, repair_id: uuid.UUID, number: int, *, today: date, instead_of: Collection[uuid.UUID] = ()
) -> Timetable:
    """Make a draft of a way out (numbered from 1, as its page does) and write the list of whom to phone. What happened
    is kept with the repair and counts for this draft alone until it is published. `instead_of`: the repairs of the
    month whose drafts the page named as those that this one takes the place of.

    Raises Refused: chosen already, published anew meanwhile, too old, another draft there that the page did not name;
    NotFound.
    """
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_repair(actor, repair_id, lock=True)
    if not 1 <= number <= len(row.variants):
        raise NotFound
    variant = row.variants[number - 1]
    base = _still_open(row, today)
    others = rivals_of(base, row)
    if {one.id for one in others} - set(instead_of):
        raise Refused(RIVAL)
    changes = compared(movable_visits(row), visits_of_variant(variant))
    if not changes:
        raise Refused(Problem("nothing_changes", N_("This way out changes nothing: there is nothing to publish.")))
    woken = standins.wake_teams({v.team_id for v in visits_of_variant(variant)})
    row.variants = [one | {"woken": woken} if one is variant else one for one in row.variants]
    draft = drafting.draft_of_way(actor, row, base, variant, today)
    db.session.add_all(
        RepairCall(
            repair_id=row.id,
            position=n,
            child_id=child,
            teacher_id=teacher,
            changes=[_plain_change(one) for one in rows],
        )
        for n, (child, teacher, rows) in enumerate(calls_for(changes))
    )
    row.state, row.chosen, row.draft_id = RepairState.CHOSEN, variant["name"], draft.id
    audit.record(actor, "choose_way", "repair", row.id, way=row.chosen, draft=str(draft.id), changes=len(changes))
    db.session.flush()
    for other in others:
        if other.draft_id:
            timetables.discard_timetable(actor, other.draft_id, instead=row.id)
    return draft


RIVAL = Problem(
    "repair_rival",
    N_(
        "Another repair of this month has a draft that waits to be published. Open it, or choose again: then this one "
        "takes its place."
    ),
)


def _still_open(row: Repair, today: date) -> Timetable:
    """The timetable that a repair is of, locked, where a way out can still be chosen."""
    if row.state != RepairState.READY:
        raise Refused(Problem("way_chosen", N_("A way out was chosen here already.")))
    base = db.session.scalars(select(Timetable).where(Timetable.id == row.timetable_id).with_for_update()).one()
    force = find_published(base.unit_id, base.month)
    if force is None or force.id != base.id:
        raise Refused(fitness.REPAIR_OUTDATED)
    if row.first_on < today:
        raise Refused(
            Problem(
                "repair_old",
                N_("This repair was computed for %(day)s. Enter what happened again; it is computed for today."),
                {"day": row.first_on},
            )
        )
    return base


def _plain_change(one: Any) -> dict:
    def end(visit: Any) -> list[Any] | None:
        return None if visit is None else [visit.day.isoformat(), visit.start, str(visit.team_id), visit.end]

    told = {"kind": one.kind.value, "child": str(one.child_id), "before": end(one.former), "after": end(one.now)}
    return told | {"plan": [one.plan.times, one.plan.often]} if one.plan else told


def set_call_done(actor: Actor, repair_id: uuid.UUID, call_id: uuid.UUID, done: bool) -> RepairCall:
    """Tick somebody off the list of whom to phone, or take the tick back. Raises Refused once the draft of the repair
    came to nothing, NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_repair(actor, repair_id, lock=True)
    call = get_call(row, call_id)
    refuse_ended(row)
    if done and call.done_at is None:
        call.done_at, call.done_by_name = clock.now(), actor.name
    if not done:
        call.done_at = call.done_by_name = None
    audit.record(actor, "call_done" if done else "call_open", "repair_call", call.id, child_id=call.child_id)
    db.session.flush()
    return call


def set_called_back(actor: Actor, repair_id: uuid.UUID, call_id: uuid.UUID, done: bool) -> RepairCall:
    """Note that somebody who was told of a change that came to nothing was called back, or take that back. Raises
    NotFound, also for who was told nothing."""
    require(actor, Permission.TIMETABLES_WRITE)
    row = get_repair(actor, repair_id, lock=True)
    call = get_call(row, call_id)
    if call.done_at is None or how_it_ended(row) is None:
        raise NotFound
    if done and call.back_at is None:
        call.back_at, call.back_by_name = clock.now(), actor.name
    if not done:
        call.back_at = call.back_by_name = None
    audit.record(actor, "called_back" if done else "call_back_open", "repair_call", call.id, child_id=call.child_id)
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
    return [(teacher_labels({teacher.id})[teacher.id], teacher.phone or "")]
