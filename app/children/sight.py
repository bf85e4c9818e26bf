"""Who may see a child's file: the one predicate that every query about children starts from.

City coordinators see all; district coordinators the children of their units; everybody else the children in their
sight (a school's by a roll link, a teacher's by a team, an expert's by a referral, a guardian's by guardianship).
Accounts without a role in children (administrator, auditor) see none.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from app.access import Actor
from app.children.models import Child, Sight
from app.children.types import SightKind
from app.db import db
from app.web.filters import today


def in_sight(actor: Actor, child_id: InstrumentedAttribute | None = None) -> ColumnElement[bool]:
    """Return the SQL condition that a child is in the actor's sight today.

    Without `child_id` it is about `Child` in the query; with it (for example `Visit.child_id`) about that column.
    """
    if actor.municipal:
        return true()
    tests = []
    if actor.unit_ids:
        tests.append(Child.unit_id.in_(actor.unit_ids) if child_id is None else child_id.in_(
            select(Child.id).where(Child.unit_id.in_(actor.unit_ids))))
    if actor.holder_ids:
        column = Child.id if child_id is None else child_id
        day = today()
        tests.append(column.in_(select(Sight.child_id).where(
            Sight.holder_id.in_(actor.holder_ids), Sight.valid_from <= day,
            or_(Sight.valid_to.is_(None), Sight.valid_to > day))))
    return or_(*tests) if tests else false()


def give_sight(child_id: uuid.UUID, kind: SightKind, holder_id: uuid.UUID, because: str, *, on: date,
               because_id: uuid.UUID | None = None) -> None:
    """Open a file to a holder from a day on; giving it twice for the same reason does nothing."""
    there = db.session.scalar(select(Sight.id).where(
        Sight.child_id == child_id, Sight.holder_id == holder_id, Sight.because == because, Sight.valid_to.is_(None)))
    if there is None:
        db.session.add(Sight(child_id=child_id, kind=kind, holder_id=holder_id, because=because,
                             because_id=because_id, valid_from=on))
        db.session.flush()


def end_sight(child_id: uuid.UUID, holder_id: uuid.UUID, because: str, *, on: date) -> None:
    """Close it again; it counts at once."""
    db.session.execute(update(Sight).where(
        Sight.child_id == child_id, Sight.holder_id == holder_id, Sight.because == because, Sight.valid_to.is_(None)
    ).values(valid_to=on))
