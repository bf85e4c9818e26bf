"""Teams, teachers' hours and leave, families' times."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.sight import require_write
from app.children.timeline import tell, was_told
from app.children.types import EventKind
from app.db import audit, db
from app.db.twins import refuse_twin
from app.errors import NotFound
from app.kernel.dates import add_days
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.schools.models import School, Teacher
from app.teams.hooks import hooks
from app.teams.models import FamilyTime, FamilyWish, HomeClosure, Leave, TeacherHours, Team, TeamMember
from app.teams.queries.who_may_plan import may_plan
from app.teams.types import FamilyWishes, Stretch

MOST_MEMBERS = 4


def save_team(
    actor: Actor,
    team: Team | None,
    *,
    school_id: uuid.UUID,
    name: str,
    member_ids: Sequence[uuid.UUID],
    active: bool = True,
    apart: bool = False,
    revision: int = 0,
    today: date,
) -> Team:
    """Make a team of a school or change it; the first of `member_ids` leads. `apart`: each teacher sets out from the
    own school. Saying what stands there changes nothing. Raises Refused, NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    school = db.session.get(School, school_id)
    if school is None or not may_plan(actor, school.unit_id) or (team and not may_plan(actor, team.unit_id)):
        raise NotFound
    members = list(dict.fromkeys(member_ids))
    if team and _says(team, school, (name.strip(), active, apart), members):
        return team
    found = _name_problems(school, name, today, active) + _member_problems(school, members)
    refuse_if(found + (_changed_problems(team, members, revision, today) if team else []))
    if team is None:
        team = Team(unit_id=school.unit_id, school_id=school.id, name=name.strip(), revision=0)
        db.session.add(team)
    team.name, team.school_id, team.unit_id = name.strip(), school.id, school.unit_id
    team.active, team.apart = active, apart
    team.revision += 1
    db.session.flush()
    db.session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    db.session.add_all(TeamMember(team_id=team.id, teacher_id=one, position=place) for place, one in enumerate(members))
    said: dict[str, Any] = {"members": [str(one) for one in members]} | ({"apart": True} if apart else {})
    audit.record(actor, "save_team", "team", team.id, name=team.name, **said)
    db.session.flush()
    return team


def _says(team: Team, school: School, said: tuple[str, bool, bool], members: list[uuid.UUID]) -> bool:
    stands = team.name, team.active, team.apart
    return (
        stands == said
        and (team.school_id, team.unit_id) == (school.id, school.unit_id)
        and (_members(team.id) == members)
    )


def _name_problems(school: School, name: str, today: date, active: bool) -> list[Problem]:
    """What is wrong with the school of the leading teacher and with the team's name."""
    found = []
    if active and school.closed_on and school.closed_on <= today:
        found.append(
            Problem(
                "team_school_closed",
                N_("The leading teacher's school is closed since %(day)s. Choose one of a school that is open."),
                {"day": school.closed_on.isoformat()},
                field="lead",
            )
        )
    if not name.strip():
        found.append(Problem("team_name_missing", N_("Enter a name for the team, such as 3rd team."), field="name"))
    return found


def _member_problems(school: School, members: Collection[uuid.UUID]) -> list[Problem]:
    """What is wrong with who is in the team."""
    found = []
    if not members:
        found.append(Problem("team_empty", N_("Choose at least one teacher."), field="members"))
    if len(members) > MOST_MEMBERS:
        found.append(
            Problem("team_large", N_("A team has at most %(most)s teachers."), {"most": MOST_MEMBERS}, field="members")
        )
    known = set(
        db.session.scalars(
            select(Teacher.id)
            .join(School, School.id == Teacher.school_id)
            .where(Teacher.id.in_(members), School.unit_id == school.unit_id)
        )
    )
    if set(members) - known:
        found.append(
            Problem("teacher_elsewhere", N_("A teacher of another district cannot join this team."), field="members")
        )
    return found


def _changed_problems(team: Team, members: list[uuid.UUID], revision: int, today: date) -> list[Problem]:
    """What keeps a team that is there already from being changed."""
    found = []
    if team.revision != revision:
        found.append(Problem("team_changed", N_("Somebody else has changed this team meanwhile. Look at it again.")))
    if _members(team.id) != members and (count := hooks.coming(team.id, today)):
        found.append(
            Problem(
                "team_booked",
                N_(
                    "This team has %(count)s published visits to come. Publish a timetable "
                    "without it first, or make a new team."
                ),
                {"count": count},
                field="members",
            )
        )
    return found


