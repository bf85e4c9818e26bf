"""Whether children keep the team of the month before."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, tuple_

from app.access import Actor
from app.db import db
from app.db.remember import remembered
from app.kernel.pinyin import sort_key
from app.kernel.problems import Problem
from app.teams.models import Team
from app.timetables.models import Timetable, Visit
from app.timetables.queries.naming import child_names
from app.timetables.queries.standing import stands
from app.timetables.rules.changes import Changed
from app.timetables.types import TimetableState

Usual = dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID]
"""The team of most visits of each (child, service)."""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A child whose team changes from one month to the next; `why`: the reason in words, None where nobody looked."""

    child_id: uuid.UUID
    name: str
    month: str
    before: str
    after: str
    before_id: uuid.UUID
    after_id: uuid.UUID
    why: Problem | None = None


def last_before(unit_id: uuid.UUID, month: str) -> Timetable | None:
    """The last published timetable of a unit before a month ("2026-10"), however many months lie between."""
    return db.session.scalar(
        select(Timetable)
        .where(
            Timetable.unit_id == unit_id,
            Timetable.month < month,
            Timetable.state == TimetableState.PUBLISHED,
            Timetable.superseded_at.is_(None),
        )
        .order_by(Timetable.month.desc())
        .limit(1)
    )


def month_before(row: Timetable) -> Timetable | None:
    """The timetable that a month goes on from, however many months lie between: the nearest one before it. For one in
    force that is what was published; a draft may go on from a draft, as those of a term do."""
    shown = [TimetableState.PUBLISHED] + ([TimetableState.DRAFT] if row.state != TimetableState.PUBLISHED else [])
    return db.session.scalar(
        select(Timetable)
        .where(
            Timetable.unit_id == row.unit_id,
            Timetable.month < row.month,
            Timetable.state.in_(shown),
            Timetable.superseded_at.is_(None),
        )
        .order_by(
            Timetable.month.desc(),
            (Timetable.state == TimetableState.PUBLISHED).desc(),
            Timetable.created_at.desc(),
            Timetable.id,
        )
        .limit(1)
    )


Counts = dict[tuple[uuid.UUID, uuid.UUID], Counter]
"""Visits by team of each (child, service)."""


def counts_of(rows: Iterable[Timetable | None]) -> dict[uuid.UUID, Counts]:
    """The counts of several timetables by id, with an empty one for each that has no visits: of a published month all
    that stand in it, of a draft its own. One query."""
    asked = [row for row in rows if row is not None]
    found: dict[uuid.UUID, Counts] = {row.id: defaultdict(Counter) for row in asked}
    standing = {(row.unit_id, row.month): row.id for row in asked if _stands(row)}
    in_months = tuple_(Timetable.unit_id, Timetable.month).in_(list(standing))
    query = (
        select(
            Visit.timetable_id,
            Timetable.unit_id,
            Timetable.month,
            Visit.child_id,
            Visit.service_key,
            Visit.team_id,
            func.count(),
        )
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(
            or_(
                Visit.timetable_id.in_([row.id for row in asked if not _stands(row)]),
                in_months & stands(),
            )
        )
        .group_by(
            Visit.timetable_id, Timetable.unit_id, Timetable.month, Visit.child_id, Visit.service_key, Visit.team_id
        )
    )
    for timetable, unit, month, child, service, team, count in db.session.execute(query) if rows else ():
        of = timetable if timetable in found else standing[unit, month]
        found[of][child, service][team] += count
    return found


def _stands(row: Timetable) -> bool:
    return row.state == TimetableState.PUBLISHED and row.superseded_at is None


def main_team(teams: Counter) -> uuid.UUID:
    """The team of most visits."""
    return min(teams, key=lambda team: (-teams[team], str(team)))


def usual_of(counts: Counts) -> Usual:
    """The usual team of each service."""
    return {key: main_team(teams) for key, teams in counts.items()}


def same_team(counts: Counts, before: Usual) -> tuple[int, int]:
    """(visits by the team that the child had in the month before, visits); a service that is new then has the team of
    most of its visits for its own."""
    return (
        sum(teams[before.get(key) or main_team(teams)] for key, teams in counts.items()),
        sum(sum(teams.values()) for teams in counts.values()),
    )


def own_share(row: Timetable) -> tuple[int, int]:
    """(visits by the child's own team, visits) of a timetable: the own team is that of the month before. The one figure
    of it that pages name; kept until something changes."""
    return remembered(("own team", row.id), lambda: _own_share(row))


def _own_share(row: Timetable) -> tuple[int, int]:
    before = month_before(row)
    counts = counts_of([row, before])
    return same_team(counts[row.id], usual_of(counts[before.id]) if before else {})


def team_changes(actor: Actor, row: Timetable, before: Timetable | None) -> list[Handed]:
    """Children whose team changes from the last published month to this one, by name."""
    counts = counts_of([row, before])
    found = other_teams(counts[row.id], counts[before.id] if before else {})
    return name_changes(actor, found, row.month) if found else []


def other_teams(counts: Counts, before: Counts) -> list[tuple]:
    """(child, team before, team now) of the services whose usual team changes."""
    usual, now = usual_of(before), usual_of(counts)
    return sorted(
        {
            (child, usual[child, service], team)
            for (child, service), team in now.items()
            if usual.get((child, service), team) != team
        },
        key=str,
    )


def team_changes_of(actor: Actor, changes: Sequence[Changed], month: str) -> list[Handed]:
    """Children to whom another team comes than the timetable in force says, at the visits that change."""
    found = sorted(
        {
            (one.child_id, one.former.team_id, one.now.team_id)
            for one in changes
            if one.former is not None and one.now is not None and one.former.team_id != one.now.team_id
        },
        key=str,
    )
    return name_changes(actor, found, month) if found else []


def name_changes(actor: Actor, found: list[tuple], month: str) -> list[Handed]:
    """(child, team before, team after) with names, by the child's."""
    children = child_names(actor, {row[0] for row in found})
    teams = dict(
        db.session.execute(
            select(Team.id, Team.name).where(Team.id.in_({team for row in found for team in row[1:]}))
        ).all()
    )
    return sorted(
        (
            Handed(
                child_id=child,
                name=children.get(child, ""),
                month=month,
                before=teams.get(before, ""),
                after=teams.get(after, ""),
                before_id=before,
                after_id=after,
            )
            for child, before, after in found
        ),
        key=lambda one: (sort_key(one.name), str(one.child_id)),
    )
