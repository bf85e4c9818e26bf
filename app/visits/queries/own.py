"""A teacher's own visits: nobody else's exist for them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, exists, select, union

from app.access import Actor
from app.children.former_identities import KnownChild, known_as
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
from app.teams.models import Team, TeamMember
from app.teams.queries.teams import people_of
from app.timetables.models import Booking, Timetable, Visit, VisitRecord
from app.timetables.queries import moving_away, standing
from app.timetables.queries.closed import closed_among
from app.visits.hooks import hooks
from app.visits.models import VisitPoint
from app.web.filters import today

LOOK_BACK = 60
"""Days after which an unrecorded visit is no longer counted as waiting."""
TOLD_AHEAD = 14
"""Days ahead for which a teacher is told of visits on closed days."""


def mine(actor: Actor, first: date = date.min, last: date = date.max) -> Any:
    """The visit is of a team of the actor, or booked for the actor; given days spare reading all their years."""
    return _of_teacher(actor.teacher_id, first, last, *_moments(first, last))


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """Where two days begin and end, as bookings know them."""
    return datetime.combine(first, time.min), datetime.combine(last, time.max)


def _of_teacher(teacher: Any, first: Any, last: Any, begin: Any, end: Any) -> Any:
    """The visit is of a team of a teacher, or booked for the teacher; values or parameters.

    Two lists by two indexes: an OR over both would look at every visit of these days.
    """
    teams = select(TeamMember.team_id).where(TeamMember.teacher_id == teacher)
    return Visit.id.in_(
        union(
            select(Visit.id).where(Visit.team_id.in_(teams), Visit.day.between(first, last)),
            select(Booking.visit_id).where(
                Booking.holder_id == teacher, Booking.starts_at >= begin, Booking.starts_at <= end
            ),
        )
    )


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
    """Why nobody comes on its day, "" where that is not known; None once something was recorded."""
    left_on: date | None = None
    """The child has left since: nothing of today is told of it."""

    @property
    def ends(self) -> bool:
        """True when the child will have moved to another district by its day: nobody sets out."""
        return self.closed == moving_away.MOVES


def get_own_visit(actor: Actor, visit_id: uuid.UUID) -> OwnVisit:
    """A published visit of the actor's own team. Raises NotFound, also for a colleague's visit. Of a child that has
    left it tells who it was, and nothing of where it lives and what it needs today."""
    if actor.teacher_id is None:
        raise NotFound
    found = _load(Visit.id == visit_id, mine(actor), standing.stands())
    if not found:
        raise NotFound
    own = found[0]
    day = left_on(actor, [own.child.id]).get(own.child.id)
    if day is None or not isinstance(own.child, Child):
        return with_phone(own)
    return replace(own, child=known_as(own.child, day), home=None, safety=None, left_on=day)


def is_own_visit(actor: Actor, visit_id: uuid.UUID) -> bool:
    """True when the visit is one of the actor's own and stands."""
    return (
        actor.teacher_id is not None
        and db.session.scalar(select(Visit.id).where(Visit.id == visit_id, mine(actor), standing.stands())) is not None
    )


def with_phone(own: OwnVisit) -> OwnVisit:
    """The same with the guardian to call: the first with a number, else the family's own number."""
    for _link, guardian in list_guardianships(own.child.id):
        if guardian.phone:
            return OwnVisit(**{**vars(own), "guardian_name": guardian.name, "phone": guardian.phone})
    assert isinstance(own.child, Child)  # of one who has left nobody is called
    return OwnVisit(**{**vars(own), "phone": own.child.phone})


def list_my_visits(actor: Actor, first: date, last: date) -> list:
    """The actor's own visits of some days in route order, with what a list of them shows: id, day, start, end,
    travel_in, travel_estimated, team_id, team, child, way, what the family said (`agreed`, `asks`), outcome and minutes
    of the record that counts, and the columns of the safety card (`card_id` is None without one). One query."""
    if actor.teacher_id is None:
        return []
    begin, end = _moments(first, last)
    rows = db.rows(
        _my_visits(actor, today()),
        {"teacher": actor.teacher_id, "first": first, "last": last, "begin": begin, "end": end},
    ).all()
    void = moving_away.nobody_comes(
        moving_away.Planned(row.unit_id, row.child_id, row.day) for row in rows if row.outcome is None
    )
    return [
        SimpleNamespace(
            **row._mapping,
            way=opened("home_points", "way", row.home_id, row.way_sealed),
            closed=void.get(moving_away.Planned(row.unit_id, row.child_id, row.day)) if row.outcome is None else None,
        )
        for row in rows
    ]


_CARD = (
    SafetyCard.seizure,
    SafetyCard.choking,
    SafetyCard.allergy,
    SafetyCard.medicine,
    SafetyCard.dog,
    SafetyCard.two_adults,
    SafetyCard.other,
)


@lru_cache(maxsize=256)
def _my_visits(actor: Actor, _day: date) -> Select:
    first, last = bindparam("first", type_=Day()), bindparam("last", type_=Day())
    return (
        select(
            Visit.id,
            Visit.day,
            Visit.start,
            Visit.end,
            Visit.travel_in,
            Visit.travel_estimated,
            Visit.team_id,
            Visit.child_id,
            Team.name.label("team"),
            name_seen(actor).label("child"),
            HomePoint.id.label("home_id"),
            HomePoint.way_sealed,
            hooks.confirmed().label("agreed"),
            hooks.asks().label("asks"),
            VisitRecord.outcome,
            VisitRecord.minutes,
            Timetable.unit_id,
            SafetyCard.id.label("card_id"),
            *_CARD,
        )
        .join(Child, Child.id == Visit.child_id)
        .join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(HomePoint, (HomePoint.child_id == Child.id) & ~has_left(actor))
        .outerjoin(SafetyCard, (SafetyCard.child_id == Child.id) & ~has_left(actor))
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & standing.last_of_visit())
        .where(
            _of_teacher(bindparam("teacher", type_=Uuid()), first, last, bindparam("begin"), bindparam("end")),
            standing.stands(),
            Visit.day.between(first, last),
        )
        .order_by(Visit.day, Visit.start, Visit.id)
    )


