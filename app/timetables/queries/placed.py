"""Reading planned visits: placed in a timetable, as they are shown."""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, exists, or_, select

from app.access import Actor
from app.children.models import Child
from app.children.sight import has_left, name_seen
from app.db import db
from app.errors import NotFound
from app.kernel.order import counted
from app.kernel.twins import ends, told_apart
from app.teams.models import Team
from app.teams.queries.teams import team_in_scope
from app.timetables.models import Timetable, Visit, VisitRecord
from app.timetables.queries import moving_away, standing
from app.timetables.types import MissedReason, RecordOutcome, VisitOrigin
from app.web.filters import today


class PlacedVisit(NamedTuple):
    """A planned visit with the names to show it, and what became of it."""

    id: uuid.UUID
    child_id: uuid.UUID
    child_name: str
    team_id: uuid.UUID
    team_name: str
    day: date
    start: int
    end: int
    travel_in: int
    travel_estimated: bool
    origin: VisitOrigin
    service_key: uuid.UUID
    version_id: uuid.UUID
    outcome: RecordOutcome | None = None
    reason: MissedReason | None = None
    file_number: str = ""
    moves: bool = False
    """The child has moved to another district by then: nobody comes."""


_LAST = ~VisitRecord.id.in_(select(VisitRecord.corrects_id).where(VisitRecord.corrects_id.is_not(None)))


def placed_query(actor: Actor) -> Select:
    """Visits with names, as the actor knows them, and their last record; the caller adds its conditions."""
    return (
        select(
            Visit.id,
            Visit.child_id,
            name_seen(actor).label("child_name"),
            Visit.team_id,
            Team.name.label("team_name"),
            Visit.day,
            Visit.start,
            Visit.end,
            Visit.travel_in,
            Visit.travel_estimated,
            Visit.origin,
            Visit.service_key,
            Visit.plan_version_id,
            VisitRecord.outcome,
            VisitRecord.reason,
            Child.file_number,
        )
        .select_from(Visit)
        .join(Child, Child.id == Visit.child_id)
        .join(Team, Team.id == Visit.team_id)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & _LAST)
    )


def list_placed(
    actor: Actor,
    timetable_id: uuid.UUID,
    *,
    team_id: uuid.UUID | None = None,
    child_id: uuid.UUID | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[PlacedVisit]:
    """Visits of a timetable in scope by day, team as people count, and route; narrowed to a team, a child, days. Those
    of the timetable in force that were moved or called off since are left out; a superseded one shows what it was."""
    narrowed = {
        name: value
        for name, value in (("team", team_id), ("child", child_id), ("first", first), ("last", last))
        if value
    }
    rows = db.rows(_placed(actor, frozenset(narrowed), today()), {"timetable": timetable_id, **narrowed})
    found = _with_moves(timetable_id, [PlacedVisit(*row) for row in rows])
    labels = told_apart((one.child_id, one.child_name, (ends(one.file_number), one.file_number)) for one in found)
    found = [
        one if labels[one.child_id] == one.child_name else one._replace(child_name=labels[one.child_id])
        for one in found
    ]
    return sorted(found, key=lambda one: (one.day, counted(one.team_name), str(one.team_id)))  # stable: then by route


def _with_moves(timetable_id: uuid.UUID, found: list[PlacedVisit]) -> list[PlacedVisit]:
    if not any(one.day > today() for one in found):
        return found
    unit_id = db.session.get_one(Timetable, timetable_id).unit_id
    void = moving_away.nobody_comes(
        moving_away.Planned(unit_id, one.child_id, one.day) for one in found if one.outcome is None
    )
    return [
        one._replace(
            moves=one.outcome is None
            and void.get(moving_away.Planned(unit_id, one.child_id, one.day)) == moving_away.MOVES
        )
        for one in found
    ]


@lru_cache(maxsize=512)
def _placed(actor: Actor, narrowed: frozenset[str], _day: date) -> Select:
    superseded = exists().where(Timetable.id == Visit.timetable_id, Timetable.superseded_at.is_not(None))
    shown = or_(~Visit.frozen, superseded, standing.stands())
    query = placed_query(actor).where(Visit.timetable_id == bindparam("timetable"), team_in_scope(actor), shown)
    tests = {
        "team": Visit.team_id == bindparam("team"),
        "child": Visit.child_id == bindparam("child"),
        "first": Visit.day >= bindparam("first"),
        "last": Visit.day <= bindparam("last"),
    }
    return query.where(*(test for name, test in tests.items() if name in narrowed)).order_by(
        Visit.day, Visit.start, Visit.id
    )


def get_visit(actor: Actor, visit_id: uuid.UUID) -> Visit:
    """A planned visit of a team in the actor's scope, to be moved or pinned. Raises NotFound, also when the child has
    left."""
    row = db.session.scalar(
        select(Visit)
        .join(Team, Team.id == Visit.team_id)
        .where(Visit.id == visit_id, team_in_scope(actor), ~has_left(actor, Visit.child_id))
    )
    if row is None:
        raise NotFound
    return row


def visits_of_month(timetable_id: uuid.UUID) -> list[Visit]:
    """All visits of a timetable, in order. The caller has checked the scope."""
    return list(
        db.session.scalars(
            select(Visit)
            .where(Visit.timetable_id == timetable_id)
            .order_by(Visit.day, Visit.team_id, Visit.start, Visit.id)
        )
    )


def visits_shown(row: Timetable) -> list[Visit]:
    """The visits of a draft; of a timetable in force all that stand in its month. The caller has checked the scope."""
    if not row.in_force:
        return visits_of_month(row.id)
    return list(
        db.session.scalars(
            select(Visit)
            .join(Timetable, Timetable.id == Visit.timetable_id)
            .where(Timetable.unit_id == row.unit_id, Timetable.month == row.month, standing.stands())
            .order_by(Visit.day, Visit.start, Visit.id)
        )
    )
