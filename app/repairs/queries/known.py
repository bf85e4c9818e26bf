"""What a repair has to take in beside what was entered for it, and from whom it takes visits all the same."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.access import Actor
from app.db import db
from app.repairs.models import Repair
from app.repairs.queries.repairs import happenings_of, movable_visits
from app.repairs.rules import taken_from_others
from app.repairs.types import Happening, HappeningKind
from app.teams.models import HomeClosure, Leave, TeamMember
from app.teams.types import ClosureKind
from app.timetables.models import Timetable
from app.timetables.queries.closed import closed_hits
from app.timetables.queries.live import ChildChanges, name_changes
from app.timetables.rules.changes import Changed

_MEANS = {
    ClosureKind.FAMILY: HappeningKind.FAMILY_CANCELS,
    ClosureKind.ROAD: HappeningKind.ROAD_CLOSED,
    ClosureKind.GONE: HappeningKind.CHILD_GONE,
}


def known_besides(repair: Repair) -> list[Happening]:
    """Leave, closed homes and closed days that are noted already and have standing visits on their days, but were not
    entered for this repair: what stands there cannot stay, so the repair takes them in."""
    standing, entered = movable_visits(repair), happenings_of(repair)
    if not standing:
        return []
    first, last = min(v.day for v in standing), max(v.day for v in standing)
    crews = crews_of({v.team_id for v in standing})
    met = defaultdict(set)
    for visit in standing:
        for holder in (visit.child_id, *crews[visit.team_id]):
            met[holder].add(visit.day)
    found = [
        Happening(HappeningKind.TEACHER_AWAY, row.first_on, row.last_on, row.teacher_id)
        for row in _noted(Leave, Leave.teacher_id, met, first, last)
    ]
    found += [
        Happening(_MEANS[row.kind], row.first_on, row.last_on, None, row.child_id, row.note or "")
        for row in _noted(HomeClosure, HomeClosure.child_id, met, first, last)
    ]
    found = [
        one
        for one in found
        if (who := one.teacher_id or one.child_id) and any(one.first <= day <= one.last for day in met[who])
    ]
    found += [
        Happening(HappeningKind.DAY_CLOSED, hit.day, hit.day, note=hit.reason)
        for hit in closed_hits(db.session.get_one(Timetable, repair.timetable_id), repair.first_on)
    ]
    return [one for one in found if not any(_covers(other, one) for other in entered)]


def _noted(table: Any, owner: Any, holders: Any, first: date, last: date) -> Any:
    return db.session.scalars(
        select(table)
        .where(owner.in_(list(holders)), table.first_on <= last, table.last_on >= first)
        .order_by(table.first_on, table.id)
    )


def _covers(one: Happening, other: Happening) -> bool:
    same = (one.kind, one.teacher_id, one.child_id) == (other.kind, other.teacher_id, other.child_id)
    return same and one.first <= other.last and other.first <= one.last


def crews_of(teams: set[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The teachers of teams."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for team, teacher in db.session.execute(
        select(TeamMember.team_id, TeamMember.teacher_id).where(TeamMember.team_id.in_(list(teams)))
    ):
        found[team].add(teacher)
    return found


def who_loses(actor: Actor, happened: Sequence[Happening], changes: Sequence[Changed]) -> list[ChildChanges]:
    """Children to whom nothing happened and who would have fewer visits all the same, with those called off."""
    crews = crews_of({one.former.team_id for one in changes if one.former is not None})
    return name_changes(actor, taken_from_others(changes, happened, crews))


def all_that_happened(repair: Repair) -> list[Happening]:
    """What was entered for a repair and what it takes in beside."""
    return [*happenings_of(repair), *known_besides(repair)]
