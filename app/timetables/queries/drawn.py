"""Where the homes and schools of a timetable's visits are."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.access import Actor
from app.children.models import HomePoint
from app.children.points import home_degrees
from app.children.sight import in_sight
from app.db import db
from app.schools.models import School
from app.teams.models import Team


@dataclass(frozen=True)
class Spotted:
    """A place on the map, degrees."""

    name: str
    latitude: float
    longitude: float


def homes_of(actor: Actor, child_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Spotted]:
    """The homes of those children whose files the actor may open; where a child lives is nobody else's matter."""
    rows = db.session.execute(
        select(HomePoint.id, HomePoint.child_id, HomePoint.point_sealed).where(
            HomePoint.child_id.in_(child_ids), in_sight(actor, HomePoint.child_id)
        )
    )
    found = {row.child_id: home_degrees(row.id, row.point_sealed) for row in rows}
    return {
        child: Spotted("", latitude, longitude)
        for child, (longitude, latitude) in found.items()
        if longitude is not None and latitude is not None
    }


def schools_of(team_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Spotted]:
    """The school of each team, where its days begin and end; teams whose school has no place are left out."""
    rows = db.session.execute(
        select(Team.id, School.name, School.latitude, School.longitude)
        .join(School, School.id == Team.school_id)
        .where(Team.id.in_(team_ids))
    )
    return {
        row.id: Spotted(row.name, row.latitude, row.longitude)
        for row in rows
        if row.latitude is not None and row.longitude is not None
    }
