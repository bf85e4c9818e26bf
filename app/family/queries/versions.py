"""The versions of a child's plan as the family reads them, and its answer to one."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.access import Actor
from app.children.aliases import of_child
from app.db import Rows, db
from app.family.models import FamilyAnswer
from app.files.standing import standing_of
from app.plans.models import PlanForce, PlanVersion
from app.plans.rules.periods import days_held
from app.plans.types import VersionState

# What a family's page asks at every visit, put together once: that takes longer than to run it.
_VERSIONS = (
    select(
        PlanVersion.id,
        PlanVersion.child_id,
        PlanVersion.number,
        PlanVersion.state,
        PlanVersion.starts_on,
        PlanVersion.ends_on,
        PlanVersion.content,
        PlanForce.valid_from,
        PlanForce.valid_to,
    )
    .outerjoin(PlanForce, PlanForce.version_id == PlanVersion.id)
    .where(of_child(PlanVersion.child_id, bindparam("child")), PlanVersion.state == VersionState.APPROVED)
    .order_by(PlanVersion.child_id != bindparam("child"), PlanVersion.number.desc())
)
_ANSWER = (
    select(FamilyAnswer)
    .where(FamilyAnswer.version_id == bindparam("version"), FamilyAnswer.guardian_id == bindparam("guardian"))
    .order_by(FamilyAnswer.at.desc(), FamilyAnswer.id.desc())
    .limit(1)
)


def list_own_versions(child_id: uuid.UUID) -> Rows:
    """The approved versions of a child that was loaded as the guardian's own, the newest first: (id, child_id, number,
    state, starts_on, ends_on, content, valid_from, valid_to), the last two None for one that never came into force."""
    return db.rows(_VERSIONS, {"child": child_id}).all()


def current_of(versions: Rows, today: date) -> Row[*tuple[Any, ...]] | None:
    """The version that the family reads first: the one in force, else the next one, else the one that held last, else
    the newest."""
    begun = [v for v in versions if v.valid_from is not None]
    in_force = [v for v in begun if v.valid_from <= today and (v.valid_to is None or v.valid_to > today)]
    in_force.sort(key=lambda v: last_day_of(v) < today)  # one of a second file is never ended there
    later = [v for v in begun if v.valid_from > today]
    ended = sorted((v for v in begun if ended_of(v, today)), key=last_day_of, reverse=True)
    return next(iter([*in_force, *later[::-1], *ended, *versions]), None)


def held_by(version: Any) -> tuple[date, date]:
    """The first and the last day on which a version holds or held; of one that never came into force the planned."""
    return days_held(version.starts_on, version.ends_on, version.valid_from, version.valid_to)


def last_day_of(version: Any) -> date:
    """The last day of a version that came into force: its period's own, or the one before its successor's first."""
    return held_by(version)[1]


def ended_of(version: Any, today: date) -> date | None:
    """The last day of a version that came into force and is over; None for every other version. One without a
    successor stays in force in the records; to the family it has ended all the same."""
    return None if version.valid_from is None or last_day_of(version) >= today else last_day_of(version)


def coming_of(versions: Rows, today: date) -> Rows:
    """The versions that will come into force after today, the next one first."""
    return sorted(
        (v for v in versions if v.valid_from is not None and v.valid_from > today), key=lambda v: v.valid_from
    )


def open_to_answer(versions: Rows, today: date) -> Rows:
    """The versions that the family may answer: the one it reads first unless it has ended, and those to come."""
    current, coming = current_of(versions, today), coming_of(versions, today)
    return [one for one in versions if one in coming or one is current and not ended_of(one, today)]


def find_answer(actor: Actor, version_id: uuid.UUID) -> Any:
    """The actor's newest answer to a version: a row with the columns of FamilyAnswer, or None."""
    return db.rows(_ANSWER, {"version": version_id, "guardian": actor.guardian_id}).first()


def school_today(child_id: uuid.UUID) -> str | None:
    """The name of the school that answers for a child today: the one that sends its teachers home, else the one it
    attends, else the one of its roll. A frozen plan names the one of its own day, which may be closed since."""
    place = standing_of(child_id).taught_at
    return place.name if place else None