def _members(team_id: uuid.UUID) -> list[uuid.UUID]:
    return list(
        db.session.scalars(
            select(TeamMember.teacher_id).where(TeamMember.team_id == team_id).order_by(TeamMember.position)
        )
    )


def _own_teacher(actor: Actor, teacher_id: uuid.UUID) -> Teacher:
    require(actor, Permission.TIMETABLES_WRITE)
    row = db.session.get(Teacher, teacher_id)
    if row is None or not may_plan(actor, db.session.get_one(School, row.school_id).unit_id):
        raise NotFound
    return row


def check_stretches(stretches: Iterable[Stretch]) -> list[Problem]:
    """What is wrong with times of a week; problems name the field of their weekday."""
    found: list[Problem] = []
    seen: dict[int, int] = {}
    for one in sorted(stretches, key=lambda one: (one.weekday, one.start)):
        field = f"day-{one.weekday}"
        if one.end <= one.start:
            found.append(Problem("stretch_reversed", N_("The end must come after the beginning."), field=field))
        elif seen.get(one.weekday, -1) > one.start:
            found.append(
                Problem("stretch_overlaps", N_("These times overlap. Enter them one after the other."), field=field)
            )
        seen[one.weekday] = max(seen.get(one.weekday, -1), one.end)
    return found


def set_teacher_hours(actor: Actor, teacher_id: uuid.UUID, stretches: Sequence[Stretch]) -> None:
    """Say when a teacher can be out, replacing what was said before. Raises Refused, NotFound."""
    teacher = _own_teacher(actor, teacher_id)
    refuse_if(check_stretches(stretches))
    if _same_stretches(TeacherHours, TeacherHours.teacher_id == teacher.id, stretches):
        return
    db.session.execute(delete(TeacherHours).where(TeacherHours.teacher_id == teacher.id))
    db.session.add_all(
        TeacherHours(teacher_id=teacher.id, weekday=s.weekday, start=s.start, end=s.end) for s in stretches
    )
    audit.record(actor, "set_teacher_hours", "teacher", teacher.id, count=len(stretches))
    db.session.flush()


def _same_stretches(
    table: type[TeacherHours | FamilyTime], owner: ColumnElement[bool], stretches: Sequence[Stretch]
) -> bool:
    """True when the same times stand there already."""
    there = db.session.execute(select(table.weekday, table.start, table.end).where(owner)).all()
    return sorted(map(tuple, there)) == sorted((s.weekday, s.start, s.end) for s in stretches)


def add_leave(actor: Actor, teacher_id: uuid.UUID, *, first_on: date, last_on: date, reason: str = "") -> Leave:
    """Note days on which a teacher is away (both inside). Raises Refused, NotFound."""
    teacher = _own_teacher(actor, teacher_id)
    if last_on < first_on:
        raise Refused(Problem("leave_reversed", N_("The last day lies before the first day."), field="last_on"))
    refuse_twin(
        Leave,
        Problem("leave_there", N_("These days of leave are entered already."), field="first_on"),
        teacher_id=teacher.id,
        first_on=first_on,
        last_on=last_on,
    )
    row = Leave(teacher_id=teacher.id, first_on=first_on, last_on=last_on, reason=reason.strip() or None)
    db.session.add(row)
    audit.record(actor, "add_leave", "teacher", teacher.id, first=first_on.isoformat(), last=last_on.isoformat())
    db.session.flush()
    return row


def end_leave(actor: Actor, leave_id: uuid.UUID) -> None:
    """Take days of leave back. Raises NotFound."""
    row = db.session.get(Leave, leave_id)
    if row is None:
        raise NotFound
    _own_teacher(actor, row.teacher_id)
    db.session.delete(row)
    audit.record(actor, "end_leave", "teacher", row.teacher_id, first=row.first_on.isoformat())
    db.session.flush()


