"""What is at a school that is to be closed, and what is still under way there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, func, or_, select
from sqlalchemy.orm import aliased

from app.db import Base, db
from app.kernel.order import counted
from app.roll.models import Membership, RollRequest, Transfer
from app.roll.types import TransferState
from app.schools.models import Teacher


def teams_table() -> Table:
    """The teams, which start from a school: a table of a slice above, named as text."""
    return Base.metadata.tables["teams"]


@dataclass(frozen=True)
class AtSchool:
    """What goes over with a school: how many pupils, and the names of classes, teachers and teams."""

    pupils: int
    classes: tuple[str, ...]
    teachers: tuple[str, ...]
    teams: tuple[str, ...]


def at_school(school_id: uuid.UUID) -> AtSchool:
    """What is at a school today."""
    live = (Membership.school_id == school_id, Membership.valid_to.is_(None))
    teams = teams_table()
    return AtSchool(
        db.session.scalar(select(func.count(func.distinct(Membership.child_id))).where(*live)) or 0,
        _names(select(Membership.class_name).distinct().where(*live, Membership.class_name.is_not(None))),
        _names(select(Teacher.name).where(Teacher.school_id == school_id, Teacher.active)),
        _names(select(teams.c.name).where(teams.c.school_id == school_id, teams.c.active)))


def _names(query) -> tuple[str, ...]:
    return tuple(sorted(db.session.scalars(query), key=counted))


def waiting_at(school_id: uuid.UUID, today: date) -> int:
    """How many transfers and requests of a school are open, and places that are agreed to end or begin later."""
    either = or_(Transfer.from_school_id == school_id, Transfer.to_school_id == school_id)
    counts = (select(func.count()).select_from(Transfer).where(either, Transfer.state == TransferState.OPEN),
              select(func.count()).select_from(RollRequest).where(
                  RollRequest.school_id == school_id, RollRequest.state == TransferState.OPEN),
              select(func.count()).select_from(Membership).where(
                  Membership.school_id == school_id, Membership.valid_from < func.coalesce(
                      Membership.valid_to, date.max),
                  or_(Membership.valid_to > today, Membership.valid_from > today)))
    return sum(db.session.scalar(query) or 0 for query in counts)


def same_numbers(school_id: uuid.UUID, other_id: uuid.UUID) -> list[str]:
    """Staff numbers of active teachers of a school that the other school gave too."""
    other = aliased(Teacher)
    return sorted(db.session.scalars(select(Teacher.number).join(other, other.number == Teacher.number).where(
        Teacher.school_id == school_id, Teacher.active, other.school_id == other_id)))
