"""What is at a school that is to be closed or goes to another unit, and what is still under way there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import SQLColumnExpression

from app.access import Actor, Role
from app.accounts.models import RoleGrant, User
from app.children.models import Child
from app.children.sight import in_sight
from app.db import db
from app.kernel.clock import today
from app.kernel.dates import add_days
from app.kernel.names import mask_name
from app.kernel.order import counted
from app.kernel.pinyin import sort_key
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.roll.models import IntendedPlace, Membership, RollRequest, Transfer
from app.roll.queries import names_school
from app.roll.types import SchoolLink, TransferState
from app.schools.models import School, Teacher
from app.teams.models import Team, TeamMember
from app.timetables.models import Booking, Timetable, Visit
from app.timetables.types import TimetableState

DAYS_BACK = 31
"""How long past the day may lie on which pupils go over."""


def first_day(today: date, *schools: School) -> date:
    """The earliest day on which pupils may go over; the latest is today."""
    return max(add_days(today, -DAYS_BACK), *(school.opened_on or date.min for school in schools))


@dataclass(frozen=True, kw_only=True)
class AtSchool:
    """What is at a school: pupils by any link and by the roll, children meant for it that have no roll yet; the names
    of classes, teachers, teams, of teams with teachers of this and of other schools, and of its coordinators; visits
    to come of its teams, and timetables with them that are not published."""

    pupils: int
    roll: int
    intended: int
    classes: tuple[str, ...]
    teachers: tuple[str, ...]
    teams: tuple[str, ...]
    mixed: tuple[str, ...]
    accounts: tuple[str, ...]
    visits: int
    drafts: int

    @property
    def is_left(self) -> bool:
        """True when there is nothing that could go over to another school."""
        return not (self.pupils or self.intended or self.teams or self.teachers)


def at_school(school_id: uuid.UUID) -> AtSchool:
    """What is at a school today."""
    names: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, int] = {}
    for what, name, count in db.rows(_at_school(), {"school": school_id, "today": today()}):
        if count is None:
            names[what].append(name)
        else:
            counts[what] = count
    return AtSchool(
        pupils=counts["pupils"],
        roll=counts["roll"],
        intended=counts["intended"],
        classes=tuple(sorted(names["classes"], key=counted)),
        teachers=tuple(sorted(names["teachers"], key=sort_key)),
        teams=tuple(sorted(names["teams"], key=counted)),
        mixed=tuple(sorted(names["mixed"], key=counted)),
        accounts=tuple(sorted(names["accounts"], key=sort_key)),
        visits=counts["visits"],
        drafts=counts["drafts"],
    )


def is_over(school: School) -> bool:
    """Whether a school is closed and nothing is left at it that could go over to another."""
    return school.closed_on is not None and at_school(school.id).is_left


_SCHOOL, _TODAY = bindparam("school", type_=Uuid()), bindparam("today", type_=Date())


@cache
def _at_school() -> CompoundSelect:
    """Rows (what, name, count) in one statement, a name or a count in each; put together once."""
    live = (Membership.school_id == _SCHOOL, Membership.valid_to.is_(None))
    own = select(Team.id).where(Team.school_id == _SCHOOL, Team.active)
    return union_all(
        _count("pupils", func.count(func.distinct(Membership.child_id))).where(*live),
        _count("roll", func.count(Membership.id)).where(*live, Membership.link == SchoolLink.ROLL),
        _count("intended", func.count(IntendedPlace.id)).where(names_school(_SCHOOL)),
        _name("classes", Membership.class_name).distinct().where(*live, Membership.class_name.is_not(None)),
        _name("teachers", Teacher.name).where(Teacher.school_id == _SCHOOL, Teacher.active),
        _name("teams", Team.name).where(Team.school_id == _SCHOOL, Team.active),
        _name("mixed", Team.name).where(
            Team.active, Team.id.in_(_teams_here()), _has_teacher(Teacher.school_id != _SCHOOL)
        ),
        _name("accounts", User.name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.school_id == _SCHOOL,
            RoleGrant.role == Role.SCHOOL_COORDINATOR,
            User.active,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > _TODAY),
        ),
        _count("visits", func.count(Visit.id)).where(
            Visit.team_id.in_(own),
            Visit.day >= _TODAY,
            exists(select(Booking.id).where(Booking.visit_id == Visit.id)),
        ),
        _count("drafts", func.count(func.distinct(Timetable.id)))
        .select_from(Timetable)
        .join(Visit, Visit.timetable_id == Timetable.id)
        .where(Timetable.state == TimetableState.DRAFT, Visit.team_id.in_(own)),
    )


def _count(what: str, count: ColumnElement[int]) -> Select:
    return select(literal(what).label("what"), cast(null(), String).label("name"), count.label("count"))


def _name(what: str, name: SQLColumnExpression[str] | SQLColumnExpression[str | None]) -> Select:
    return select(literal(what).label("what"), name.label("name"), cast(null(), Integer).label("count"))


def _teams_here() -> CompoundSelect:
    """Those that start from the school or have a teacher of it, each found by its index: an `or` looks at all teams."""
    return union(
        select(Team.id).where(Team.school_id == _SCHOOL),
        select(TeamMember.team_id)
        .join(Teacher, Teacher.id == TeamMember.teacher_id)
        .where(Teacher.school_id == _SCHOOL),
    )


def _has_teacher(test: ColumnElement[bool]) -> ColumnElement[bool]:
    """A teacher of whom this is true belongs to the team."""
    return exists(
        select(TeamMember.id)
        .join(Teacher, Teacher.id == TeamMember.teacher_id)
        .where(TeamMember.team_id == Team.id, test)
    )


def count_grades(school_id: uuid.UUID) -> dict[int | None, int]:
    """How many children are on the roll of a school, sit in its classes, or are meant for it, in each grade."""
    found = _learns_at(school_id)
    rows = db.session.execute(select(found.c.grade, func.count()).group_by(found.c.grade)).all()
    return {row[0]: row[1] for row in rows}


def _learns_at(school_id: uuid.UUID) -> Subquery:
    sits = select(Membership.child_id, Membership.grade).where(
        Membership.school_id == school_id, Membership.link != SchoolLink.DELIVERING, Membership.valid_to.is_(None)
    )
    meant = select(IntendedPlace.child_id, IntendedPlace.grade).where(
        IntendedPlace.valid_to.is_(None),
        or_(IntendedPlace.school_id == school_id, IntendedPlace.attending_id == school_id),
    )
    return union(sits, meant).subquery()


def count_ordinary(school_id: uuid.UUID) -> int:
    """How many of the same children are not placed at a special school by the decision that holds."""
    found = _learns_at(school_id)
    return (
        db.session.scalar(
            select(func.count(func.distinct(found.c.child_id))).where(
                ~exists(
                    select(Decision.id).where(
                        Decision.child_id == found.c.child_id,
                        Decision.ended_on.is_(None),
                        Decision.kind == PlacementKind.SPECIAL_SCHOOL,
                    )
                )
            )
        )
        or 0
    )


def waiting_at(school_id: uuid.UUID, today: date) -> int:
    """How many transfers and requests of a school are open, and places that are agreed to end or begin later."""
    either = or_(Transfer.from_school_id == school_id, Transfer.to_school_id == school_id)
    counts = (
        select(func.count(Transfer.id)).where(either, Transfer.state == TransferState.OPEN),
        select(func.count(RollRequest.id)).where(
            RollRequest.school_id == school_id, RollRequest.state == TransferState.OPEN
        ),
        select(func.count(Membership.id)).where(
            Membership.school_id == school_id,
            Membership.valid_from < func.coalesce(Membership.valid_to, date.max),
            or_(Membership.valid_to > today, Membership.valid_from > today),
        ),
    )
    return sum(db.session.execute(select(*(query.scalar_subquery() for query in counts))).one())


@dataclass(frozen=True)
class Waiting:
    """A transfer or (`request`) a request that has to be seen to before a school is closed."""

    id: uuid.UUID
    name: str
    day: date
    request: bool


def list_waiting(actor: Actor, school_id: uuid.UUID, day: date) -> list[Waiting]:
    """The transfers that are open or agreed for a later day, and the open requests, by name."""
    rows = db.rows(_waiting(actor, today()), {"school": school_id, "today": day})
    return sorted(
        (
            Waiting(row.id, row.name if row.seen else mask_name(row.name), row.effective_on, bool(row.request))
            for row in rows
        ),
        key=lambda one: (sort_key(one.name), one.day, str(one.id)),
    )


@lru_cache(maxsize=256)
def _waiting(actor: Actor, _day: date) -> CompoundSelect:
    either = or_(Transfer.from_school_id == _SCHOOL, Transfer.to_school_id == _SCHOOL)
    agreed = exists(
        select(Membership.id).where(
            Membership.child_id == Transfer.child_id,
            Membership.school_id == Transfer.to_school_id,
            Membership.valid_from == Transfer.effective_on,
            Membership.valid_to.is_(None),
        )
    )
    return union_all(
        select(
            Transfer.id, Child.name, Transfer.effective_on, in_sight(actor).label("seen"), literal(0).label("request")
        )
        .join(Child, Child.id == Transfer.child_id)
        .where(
            either,
            or_(
                Transfer.state == TransferState.OPEN,
                (Transfer.state == TransferState.DONE) & (Transfer.effective_on > _TODAY) & agreed,
            ),
        ),
        select(RollRequest.id, Child.name, RollRequest.effective_on, in_sight(actor).label("seen"), literal(1))
        .join(Child, Child.id == RollRequest.child_id)
        .where(RollRequest.school_id == _SCHOOL, RollRequest.state == TransferState.OPEN),
    )


def same_numbers(school_id: uuid.UUID, other_id: uuid.UUID) -> list[str]:
    """Staff numbers of active teachers of a school that the other school gave too."""
    other = aliased(Teacher)
    return sorted(
        db.session.scalars(
            select(Teacher.number)
            .join(other, other.number == Teacher.number)
            .where(Teacher.school_id == school_id, Teacher.active, other.school_id == other_id)
        )
    )
