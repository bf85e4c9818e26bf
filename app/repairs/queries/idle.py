"""Teams that do not visit any more and whose visits stand all the same: no way out of a repair touches them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select

from app.db import db
from app.repairs.models import Repair
from app.repairs.queries.repairs import movable_visits
from app.schools.models import Teacher
from app.teams.models import TeacherHours, Team, TeamMember


@dataclass(frozen=True)
class IdleTeam:
    """A team with visits on `days` to come (one each) although it is switched off, or has no teacher or no hours."""

    id: uuid.UUID
    name: str
    active: bool
    days: tuple[date, ...]


def idle_teams(repair: Repair) -> list[IdleTeam]:
    """Those of a repair's month, by name."""
    days: dict[uuid.UUID, list[date]] = defaultdict(list)
    for visit in movable_visits(repair):
        days[visit.team_id].append(visit.day)
    works = exists().where(
        TeamMember.team_id == Team.id,
        Teacher.id == TeamMember.teacher_id,
        Teacher.active,
        TeacherHours.teacher_id == Teacher.id,
    )
    rows = db.session.execute(
        select(Team.id, Team.name, Team.active)
        .where(Team.id.in_(list(days)), or_(~Team.active, ~works))
        .order_by(Team.name, Team.id)
    )
    return [IdleTeam(row.id, row.name, row.active, tuple(sorted(days[row.id]))) for row in rows]
