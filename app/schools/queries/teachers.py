"""Reading teachers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import db
from app.errors import NotFound
from app.kernel.pinyin import sort_key
from app.schools.models import School, Teacher


def list_teachers(
    *, school_id: uuid.UUID | None = None, unit_id: uuid.UUID | None = None, active: bool | None = None
) -> list[Teacher]:
    """Teachers of a school, or of all schools of a unit, those still active first, by name."""
    query = select(Teacher)
    if school_id:
        query = query.where(Teacher.school_id == school_id)
    if unit_id:
        query = query.join(School, School.id == Teacher.school_id).where(School.unit_id == unit_id)
    if active is not None:
        query = query.where(Teacher.active == active)
    return sorted(db.session.scalars(query), key=lambda one: (not one.active, sort_key(one.name), one.number))


def find_teacher(teacher_id: uuid.UUID) -> Teacher | None:
    """The teacher with this id."""
    return db.session.get(Teacher, teacher_id)


def get_teacher(teacher_id: uuid.UUID) -> Teacher:
    """The teacher with this id. Raises NotFound."""
    teacher = find_teacher(teacher_id)
    if teacher is None:
        raise NotFound
    return teacher


def teacher_labels(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """The names of teachers as lists and choices show them; where two teachers of a district have the same name,
    each with the school and the staff number. By name. Two queries; the caller has checked the
    scope."""
    rows = db.session.execute(
        select(Teacher.id, Teacher.name, Teacher.number, School.name.label("school"), School.unit_id)
        .join(School, School.id == Teacher.school_id)
        .where(Teacher.id.in_(set(ids) - {None}))
    ).all()
    twins = (
        {
            (row.unit_id, row.name)
            for row in db.session.execute(
                select(School.unit_id, Teacher.name)
                .join(School, School.id == Teacher.school_id)
                .where(Teacher.name.in_({row.name for row in rows}), School.unit_id.in_({row.unit_id for row in rows}))
                .group_by(School.unit_id, Teacher.name)
                .having(func.count() > 1)
            )
        }
        if rows
        else set()
    )
    return {
        row.id: f"{row.name}（{row.school}，{row.number}）" if (row.unit_id, row.name) in twins else row.name
        for row in sorted(rows, key=lambda row: (sort_key(row.name), row.school, row.number))
    }
