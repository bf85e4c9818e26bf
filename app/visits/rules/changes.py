"""What a new version of a published month changes, visit by visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.routing import Plan, diff
from app.routing import Visit as Placed
from app.visits.rules.gathering import demand_id
from app.visits.types import ChangeKind


@dataclass(frozen=True)
class Changed:
    """A visit before and after; `former` None is a new one, `now` None one that was called off. Both are the stored
    visits that were compared."""

    kind: ChangeKind
    child_id: UUID
    former: object | None
    now: object | None


def compare_visits(former: Iterable, now: Iterable) -> list[Changed]:
    """The changes from one set of stored visits to another, by day. What stands in both is not among them."""
    old, new = _plan(former), _plan(now)
    found = []
    for change in diff(Plan(tuple(old)), Plan(tuple(new))):
        was, is_now = _stored(old, change.before), _stored(new, change.after)
        found.append(Changed(ChangeKind(change.kind), (was or is_now).child_id, was, is_now))
    return found


def _plan(visits: Iterable) -> Mapping[Placed, object]:
    return {Placed(demand_id(v.child_id, v.service_key), str(v.child_id), v.day, str(v.team_id), v.start, v.end): v
            for v in visits}


def _stored(known: Mapping[Placed, object], one: Placed | None):
    return None if one is None else known[one]


def visit_key(visit) -> tuple:
    """What makes two stored visits the same to the people concerned: child, service, team, day and hour."""
    return visit.child_id, visit.service_key, visit.team_id, visit.day, visit.start, visit.end
