"""Minutes that the plans of all children asked for at home in a month that is over, a fixed number of queries a month.

The same figures as a child's ledger (minutes.py), for everybody at once: its plans, less the times away, on the
teaching days of the district that answered on each day.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, or_, select

from app.children.models import Child, ResponsibleUnit
from app.children.responsible import holds_on, lasts_beyond
from app.db import db
from app.kernel.dates import add_days
from app.roll.models import RollState
from app.roll.types import AWAY
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.rules.gathering import month_of
from app.timetables.types import CalendarInput
from app.visits.queries.needs import needs_of_all, taught_at_home
from app.visits.queries.periods import outside
from app.visits.rules.minutes import due_by_service

Key = tuple[uuid.UUID, uuid.UUID]
"""Child and service."""
MONTHS = 6
"""Months back that are looked at: a debt is asked for as long as a term lasts."""


def ended_months(day: date) -> Iterator[tuple[date, date]]:
    """The months (whole weeks) that were over on a day, the last one first."""
    first = month_of(day)[0]
    for _one in range(MONTHS):
        begin, end = month_of(add_days(first, -1))
        yield begin, end
        first = begin


def due_in(first: date, last: date) -> dict[Key, int]:
    """Minutes due of each service of each child in a month. Raises YearMissing when its holidays are not known."""
    away = _times_away(first, last)
    days = _Days(first, last)
    found = {}
    for child_id, services in needs_of_all(first, last).items():
        parts = [part for rows in services.values() for one in rows for part in outside(one, away[child_id])]
        due = due_by_service(parts, days.of(child_id))
        found.update({(child_id, service_key): due.get(service_key, 0) for service_key in services})
    return found


def _times_away(first: date, last: date) -> dict[uuid.UUID, list[tuple[date, date | None]]]:
    found: dict[uuid.UUID, list[tuple[date, date | None]]] = defaultdict(list)
    for child_id, begins, ends in db.session.execute(
        select(RollState.child_id, RollState.valid_from, RollState.valid_to)
        .where(
            RollState.child_id.in_(taught_at_home(first, last)),
            RollState.status.in_(AWAY),
            RollState.valid_from <= last,
            or_(RollState.valid_to.is_(None), RollState.valid_to > first),
        )
        .order_by(RollState.child_id, RollState.valid_from)
    ):
        found[child_id].append((begins, ends))
    return found


class _Days:
    """The teaching days of each child in a month: of its district, or of several one after the other."""

    def __init__(self, first: date, last: date) -> None:
        self._first, self._last = first, last
        self._units: dict[uuid.UUID, list[tuple[uuid.UUID, date, date | None]]] = defaultdict(list)
        self._made: dict[tuple, list[CalendarInput]] = {}
        for row in db.session.execute(
            select(
                ResponsibleUnit.child_id, ResponsibleUnit.unit_id, ResponsibleUnit.valid_from, ResponsibleUnit.valid_to
            )
            .where(
                ResponsibleUnit.child_id.in_(_kept(first, last)),
                ResponsibleUnit.valid_from <= last,
                or_(holds_on(ResponsibleUnit, first), lasts_beyond(first)),
            )
            .order_by(ResponsibleUnit.child_id, ResponsibleUnit.valid_from)
        ):
            self._units[row.child_id].append((row.unit_id, max(first, row.valid_from), row.valid_to))

    def of(self, child_id: uuid.UUID) -> list[CalendarInput]:
        periods = tuple(self._units[child_id])
        if periods not in self._made:
            self._made[periods] = [
                one
                for unit_id, begins, ends in periods
                for one in calendar_inputs(unit_id, self._first, self._last)
                if begins <= one.day and (ends is None or one.day < ends)
            ]
        return self._made[periods]


def _kept(first: date, last: date) -> CompoundSelect[Any]:
    """The kept files of those taught at home."""
    own = taught_at_home(first, last)
    into = select(Child.merged_into).where(Child.id.in_(own), Child.merged_into.is_not(None))
    return own.union_all(into)
