"""Whether children keep the team of the month before."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from app.access import Actor
from app.db import db
from app.db.remember import remembered
from app.kernel.names import sort_key
from app.visits.models import Booking, Team, Timetable, Visit
from app.visits.queries.timetables import child_names
from app.visits.rules import Changed
from app.visits.types import TimetableState

Usual = dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID]
"""The team of most visits of each (child, service)."""


@dataclass(frozen=True)
class Handed:
    """A child whose team changes from one month to the next."""

    child_id: uuid.UUID
    name: str
    month: str
    before: str
    after: str


def last_before(unit_id: uuid.UUID, month: str) -> Timetable | None:
    """The last published timetable of a unit before a month ("2026-10"), however many months lie between."""
    return db.session.scalar(select(Timetable).where(
        Timetable.unit_id == unit_id, Timetable.month < month, Timetable.state == TimetableState.PUBLISHED,
        Timetable.superseded_at.is_(None)).order_by(Timetable.month.desc()).limit(1))


def counts_of(row: Timetable) -> dict[tuple[uuid.UUID, uuid.UUID], Counter]:
    """Visits by team of each (child, service): of a published month all that stand in it, of a draft its own."""
    query = select(Visit.child_id, Visit.service_key, Visit.team_id, func.count()).join(
        Timetable, Timetable.id == Visit.timetable_id)
    if row.state == TimetableState.PUBLISHED and row.superseded_at is None:
        query = query.where(Timetable.unit_id == row.unit_id, Timetable.month == row.month,
                            exists().where(Booking.visit_id == Visit.id))
    else:
        query = query.where(Visit.timetable_id == row.id)
    found: dict[tuple[uuid.UUID, uuid.UUID], Counter] = defaultdict(Counter)
    for child, service, team, count in db.session.execute(
            query.group_by(Visit.child_id, Visit.service_key, Visit.team_id)):
        found[child, service][team] += count
    return found


def main_team(teams: Counter) -> uuid.UUID:
    """The team of most visits."""
    return min(teams, key=lambda team: (-teams[team], str(team)))


def usual_of(row: Timetable | None) -> Usual:
    """The usual team of each service of a timetable; empty without one."""
    return {key: main_team(teams) for key, teams in counts_of(row).items()} if row else {}


def same_team(row: Timetable, before: Usual) -> tuple[int, int]:
    """(visits by the team that the child had in the month before, visits); a service that is new then has the team of
    most of its visits for its own."""
    counts = counts_of(row)
    return (sum(teams[before.get(key) or main_team(teams)] for key, teams in counts.items()),
            sum(sum(teams.values()) for teams in counts.values()))


def own_share(row: Timetable) -> tuple[int, int]:
    """`same_team` against the last published month before; kept until something changes."""
    return remembered(("own team", row.id), lambda: same_team(row, usual_of(last_before(row.unit_id, row.month))))


def team_changes(actor: Actor, row: Timetable, before: Timetable | None) -> list[Handed]:
    """Children whose team changes from the last published month to this one, by name."""
    usual, now = usual_of(before), usual_of(row)
    found = sorted({(child, usual[child, service], team) for (child, service), team in now.items()
                    if usual.get((child, service), team) != team}, key=str)
    return name_changes(actor, found, row.month) if found else []


def team_changes_of(actor: Actor, changes: Sequence[Changed], month: str) -> list[Handed]:
    """Children to whom another team comes than the timetable in force says, at the visits that change."""
    found = sorted({(one.child_id, one.former.team_id, one.now.team_id) for one in changes
                    if one.former is not None and one.now is not None and one.former.team_id != one.now.team_id},
                   key=str)
    return name_changes(actor, found, month) if found else []


def name_changes(actor: Actor, found: list[tuple], month: str) -> list[Handed]:
    """(child, team before, team after) with names, by the child's."""
    children = child_names(actor, {row[0] for row in found})
    teams = dict(db.session.execute(select(Team.id, Team.name).where(
        Team.id.in_({team for row in found for team in row[1:]}))).all())
    return sorted((Handed(child, children.get(child, ""), month, teams.get(before, ""), teams.get(after, ""))
                   for child, before, after in found), key=lambda one: (sort_key(one.name), str(one.child_id)))
