"""Minutes of home-delivered teaching by month, for the family."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from app.db.remember import remembered
from app.family.types import MonthMinutes
from app.kernel.calendars import YearMissing
from app.timetables.rules.gathering import month_of
from app.visits.queries.minutes import child_ledger


def list_minutes(child_id: uuid.UUID, today: date) -> list[MonthMinutes]:
    """Minutes of home-delivered teaching in the weeks of this month and of the one before; empty months are left out.

    Empty too while the holidays of the year are not known: no figure is better than a wrong one.
    """
    return remembered(("minutes", child_id, today), lambda: _list_minutes(child_id, today))


def _list_minutes(child_id: uuid.UUID, today: date) -> list[MonthMinutes]:
    found = []
    first, _last = month_of(today)
    for day in (first, first - timedelta(days=1)):
        try:
            balances = [row.balance for row in child_ledger(child_id, day)]
        except YearMissing:
            continue
        if any(one.due or one.planned for one in balances):
            found.append(
                MonthMinutes(
                    _name_day(day),
                    *(
                        sum(getattr(one, name) for one in balances)
                        for name in ("due", "given", "open", "excused", "owed")
                    ),
                )
            )
    return found


def _name_day(day: date) -> date:
    """The first of the month whose weeks hold a day: whole weeks may begin in the month before."""
    return (month_of(day)[0] + timedelta(days=10)).replace(day=1)
