"""What a family may see and ask by its link, and the wishes that wait for the coordinator."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select

from app.access import Actor, Permission
from app.children.models import Child
from app.children.responsible import unit_on
from app.children.sight import has_left
from app.db import db
from app.db.sealed import digest
from app.errors import NotFound
from app.kernel import clock
from app.visits.models import (
    Booking,
    MoveRequest,
    Team,
    Timetable,
    Visit,
    VisitAnswer,
    VisitLink,
    VisitRecord,
)
from app.visits.queries.children import teacher_names
from app.visits.queries.closed import closed_visits
from app.visits.types import MoveState
from app.web.filters import today

AHEAD = 21
"""Days ahead that a family's link shows."""


def find_visit_link(token: str) -> VisitLink | None:
    """The link of a token that may be used: not revoked, not past its end, and the unit whose visits it was made for
    still answers for the child."""
    return _usable(VisitLink.token_hash == digest(token))


def _usable(condition: ColumnElement[bool]) -> VisitLink | None:
    """The newest link of a condition that works now. A move of the child may have been agreed for a later day: it ends
    the link on that day without anybody doing it."""
    link = db.session.scalar(select(VisitLink).where(
        condition, VisitLink.revoked_at.is_(None), VisitLink.ends_at > clock.now())
        .order_by(VisitLink.created_at.desc(), VisitLink.id.desc()).limit(1))
    if link is None:
        return None
    child = db.session.get_one(Child, link.child_id)
    made_on = link.created_at.astimezone(clock.LOCAL).date()
    return link if unit_on(child, made_on) == unit_on(child, today()) else None


def current_link(child_id: uuid.UUID) -> VisitLink | None:
    """The link of a child that works now; the child was loaded in sight."""
    return _usable(VisitLink.child_id == child_id)


def name_of_child(child_id: uuid.UUID) -> str:
    """The name of the child of a link; pages of links mask it."""
    return db.session.scalar(select(Child.name).where(Child.id == child_id)) or ""


@dataclass(frozen=True)
class LinkVisit:
    """A visit as the family's link shows it, with what the family said of it."""

    id: uuid.UUID
    day: date
    start: int
    end: int
    teachers: str
    confirmed: bool
    request: MoveRequest | None
    closed: str | None = None
    """Why nobody teaches on its day, "" where that is not known."""

    @property
    def minutes(self) -> int:
        return self.end - self.start


def _coming(child_id: uuid.UUID, today: date) -> Select:
    return (select(Visit).where(
        Visit.child_id == child_id, Visit.day.between(today, today + timedelta(days=AHEAD)),
        exists().where(Booking.visit_id == Visit.id), ~exists().where(VisitRecord.visit_id == Visit.id))
        .order_by(Visit.day, Visit.start, Visit.id))


def link_visits(child_id: uuid.UUID, today: date) -> list[LinkVisit]:
    """The child's visits of the next weeks. Five queries beside the calendar's."""
    visits = list(db.session.scalars(_coming(child_id, today)))
    closed = closed_visits(visits)
    teachers = teacher_names({v.team_id for v in visits})
    said = {(a.service_key, a.day, a.start) for a in db.session.scalars(
        select(VisitAnswer).where(VisitAnswer.child_id == child_id, VisitAnswer.day >= today))}
    asked = {r.visit_id: r for r in db.session.scalars(
        select(MoveRequest).where(MoveRequest.visit_id.in_([v.id for v in visits]),
                                  MoveRequest.state.in_((MoveState.OPEN, MoveState.REFUSED)))
        .order_by(MoveRequest.asked_at))}
    return [LinkVisit(v.id, v.day, v.start, v.end, teachers[v.team_id], (v.service_key, v.day, v.start) in said,
                      asked.get(v.id), closed.get(v.id)) for v in visits]


def visit_of_link(link: VisitLink, visit_id: uuid.UUID | None, today: date) -> Visit:
    """One of the visits that a link shows. Raises NotFound for every other, the same as for none."""
    row = db.session.scalar(_coming(link.child_id, today).where(Visit.id == visit_id)) if visit_id else None
    if row is None:
        raise NotFound
    return row


def open_request(visit_id: uuid.UUID) -> MoveRequest | None:
    """The wish to move a visit that is not answered yet."""
    return db.session.scalar(select(MoveRequest).where(
        MoveRequest.visit_id == visit_id, MoveRequest.state == MoveState.OPEN))


def count_asked(link: VisitLink) -> int:
    """How often the family has asked by this link in the last day."""
    since = clock.now() - timedelta(days=1)
    return db.session.scalar(select(func.count()).select_from(MoveRequest).where(
        MoveRequest.link_id == link.id, MoveRequest.asked_at >= since)) or 0


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


def _open(actor: Actor, *columns) -> Select:
    query = (select(*columns).select_from(MoveRequest).join(Visit, Visit.id == MoveRequest.visit_id)
             .join(Timetable, Timetable.id == Visit.timetable_id).where(MoveRequest.state == MoveState.OPEN))
    return query if actor.municipal else query.where(Timetable.unit_id.in_(actor.unit_ids),
                                                     ~has_left(actor, MoveRequest.child_id))


def count_wishes(actor: Actor) -> int:
    """Wishes that wait in the units whose timetables the actor makes. One query."""
    if not actor.may(Permission.TIMETABLES_WRITE):
        return 0
    return db.session.scalar(_open(actor, func.count())) or 0


def list_wishes(actor: Actor, limit: int = 100) -> list[Wish]:
    """They, the soonest visit first."""
    query = (_open(actor, MoveRequest.id, MoveRequest.child_id, Child.name, Team.name, Visit.day, Visit.start,
                   MoveRequest.day, MoveRequest.start, MoveRequest.asked_at, Visit.timetable_id)
             .join(Child, Child.id == MoveRequest.child_id).join(Team, Team.id == Visit.team_id)
             .order_by(Visit.day, Visit.start, MoveRequest.id).limit(limit))
    return [Wish(*row) for row in db.session.execute(query)]


def get_wish(actor: Actor, wish_id: uuid.UUID) -> tuple[MoveRequest, Visit, Timetable]:
    """A wish in a unit whose timetables the actor makes, locked. Raises NotFound, also when
    the child has left."""
    query = (select(MoveRequest, Visit, Timetable).join(Visit, Visit.id == MoveRequest.visit_id)
             .join(Timetable, Timetable.id == Visit.timetable_id).where(MoveRequest.id == wish_id))
    if not actor.municipal:
        query = query.where(Timetable.unit_id.in_(actor.unit_ids), ~has_left(actor, MoveRequest.child_id))
    found = db.session.execute(query.with_for_update(of=MoveRequest)).first()
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]
