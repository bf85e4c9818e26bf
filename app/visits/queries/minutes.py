"""What a child is owed: minutes due, planned, given, excused and owed, by the records that count."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.children.sight import of_child
from app.db import db
from app.plans.types import Frequency
from app.timetables.models import VisitRecord
from app.timetables.queries import standing
from app.timetables.rules.gathering import month_of
from app.timetables.types import RecordOutcome
from app.visits.queries.children import ChildVisit, list_child_visits
from app.visits.queries.needs import needs_of
from app.visits.queries.periods import days_of_child, moved_ahead, outside, times_away
from app.visits.rules.minutes import due_by_service, ledger
from app.visits.types import Given, Minutes


def given_minutes(child_id: uuid.UUID, first: date, last: date) -> int:
    """Minutes of home-delivered teaching given to a child from `first` to `last`, by the records that count."""
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(VisitRecord.minutes), 0)).where(
                of_child(VisitRecord.child_id, child_id),
                VisitRecord.outcome == RecordOutcome.GIVEN,
                VisitRecord.day.between(first, last),
                standing.last_of_visit(),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class ServiceMinutes:
    """The balance of one service of the plan in a month."""

    service_key: uuid.UUID
    minutes: int
    times: int
    frequency: Frequency
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
    return [
        ServiceMinutes(
            key,
            need[-1].minutes,
            need[-1].times,
            need[-1].frequency,
            month_ledger(
                due.get(key, 0),
                [v for v in visits if v.service_key == key],
            ),
        )
        for key, need in needs.items()
    ]


def month_ledger(due: int, visits: list[ChildVisit]) -> Minutes:
    """Balance one service of which so many minutes are due within the month."""
    given = [
        Given(v.minutes, v.day, v.given_minutes if v.outcome == RecordOutcome.GIVEN else None, v.reason)
        for v in visits
        if v.closed is None  # nobody comes: of a closed day its minutes are owed, not open
    ]
    return ledger(due, given)
