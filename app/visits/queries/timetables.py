"""Reading timetables and their planned visits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from sqlalchemy import Select, Uuid, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor, Permission
from app.children.models import Child
from app.children.sight import has_left, name_seen
from app.db import db
from app.db.remember import remembered
from app.errors import NotFound
from app.jobs.models import Job, JobState
from app.kernel.order import counted
from app.kernel.twins import ends, told_apart
from app.plans.models import PlanForce, PlanVersion
from app.schools.models import Teacher, Unit
from app.schools.queries import teacher_labels
from app.visits.models import Booking, Team, TeamMember, Timetable, UnservedNeed, Visit, VisitRecord
from app.visits.queries.teams import team_in_scope
from app.visits.types import MissedReason, RecordOutcome, TimetableState, VisitOrigin
from app.web.filters import today

LATE = timedelta(days=31)
"""So long after its month a draft is still a task."""


def may_plan(actor: Actor, unit_id: uuid.UUID) -> bool:
    """True when the actor makes and publishes timetables of a unit."""
    return actor.may(Permission.TIMETABLES_WRITE) and (actor.municipal or unit_id in actor.unit_ids)


def _in_scope(actor: Actor):
    """Planners see every timetable of their units; others those published for teams in their scope."""
    if actor.municipal:
        return Timetable.id.is_not(None)
    published = (Timetable.state == TimetableState.PUBLISHED) & Timetable.unit_id.in_(
        select(Team.unit_id).where(team_in_scope(actor)))
    return or_(Timetable.unit_id.in_(actor.unit_ids), published) if actor.unit_ids else published


def get_timetable(actor: Actor, timetable_id: uuid.UUID, *, lock: bool = False) -> Timetable:
    """A timetable in the actor's scope; with `lock` nobody else changes it meanwhile. Raises NotFound."""
    query = _one(actor)
    row = db.session.scalar(query.with_for_update(of=Timetable) if lock else query, {"timetable": timetable_id})
    if row is None:
        raise NotFound
    return row


@lru_cache(maxsize=256)
def _one(actor: Actor) -> Select:
    """The statement of `get_timetable`; as those below it is kept for who comes again: putting it together takes
    longer than running it."""
    return select(Timetable).where(Timetable.id == bindparam("timetable"), _in_scope(actor))


def list_timetables(actor: Actor, *, unit_id: uuid.UUID | None, month: str, page_of) -> tuple[list, object]:
    """Rows (timetable, unit's name), the newest month first, and the page."""
    query = select(Timetable, Unit.name.label("unit_name")).join(Unit, Unit.id == Timetable.unit_id).where(
        _in_scope(actor), Timetable.state != TimetableState.DISCARDED)
    if unit_id:
        query = query.where(Timetable.unit_id == unit_id)
    if month:
        query = query.where(Timetable.month == month)
    page = page_of(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    rows = db.session.execute(query.order_by(Timetable.month.desc(), Unit.code, Timetable.created_at.desc(),
                                             Timetable.id).offset(page.offset).limit(page.size)).all()
    return rows, page


def find_published(unit_id: uuid.UUID, month: str) -> Timetable | None:
    """The timetable in force of a unit's month."""
    return db.session.scalar(select(Timetable).where(
        Timetable.unit_id == unit_id, Timetable.month == month, Timetable.state == TimetableState.PUBLISHED,
        Timetable.superseded_at.is_(None)))


def run_of(timetable) -> Job | None:
    """The job that makes or made a timetable or a repair."""
    return db.session.get(Job, timetable.job_id) if timetable.job_id else None


def is_running(unit_id: uuid.UUID, month: str) -> bool:
    """True while a run for the unit's month is queued or at work."""
    return db.session.scalar(select(Timetable.id).join(Job, Job.id == Timetable.job_id).where(
        Timetable.unit_id == unit_id, Timetable.month == month, Timetable.state == TimetableState.QUEUED,
        Job.state.in_((JobState.QUEUED, JobState.RUNNING))).limit(1)) is not None


class PlacedVisit(NamedTuple):
    """A planned visit with the names to show it, and what became of it."""

    id: uuid.UUID
    child_id: uuid.UUID
    child_name: str
    team_id: uuid.UUID
    team_name: str
    day: date
    start: int
    end: int
    travel_in: int
    travel_estimated: bool
    origin: VisitOrigin
    service_key: uuid.UUID
    version_id: uuid.UUID
    outcome: RecordOutcome | None = None
    reason: MissedReason | None = None
    file_number: str = ""


_LAST = ~VisitRecord.id.in_(select(VisitRecord.corrects_id).where(VisitRecord.corrects_id.is_not(None)))


def placed_query(actor: Actor):
    """Visits with names, as the actor knows them, and their last record; the caller adds its conditions."""
    return (
        select(Visit.id, Visit.child_id, name_seen(actor).label("child_name"), Visit.team_id,
               Team.name.label("team_name"),
               Visit.day, Visit.start, Visit.end, Visit.travel_in, Visit.travel_estimated, Visit.origin,
               Visit.service_key, Visit.plan_version_id, VisitRecord.outcome, VisitRecord.reason,
               Child.file_number)
        .select_from(Visit).join(Child, Child.id == Visit.child_id).join(Team, Team.id == Visit.team_id)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & _LAST))


