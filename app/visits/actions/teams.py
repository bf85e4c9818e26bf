"""Teams, teachers' hours and leave, families' times."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, exists, func, select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.db.twins import refuse_twin
from app.errors import NotFound
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.schools.models import School, Teacher
from app.visits.models import Booking, FamilyTime, FamilyWish, Leave, TeacherHours, Team, TeamMember, Visit, VisitRecord
from app.visits.queries import may_plan
from app.visits.types import FamilyWishes, Stretch

MOST_MEMBERS = 4


def save_team(actor: Actor, team: Team | None, *, school_id: uuid.UUID, name: str, member_ids: Sequence[uuid.UUID],
              active: bool = True, apart: bool = False, revision: int = 0, today: date) -> Team:
    """Make a team of a school or change it; the first of `member_ids` leads. `apart`: each teacher sets out from the
    own school. Raises Refused, NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    school = db.session.get(School, school_id)
    if school is None or not may_plan(actor, school.unit_id) or (team and not may_plan(actor, team.unit_id)):
        raise NotFound
    members = list(dict.fromkeys(member_ids))
    refuse_if(_team_problems(team, school, name, members, revision, today, active))
    if team is None:
        team = Team(unit_id=school.unit_id, school_id=school.id, name=name.strip(), revision=0)
        db.session.add(team)
    team.name, team.school_id, team.unit_id = name.strip(), school.id, school.unit_id
    team.active, team.apart = active, apart
    team.revision += 1
    db.session.flush()
    db.session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    db.session.add_all(TeamMember(team_id=team.id, teacher_id=one, position=place) for place, one in enumerate(members))
    audit.record(actor, "save_team", "team", team.id, name=team.name, members=[str(one) for one in members],
                 **({"apart": True} if apart else {}))
    db.session.flush()
    return team


def _team_problems(team, school, name, members, revision, today, active) -> list[Problem]:
    found = []
    if active and school.closed_on and school.closed_on <= today:
        found.append(Problem("team_school_closed", N_("The leading teacher's school is closed since "
                                                      "%(day)s. Choose one of a school that is open."),
                             {"day": school.closed_on.isoformat()}, field="lead"))
    if not name.strip():
        found.append(Problem("team_name_missing", N_("Enter a name for the team, such as 3rd team."), field="name"))
    if not members:
        found.append(Problem("team_empty", N_("Choose at least one teacher."), field="members"))
    if len(members) > MOST_MEMBERS:
        found.append(Problem("team_large", N_("A team has at most %(most)s teachers."), {"most": MOST_MEMBERS},
                             field="members"))
    known = set(db.session.scalars(select(Teacher.id).join(School, School.id == Teacher.school_id).where(
        Teacher.id.in_(members), School.unit_id == school.unit_id)))
    if set(members) - known:
        found.append(Problem("teacher_elsewhere", N_("A teacher of another district cannot join this team."),
                             field="members"))
    if team and team.revision != revision:
        found.append(Problem("team_changed", N_("Somebody else has changed this team meanwhile. Look at it again.")))
    if team and _members(team.id) != members and (count := _coming(team.id, today)):
        found.append(Problem("team_booked", N_("This team has %(count)s published visits to come. Publish a timetable "
                                               "without it first, or make a new team."), {"count": count},
                             field="members"))
    return found


def _members(team_id: uuid.UUID) -> list[uuid.UUID]:
    return list(db.session.scalars(select(TeamMember.teacher_id).where(TeamMember.team_id == team_id).order_by(
        TeamMember.position)))


def _coming(team_id: uuid.UUID, today: date) -> int:
    return db.session.scalar(select(func.count()).select_from(Visit).where(
        Visit.team_id == team_id, Visit.day >= today, exists().where(Booking.visit_id == Visit.id),
        ~exists().where(VisitRecord.visit_id == Visit.id))) or 0


def _own_teacher(actor: Actor, teacher_id: uuid.UUID) -> Teacher:
    require(actor, Permission.TIMETABLES_WRITE)
    row = db.session.get(Teacher, teacher_id)
    unit = row and db.session.scalar(select(School.unit_id).where(School.id == row.school_id))
    if row is None or not may_plan(actor, unit):
        raise NotFound
    return row


def check_stretches(stretches: Iterable[Stretch]) -> list[Problem]:
    """What is wrong with times of a week; problems name the field of their weekday."""
    found, seen = [], {}
    for one in sorted(stretches, key=lambda one: (one.weekday, one.start)):
        field = f"day-{one.weekday}"
        if one.end <= one.start:
            found.append(Problem("stretch_reversed", N_("The end must come after the beginning."), field=field))
        elif seen.get(one.weekday, -1) > one.start:
            found.append(Problem("stretch_overlaps", N_("These times overlap. Enter them one after the other."),
                                 field=field))
        seen[one.weekday] = max(seen.get(one.weekday, -1), one.end)
    return found


def set_teacher_hours(actor: Actor, teacher_id: uuid.UUID, stretches: Sequence[Stretch]) -> None:
    """Say when a teacher can be out, replacing what was said before. Raises Refused, NotFound."""
    teacher = _own_teacher(actor, teacher_id)
    refuse_if(check_stretches(stretches))
    db.session.execute(delete(TeacherHours).where(TeacherHours.teacher_id == teacher.id))
    db.session.add_all(TeacherHours(teacher_id=teacher.id, weekday=s.weekday, start=s.start, end=s.end)
                       for s in stretches)
    audit.record(actor, "set_teacher_hours", "teacher", teacher.id, count=len(stretches))
    db.session.flush()


def add_leave(actor: Actor, teacher_id: uuid.UUID, *, first_on: date, last_on: date, reason: str = "") -> Leave:
    """Note days on which a teacher is away (both inside). Raises Refused, NotFound."""
    teacher = _own_teacher(actor, teacher_id)
    if last_on < first_on:
        raise Refused(Problem("leave_reversed", N_("The last day lies before the first day."), field="last_on"))
    refuse_twin(Leave, Problem("leave_there", N_("These days of leave are entered already."), field="first_on"),
                teacher_id=teacher.id, first_on=first_on, last_on=last_on)
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
    db.session.execute(delete(FamilyWish).where(FamilyWish.child_id == child.id))
    if wishes.sex or wishes.words:
        db.session.add(FamilyWish(child_id=child.id, sex=wishes.sex, sex_must=bool(wishes.sex and wishes.sex_must),
                                  words=list(wishes.words), words_must=bool(wishes.words and wishes.words_must)))
    audit.record(actor, "set_family_wishes", "child", child.id, child_id=child.id)
    tell(actor, child.id, EventKind.VISIT, N_("What the family wishes of the teachers who come was set."), on=today)
    db.session.flush()


def set_family_times(actor: Actor, child: Child, stretches: Sequence[Stretch], *, today: date) -> None:
    """Say when a family can receive a visit; the child was loaded in sight. Raises Refused."""
    require(actor, Permission.PLANS_WRITE)
    require_write(actor, child)
    refuse_if(check_stretches(stretches))
    db.session.execute(delete(FamilyTime).where(FamilyTime.child_id == child.id))
    db.session.add_all(FamilyTime(child_id=child.id, weekday=s.weekday, start=s.start, end=s.end) for s in stretches)
    audit.record(actor, "set_family_times", "child", child.id, child_id=child.id, count=len(stretches))
    tell(actor, child.id, EventKind.VISIT, N_("The times at which the family can receive visits were set."), on=today)
    db.session.flush()