def team_visits(actor: Actor, team_id: uuid.UUID, first: date, last: date) -> list[OwnVisit]:
    """A team's published visits of some days, for its papers: without children who have left, whose home and family
    are no longer its own. The caller has checked the scope."""
    return [
        with_phone(own)
        for own in _load(
            Visit.team_id == team_id,
            ~has_left(actor, Visit.child_id),
            standing.stands(),
            Visit.day.between(first, last),
        )
    ]


@cache
def _whole() -> Select:
    """A visit with all that belongs to it, put together once: that takes longer than to run it."""
    return (
        select(
            Visit,
            Child,
            Team.name.label("team_name"),
            School.name.label("school"),
            HomePoint,
            SafetyCard,
            VisitRecord,
            Timetable.unit_id,
        )
        .join(Child, Child.id == Visit.child_id)
        .join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .join(School, School.id == Team.school_id)
        .outerjoin(HomePoint, HomePoint.child_id == Child.id)
        .outerjoin(SafetyCard, SafetyCard.child_id == Child.id)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & standing.last_of_visit())
        .order_by(Visit.day, Visit.start, Visit.id)
    )


def _load(*conditions: Any) -> list[OwnVisit]:
    rows = db.session.execute(_whole().where(*conditions)).all()
    names = people_of({row[0].team_id for row in rows})
    void = moving_away.nobody_comes(
        moving_away.Planned(row.unit_id, row[0].child_id, row[0].day) for row in rows if row[6] is None
    )
    return [
        OwnVisit(
            row[0],
            row[1],
            row.team_name,
            tuple(names[row[0].team_id]),
            row.school,
            row[4],
            row[5],
            row[6],
            closed=void.get(moving_away.Planned(row.unit_id, row[0].child_id, row[0].day)) if row[6] is None else None,
        )
        for row in rows
    ]


def find_record(key: uuid.UUID) -> VisitRecord | None:
    """The record that was stored under the phone's key."""
    return db.session.scalar(select(VisitRecord).where(VisitRecord.key == key))


def list_records(visit_id: uuid.UUID) -> list[VisitRecord]:
    """Every record of a visit, the first one first; later ones correct it."""
    return list(
        db.session.scalars(
            select(VisitRecord)
            .where(VisitRecord.visit_id == visit_id)
            .order_by(VisitRecord.recorded_at, VisitRecord.id)
        )
    )


def points_of(record_id: uuid.UUID) -> dict[uuid.UUID, VisitPoint]:
    """The objectives worked at a visit, by their key."""
    rows = db.session.scalars(select(VisitPoint).where(VisitPoint.record_id == record_id).order_by(VisitPoint.id))
    return {row.objective_key: row for row in rows}


def practice_words(version_id: uuid.UUID) -> str:
    """What the family practises at home, in the plan's words."""
    return (
        db.session.scalar(
            select(PlanSection.body).where(
                PlanSection.version_id == version_id, PlanSection.key == SectionKey.HOME_PRACTICE
            )
        )
        or ""
    )


@dataclass(frozen=True, kw_only=True)
class MyDay:
    """What waits for a teacher: visits of the day, past ones without a record (on a closed day nothing is to be
    recorded), and those that stand although nobody teaches on their day: on this one, and on the next fourteen, of
    which `closed_on` is the first."""

    today: int
    unrecorded: int
    closed: int = 0
    closed_ahead: int = 0
    closed_on: date | None = None
    overdue: bool = False
    """A visit of a day before has no record; one of today only waits."""


def count_my_day(actor: Actor, day: date) -> MyDay:
    """Counts for the teacher's today page. One query beside the calendar's, and none while nothing has changed."""
    if actor.teacher_id is None:
        return MyDay(today=0, unrecorded=0)
    near = remembered(("my day", actor.teacher_id, day), lambda: _near(actor, day))
    return MyDay(
        today=near.today,
        unrecorded=sum(standing.is_over(on, end) for on, end in near.open),
        closed=near.closed,
        closed_ahead=len(near.ahead),
        closed_on=min(near.ahead, default=None),
        overdue=any(on < day for on, _end in near.open),
    )


@dataclass(frozen=True)
class _Near:
    """The visits around a day: those without a record on a day of school up to it, as (day, end), and what does not
    change with the hour."""

    open: tuple[tuple[date, int], ...]
    today: int
    closed: int
    ahead: tuple[date, ...]


def _near(actor: Actor, day: date) -> _Near:
    start, end = day - timedelta(days=LOOK_BACK), day + timedelta(days=TOLD_AHEAD)
    recorded = exists().where(VisitRecord.visit_id == Visit.id)
    rows = db.session.execute(
        select(Visit.day, Visit.end, Timetable.unit_id, recorded.label("recorded"))
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(mine(actor, start, end), standing.stands(), Visit.day.between(start, end))
    ).all()
    without = [row for row in rows if not row.recorded]
    closed = closed_among((row.unit_id, row.day) for row in without)
    shut = [row.day for row in without if (row.unit_id, row.day) in closed]
    now = shut.count(day)
    return _Near(
        tuple((row.day, row.end) for row in without if row.day <= day and (row.unit_id, row.day) not in closed),
        sum(row.day == day for row in rows) - now,
        now,
        tuple(one for one in shut if one > day),
    )
