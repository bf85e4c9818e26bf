"""Schools as the pages of the roll name and suggest them."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ColumnElement, select

from app.access import Actor
from app.db import db
from app.kernel.order import counted
from app.schools.models import School


def school_names(*school_ids: uuid.UUID | None) -> dict[uuid.UUID, str]:
    """Names of schools by id."""
    wanted = [school_id for school_id in school_ids if school_id]
    return dict(db.session.execute(select(School.id, School.name).where(School.id.in_(wanted))).all()) if wanted else {}


def own_schools(actor: Actor, today: date) -> list:
    """Schools for which the actor speaks, for a list of suggestions: rows (id, name, code). Empty for the city."""
    if actor.municipal:
        return []
    return _by_name(School.unit_id.in_(actor.unit_ids) | School.id.in_(actor.school_ids), today)


def unit_schools(unit_id: uuid.UUID, today: date) -> list:
    """Schools of a district, for a list of suggestions: rows (id, name, code)."""
    return _by_name(School.unit_id == unit_id, today)


def _by_name(condition: ColumnElement[bool], today: date) -> list:
    """Open schools by name as people count: 第二小学 before 第十小学."""
    rows = db.session.execute(
        select(School.id, School.name, School.code).where(
            condition, School.closed_on.is_(None) | (School.closed_on > today)
        )
    )
    return sorted(rows, key=lambda row: (counted(row.name), row.code))


def find_school(words: str) -> uuid.UUID | None:
    """The school whose code or full name this is (a suggestion is "code name"); None when there is not exactly one."""
    code = words.strip()[:10]
    if code.isdigit() and len(code) == 10:
        return db.session.scalar(select(School.id).where(School.code == code))
    found = db.session.scalars(select(School.id).where(School.name == words.strip()).limit(2)).all()
    return found[0] if len(found) == 1 else None
