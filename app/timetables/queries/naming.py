"""The names of children and teams on the pages of a timetable."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, or_, select

from app.access import Actor
from app.children.models import Child
from app.children.sight import name_seen, writable
from app.db import db
from app.db.remember import remembered
from app.kernel.order import counted
from app.kernel.twins import ends, told_apart
from app.schools.models import Teacher
from app.schools.queries import teacher_labels
from app.teams.models import Team, TeamMember
from app.teams.queries.teams import team_in_scope, team_names
from app.timetables.models import Timetable, Visit

__all__ = ["child_names", "left_since", "team_names", "teams_of"]


def child_names(actor: Actor, ids: Any) -> dict[uuid.UUID, str]:
    """Names of children by id, as the actor knows them, two of one name among them told apart; the caller has checked
    the scope."""
    rows = (
        db.session.execute(
            select(Child.id, name_seen(actor).label("name"), Child.file_number).where(Child.id.in_(list(ids)))
        )
        if ids
        else ()
    )
    return told_apart((row.id, row.name, (ends(row.file_number), row.file_number)) for row in rows)


def left_since(actor: Actor, children: Collection[uuid.UUID]) -> list[str]:
    """Names of those of some children whom the actor may not write about any more."""
    here = set(db.session.scalars(select(Child.id).where(Child.id.in_(children), writable(actor))))
    return list(child_names(actor, set(children) - here).values())


def teams_of(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, str]]:
    """(id, name, teachers) of the teams in scope that a timetable may use: the unit's active ones and those with
    visits in it, by name as people count. Kept until something changes."""
    return remembered(("teams", actor, timetable.id), lambda: _list_teams(actor, timetable))


def _list_teams(actor: Actor, timetable: Timetable) -> list[tuple[uuid.UUID, str, str]]:
    found: dict[uuid.UUID, tuple[str, list[str]]] = {}
    rows = db.rows(_teams(actor), {"timetable": timetable.id, "unit": timetable.unit_id}).all()
    labels = teacher_labels(row[2] for row in rows)
    for team_id, name, teacher in rows:
        people = found.setdefault(team_id, (name, []))[1]
        if teacher is not None:
            people.append(labels[teacher])
    return [
        (team_id, name, "、".join(people))
        for team_id, (name, people) in sorted(found.items(), key=lambda one: (counted(one[1][0]), str(one[0])))
    ]


@lru_cache(maxsize=256)
def _teams(actor: Actor) -> Select:
    """Teams with their teachers, a row each. Whether a team has visits is asked last: of those no longer active."""
    used = exists().where(Visit.team_id == Team.id, Visit.timetable_id == bindparam("timetable"))
    return (
        select(Team.id, Team.name, Teacher.id)
        .outerjoin(TeamMember, TeamMember.team_id == Team.id)
        .outerjoin(Teacher, Teacher.id == TeamMember.teacher_id)
        .where(team_in_scope(actor), or_((Team.unit_id == bindparam("unit")) & Team.active, used))
        .order_by(Team.name, Team.id, TeamMember.position)
    )
