"""Writing teachers."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.kernel.names import check_name
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.kernel.telephones import check_telephone
from app.schools import queries
from app.schools.models import School, Teacher
from app.schools.types import TeacherFacts


def bind_user(teacher: Teacher, user_id: uuid.UUID) -> None:
    """The account is this teacher's; the caller has asked whose it may be and writes the trail."""
    teacher.user_id = user_id


def hand_over_teachers(school: School, target: School) -> int:
    """The teachers of a school that closes are another's; return how many. The caller writes the trail."""
    return db.touched(update(Teacher).where(Teacher.school_id == school.id, Teacher.active).values(school_id=target.id))


def may_staff(actor: Actor, school_id: uuid.UUID) -> bool:
    """True when the actor may write the teachers of a school: its own coordinators, its district's, the city's."""
    return school_id in actor.school_ids or queries.may_edit(actor, queries.get_school(school_id).unit_id)


def save_teacher(
    actor: Actor, school_id: uuid.UUID, facts: TeacherFacts, *, teacher_id: uuid.UUID | None = None
) -> Teacher:
    """Make a teacher of a school or write one anew. Raises Refused for a bad name or a number given twice there."""
    require(actor, Permission.SCHOOLS_READ)
    if not may_staff(actor, school_id):
        raise NotFound
    checked = check_name(facts.name)
    refuse_if(problem.on("name") for problem in checked.problems)
    phone = check_telephone(facts.phone).on("phone").value_or_refuse()
    if not checked.value or not facts.number.strip():
        raise Refused(
            [
                Problem(
                    "teacher_incomplete",
                    N_("Enter name and number of the teacher."),
                    field="number" if checked.value else "name",
                )
            ]
        )
    twin = db.session.scalar(
        select(Teacher).where(
            Teacher.school_id == school_id, Teacher.number == facts.number.strip(), Teacher.id != teacher_id
        )
    )
    if twin is not None:
        raise Refused(
            Problem(
                "teacher_number_taken", N_("%(name)s has this number already."), {"name": twin.name}, field="number"
            )
        )
    teacher = queries.get_teacher(teacher_id) if teacher_id else Teacher(school_id=school_id)
    if teacher.school_id != school_id:
        raise NotFound
    school = db.session.get_one(School, school_id)
    if school.closed_on is not None and facts.active and not (teacher_id and teacher.active):
        raise Refused(
            Problem(
                "school_closed",
                S_("school_closed.teacher", "This school is closed since %(day)s: a teacher works at another one."),
                {"day": school.closed_on.isoformat()},
                field="active",
            )
        )
    teacher.name, teacher.number, teacher.active = checked.value, facts.number.strip(), facts.active
    teacher.skills, teacher.phone, teacher.sex = list(facts.skills), phone, facts.sex
    db.session.add(teacher)
    audit.record(actor, "save_teacher", "teacher", teacher.id, school=str(school_id), active=facts.active)
    db.session.flush()
    return teacher
