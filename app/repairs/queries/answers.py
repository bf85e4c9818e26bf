"""What a family may see and ask by its link, and the wishes that wait for the coordinator."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from app.access import Actor, Permission
from app.children.models import Child
from app.children.responsible import unit_on
from app.children.sight import has_left
from app.db import db
from app.db.sealed import digest
from app.errors import NotFound
from app.kernel import clock
from app.kernel.names import mask_name
from app.repairs.models import MoveRequest, VisitAnswer, VisitLink
from app.repairs.types import MoveState
from app.teams.models import Team
from app.timetables.models import Timetable, Visit, VisitChange
from app.web.filters import today

CHUNK = 500


def has_confirmed() -> ColumnElement[bool]:
    """The condition that the family has confirmed a visit; an answer is of the day and hour, and of the length that
    the visit had then."""
    return exists().where(
        VisitAnswer.child_id == Visit.child_id,
        VisitAnswer.service_key == Visit.service_key,
        VisitAnswer.day == Visit.day,
        VisitAnswer.start == Visit.start,
        ~of_another_length(),
    )


def of_another_length() -> ColumnElement[bool]:
    """The condition that the visit of an answer became shorter or longer since it was given, at the same hour."""
    was, became = aliased(Visit), aliased(Visit)
    return exists().where(
        VisitChange.child_id == VisitAnswer.child_id,
        VisitChange.at >= VisitAnswer.at,
        VisitChange.former_id == was.id,
        VisitChange.visit_id == became.id,
        became.service_key == VisitAnswer.service_key,
        became.day == VisitAnswer.day,
        became.start == VisitAnswer.start,
        was.day == became.day,
        was.start == became.start,
        was.end != became.end,
    )


def asks_to_move() -> ColumnElement[bool]:
    """The condition that the family waits for an answer to its wish to move a visit."""
    return exists().where(MoveRequest.visit_id == Visit.id, MoveRequest.state == MoveState.OPEN)


def find_visit_link(token: str) -> VisitLink | None:
    """The link of a token that may be used: not revoked, not past its end, and the unit whose visits it was made for
    still answers for the child."""
    return _usable(VisitLink.token_hash == digest(token))


def _usable(condition: ColumnElement[bool]) -> VisitLink | None:
    """The newest link of a condition that works now. A move of the child may have been agreed for a later day: it ends
    the link on that day without anybody doing it."""
    link = db.session.scalar(
        select(VisitLink)
        .where(condition, VisitLink.revoked_at.is_(None), VisitLink.ends_at > clock.now())
        .order_by(VisitLink.created_at.desc(), VisitLink.id.desc())
        .limit(1)
    )
    if link is None:
        return None
    child = db.session.get_one(Child, link.child_id)
    made_on = link.created_at.astimezone(clock.LOCAL).date()
    return link if unit_on(child, made_on) == unit_on(child, today()) else None


def with_links(child_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Of these children those whose link is not ended."""
    found: set[uuid.UUID] = set()
    for at in range(0, len(child_ids), CHUNK):
        part = child_ids[at : at + CHUNK]
        query = select(VisitLink.child_id).where(VisitLink.child_id.in_(part), VisitLink.revoked_at.is_(None))
        found.update(db.session.scalars(query))
    return found


def current_link(child_id: uuid.UUID) -> VisitLink | None:
    """The link of a child that works now; the child was loaded in sight."""
    return _usable(VisitLink.child_id == child_id)


def name_of_child(child_id: uuid.UUID) -> str:
    """The name of the child of a link, masked."""
    return mask_name(db.session.scalar(select(Child.name).where(Child.id == child_id)) or "")


# --- the coordinator ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """A family's wish to move a visit, for the coordinator."""

    id: uuid.UUID
    child_id: uuid.UUID
    child_name: str
    team: str
    day: date
    start: int
    to_day: date
    to_start: int
    asked_at: datetime
    timetable_id: uuid.UUID


def _open(actor: Actor, *columns: Any) -> Select:
    query = (
        select(*columns)
        .select_from(MoveRequest)
        .join(Visit, Visit.id == MoveRequest.visit_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(MoveRequest.state == MoveState.OPEN)
    )
    return (
        query
        if actor.municipal
        else query.where(Timetable.unit_id.in_(actor.unit_ids), ~has_left(actor, MoveRequest.child_id))
    )


def count_wishes(actor: Actor) -> int:
    """Wishes that wait in the units whose timetables the actor makes. One query."""
    if not actor.may(Permission.TIMETABLES_WRITE):
        return 0
    return db.session.scalar(_open(actor, func.count())) or 0


def list_wishes(actor: Actor, limit: int = 100) -> list[Wish]:
    """They, the soonest visit first."""
    query = (
        _open(
            actor,
            MoveRequest.id,
            MoveRequest.child_id,
            Child.name,
            Team.name,
            Visit.day,
            Visit.start,
            MoveRequest.day,
            MoveRequest.start,
            MoveRequest.asked_at,
            Visit.timetable_id,
        )
        .join(Child, Child.id == MoveRequest.child_id)
        .join(Team, Team.id == Visit.team_id)
        .order_by(Visit.day, Visit.start, MoveRequest.id)
        .limit(limit)
    )
    return [Wish(*row) for row in db.session.execute(query)]


def get_wish(actor: Actor, wish_id: uuid.UUID) -> tuple[MoveRequest, Visit, Timetable]:
    """A wish in a unit whose timetables the actor makes, locked. Raises NotFound, also when
    the child has left."""
    query = (
        select(MoveRequest, Visit, Timetable)
        .join(Visit, Visit.id == MoveRequest.visit_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(MoveRequest.id == wish_id)
    )
    if not actor.municipal:
        query = query.where(Timetable.unit_id.in_(actor.unit_ids), ~has_left(actor, MoveRequest.child_id))
    found = db.session.execute(query.with_for_update(of=MoveRequest)).first()
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]
