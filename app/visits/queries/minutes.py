"""What a child is owed: minutes due, planned, given, excused and owed, by the records that count."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.timetables.rules.gathering import month_name, month_of
from app.timetables.types import Need, RecordOutcome
from app.visits.models import MinutesExcused
from app.visits.queries.children import ChildVisit, list_child_visits
from app.visits.queries.needs import needs_of
from app.visits.queries.owed import excused_of, owed_services
from app.visits.queries.periods import days_of_child, moved_ahead, outside, times_away
from app.visits.rules.minutes import due_by_service, ledger
from app.visits.types import Given, Minutes


@dataclass(frozen=True)
class Owing:
    """What a child is still owed of a month that is over, in minutes, and what was excused of it."""

    month: str
    owed: int
    excused: list[MinutesExcused]


def owing(child_id: uuid.UUID, day: date, today: date) -> Owing:
    """The same of the month of `day`, as it stands today."""
    month = month_name(day)
    return Owing(month, sum(owed_services(child_id, month, today).values()), excused_of(child_id, month))


@dataclass(frozen=True)
class ServiceMinutes:
    """The balance of one service in a month, and what each version of the plan asks of it there."""

    service_key: uuid.UUID
    needs: Sequence[Need]
    balance: Minutes


def child_ledger(child_id: uuid.UUID, day: date) -> list[ServiceMinutes]:
    """Minutes due, planned, given, excused and owed of each home service of a child in the month of `day`.

    Nothing is due on days on which the child is suspended, away or no longer on the roll. Raises YearMissing when the
    holidays of that year are not known.
    """
    first, last = month_of(day)
    away = [*times_away(child_id, first, last), *moved_ahead(child_id)]
    needs = needs_of(child_id, first, last)
    visits = list_child_visits(child_id, first, last)
    due = due_by_service(
        [part for rows in needs.values() for one in rows for part in outside(one, away)],
        days_of_child(child_id, first, last),
    )
    excused = Counter[uuid.UUID]()
    for row in excused_of(child_id, month_name(first)):
        excused[row.service_key] += row.minutes
    return [
        ServiceMinutes(
            key,
            need,
            month_ledger(
                due.get(key, 0),
                [v for v in visits if v.service_key == key],
                excused[key],
            ),
        )
        for key, need in needs.items()
    ]


def month_ledger(due: int, visits: list[ChildVisit], let_go: int = 0) -> Minutes:
    """Balance one service of which so many minutes are due within the month; `let_go`: minutes that were excused."""
    given = [
        Given(v.minutes, v.day, v.given_minutes if v.outcome == RecordOutcome.GIVEN else None, v.reason)
        for v in visits
        if v.closed is None  # nobody comes: of a closed day its minutes are owed, not open
    ]
    return ledger(due, given, let_go)
