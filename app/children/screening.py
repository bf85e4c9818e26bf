"""Children without a certificate who are suspected of a disability (疑似残疾，未评定) and wait for their screening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, distinct, func, select

from app.access import Actor
from app.children.models import Child, Disability
from app.children.sight import in_sight
from app.db import db

SOON = timedelta(days=30)


class Suspected(StrEnum):
    """Filter of the list: all suspected children, those whose screening is due within 30 days, those overdue."""

    ALL = "1"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Screenings:
    """How many children wait for a screening that is due within 30 days, and whose day has passed."""

    due: int
    overdue: int


def suspected_children(which: Suspected, today: date) -> Select:
    """The keys of suspected children, for a condition of the list."""
    query = select(Disability.child_id).where(Disability.screening_due_on.is_not(None), Disability.valid_to.is_(None))
    if which == Suspected.DUE:
        return query.where(_due(today))
    return query.where(_overdue(today)) if which == Suspected.OVERDUE else query


def count_screenings(actor: Actor, today: date) -> Screenings:
    """Count the actor's children by screening; one query over the suspected only."""

    def children(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(distinct(case((condition, Disability.child_id))))

    row = db.session.execute(
        select(children(_due(today)), children(_overdue(today)))
        .join(Child, Child.id == Disability.child_id)
        .where(Disability.screening_due_on.is_not(None), Disability.valid_to.is_(None), in_sight(actor))
    ).one()
    return Screenings(*row)


def _due(today: date) -> ColumnElement[bool]:
    return Disability.screening_due_on.between(today, today + SOON)


def _overdue(today: date) -> ColumnElement[bool]:
    return Disability.screening_due_on < today
