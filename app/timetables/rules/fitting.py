"""Which published visits no longer are what the plan in force on their day asks for."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from app.plans.types import Frequency


class Asked(NamedTuple):
    """What a service asks for: minutes each time, times per frequency."""

    minutes: int
    times: int
    frequency: Frequency


class Service(Protocol):
    """A service at home on the days (both inside) on which a plan in force asks for it."""

    @property
    def child_id(self) -> uuid.UUID: ...
    @property
    def service_key(self) -> uuid.UUID: ...
    @property
    def minutes(self) -> int: ...
    @property
    def times(self) -> int: ...
    @property
    def frequency(self) -> Frequency: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


class Planned(Protocol):
    """A published visit and the version of the plan that it was made from."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def child_id(self) -> uuid.UUID: ...
    @property
    def service_key(self) -> uuid.UUID: ...
    @property
    def plan_version_id(self) -> uuid.UUID: ...
    @property
    def day(self) -> date: ...


Visit = TypeVar("Visit", bound=Planned)


@dataclass(frozen=True)
class Pattern:
    """A service from `first` to `last`; `weekdays` (0 = Monday) on which its visits stand, none where none do."""

    asked: Asked
    first: date
    last: date
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A child whose published visits do not fit its plan: `visits` of them from `since` on, made from the patterns
    `was`; `now`: what the plan in force on these days asks for, nothing where no plan or no service at home is.
    `short`: visits that it asks for from `since` on and that stand nowhere."""

    child_id: uuid.UUID
    visits: int
    since: date
    was: tuple[Pattern, ...]
    now: tuple[Pattern, ...]
    short: int = 0


Made = Mapping[tuple[uuid.UUID, uuid.UUID], Asked]
"""What visits were made from, by version and service."""


def asked_of(service: Service) -> Asked:
    """What a service asks for."""
    return Asked(service.minutes, service.times, service.frequency)


def no_longer_fit(visits: Iterable[Visit], made: Made, services: Iterable[Service]) -> list[Visit]:
    """The visits on whose day no plan asks for their service, or asks for it otherwise."""
    known: dict[tuple[uuid.UUID, uuid.UUID], list[Service]] = defaultdict(list)
    for one in services:
        known[one.child_id, one.service_key].append(one)

    def fits(visit: Visit) -> bool:
        there = (one for one in known[visit.child_id, visit.service_key] if one.first <= visit.day <= one.last)
        now = next(there, None)
        return now is not None and asked_of(now) == made.get((visit.plan_version_id, visit.service_key))

    return [one for one in visits if not fits(one)]


def gaps(
    unfit: Sequence[Planned],
    made: Made,
    services: Collection[Service],
    unplanned: Iterable[Service] = (),
    short: Mapping[uuid.UUID, Sequence[tuple[date, int]]] | None = None,
) -> list[Gap]:
    """The same child by child; `unplanned`: services without a visit in the month, told of their child too; `short`:
    (first day, visits missing) of periods of a child in which fewer stand than its plans ask for."""
    short = short or {}
    mine: dict[uuid.UUID, list[Planned]] = defaultdict(list)
    for visit in unfit:
        mine[visit.child_id].append(visit)
    new: dict[uuid.UUID, list[Service]] = defaultdict(list)
    for one in unplanned:
        new[one.child_id].append(one)
    found = []
    for child_id in dict.fromkeys([*mine, *new, *short]):
        visits, lacks = mine[child_id], short.get(child_id, ())
        since = min([*(v.day for v in visits), *(s.first for s in new[child_id]), *(day for day, _ in lacks)])
        now = [one for one in services if one.child_id == child_id and one.last >= since]
        found.append(
            Gap(
                child_id=child_id,
                visits=len(visits),
                since=since,
                was=_patterns(visits, made),
                now=tuple(Pattern(asked_of(one), one.first, one.last) for one in now),
                short=sum(n for _, n in lacks),
            )
        )
    return found


def _patterns(visits: Iterable[Planned], made: Made) -> tuple[Pattern, ...]:
    days: dict[Asked, list[date]] = defaultdict(list)
    for visit in visits:
        asked = made.get((visit.plan_version_id, visit.service_key))
        if asked is not None:
            days[asked].append(visit.day)
    return tuple(
        Pattern(asked, min(own), max(own), tuple(sorted({day.weekday() for day in own}))) for asked, own in days.items()
    )
