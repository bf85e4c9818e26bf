"""Where a file can be opened: in a unit in force, or by a school that is open. Pages offer it, and the action takes it,
only there."""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache

from sqlalchemy import Select, or_, select

from app.access import Actor, Permission
from app.access.policy import Forbidden
from app.db import Rows, db
from app.db.remember import remembered
from app.kernel.problems import N_, Problem
from app.schools.models import School, Unit


def list_units(actor: Actor, today: date) -> Rows:
    """Units in force whose children the actor may see as a whole: (id, name) by name. Kept until something changes."""
    own = None if actor.municipal else actor.unit_ids
    return remembered(("children's units", own, today), lambda: db.rows(_units(own, today)).all())


@lru_cache(maxsize=256)
def _units(own: frozenset[uuid.UUID] | None, today: date) -> Select:
    query = select(Unit.id, Unit.name).where(or_(Unit.valid_to.is_(None), Unit.valid_to > today)).order_by(Unit.code)
    return query if own is None else query.where(Unit.id.in_(own))


def may_open(actor: Actor, today: date) -> bool:
    """Whether the actor can open a file at all: one who may, and has a unit in force or a school that is open."""
    return actor.may(Permission.CHILDREN_WRITE) and bool(list_units(actor, today) or open_schools(actor, today))


def open_schools(actor: Actor, today: date) -> list[uuid.UUID]:
    """The actor's own schools that are not closed, always in the same order. Kept until something changes."""
    if not actor.school_ids:
        return []
    query = select(School.id).where(
        School.id.in_(actor.school_ids), or_(School.closed_on.is_(None), School.closed_on > today)
    )
    return remembered(
        ("schools that open files", actor.school_ids, today), lambda: sorted(db.session.scalars(query).all())
    )


def require_place(actor: Actor, today: date) -> None:
    """Raises Forbidden (a page answers 403), with the day since which the actor's school is closed."""
    if may_open(actor, today):
        return
    closed = db.session.execute(
        select(School.name, School.closed_on)
        .where(School.id.in_(actor.school_ids))
        .order_by(School.closed_on.desc(), School.id)
        .limit(1)
    ).one_or_none()
    if closed is None:
        raise Forbidden(
            Problem("unit_over", N_("Your district is dissolved. The one that took its place opens files of children."))
        )
    raise Forbidden(
        Problem(
            "school_over",
            N_(
                "%(school)s is closed since %(day)s and opens no more files. The school or the district that answers "
                "for the child opens its file."
            ),
            {"school": closed.name, "day": closed.closed_on.isoformat()},
        )
    )
