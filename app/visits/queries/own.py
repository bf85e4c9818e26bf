"""A teacher's own visits: nobody else's exist for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from types import SimpleNamespace

from sqlalchemy import Select, Uuid, bindparam, exists, func, select, union

from app.access import Actor
from app.children.formerly import KnownChild, known_as
from app.children.models import Child, HomePoint, SafetyCard
from app.children.queries import list_guardianships
from app.children.sight import has_left, left_on, name_seen
from app.db import Day, db
from app.db.remember import remembered
from app.db.sealed import opened
from app.errors import NotFound
from app.plans.models import PlanSection
from app.plans.types import SectionKey
from app.schools.models import School
from app.visits.models import (
    Booking,
    MoveRequest,
    Team,
    TeamMember,
    Timetable,
    Visit,
    VisitAnswer,
    VisitPoint,
    VisitRecord,
)
from app.visits.queries.closed import closed_among, closed_visits
from app.visits.queries.teams import people_of
from app.visits.types import MoveState
from app.web.filters import today

LOOK_BACK = 60
"""Days after which an unrecorded visit is no longer counted as waiting."""


def _live():
    """The visit stands: its timetable was published and it was not replaced before it took place."""
    return exists().where(Booking.visit_id == Visit.id)


def mine(actor: Actor, first: date = date.min, last: date = date.max):
    """The visit is of a team of the actor, or booked for the actor; given days spare reading all their years."""
    return _of_teacher(actor.teacher_id, first, last, *_moments(first, last))


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """Where two days begin and end, as bookings know them."""
    return datetime.combine(first, time.min), datetime.combine(last, time.max)


def _of_teacher(teacher, first, last, begin, end):
    """The visit is of a team of a teacher, or booked for the teacher; values or parameters.

    Two lists by two indexes: an OR over both would look at every visit of these days.
    """
    teams = select(TeamMember.team_id).where(TeamMember.teacher_id == teacher)
    return Visit.id.in_(union(
        select(Visit.id).where(Visit.team_id.in_(teams), Visit.day.between(first, last)),
        select(Booking.visit_id).where(Booking.holder_id == teacher, Booking.starts_at >= begin,
                                       Booking.starts_at <= end)))


def last_of_visit():
    """The condition that a record is the one that counts: nothing corrects it."""
    return ~VisitRecord.id.in_(select(VisitRecord.corrects_id).where(VisitRecord.corrects_id.is_not(None)))


@dataclass(frozen=True)
class OwnVisit:
    """A visit with everything a visitor needs before the door opens, except the plan."""

    visit: Visit
    child: Child | KnownChild
    team_name: str
    teachers: tuple[str, ...]
    school: str
    home: HomePoint | None
    safety: SafetyCard | None
    record: VisitRecord | None
    guardian_name: str = ""
    phone: str | None = None
    closed: str | None = None
    """Why nobody teaches on its day, "" where that is not known; None once something was recorded."""
    left_on: date | None = None
    """The child has left since: nothing of today is told of it."""


def get_own_visit(actor: Actor, visit_id: uuid.UUID) -> OwnVisit:
    """A published visit of the actor's own team. Raises NotFound, also for a colleague's visit. Of a child that has
    left it tells who it was, and nothing of where it lives and what it needs today."""
    if actor.teacher_id is None:
        raise NotFound
    found = _load(Visit.id == visit_id, mine(actor), _live())
    if not found:
        raise NotFound
    own = found[0]
    day = left_on(actor, [own.child.id]).get(own.child.id)
    return with_phone(own) if day is None else replace(own, child=known_as(own.child, day), home=None, safety=None,
                                                       left_on=day)


def is_own_visit(actor: Actor, visit_id: uuid.UUID) -> bool:
    """True when the visit is one of the actor's own and stands."""
    return actor.teacher_id is not None and db.session.scalar(
        select(Visit.id).where(Visit.id == visit_id, mine(actor), _live())) is not None


def with_phone(own: OwnVisit) -> OwnVisit:
    """The same with the guardian to call: the first with a number, else the family's own number."""
    for _link, guardian in list_guardianships(own.child.id):
        if guardian.phone:
            return OwnVisit(**{**vars(own), "guardian_name": guardian.name, "phone": guardian.phone})
    return OwnVisit(**{**vars(own), "phone": own.child.phone})


def list_my_visits(actor: Actor, first: date, last: date) -> list:
    """The actor's own visits of some days in route order, with what a list of them shows: id, day, start, end,
    travel_in, travel_estimated, team_id, team, child, way, what the family said (`agreed`, `asks`), outcome and minutes
    of the record that counts, and the columns of the safety card (`card_id` is None without one). One query."""
    if actor.teacher_id is None:
        return []
    begin, end = _moments(first, last)
    rows = db.rows(_my_visits(actor, today()), {"teacher": actor.teacher_id, "first": first, "last": last,
                                                "begin": begin, "end": end})
    rows = list(rows)
    closed = closed_among((row.unit_id, row.day) for row in rows if row.outcome is None)
    return [SimpleNamespace(**row._mapping, way=opened("home_points", "way", row.home_id, row.way_sealed),
                            closed=closed.get((row.unit_id, row.day)) if row.outcome is None else None)
            for row in rows]


