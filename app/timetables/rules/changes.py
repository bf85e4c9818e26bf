"""What a new version of a published month changes, visit by visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from app.routing import Plan, diff
from app.routing import Visit as Placed
from app.timetables.rules.gathering import demand_id
from app.timetables.types import Beyond, ChangeKind, PlanNow


class StoredVisit(Protocol):
    """What a stored visit says, whatever row it stands in."""

    @property
    def id(self) -> UUID: ...
    @property
    def child_id(self) -> UUID: ...
    @property
    def service_key(self) -> UUID: ...
    @property
    def team_id(self) -> UUID: ...
    @property
    def day(self) -> date: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def origin(self) -> str: ...


@dataclass(frozen=True)
class Changed:
    """A visit before and after; `former` None is a new one, `now` None one that was called off. Both are the stored
    visits that were compared. `plan`: of one that the plan does not ask for any more, what it asks for now."""

    kind: ChangeKind | Beyond
    child_id: UUID
    former: StoredVisit | None
    now: StoredVisit | None
    plan: PlanNow | None = None


def compare_visits(former: Iterable[StoredVisit], now: Iterable[StoredVisit]) -> list[Changed]:
    """The changes from one set of stored visits to another, by day. What stands in both is not among them."""
    old, new = _plan(former), _plan(now)
    found = []
    for change in diff(Plan(visits=tuple(old)), Plan(visits=tuple(new))):
        was, is_now = _stored(old, change.before), _stored(new, change.after)
        found.append(Changed(ChangeKind(change.kind), UUID(change.either.child), was, is_now))
    return found


def _plan(visits: Iterable[StoredVisit]) -> Mapping[Placed, StoredVisit]:
    return {
        Placed(demand_id(v.child_id, v.service_key), str(v.child_id), v.day, str(v.team_id), v.start, v.end): v
        for v in visits
    }


def _stored(known: Mapping[Placed, StoredVisit], one: Placed | None) -> StoredVisit | None:
    return None if one is None else known[one]


def visit_key(visit: StoredVisit) -> tuple[UUID, UUID, UUID, date, int, int]:
    """What makes two stored visits the same to the people concerned: child, service, team, day and hour."""
    return visit.child_id, visit.service_key, visit.team_id, visit.day, visit.start, visit.end
