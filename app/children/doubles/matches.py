"""Which files the form for a child names as possible doubles, and how much of them the actor may know."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.children.doubles.rules import Likeness
from app.children.doubles.search import Asked, find_alike
from app.children.models import Child, Guardian, Guardianship
from app.children.sight import in_sight
from app.db import db
from app.schools.models import Unit


@dataclass(frozen=True, kw_only=True)
class Match:
    """A file that may be the same child: `why` is number, person (name and birth date) or birthday (name and telephone,
    another birth date). Outside the actor's sight only the unit is told, to know whom to ask."""

    unit: str
    why: str
    child_id: uuid.UUID | None = None
    name: str = ""
    file_number: str = ""
    birth_on: date | None = None

    @property
    def certain(self) -> bool:
        """True when both carry the same number."""
        return self.why == "number"


def find_matches(actor: Actor, asked: Asked, *, but: uuid.UUID | None = None) -> list[Match]:
    """Files that may be the same child (doubles.find_alike), five at most; what lies outside the actor's sight comes
    back without name and number."""
    alike = {one.child_id: one for one in find_alike(db.session, [asked], but=but)[0]}
    if not alike:
        return []
    query = (
        select(Child, Unit.name, in_sight(actor).label("seen"))
        .join(Unit, Unit.id == Child.unit_id)
        .where(Child.id.in_(alike))
        .order_by(Child.file_number)
        .limit(5)
    )
    found = []
    for child, unit, seen in db.session.execute(query).all():
        why = "birthday" if alike[child.id].likeness is Likeness.BIRTHDAY_DIFFERS else "person"
        why = "number" if alike[child.id].numbered else why
        found.append(
            Match(
                unit=unit,
                why=why,
                child_id=child.id,
                name=child.name,
                file_number=child.file_number,
                birth_on=child.birth_on,
            )
            if seen
            else Match(unit=unit, why=why)
        )
    return found


def asked_of(child: Child) -> Asked:
    """Who a file's child is, with today's family, to ask whether there is another file of it."""
    family = db.session.scalars(
        select(Guardian)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .where(Guardianship.child_id == child.id, Guardianship.valid_to.is_(None))
        .order_by(Guardianship.position, Guardianship.id)
    ).all()
    return Asked(
        child.name,
        child.birth_on,
        child.document_number,
        tuple(one.name for one in family),
        tuple(one.phone for one in family if one.phone),
    )
