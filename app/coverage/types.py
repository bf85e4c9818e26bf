"""The language of coverage."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from app.kernel.labels import describe
from app.kernel.problems import N_


class Standing(StrEnum):
    """Where a listed child stands on a day; every listed child in exactly one."""

    PLACED = "placed"
    DEFERRED = "deferred"
    SUSPENDED = "suspended"
    OPEN = "open"
    DIED = "died"
    MOVED_OUT = "moved_out"
    OVER_AGE = "over_age"


class AgeGroup(StrEnum):
    """Compulsory-age children of the school year, and those beyond it."""

    COMPULSORY = "compulsory"
    OVER = "over"


OUTSIDE = (Standing.DIED, Standing.MOVED_OUT, Standing.OVER_AGE)
"""Standings taken off the list before the rate is made."""

describe(
    Standing,
    placed=N_("Placed"),
    deferred=N_("Deferred entry"),
    suspended=N_("Suspended"),
    open=N_("Without a place"),
    died=N_("Died"),
    moved_out=N_("Moved out"),
    over_age=N_("Over age"),
)
describe(AgeGroup, compulsory=N_("Of compulsory age"), over=N_("Over age"))


@dataclass(frozen=True)
class Counts:
    """The children of one unit by standing."""

    by: Mapping[Standing, int] = field(default_factory=dict)

    def __getitem__(self, standing: Standing) -> int:
        return self.by.get(standing, 0)

    @cached_property
    def listed(self) -> int:
        """All children on the list; the sum of the standings."""
        return sum(self.by.values())

    @property
    def base(self) -> int:
        """Listed − died − moved out − over age."""
        return self.listed - sum(self[standing] for standing in OUTSIDE)

    @cached_property
    def rate(self) -> float | None:
        """Placed ÷ base, from 0 to 1; None when nobody is left in the base."""
        return self[Standing.PLACED] / self.base if self.base else None

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts({standing: self[standing] + other[standing] for standing in Standing})

    @cached_property
    def row(self) -> list[int]:
        """The children of each standing, in the order of the standings."""
        return [self.by.get(standing, 0) for standing in Standing]


@dataclass(frozen=True)
class UnitLine:
    """A unit of the day with its counts; without `unit_id` the children whose unit is not known for that day."""

    unit_id: uuid.UUID | None
    code: str
    name: str
    zone: bool
    counts: Counts
