"""The family's answers as the coordinator sees them, and those that wait to be talked about."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor
from app.children.aliases import of_child
from app.children.models import Child
from app.children.sight import in_sight
from app.db import db
from app.family.models import FamilyAnswer
from app.family.types import Disagreement
from app.placements.types import Agreement
from app.plans.models import PlanForce, PlanVersion
from app.schools.models import Unit


def list_answers(child_id: uuid.UUID) -> list[tuple[FamilyAnswer, int]]:
    """All answers of the family of a child that was loaded in sight, newest first, with the version's number."""
    rows = db.session.execute(
        select(FamilyAnswer, PlanVersion.number)
        .join(PlanVersion, PlanVersion.id == FamilyAnswer.version_id)
        .where(of_child(FamilyAnswer.child_id, child_id))
        .order_by(FamilyAnswer.at.desc(), FamilyAnswer.id.desc())
        .limit(100)
    )
    return [(answer, number) for answer, number in rows]


def _open_answers(actor: Actor, today: date, columns: Any) -> Select:
    """Newest answers that are not a plain yes, to versions in force or to come; a new version or a yes ends them."""
    newer = aliased(FamilyAnswer)
    replaced = exists().where(
        newer.version_id == FamilyAnswer.version_id,
        newer.guardian_id == FamilyAnswer.guardian_id,
        newer.id != FamilyAnswer.id,
        or_(newer.at > FamilyAnswer.at, and_(newer.at == FamilyAnswer.at, newer.id > FamilyAnswer.id)),
    )
    return (
        select(*columns)
        .select_from(FamilyAnswer)
        .join(Child, Child.id == FamilyAnswer.child_id)
        .join(PlanForce, PlanForce.version_id == FamilyAnswer.version_id)
        .where(
            in_sight(actor),
            FamilyAnswer.answer.in_((Agreement.PARTLY, Agreement.DISAGREE)),
            ~replaced,
            or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > today),
        )
    )


def count_disagreements(actor: Actor, today: date) -> int:
    """How many answers wait to be talked about, children in sight. One query."""
    return db.session.scalar(_open_answers(actor, today, [func.count()])) or 0


def list_disagreements(actor: Actor, today: date, *, limit: int = 50, offset: int = 0) -> list[Disagreement]:
    """A page of them, the oldest first. One query."""
    columns = [
        Child.id,
        Child.name,
        Child.file_number,
        Unit.name,
        FamilyAnswer.version_id,
        FamilyAnswer.guardian_name,
        FamilyAnswer.answer,
        FamilyAnswer.comment,
        FamilyAnswer.at,
    ]
    query = (
        _open_answers(actor, today, columns)
        .join(Unit, Unit.id == Child.unit_id)
        .order_by(FamilyAnswer.at, FamilyAnswer.id)
        .limit(limit)
        .offset(offset)
    )
    return [Disagreement(*row) for row in db.session.execute(query)]
