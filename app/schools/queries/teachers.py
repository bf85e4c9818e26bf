"""Reading teachers."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.schools.models import School, Teacher


def list_teachers(*, school_id: uuid.UUID | None = None, unit_id: uuid.UUID | None = None,
                  active: bool | None = None) -> list[Teacher]:
    """Teachers of a school, or of all schools of a unit, those still active first, by name."""
    query = select(Teacher)
    if school_id:
        query = query.where(Teacher.school_id == school_id)
    if unit_id:
        query = query.join(School, School.id == Teacher.school_id).where(School.unit_id == unit_id)
    if active is not None:
        query = query.where(Teacher.active == active)
    return list(db.session.scalars(query.order_by(Teacher.active.desc(), Teacher.name, Teacher.number)))


def find_teacher(teacher_id: uuid.UUID) -> Teacher | None:
    """The teacher with this id."""
    return db.session.get(Teacher, teacher_id)


def get_teacher(teacher_id: uuid.UUID) -> Teacher:
    """The teacher with this id. Raises NotFound."""
    teacher = find_teacher(teacher_id)
    if teacher is None:
        raise NotFound
    return teacher
