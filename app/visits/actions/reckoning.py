"""Keeping what the plans asked for in months that are over, for the steps that ask for what is still owed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, insert, select, update

from app.db import db
from app.kernel import clock
from app.kernel.calendars import YearMissing
from app.kernel.ids import new_id
from app.timetables.rules.gathering import month_name
from app.visits.models import MinutesDue
from app.visits.queries.due import due_in, ended_months

AGAIN = 2
"""The last so many months are reckoned every day, because plans, roll and calendar of them are still corrected; earlier
ones once."""


def reckon_due(day: date) -> None:
    """Write what was due in the months that were over on a day; twice is once. A month whose holidays are not known is
    left to a later day."""
    for place, (first, last) in enumerate(ended_months(day)):
        fresh = place < AGAIN and day == clock.today()
        if not fresh and db.session.scalar(select(exists().where(MinutesDue.month == month_name(first)))):
            continue
        try:
            _keep(first, last, due_in(first, last))
        except YearMissing:
            continue


def _keep(first: date, last: date, due: dict) -> None:
    month = month_name(first)
    kept = {
        (row.child_id, row.service_key): row
        for row in db.session.execute(
            select(MinutesDue.id, MinutesDue.child_id, MinutesDue.service_key, MinutesDue.minutes).where(
                MinutesDue.month == month
            )
        )
    }
    new = [
        {
            "id": new_id(),
            "child_id": child_id,
            "service_key": service_key,
            "month": month,
            "first_on": first,
            "last_on": last,
            "minutes": minutes,
        }
        for (child_id, service_key), minutes in due.items()
        if (child_id, service_key) not in kept
    ]
    if new:
        db.session.execute(insert(MinutesDue), new)
    changed = [
        {"id": row.id, "minutes": due.get(key, 0)} for key, row in kept.items() if row.minutes != due.get(key, 0)
    ]
    if changed:
        db.session.execute(update(MinutesDue), changed)
