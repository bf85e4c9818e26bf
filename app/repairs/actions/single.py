"""One published visit moved by itself: which times are free for it, and moving it there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, exists, select

from app.access import SYSTEM, Actor
from app.children.sight import require_write
from app.db import audit, db
from app.kernel.problems import N_, Problem, Refused, errors, refuse_if
from app.routing import Plan, check
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.change import move, piece_around
from app.routing.problem import half_days
from app.routing.travel import estimated_visits
from app.teams.models import TeamMember
from app.timetables.actions.publishing import book_visit, tell_changes
from app.timetables.actions.runs import task_of
from app.timetables.actions.timetables import as_plan, inputs_of
from app.timetables.models import Booking, Timetable, Visit, VisitRecord
from app.timetables.queries.live import live_visits
from app.timetables.queries.standing import stands
from app.timetables.rules.changes import Changed
from app.timetables.rules.gathering import demands_on, month_of
from app.timetables.types import ChangeKind, VisitOrigin

STEP, MOST_SLOTS, DAYS_AFTER = 30, 6, 14
WORTH = 60
"""Minutes that another time of the same day must differ to be worth asking for."""
PASSED = {"miscounted"}


@dataclass(frozen=True)
class Slot:
    """A day and an hour (minutes of the day) that are free for a visit."""

    day: date
    start: int


@dataclass(frozen=True)
class _Room:
    """The piece of problem and plan around one standing visit, and who is busy otherwise."""

    task: Task
    plan: Plan
    before: Placed
    known: list
    busy: list[tuple[datetime, datetime]]

    def findings(self, day: date, start: int) -> list[Problem]:
        """What keeps the visit from this day and hour."""
        length = self.before.end - self.before.start
        after = Placed(self.before.demand, self.before.child, day, self.before.team, start, start + length)
        found = [
            f
            for f in errors(check(self.task, move(self.task, self.plan, self.before, after)))
            if f not in self.known and f.code not in PASSED
        ]
        begins = datetime.combine(day, time.min) + timedelta(minutes=start)
        if any(a < begins + timedelta(minutes=length) and begins < b for a, b in self.busy):
            found.append(Problem("busy_elsewhere", N_("Somebody of this visit has another visit at that time.")))
        return found


def _room(visit: Visit) -> _Room | None:
    """None when the service or the team cannot be planned any more."""
    row = db.session.get_one(Timetable, visit.timetable_id)
    task = task_of(row, inputs_of(SYSTEM, row.unit_id, *month_of(visit.day)))
    demands, teams, named = {c.id for c in task.children}, {team.id for team in task.teams}, demands_on(task)
    live = live_visits(row.unit_id, row.month)
    stands = [v for v in live if named(v.child_id, v.service_key, v.day) in demands and str(v.team_id) in teams]
    demand = named(visit.child_id, visit.service_key, visit.day)
    if visit.id not in {v.id for v in stands}:
        return None
    task, plan = piece_around(task, as_plan(task, stands), demand, {str(visit.team_id)})
    before = next(v for v in plan.visits if (v.demand, v.date, v.start) == (demand, visit.day, visit.start))
    return _Room(task, plan, before, check(task, plan), _busy(visit, {v.id for v in live}))


def _busy(visit: Visit, own: set[uuid.UUID]) -> list[tuple[datetime, datetime]]:
    """Times of the visit's people that are taken by other units' visits."""
    teachers = select(TeamMember.teacher_id).where(TeamMember.team_id == visit.team_id)
    first = datetime.combine(visit.day - timedelta(days=31), time.min)
    rows = db.session.execute(
        select(Booking.visit_id, Booking.starts_at, Booking.ends_at).where(
            Booking.holder_id.in_(teachers) | (Booking.holder_id == visit.child_id),
            Booking.starts_at >= first,
            Booking.starts_at < first + timedelta(days=62),
        )
    )
    return [(row.starts_at, row.ends_at) for row in rows if row.visit_id not in own]


def feasible_slots(visit: Visit, today: date) -> list[Slot]:
    """Times at which the same team could come instead, near the visit's day: at most one a half-day and six in all,
    by day. Every one keeps every rule of the timetable as it stands now."""
    room = _room(visit)
    if room is None:
        return []
    found = []
    for day, starts in _candidates(room, visit, today):
        free = next((start for start in starts if not room.findings(day, start)), None)
        if free is not None:
            found.append(Slot(day, free))
        if len(found) == MOST_SLOTS:
            break
    return sorted(found, key=lambda slot: (slot.day, slot.start))


def _candidates(room: _Room, visit: Visit, today: date) -> Iterator[tuple[date, list[int]]]:
    """(day, starts by nearness to the hour of the visit) of every half-day that family and team share."""
    team = next(t for t in room.task.teams if t.id == room.before.team)
    child = next(c for c in room.task.children if c.id == room.before.demand)
    length = visit.end - visit.start
    days = [d for d in room.task.days if d.acts_as is not None and today < d.date <= visit.day + timedelta(DAYS_AFTER)]
    for day in sorted(days, key=lambda d: (abs((d.date - visit.day).days), d.date)):
        for family in half_days(child.windows, day):
            for shift in half_days(team.shifts, day):
                first = -(-max(family.start, shift.start) // STEP) * STEP
                starts = [
                    s
                    for s in range(first, min(family.end, shift.end) - length + 1, STEP)
                    if day.date != visit.day or abs(s - visit.start) >= WORTH
                ]
                yield day.date, sorted(starts, key=lambda s: (abs(s - visit.start), s))


def move_published(actor: Actor, visit: Visit, *, day: date, start: int, today: date) -> Visit:
    """Move one standing visit of a published month to another day and hour of the same team.

    The visit as it was stays readable; only its family and its teachers are told. Raises Refused: it is past, recorded
    or gone, or the new time breaks a rule.
    """
    require_write(actor, visit.child_id)
    row = db.session.get_one(Timetable, visit.timetable_id)
    if visit.day <= today or day <= today:
        raise Refused(Problem("move_past", N_("A visit of today or of the past cannot be moved any more.")))
    if not _stands(visit.id):
        raise Refused(Problem("visit_changed", N_("This visit was changed, recorded or called off meanwhile.")))
    room = _room(visit)
    if room is None:
        raise Refused(
            Problem(
                "service_gone",
                N_(
                    "This service no longer stands in a plan in force, or the child "
                    "cannot be visited now. Make a new timetable."
                ),
            )
        )
    refuse_if(room.findings(day, start))
    travel, estimated = _leg(room, day, start)
    made = Visit(
        timetable_id=row.id,
        child_id=visit.child_id,
        team_id=visit.team_id,
        day=day,
        start=start,
        end=start + visit.end - visit.start,
        plan_version_id=visit.plan_version_id,
        service_key=visit.service_key,
        travel_in=travel,
        origin=VisitOrigin.MANUAL,
        travel_estimated=estimated,
        frozen=True,
    )
    db.session.add(made)
    holders = list(db.session.scalars(select(Booking.holder_id).where(Booking.visit_id == visit.id)))
    db.session.execute(delete(Booking).where(Booking.visit_id == visit.id))
    db.session.flush()
    book_visit(actor, made, holders)
    audit.record(
        actor,
        "move_published",
        "visit",
        made.id,
        child_id=made.child_id,
        was=f"{visit.day} {visit.start}",
        now=f"{day} {start}",
    )
    tell_changes(actor, row, [Changed(ChangeKind.MOVED, visit.child_id, visit, made)], today)
    db.session.flush()
    return made


def _stands(visit_id: uuid.UUID) -> bool:
    return (
        db.session.scalar(
            select(Visit.id)
            .where(
                Visit.id == visit_id,
                stands(),
                ~exists().where(VisitRecord.visit_id == Visit.id),
            )
            .with_for_update(of=Visit)
        )
        is not None
    )


def _leg(room: _Room, day: date, start: int) -> tuple[int, bool]:
    """Minutes of the leg before the moved visit, and whether they are an estimate."""
    length = room.before.end - room.before.start
    after = Placed(room.before.demand, room.before.child, day, room.before.team, start, start + length)
    plan = move(room.task, room.plan, room.before, after)
    key = (after.demand, day, start)
    travel = next(v.travel_in for v in plan.visits if (v.demand, v.date, v.start) == key)
    return travel, key in estimated_visits(room.task, plan.visits)