@lru_cache(maxsize=256)
def _my_visits(actor: Actor, _day: date) -> Select:
    first, last = bindparam("first", type_=Day()), bindparam("last", type_=Day())
    agreed = exists().where(VisitAnswer.child_id == Visit.child_id, VisitAnswer.service_key == Visit.service_key,
                            VisitAnswer.day == Visit.day, VisitAnswer.start == Visit.start)
    asks = exists().where(MoveRequest.visit_id == Visit.id, MoveRequest.state == MoveState.OPEN)
    card = [SafetyCard.seizure, SafetyCard.choking, SafetyCard.allergy, SafetyCard.medicine, SafetyCard.dog,
            SafetyCard.two_adults, SafetyCard.other]
    return (
        select(Visit.id, Visit.day, Visit.start, Visit.end, Visit.travel_in, Visit.travel_estimated, Visit.team_id,
               Team.name.label("team"), name_seen(actor).label("child"), HomePoint.id.label("home_id"),
               HomePoint.way_sealed,
               agreed.label("agreed"),
               asks.label("asks"), VisitRecord.outcome, VisitRecord.minutes, Timetable.unit_id,
               SafetyCard.id.label("card_id"), *card)
        .join(Child, Child.id == Visit.child_id).join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(HomePoint, (HomePoint.child_id == Child.id) & ~has_left(actor))
        .outerjoin(SafetyCard, (SafetyCard.child_id == Child.id) & ~has_left(actor))
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & last_of_visit())
        .where(_of_teacher(bindparam("teacher", type_=Uuid()), first, last, bindparam("begin"), bindparam("end")),
               _live(), Visit.day.between(first, last))
        .order_by(Visit.day, Visit.start, Visit.id))


def team_visits(actor: Actor, team_id: uuid.UUID, first: date, last: date) -> list[OwnVisit]:
    """A team's published visits of some days, for its papers: without children who have left, whose home and family
    are no longer its own. The caller has checked the scope."""
    return [with_phone(own) for own in _load(
        Visit.team_id == team_id, ~has_left(actor, Visit.child_id), _live(), Visit.day.between(first, last))]


def teams_with_visits(actor: Actor, team_ids: Iterable[uuid.UUID], first: date, last: date) -> set[uuid.UUID]:
    """Those of the teams that have something to print of these days."""
    return {row.team_id for row in db.rows(_teams_printed(actor, today()), {
        "teams": list(team_ids), "first": first, "last": last})}


@lru_cache(maxsize=256)
def _teams_printed(actor: Actor, _day: date) -> Select:
    """The statement, kept for who comes again: putting it together takes longer than running it."""
    return select(Visit.team_id).distinct().where(
        Visit.team_id.in_(bindparam("teams", expanding=True, type_=Uuid())), ~has_left(actor, Visit.child_id), _live(),
        Visit.day.between(bindparam("first"), bindparam("last")))


@cache
def _whole():
    """A visit with all that belongs to it, put together once: that takes longer than to run it."""
    return (
        select(Visit, Child, Team.name.label("team_name"), School.name.label("school"), HomePoint, SafetyCard,
               VisitRecord, Timetable.unit_id)
        .join(Child, Child.id == Visit.child_id).join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id).join(School, School.id == Team.school_id)
        .outerjoin(HomePoint, HomePoint.child_id == Child.id).outerjoin(SafetyCard, SafetyCard.child_id == Child.id)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & last_of_visit())
        .order_by(Visit.day, Visit.start, Visit.id))


def _load(*conditions) -> list[OwnVisit]:
    rows = db.session.execute(_whole().where(*conditions)).all()
    names = people_of({row[0].team_id for row in rows})
    closed = closed_among((row.unit_id, row[0].day) for row in rows if row[6] is None)
    return [OwnVisit(row[0], row[1], row.team_name, tuple(names[row[0].team_id]), row.school, row[4], row[5], row[6],
                     closed=closed.get((row.unit_id, row[0].day)) if row[6] is None else None)
            for row in rows]


def find_record(key: uuid.UUID) -> VisitRecord | None:
    """The record that was stored under the phone's key."""
    return db.session.scalar(select(VisitRecord).where(VisitRecord.key == key))


def list_records(visit_id: uuid.UUID) -> list[VisitRecord]:
    """Every record of a visit, the first one first; later ones correct it."""
    return list(db.session.scalars(select(VisitRecord).where(VisitRecord.visit_id == visit_id).order_by(
        VisitRecord.recorded_at, VisitRecord.id)))


def points_of(record_id: uuid.UUID) -> dict[uuid.UUID, VisitPoint]:
    """The objectives worked at a visit, by their key."""
    rows = db.session.scalars(select(VisitPoint).where(VisitPoint.record_id == record_id).order_by(VisitPoint.id))
    return {row.objective_key: row for row in rows}


def practice_words(version_id: uuid.UUID) -> str:
    """What the family practises at home, in the plan's words."""
    return db.session.scalar(select(PlanSection.body).where(
        PlanSection.version_id == version_id, PlanSection.key == SectionKey.HOME_PRACTICE)) or ""


@dataclass(frozen=True)
class MyDay:
    """What waits for a teacher: visits of the day, past ones without a record, and visits of the day that stand
    although nobody teaches on it."""

    today: int
    unrecorded: int
    closed: int = 0


def count_my_day(actor: Actor, day: date) -> MyDay:
    """Counts for the teacher's today page. One query, and none while nothing has changed."""
    if actor.teacher_id is None:
        return MyDay(0, 0)
    return remembered(("my day", actor.teacher_id, day), lambda: _count_my_day(actor, day))


def _count_my_day(actor: Actor, day: date) -> MyDay:
    start = day - timedelta(days=LOOK_BACK)
    recorded = exists().where(VisitRecord.visit_id == Visit.id)
    row = db.session.execute(
        select(func.count().filter(Visit.day == day), func.count().filter(Visit.day < day, ~recorded))
        .where(mine(actor, start, day), _live(), Visit.day.between(start, day))).one()
    closed = closed_visits(db.session.scalars(select(Visit).where(
        mine(actor, day, day), _live(), Visit.day == day, ~recorded))) if row[0] else ()
    return MyDay(row[0] - len(closed), row[1], len(closed))