def list_placed(actor: Actor, timetable_id: uuid.UUID, *, team_id: uuid.UUID | None = None,
                child_id: uuid.UUID | None = None, first: date | None = None,
                last: date | None = None) -> list[PlacedVisit]:
    """Visits of a timetable in scope by day, team as people count, and route; narrowed to a team, a child, days. Those
    of the timetable in force that were moved or called off since are left out; a superseded one shows what it was."""
    narrowed = {name: value for name, value in (("team", team_id), ("child", child_id), ("first", first),
                                                ("last", last)) if value}
    rows = db.rows(_placed(actor, frozenset(narrowed), today()), {"timetable": timetable_id, **narrowed})
    found = [PlacedVisit(*row) for row in rows]
    labels = told_apart((one.child_id, one.child_name, (ends(one.file_number), one.file_number)) for one in found)
    found = [one if labels[one.child_id] == one.child_name else one._replace(child_name=labels[one.child_id])
             for one in found]
    return sorted(found, key=lambda one: (one.day, counted(one.team_name), str(one.team_id)))  # stable: then by route


@lru_cache(maxsize=512)
def _placed(actor: Actor, narrowed: frozenset[str], _day: date) -> Select:
    superseded = exists().where(Timetable.id == Visit.timetable_id, Timetable.superseded_at.is_not(None))
    stands = or_(~Visit.frozen, superseded, exists().where(Booking.visit_id == Visit.id))
    query = placed_query(actor).where(Visit.timetable_id == bindparam("timetable"), team_in_scope(actor), stands)
    tests = {"team": Visit.team_id == bindparam("team"), "child": Visit.child_id == bindparam("child"),
             "first": Visit.day >= bindparam("first"), "last": Visit.day <= bindparam("last")}
    return query.where(*(test for name, test in tests.items() if name in narrowed)).order_by(
        Visit.day, Visit.start, Visit.id)


def get_visit(actor: Actor, visit_id: uuid.UUID) -> Visit:
    """A planned visit of a team in the actor's scope, to be moved or pinned. Raises NotFound, also when the child has
    left."""
    row = db.session.scalar(select(Visit).join(Team, Team.id == Visit.team_id).where(
        Visit.id == visit_id, team_in_scope(actor), ~has_left(actor, Visit.child_id)))
    if row is None:
        raise NotFound
    return row


def visits_of_month(timetable_id: uuid.UUID) -> list[Visit]:
    """All visits of a timetable, in order. The caller has checked the scope."""
    return list(db.session.scalars(select(Visit).where(Visit.timetable_id == timetable_id).order_by(
        Visit.day, Visit.team_id, Visit.start, Visit.id)))


@dataclass(frozen=True)
class Unserved:
    """Visits that are missing and why; `reasons` and `remedies` as the engine gave them (code, message, values)."""

    child_id: uuid.UUID
    child_name: str
    missing: int
    reasons: list
    id: uuid.UUID
    remedies: list | None = None


def list_unserved(actor: Actor, timetable_id: uuid.UUID) -> list[Unserved]:
    """What a timetable could not place, by name of the child. The caller has checked the scope."""
    rows = list(db.rows(_unserved(actor, today()), {"timetable": timetable_id}))
    labels = told_apart((row[0], row[1], (ends(row[6]), row[6])) for row in rows)
    return [Unserved(row[0], labels[row[0]], *row[2:6]) for row in rows]


@lru_cache(maxsize=256)
def _unserved(actor: Actor, _day: date) -> Select:
    return (
        select(UnservedNeed.child_id, name_seen(actor), UnservedNeed.missing, UnservedNeed.reasons, UnservedNeed.id,
               UnservedNeed.remedies, Child.file_number)
        .join(Child, Child.id == UnservedNeed.child_id).where(UnservedNeed.timetable_id == bindparam("timetable"))
        .order_by(Child.sort_key, UnservedNeed.id))


def child_names(actor: Actor, ids) -> dict[uuid.UUID, str]:
    """Names of children by id, as the actor knows them, two of one name among them told apart; the caller has checked
    the scope."""
    rows = db.session.execute(select(Child.id, name_seen(actor).label("name"), Child.file_number).where(
        Child.id.in_(list(ids)))) if ids else ()
    return told_apart((row.id, row.name, (ends(row.file_number), row.file_number)) for row in rows)