def set_family_wishes(actor: Actor, child: Child, wishes: FamilyWishes, *, today: date) -> None:
    """Say what a family wishes of the teachers who come; the child was loaded in sight."""
    require(actor, Permission.PLANS_WRITE)
    require_write(actor, child)
    wishes = replace(
        wishes,
        sex_must=bool(wishes.sex and wishes.sex_must),
        words=tuple(wishes.words),
        words_must=bool(wishes.words and wishes.words_must),
    )
    if _wished(child.id) == wishes:
        return
    db.session.execute(delete(FamilyWish).where(FamilyWish.child_id == child.id))
    if wishes.sex or wishes.words:
        db.session.add(
            FamilyWish(
                child_id=child.id,
                sex=wishes.sex,
                sex_must=wishes.sex_must,
                words=list(wishes.words),
                words_must=wishes.words_must,
            )
        )
    audit.record(actor, "set_family_wishes", "child", child.id, child_id=child.id)
    tell(
        actor,
        child.id,
        EventKind.VISIT,
        S_("told.wishes_set", "What the family wishes of the teachers who come was set."),
        on=today,
    )
    db.session.flush()


def _wished(child_id: uuid.UUID) -> FamilyWishes:
    row = db.session.scalar(select(FamilyWish).where(FamilyWish.child_id == child_id))
    return FamilyWishes(row.sex, row.sex_must, tuple(row.words), row.words_must) if row else FamilyWishes()


def set_family_times(actor: Actor, child: Child, stretches: Sequence[Stretch], *, today: date) -> None:
    """Say when a family can receive a visit; the child was loaded in sight. Raises Refused."""
    require(actor, Permission.PLANS_WRITE)
    require_write(actor, child)
    refuse_if(check_stretches(stretches))
    if _same_stretches(FamilyTime, FamilyTime.child_id == child.id, stretches):
        return
    db.session.execute(delete(FamilyTime).where(FamilyTime.child_id == child.id))
    db.session.add_all(FamilyTime(child_id=child.id, weekday=s.weekday, start=s.start, end=s.end) for s in stretches)
    audit.record(actor, "set_family_times", "child", child.id, child_id=child.id, count=len(stretches))
    tell(
        actor,
        child.id,
        EventKind.VISIT,
        S_("told.times_set", "The times at which the family can receive visits were set."),
        on=today,
    )
    db.session.flush()


def take_back_closure(actor: Actor, child: Child, closure_id: uuid.UUID, *, today: date) -> None:
    """The home is open again from `today` on; days that are past stay closed, as they were. The child was loaded in
    sight. Raises Refused: taken back already, over; NotFound: another's, or for who does not plan the child's unit."""
    require(actor, Permission.TIMETABLES_WRITE)
    require_write(actor, child)
    if not may_plan(actor, child.unit_id):
        raise NotFound
    row = db.session.scalar(
        select(HomeClosure).where(HomeClosure.id == closure_id, HomeClosure.child_id == child.id).with_for_update()
    )
    if row is None and not was_told(child.id, closure_id):
        raise NotFound
    if row is None or row.last_on < today:
        raise Refused(
            Problem(
                "closure_gone",
                N_("There is nothing to take back: these days were taken back already, or they are over."),
            )
        )
    said = {"first": max(row.first_on, today).isoformat(), "last": row.last_on.isoformat()}
    if row.first_on < today:
        row.last_on = add_days(today, -1)
    else:
        db.session.delete(row)
    audit.record(actor, "open_home", "child", child.id, child_id=child.id, kind=row.kind.value, **said)
    tell(
        actor,
        child.id,
        EventKind.VISIT,
        S_("told.closure_taken_back", "The home is not closed from %(first)s to %(last)s after all."),
        on=today,
        subject_id=row.id,
        **said,
    )
    db.session.flush()


def hand_over_teams(school_id: uuid.UUID, target_id: uuid.UUID) -> int:
    """The teams of a school that is closed start from another; return how many. Closing it has asked."""
    return db.touched(
        update(Team)
        .where(Team.school_id == school_id, Team.active)
        .values(school_id=target_id, revision=Team.revision + 1)
    )


def move_teams(school_id: uuid.UUID, unit_id: uuid.UUID) -> int:
    """The teams of a school that goes to another unit go along; return how many. Moving it has asked."""
    return db.touched(
        update(Team).where(Team.school_id == school_id).values(unit_id=unit_id, revision=Team.revision + 1)
    )
