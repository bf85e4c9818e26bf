"""Finding schools: by any code or name they ever had."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from app.access import Actor, Permission
from app.db import db
from app.db.remember import remembered
from app.errors import NotFound
from app.kernel.order import counted
from app.schools import rules
from app.schools.models import School, SchoolName, SchoolUnit, Unit
from app.schools.types import SchoolFacts, SchoolFilters


@dataclass(frozen=True)
class UnitPeriod:
    """The unit that managed a school in a period, `valid_to` the first day it no longer did."""

    unit_id: uuid.UUID
    name: str
    valid_from: date
    valid_to: date | None


def find_school(school_id: uuid.UUID) -> School | None:
    """The school with this id."""
    return db.session.get(School, school_id)


def get_school(school_id: uuid.UUID) -> School:
    """The school with this id. Raises NotFound."""
    school = find_school(school_id)
    if school is None:
        raise NotFound
    return school


def find_school_by_code(code: str) -> School | None:
    """The school that has or had this ten-digit code. A code is never reused, so this is one school or none.

    A merged school is found as it was; `current_school` leads on to the one that exists now.
    """
    return db.session.scalar(select(School).where(School.code == code.strip()))


def list_successors(school: School) -> list[School]:
    """The schools into which this one was merged, one after the other; empty for a school that was not."""
    chain, seen = [], {school.id}
    while school.successor_id and school.successor_id not in seen:
        school = get_school(school.successor_id)
        seen.add(school.id)
        chain.append(school)
    return chain


def current_school(school: School) -> School:
    """The school that goes on: itself, or the last of its successors."""
    return ([school] + list_successors(school))[-1]


def _narrowed(query: Select, filters: SchoolFilters, today: date) -> Select:
    if filters.unit_id:
        query = query.where(School.unit_id == filters.unit_id)
    if filters.kind:
        query = query.where(School.kind == filters.kind)
    if filters.receives is not None:
        query = query.where(School.receives == filters.receives)
    if filters.living:
        query = query.where(or_(School.closed_on.is_(None), School.closed_on > today))
    return query.where(_named(filters.text)) if filters.text.strip() else query


def _named(text: str) -> ColumnElement[bool]:
    """A name, a former name, pinyin with or without blanks, initials, or the beginning of a code."""
    words = text.strip()
    plain = words.lower().replace(" ", "").replace("ü", "v")
    former = select(SchoolName.school_id).where(SchoolName.name.contains(words, autoescape=True))
    tests = [School.name.contains(words, autoescape=True), School.id.in_(former)]
    if plain.isascii():
        tests += [
            School.code.startswith(plain, autoescape=True),
            School.name_initials.contains(plain, autoescape=True),
            func.replace(School.name_pinyin, " ", "").contains(plain, autoescape=True),
        ]
    return or_(*tests)


def count_schools(filters: SchoolFilters, *, today: date) -> int:
    """How many schools the filters leave; kept until something changes."""
    return remembered(
        ("schools", filters, today),
        lambda: db.session.scalar(_narrowed(select(func.count()).select_from(School), filters, today)) or 0,
    )


def list_schools(actor: Actor, filters: SchoolFilters, *, today: date, offset: int = 0, limit: int = 50) -> list:
    """Rows (id, name, code, kind, receives, closed_on, successor_id, unit_name) in the order of units and names; a part
    of them from `offset` on."""
    if not actor.may(Permission.SCHOOLS_READ):
        return []
    if filters.unit_id:  # the few of one district, in one question
        rows = db.rows(_of_unit(filters, today)).all()
        return sorted(rows, key=lambda row: (counted(row.name), row.code))[offset : offset + limit]
    wanted = remembered(("school order", filters, today), lambda: _in_order(filters, today))[offset : offset + limit]
    found = {row.id: row for row in db.rows(_PAGE, {"ids": wanted})}
    return [found[school] for school in wanted]


def _in_order(filters: SchoolFilters, today: date) -> list[uuid.UUID]:
    """The ids of all schools that the filters leave: unit by unit, in each by sound and as people count, which no
    database does."""
    rows = db.session.execute(
        _narrowed(
            select(School.id, School.name, School.code, Unit.code.label("unit")).join(Unit, Unit.id == School.unit_id),
            filters,
            today,
        )
    )
    return [row.id for row in sorted(rows, key=lambda row: (row.unit, counted(row.name), row.code))]


_ROWS = select(
    School.id,
    School.name,
    School.code,
    School.kind,
    School.receives,
    School.closed_on,
    School.successor_id,
    Unit.name.label("unit_name"),
).join(Unit, Unit.id == School.unit_id)
_PAGE = _ROWS.where(School.id.in_(bindparam("ids", expanding=True)))


@lru_cache(maxsize=128)
def _of_unit(filters: SchoolFilters, today: date) -> Select:
    """The statement of a district's schools, kept: making it takes longer than running it."""
    return _narrowed(_ROWS, filters, today)


def school_choices(
    actor: Actor, *, today: date, unit_id: uuid.UUID | None = None, receives: bool | None = None
) -> list[tuple[uuid.UUID, str, str]]:
    """(id, name, code) of the living schools for a select or a datalist, by name as people count."""
    query = _narrowed(
        select(School.id, School.name, School.code), SchoolFilters(unit_id=unit_id, receives=receives), today
    )
    if not actor.may(Permission.SCHOOLS_READ):
        return []
    return sorted((tuple(row) for row in db.session.execute(query)), key=lambda row: (counted(row[1]), row[2]))


def list_former_names(school_id: uuid.UUID) -> list[SchoolName]:
    """Former names, the newest first; `valid_to` is the first day of the next name, if known."""
    return list(
        db.session.scalars(
            select(SchoolName)
            .where(SchoolName.school_id == school_id)
            .order_by(SchoolName.valid_to.desc(), SchoolName.name)
        )
    )


def units_of_school(school_id: uuid.UUID) -> list[UnitPeriod]:
    """The units that have managed the school, the newest first."""
    return [
        UnitPeriod(*row)
        for row in db.session.execute(
            select(SchoolUnit.unit_id, Unit.name, SchoolUnit.valid_from, SchoolUnit.valid_to)
            .join(Unit, Unit.id == SchoolUnit.unit_id)
            .where(SchoolUnit.school_id == school_id)
            .order_by(SchoolUnit.valid_from.desc())
        )
    ]


def possible_successors() -> dict[uuid.UUID, uuid.UUID]:
    """School → successor for all merged schools (to see whether a chain would close to a ring)."""
    return {
        row.id: row.successor_id
        for row in db.session.execute(select(School.id, School.successor_id).where(School.successor_id.is_not(None)))
    }


def may_edit(actor: Actor, unit_id: uuid.UUID) -> bool:
    """True when the actor may write schools of this unit: the municipality all, a district its own."""
    return actor.may(Permission.SCHOOLS_WRITE) and (actor.municipal or unit_id in actor.unit_ids)


def facts_of(school: School) -> SchoolFacts:
    """A stored school as facts, for a form; its former names are listed apart."""
    told = {name: getattr(school, name) for name in rules.FACT_FIELDS}
    successor = find_school(school.successor_id) if school.successor_id else None
    return SchoolFacts(**told, successor_code=successor.code if successor else None)
