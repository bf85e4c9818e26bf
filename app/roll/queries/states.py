"""Reading the roll. What the actor may not see is not found."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import pairwise

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import FromClause

from app.access import Actor
from app.children.models import Child
from app.children.sight import in_sight
from app.db import db
from app.kernel.clock import today
from app.kernel.dates import school_year_of
from app.roll.models import IntendedPlace, Membership, RollState
from app.roll.types import Place, RollStatus, SchoolLink
from app.schools.models import School, Term


def find_state(child_id: uuid.UUID) -> RollState | None:
    """Today's row of the child's state; None when nothing was written yet (then the child counts as registered)."""
    return db.session.scalar(_state(), {"child": child_id})


@cache
def _state() -> Select:
    return select(RollState).where(RollState.child_id == bindparam("child"), RollState.valid_to.is_(None))


def read_state(child_id: uuid.UUID) -> tuple[RollState | None, date | None]:
    """Today's row of the child's state, and the day since which the child has had this state without a break; None
    when nothing was written yet. One query.

    A transfer that is being handled interrupts no state, whether it is agreed or refused (the child stays on the roll
    all the time), nor does a longer suspension begin anew.
    """
    rows = db.session.scalars(
        select(RollState)
        .where(RollState.child_id == child_id)
        .order_by(RollState.valid_from.desc(), RollState.id.desc())
    ).all()
    if not rows or rows[0].valid_to is not None:
        return None, None
    state, began = rows[0], rows[0].valid_from
    for later, row in pairwise(rows):
        if row.valid_to != later.valid_from or row.status not in (state.status, RollStatus.TRANSFERRING):
            break
        if row.status == state.status:
            began = row.valid_from
    return state, began


def find_intended(child_id: uuid.UUID) -> IntendedPlace | None:
    """Where a child that is not on a roll yet is meant to be, when a sheet said so."""
    return db.session.scalar(
        select(IntendedPlace).where(IntendedPlace.child_id == child_id, IntendedPlace.valid_to.is_(None))
    )


def read_intended(child_id: uuid.UUID) -> Row | None:
    """The same with its schools as "code name": (IntendedPlace, school, attending, delivering)."""
    return db.session.execute(_intended(), {"child": child_id}).first()


@cache
def _intended() -> Select:
    """The statement, put together once: that costs more than running it."""
    names = {name: aliased(School) for name in ("school", "attending", "delivering")}
    query = select(IntendedPlace, *((one.code + " " + one.name).label(name) for name, one in names.items()))
    for name, one in names.items():
        query = query.outerjoin(one, one.id == getattr(IntendedPlace, f"{name}_id"))
    return query.where(IntendedPlace.child_id == bindparam("child"), IntendedPlace.valid_to.is_(None))


def status_of(child_id: uuid.UUID) -> RollStatus:
    """Today's state of a child that was loaded in sight; REGISTERED when there is no row."""
    state = find_state(child_id)
    return state.status if state else RollStatus.REGISTERED


def statuses_of(child_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, RollStatus]:
    """The same for many."""
    ids = list(child_ids)
    found = dict.fromkeys(ids, RollStatus.REGISTERED)
    for at in range(0, len(ids), 500):
        found.update(
            (child_id, status)
            for child_id, status in db.session.execute(
                select(RollState.child_id, RollState.status).where(
                    RollState.child_id.in_(ids[at : at + 500]), RollState.valid_to.is_(None)
                )
            )
        )
    return found


def status_on(child_id: uuid.UUID, day: date) -> RollStatus:
    """The state on a day; REGISTERED when no row covers it."""
    found = db.session.scalar(
        select(RollState.status).where(
            RollState.child_id == child_id,
            RollState.valid_from <= day,
            or_(RollState.valid_to.is_(None), RollState.valid_to > day),
        )
    )
    return found or RollStatus.REGISTERED


def live_links(child_id: uuid.UUID, day: date | None = None) -> dict[SchoolLink, Membership]:
    """Today's membership of each link: one agreed for a later day is not among them."""
    return links_on(child_id, day or today())


def has_left(child_id: uuid.UUID, school_id: uuid.UUID, day: date) -> bool:
    """True when the child is on the roll of another school on a day."""
    roll = live_links(child_id, day).get(SchoolLink.ROLL)
    return roll is not None and roll.school_id != school_id


def coming_links(child_id: uuid.UUID, day: date) -> dict[SchoolLink, Membership]:
    """The membership of each link that is agreed to begin after a day."""
    rows = db.session.scalars(
        select(Membership).where(
            Membership.child_id == child_id, Membership.valid_from > day, Membership.valid_to.is_(None)
        )
    )
    return {row.link: row for row in rows}


def links_on(child_id: uuid.UUID, day: date) -> dict[SchoolLink, Membership]:
    """The membership of each link on a day."""
    rows = db.session.scalars(
        select(Membership).where(
            Membership.child_id == child_id,
            holds(Membership.__table__, day),
        )
    )
    return {row.link: row for row in rows}


def places_on(child_id: uuid.UUID, day: date) -> dict[SchoolLink, Place]:
    """The school of each link on a day, with its name; one query."""
    rows = db.session.execute(
        select(Membership.link, School.id, School.name, Membership.grade, Membership.class_name)
        .join(School, School.id == Membership.school_id)
        .where(Membership.child_id == child_id, holds(Membership.__table__, day))
    )
    return {link: Place(school, name, grade, class_name) for link, school, name, grade, class_name in rows}


def holds(places: FromClause, day: date | ColumnElement) -> ColumnElement[bool]:
    """The condition that a membership holds on a day: one that was agreed for later is not yet true, and one that ends
    later is true until then. `places` is the table or an alias of it."""
    return and_(places.c.valid_from <= day, or_(places.c.valid_to.is_(None), places.c.valid_to > day))


def schools_of(child_id: uuid.UUID, day: date) -> dict[SchoolLink, uuid.UUID]:
    """The school of each link on a day."""
    return {link: row.school_id for link, row in links_on(child_id, day).items()}


def count_by_status(actor: Actor, unit_id: uuid.UUID | None = None) -> dict[RollStatus, int]:
    """Children in the actor's sight by state, each child once; those without a row count as registered."""
    query = (
        select(RollState.status, func.count())
        .select_from(Child)
        .outerjoin(RollState, (RollState.child_id == Child.id) & RollState.valid_to.is_(None))
        .where(in_sight(actor))
        .group_by(RollState.status)
    )
    if unit_id is not None:
        query = query.where(Child.unit_id == unit_id)
    found: dict[RollStatus, int] = {}
    for member, count in db.session.execute(query):
        member = member or RollStatus.REGISTERED
        found[member] = found.get(member, 0) + count
    return found


def names_school(school_id: uuid.UUID | ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
    """The condition that where a child without a roll is meant to be names the school."""
    return IntendedPlace.valid_to.is_(None) & or_(
        IntendedPlace.school_id == school_id,
        IntendedPlace.attending_id == school_id,
        IntendedPlace.delivering_id == school_id,
    )


def year_ends_on(on: date) -> date:
    """Last teaching day of the municipality's school year; 31 August when no terms are known."""
    year = school_year_of(on)
    last = db.session.scalar(
        select(func.max(Term.ends_on)).where(
            Term.unit_id.is_(None), Term.school_year == year.start_year, Term.number == 2
        )
    )
    return last or year.last_day