def teams_of(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, str]]:
    """(id, name, teachers) of the teams in scope that a timetable may use: the unit's active ones and those with
    visits in it, by name as people count. Kept until something changes."""
    return remembered(("teams", actor, timetable.id), lambda: _list_teams(actor, timetable))


def _list_teams(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, str]]:
    found: dict[uuid.UUID, tuple[str, list[str]]] = {}
    rows = db.rows(_teams(actor), {"timetable": timetable.id, "unit": timetable.unit_id}).all()
    labels = teacher_labels(row[2] for row in rows)
    for team_id, name, teacher in rows:
        people = found.setdefault(team_id, (name, []))[1]
        if teacher is not None:
            people.append(labels[teacher])
    return [(team_id, name, "、".join(people)) for team_id, (name, people) in sorted(
        found.items(), key=lambda one: (counted(one[1][0]), str(one[0])))]


@lru_cache(maxsize=256)
def _teams(actor: Actor) -> Select:
    """Teams with their teachers, a row each. Whether a team has visits is asked last: of those no longer active."""
    used = exists().where(Visit.team_id == Team.id, Visit.timetable_id == bindparam("timetable"))
    return (
        select(Team.id, Team.name, Teacher.id).outerjoin(TeamMember, TeamMember.team_id == Team.id)
        .outerjoin(Teacher, Teacher.id == TeamMember.teacher_id)
        .where(team_in_scope(actor), or_((Team.unit_id == bindparam("unit")) & Team.active, used))
        .order_by(Team.name, Team.id, TeamMember.position))


def outdated_plans(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, int, int]]:
    """Children whose plan has changed since the timetable was made: (child, name, version it was made from, version in
    force on the visit's day or 0). A comparison, made when the page is shown and again after a change. What becomes of
    the plan of a child that has left is not told."""
    return remembered(("outdated", actor, today(), timetable.id), lambda: _outdated_plans(actor, timetable))


def _outdated_plans(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, int, int]]:
    rows = db.session.execute(
        select(Visit.child_id, Child.name, PlanVersion.number, func.max(PlanForce.version_id != Visit.plan_version_id)
               if db.is_sqlite else func.bool_or(PlanForce.version_id != Visit.plan_version_id),
               func.count(PlanForce.id), Child.file_number)
        .join(Child, Child.id == Visit.child_id).join(PlanVersion, PlanVersion.id == Visit.plan_version_id)
        .outerjoin(PlanForce, (PlanForce.child_id == Visit.child_id) & (PlanForce.valid_from <= Visit.day)
                   & (PlanForce.valid_to.is_(None) | (PlanForce.valid_to > Visit.day)))
        .where(Visit.timetable_id == timetable.id, ~has_left(actor, Visit.child_id))
        .group_by(Visit.child_id, Child.name, Child.file_number, Child.sort_key, PlanVersion.number)
        .order_by(Child.sort_key, Child.file_number, PlanVersion.number)).all()
    changed = [row for row in rows if row[3] or not row[4]]
    if not changed:
        return []
    labels = told_apart((row[0], row[1], (ends(row[5]), row[5])) for row in changed)
    newest = dict(db.session.execute(
        select(PlanForce.child_id, func.max(PlanVersion.number))
        .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
        .where(PlanForce.child_id.in_([row[0] for row in changed]), PlanForce.valid_from <= timetable.last_on,
               PlanForce.valid_to.is_(None) | (PlanForce.valid_to > timetable.first_on))
        .group_by(PlanForce.child_id)).all())
    return [(row[0], labels[row[0]], row[2], newest.get(row[0], 0)) for row in changed]


def count_waiting(actor: Actor, today: date) -> int:
    """Months whose newest draft waits to be published, in the units whose timetables the actor makes. What a newer
    draft or a publication has taken the place of waits for nothing, nor does a month that is long over (one that has
    just ended may still be planned, for records that come late)."""
    if not actor.may(Permission.TIMETABLES_WRITE):
        return 0
    return db.session.scalar(select(func.count()).select_from(Timetable).where(
        _in_scope(actor), Timetable.state == TimetableState.DRAFT, Timetable.last_on >= today - LATE, ~_unused())) or 0


def unused_drafts(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the timetables that are drafts in whose place a newer draft or a publication has come. The caller has
    checked the scope."""
    return {row.id for row in db.rows(_unused_among(), {"timetables": list(ids)})} if ids else set()


@cache
def _unused_among() -> Select:
    return select(Timetable.id).where(
        Timetable.id.in_(bindparam("timetables", expanding=True, type_=Uuid())),
        Timetable.state == TimetableState.DRAFT, _unused())


def _unused():
    newer = aliased(Timetable)
    return exists().where(
        newer.unit_id == Timetable.unit_id, newer.month == Timetable.month, newer.id != Timetable.id,
        or_((newer.state == TimetableState.DRAFT) & (newer.created_at > Timetable.created_at),
            (newer.state == TimetableState.PUBLISHED) & (newer.published_at > Timetable.created_at)))
