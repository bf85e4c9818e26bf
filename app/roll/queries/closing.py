"""What is at a school that is to be closed or goes to another unit, and what is still under way there.

Teams, timetables and visits lie above the roll: their tables are named as text and only counted.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor, Role
from app.accounts.models import RoleGrant, User
from app.children.models import Child
from app.children.sight import in_sight
from app.db import Base, db
from app.kernel.clock import today
from app.kernel.names import mask_name
from app.roll.models import IntendedPlace, Membership, RollRequest, Transfer
from app.roll.types import SchoolLink, TransferState
from app.schools.models import Teacher

DAYS_BACK = 31
"""How long past the day may lie on which pupils go over."""


def table(name: str) -> Table:
    """A table of a slice above, named as text."""
    return Base.metadata.tables[name]


def teams_table() -> Table:
    """The teams, which start from a school."""
    return table("teams")


@dataclass(frozen=True)
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


def at_school(school_id: uuid.UUID) -> AtSchool:
    """What is at a school today."""
    live = (Membership.school_id == school_id, Membership.valid_to.is_(None))
    teams, members, visits = table("teams"), table("team_members"), table("visits")
    own = select(teams.c.id).where(teams.c.school_id == school_id, teams.c.active)
    here = exists(select(members.c.id).join(Teacher, Teacher.id == members.c.teacher_id).where(
        members.c.team_id == teams.c.id, Teacher.school_id == school_id))
    away = exists(select(members.c.id).join(Teacher, Teacher.id == members.c.teacher_id).where(
        members.c.team_id == teams.c.id, Teacher.school_id != school_id))
    timetables = table("timetables")
    return AtSchool(
        _count(select(func.count(func.distinct(Membership.child_id))).where(*live)),
        _count(select(func.count()).select_from(Membership).where(*live, Membership.link == SchoolLink.ROLL)),
        _count(select(func.count()).select_from(IntendedPlace).where(names_school(school_id))),
        _names(select(Membership.class_name).distinct().where(*live, Membership.class_name.is_not(None))),
        _names(select(Teacher.name).where(Teacher.school_id == school_id, Teacher.active)),
        _names(select(teams.c.name).where(teams.c.school_id == school_id, teams.c.active)),
        _names(select(teams.c.name).where(teams.c.active, or_(teams.c.school_id == school_id, here), away)),
        _names(select(User.name).join(RoleGrant, RoleGrant.user_id == User.id).where(
            RoleGrant.school_id == school_id, RoleGrant.role == Role.SCHOOL_COORDINATOR, User.active,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today()))),
        _count(select(func.count()).select_from(visits).where(
            visits.c.team_id.in_(own), visits.c.day >= today(), exists(
                select(table("bookings").c.id).where(table("bookings").c.visit_id == visits.c.id)))),
        _count(select(func.count(func.distinct(timetables.c.id))).select_from(timetables).join(
            visits, visits.c.timetable_id == timetables.c.id).where(
            timetables.c.state == "draft", visits.c.team_id.in_(own))))


def names_school(school_id: uuid.UUID):
    """The condition that where a child without a roll is meant to be names the school."""
    return IntendedPlace.valid_to.is_(None) & or_(
        IntendedPlace.school_id == school_id, IntendedPlace.attending_id == school_id,
        IntendedPlace.delivering_id == school_id)


def _count(query) -> int:
    return db.session.scalar(query) or 0


def _names(query) -> tuple[str, ...]:
    return tuple(sorted(db.session.scalars(query)))


def waiting_at(school_id: uuid.UUID, today: date) -> int:
    """How many transfers and requests of a school are open, and places that are agreed to end or begin later."""
    either = or_(Transfer.from_school_id == school_id, Transfer.to_school_id == school_id)
    counts = (select(func.count()).select_from(Transfer).where(either, Transfer.state == TransferState.OPEN),
              select(func.count()).select_from(RollRequest).where(
                  RollRequest.school_id == school_id, RollRequest.state == TransferState.OPEN),
              select(func.count()).select_from(Membership).where(
                  Membership.school_id == school_id, Membership.valid_from < func.coalesce(
                      Membership.valid_to, date.max),
                  or_(Membership.valid_to > today, Membership.valid_from > today)))
    return sum(db.session.scalar(query) or 0 for query in counts)


@dataclass(frozen=True)
class Waiting:
    """A transfer or (`request`) a request that has to be seen to before a school is closed."""

    id: uuid.UUID
    name: str
    day: date
    request: bool


def list_waiting(actor: Actor, school_id: uuid.UUID, today: date) -> list[Waiting]:
    """The transfers that are open or agreed for a later day, and the open requests, by name."""
    either = or_(Transfer.from_school_id == school_id, Transfer.to_school_id == school_id)
    agreed = exists(select(Membership.id).where(
        Membership.child_id == Transfer.child_id, Membership.school_id == Transfer.to_school_id,
        Membership.valid_from == Transfer.effective_on, Membership.valid_to.is_(None)))
    transfers = select(Transfer.id, Child.name, Transfer.effective_on, in_sight(actor).label("seen")).join(
        Child, Child.id == Transfer.child_id).where(either, or_(Transfer.state == TransferState.OPEN, (
            Transfer.state == TransferState.DONE) & (Transfer.effective_on > today) & agreed))
    requests = select(RollRequest.id, Child.name, RollRequest.effective_on, in_sight(actor).label("seen")).join(
        Child, Child.id == RollRequest.child_id).where(
        RollRequest.school_id == school_id, RollRequest.state == TransferState.OPEN)
    found = [Waiting(row.id, row.name if row.seen else mask_name(row.name), row.effective_on, is_request)
             for query, is_request in ((transfers, False), (requests, True)) for row in db.session.execute(query)]
    return sorted(found, key=lambda one: one.name)


def same_numbers(school_id: uuid.UUID, other_id: uuid.UUID) -> list[str]:
    """Staff numbers of active teachers of a school that the other school gave too."""
    other = aliased(Teacher)
    return sorted(db.session.scalars(select(Teacher.number).join(other, other.number == Teacher.number).where(
        Teacher.school_id == school_id, Teacher.active, other.school_id == other_id)))
