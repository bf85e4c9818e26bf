"""Two teachers who have together what no team has alone."""

from __future__ import annotations

import itertools
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from app.children.models import HomePoint
from app.db import db
from app.schools.models import School, Teacher
from app.teams.models import TeacherHours, Team, TeamMember
from app.teams.rules import split_needs


@dataclass(frozen=True)
class JointTeam:
    """A team that could be formed: its two teachers (id, name, name of the school), the nearer one first."""

    lead: tuple[uuid.UUID, str, str]
    second: tuple[uuid.UUID, str, str]
    apart: bool


def joint_teams(unit_id: uuid.UUID, wanted: dict[uuid.UUID, frozenset[str]]) -> dict[uuid.UUID, JointTeam]:
    """For each child of `wanted` (words of skills that are needed) two visiting teachers of the unit who have all of
    them together and hours in common, those whose schools are nearest to the home. The caller has checked the scope.
    """
    wanted = {child: words for child, words in wanted.items() if words}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(
            Teacher.id,
            Teacher.name,
            Teacher.skills,
            Teacher.school_id,
            School.name.label("school"),
            School.latitude,
            School.longitude,
        )
        .join(School, School.id == Teacher.school_id)
        .where(
            Teacher.active,
            Teacher.id.in_(
                select(TeamMember.teacher_id)
                .join(Team, Team.id == TeamMember.team_id)
                .where(Team.unit_id == unit_id, Team.active)
            ),
        )
        .order_by(Teacher.name, Teacher.id)
    ).all()
    hours = defaultdict(list)
    for one in db.session.scalars(select(TeacherHours).where(TeacherHours.teacher_id.in_([row.id for row in rows]))):
        hours[one.teacher_id].append((one.weekday, one.start, one.end))
    homes = {
        row.child_id: row.degrees
        for row in db.session.scalars(select(HomePoint).where(HomePoint.child_id.in_(list(wanted))))
    }
    skills = {row.id: frozenset(word for text in row.skills for word in split_needs(text)) for row in rows}
    found = {}
    for child, words in wanted.items():
        useful = sorted((row for row in rows if skills[row.id] & words), key=lambda row: _way(row, homes.get(child)))
        pair = next(
            (
                pair
                for pair in itertools.combinations(useful, 2)
                if words <= skills[pair[0].id] | skills[pair[1].id] and _meet(hours[pair[0].id], hours[pair[1].id])
            ),
            None,
        )
        if pair:
            lead, second = ((row.id, row.name, row.school) for row in pair)
            found[child] = JointTeam(lead, second, pair[0].school_id != pair[1].school_id)
    return found


def _way(row: Row[Any], home: tuple[float | None, float | None] | None) -> float:
    """How far the school is from the home, in degrees squared: only compared."""
    if home is None or row.latitude is None or row.longitude is None:
        return float("inf")
    longitude, latitude = home
    return (row.latitude - latitude) ** 2 + (row.longitude - longitude) ** 2


def _meet(one: Iterable[tuple[int, int, int]], other: Collection[tuple[int, int, int]]) -> bool:
    return any(v == w and max(a, c) < min(b, d) for v, a, b in one for w, c, d in other)
