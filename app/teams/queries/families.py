"""When families receive visits, and what they wish of the teachers who come."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.children.models import Child
from app.db import db
from app.schools.models import Teacher
from app.teams.models import FamilyTime, FamilyWish, HomeClosure
from app.teams.queries.who_may_plan import may_plan
from app.teams.rules import split_needs
from app.teams.types import FamilyWishes, Stretch


def list_family_times(child_id: uuid.UUID) -> list[Stretch]:
    """When the family can receive a visit."""
    rows = db.session.scalars(
        select(FamilyTime).where(FamilyTime.child_id == child_id).order_by(FamilyTime.weekday, FamilyTime.start)
    )
    return [Stretch(row.weekday, row.start, row.end) for row in rows]


def coming_closures(actor: Actor, child: Child, today: date) -> list[HomeClosure]:
    """Days from `today` on on which no visit can be at a home, for who plans the child's unit; nothing for others."""
    if not may_plan(actor, child.unit_id):
        return []
    return list(
        db.session.scalars(
            select(HomeClosure)
            .where(HomeClosure.child_id == child.id, HomeClosure.last_on >= today)
            .order_by(HomeClosure.first_on, HomeClosure.id)
        )
    )


def known_words() -> list[str]:
    """Skills and languages that some teacher has."""
    return sorted(
        {
            word
            for row in db.session.scalars(select(Teacher.skills).where(Teacher.active))
            for skill in row
            for word in split_needs(skill)
        }
    )


def family_wishes(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, FamilyWishes]:
    """What the families of these children wish, by child, where they wish anything."""
    return {
        row.child_id: FamilyWishes(row.sex, row.sex_must, tuple(row.words), row.words_must)
        for row in db.session.scalars(select(FamilyWish).where(FamilyWish.child_id.in_(ids)))
    }
