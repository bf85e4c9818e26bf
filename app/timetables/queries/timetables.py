"""Reading timetables."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from app.access import Actor
from app.db import db
from app.errors import NotFound
from app.jobs.models import Job, JobState
from app.schools.models import Unit
from app.teams.models import Team
from app.teams.queries.teams import team_in_scope
from app.timetables.models import Timetable
from app.timetables.types import TimetableState


def timetable_in_scope(actor: Actor) -> Any:
    """Planners see every timetable of their units; others those published for teams in their scope."""
    if actor.municipal:
        return Timetable.id.is_not(None)
    published = (Timetable.state == TimetableState.PUBLISHED) & Timetable.unit_id.in_(
        select(Team.unit_id).where(team_in_scope(actor))
    )
    return or_(Timetable.unit_id.in_(actor.unit_ids), published) if actor.unit_ids else published


def get_timetable(actor: Actor, timetable_id: uuid.UUID, *, lock: bool = False) -> Timetable:
    """A timetable in the actor's scope; with `lock` nobody else changes it meanwhile. Raises NotFound."""
    query = _one(actor)
    row = db.session.scalar(query.with_for_update(of=Timetable) if lock else query, {"timetable": timetable_id})
    if row is None:
        raise NotFound
    return row


@lru_cache(maxsize=256)
def _one(actor: Actor) -> Select:
    """The statement of `get_timetable`; as those of other pages it is kept for who comes again: putting it together
    takes longer than running it."""
    return select(Timetable).where(Timetable.id == bindparam("timetable"), timetable_in_scope(actor))


def list_timetables(
    actor: Actor, *, unit_id: uuid.UUID | None, month: str, page_of: Any, among: Collection[uuid.UUID] | None = None
) -> tuple[list, object]:
    """Rows (timetable, unit's name), the newest month first, and the page; of some timetables only with `among`."""
    query = (
        select(Timetable, Unit.name.label("unit_name"))
        .join(Unit, Unit.id == Timetable.unit_id)
        .where(timetable_in_scope(actor), Timetable.state != TimetableState.DISCARDED)
    )
    if unit_id:
        query = query.where(Timetable.unit_id == unit_id)
    if month:
        query = query.where(Timetable.month == month)
    if among is not None:
        query = query.where(Timetable.id.in_(among))
    page = page_of(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    rows = db.session.execute(
        query.order_by(Timetable.month.desc(), Unit.code, Timetable.created_at.desc(), Timetable.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    return list(rows), page


def find_published(unit_id: uuid.UUID, month: str) -> Timetable | None:
    """The timetable in force of a unit's month."""
    return db.session.scalar(
        select(Timetable).where(
            Timetable.unit_id == unit_id,
            Timetable.month == month,
            Timetable.state == TimetableState.PUBLISHED,
            Timetable.superseded_at.is_(None),
        )
    )


def run_of(timetable: Any) -> Job | None:
    """The job that makes or made a timetable or a repair."""
    return db.session.get(Job, timetable.job_id) if timetable.job_id else None


def is_running(unit_id: uuid.UUID, month: str) -> bool:
    """True while a run for the unit's month is queued or at work."""
    return (
        db.session.scalar(
            select(Timetable.id)
            .join(Job, Job.id == Timetable.job_id)
            .where(
                Timetable.unit_id == unit_id,
                Timetable.month == month,
                Timetable.state == TimetableState.QUEUED,
                Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
            )
            .limit(1)
        )
        is not None
    )
