"""Attendance of a child taught at home, and what counts as confirmed for it and for a teacher's claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.timetables.types import Confirmation, MissedReason, RecordOutcome
from app.visits.rules.minutes import OWED_BY
from app.visits.types import OwedBy

CONFIRMED = frozenset({Confirmation.ON_PHONE, Confirmation.ON_PAPER})


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Visits of a period: `present` were given and confirmed by the guardian, `unconfirmed` given and not confirmed
    yet, `excused` fell out for reasons of the family, `missed` for others, `open` are not recorded yet."""

    planned: int = 0
    present: int = 0
    unconfirmed: int = 0
    excused: int = 0
    missed: int = 0
    open: int = 0

    @property
    def percent(self) -> int | None:
        """Share of the visits that count so far (present, unconfirmed, excused, missed) at which the child was
        present; None while there are none."""
        counted = self.planned - self.open
        return round(100 * self.present / counted) if counted else None


class Said(Protocol):
    """What the record of a visit says; None while nothing is recorded."""

    @property
    def outcome(self) -> RecordOutcome | None: ...
    @property
    def reason(self) -> MissedReason | None: ...
    @property
    def confirmation(self) -> Confirmation | None: ...


def attendance_of(visits: Iterable[Said]) -> Attendance:
    """Count visits that have `.outcome`, `.reason` and `.confirmation` (None while nothing is recorded)."""
    counts = dict.fromkeys(("planned", "present", "unconfirmed", "excused", "missed", "open"), 0)
    for one in visits:
        counts["planned"] += 1
        counts[_kind(one)] += 1
    return Attendance(**counts)


def _kind(one: Said) -> str:
    if one.outcome is None:
        return "open"
    if one.outcome == RecordOutcome.GIVEN:
        return "present" if one.confirmation in CONFIRMED else "unconfirmed"
    return "excused" if one.reason and OWED_BY[one.reason] is OwedBy.NOBODY else "missed"
