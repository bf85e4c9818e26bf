"""Reading teams: who visits together, their hours and days of leave."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Uuid, bindparam, false, func, or_, select, true

from app.access import Actor, Role
from app.children.scoping import scoped
from app.db import db
from app.errors import NotFound
from app.kernel.order import counted
from app.kernel.twins import ends, told_apart
from app.schools.models import School, Teacher, Unit
from app.schools.queries import teacher_labels
from app.teams.models import Leave, TeacherHours, Team, TeamMember
from app.teams.types import Stretch


def team_in_scope(actor: Actor) -> ColumnElement[bool]:
    """The SQL condition that the actor may see a team's visits: all, a unit's, a school's, or the teacher's own."""
    if actor.municipal:
        return true()
    tests = []
    if actor.unit_ids:
        tests.append(Team.unit_id.in_(actor.unit_ids))
    if actor.school_ids:
        tests.append(Team.school_id.in_(actor.school_ids))
    if Role.VISITING_TEACHER in actor.roles and actor.teacher_id:
        tests.append(Team.id.in_(select(TeamMember.team_id).where(TeamMember.teacher_id == actor.teacher_id)))
    return scoped(or_(*tests)) if tests else false()


def get_team(actor: Actor, team_id: uuid.UUID) -> Team:
    """A team in the actor's scope. Raises NotFound."""
    row = db.session.scalar(select(Team).where(Team.id == team_id, team_in_scope(actor)))
    if row is None:
        raise NotFound
    return row


def team_names(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of teams; the caller has checked the scope."""
    return dict(db.session.execute(select(Team.id, Team.name).where(Team.id.in_(ids))).all())


@dataclass(frozen=True, kw_only=True)
class TeamView:
    """A team for lists: names in order, the hours in common are shown on its page."""

    id: uuid.UUID
    name: str
    school: str
    school_id: uuid.UUID
    unit: str
    unit_id: uuid.UUID
    active: bool
    apart: bool
    members: tuple[str, ...]
    has_place: bool
    has_hours: bool


def list_team_views(actor: Actor, unit_id: uuid.UUID | None = None) -> list[TeamView]:
    """Teams in scope with their members, active ones first, by name as people count. A fixed number of queries."""
    query = (
        select(Team, School.name, School.latitude, Unit.name, Unit.code)
        .join(School, School.id == Team.school_id)
        .join(Unit, Unit.id == Team.unit_id)
        .where(team_in_scope(actor))
    )
    if unit_id:
        query = query.where(Team.unit_id == unit_id)
    rows = sorted(
        db.session.execute(query),
        key=lambda row: (not row.Team.active, row.code, row[1], counted(row.Team.name), str(row.Team.id)),
    )
    members = defaultdict(list)
    for row in db.session.execute(
        select(TeamMember.team_id, Teacher.id, Teacher.name)
        .join(Teacher, Teacher.id == TeamMember.teacher_id)
        .where(TeamMember.team_id.in_([team.id for team, *_ in rows]))
        .order_by(TeamMember.position)
    ):
        members[row.team_id].append(row)
    labels = teacher_labels(one.id for found in members.values() for one in found)
    with_hours = set(db.session.scalars(select(TeacherHours.teacher_id).distinct()))
    return [
        TeamView(
            id=team.id,
            name=team.name,
            school=school,
            school_id=team.school_id,
            unit=unit,
            unit_id=team.unit_id,
            active=team.active,
            apart=team.apart,
            members=tuple(labels[m.id] for m in members[team.id]),
            has_place=latitude is not None,
            has_hours=bool(members[team.id]) and all(m.id in with_hours for m in members[team.id]),
        )
        for team, school, latitude, unit, _code in rows
    ]


def list_members(team_id: uuid.UUID) -> list[Teacher]:
    """The teachers of a team, the leading one first."""
    return list(
        db.session.scalars(
            select(Teacher)
            .join(TeamMember, TeamMember.teacher_id == Teacher.id)
            .where(TeamMember.team_id == team_id)
            .order_by(TeamMember.position, Teacher.id)
        )
    )


def who_goes(team: Team) -> list[str]:
    """The names of a team's teachers, the leading one first; with their schools where each sets out from the own."""
    rows = db.session.execute(
        select(Teacher.id, Teacher.name, Teacher.number, School.name.label("school"))
        .join(TeamMember, TeamMember.teacher_id == Teacher.id)
        .join(School, School.id == Teacher.school_id)
        .where(TeamMember.team_id == team.id)
        .order_by(TeamMember.position, Teacher.id)
    ).all()
    marks = told_apart(
        (row.id, f"{row.name}（{row.school}）" if team.apart else row.name, (row.school, ends(row.number)))
        for row in rows
    )
    return list(marks.values())


def teacher_hours(teacher_id: uuid.UUID) -> list[Stretch]:
    """When a teacher can be out, by weekday."""
    rows = db.session.scalars(
        select(TeacherHours)
        .where(TeacherHours.teacher_id == teacher_id)
        .order_by(TeacherHours.weekday, TeacherHours.start)
    )
    return [Stretch(row.weekday, row.start, row.end) for row in rows]


def teacher_leave(teacher_id: uuid.UUID, since: date) -> list[Leave]:
    """Days of leave that end on or after a day."""
    return list(
        db.session.scalars(
            select(Leave)
            .where(Leave.teacher_id == teacher_id, Leave.last_on >= since)
            .order_by(Leave.first_on, Leave.id)
        )
    )


def count_members(unit_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Teachers in each team of a unit. The caller has checked the scope."""
    return dict(
        db.session.execute(
            select(TeamMember.team_id, func.count())
            .join(Team, Team.id == TeamMember.team_id)
            .where(Team.unit_id == unit_id)
            .group_by(TeamMember.team_id)
        ).all()
    )


def people_of(team_ids: set[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The names of each team's teachers, the leading one first; two of one name among them are told apart."""
    names, rows = defaultdict(list), list(db.rows(MEMBERS, {"teams": list(team_ids)})) if team_ids else []
    labels = told_apart((row.id, row.name, (row.school, ends(row.number))) for row in rows)
    for row in rows:
        names[row.team_id].append(labels[row.id])
    return names


MEMBERS = (
    select(TeamMember.team_id, Teacher.id, Teacher.name, Teacher.number, School.name.label("school"))
    .join(Teacher, Teacher.id == TeamMember.teacher_id)
    .join(School, School.id == Teacher.school_id)
    .where(TeamMember.team_id.in_(bindparam("teams", expanding=True, type_=Uuid())))
    .order_by(TeamMember.position)
)
