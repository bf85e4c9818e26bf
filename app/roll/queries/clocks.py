"""Whose turn it is in a transfer, and how its clock stands."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.db import db
from app.kernel.calendars import WorkingCalendar
from app.roll import rules
from app.roll.models import Transfer
from app.roll.queries.scope import acts_at, party_to
from app.schools.models import School
from app.schools.queries import legal_calendar, working_calendar


def party_on(actor: Actor, transfer: Transfer | None) -> bool:
    """True when the transfer concerns the actor, so that its page opens."""
    if transfer is None:
        return False
    return db.session.scalar(select(Transfer.id).where(Transfer.id == transfer.id, party_to(actor))) is not None


def is_turn_of(actor: Actor, transfer: Transfer) -> bool:
    """True when the actor may answer now."""
    schools = [db.session.get_one(School, key) for key in (transfer.from_school_id, transfer.to_school_id)]
    return acts_at(actor, transfer.next_step, *schools)


def clock_of(transfer: Transfer, today: date) -> str:
    """Colour of the running clock: "" in time, "wait" near the end, "bad" after it."""
    return _colour(transfer.next_due_on, today, legal_calendar(today)) if transfer.next_due_on else ""


def clocks_of(rows: Iterable, today: date) -> dict[uuid.UUID, str]:
    """The colours of many, by transfer; rows are OpenTransfer."""
    found = list(rows)
    if not found:
        return {}
    calendar = legal_calendar(today)
    return {row.id: _colour(row.next_due_on, today, calendar) for row in found}


def is_guessed(transfer: Transfer) -> bool:
    """True when the clock ran over a year whose holidays are not in the data."""
    return transfer.next_due_on is not None and not working_calendar(fallback=True).has_year(transfer.next_due_on.year)


def _colour(due: date | None, today: date, calendar: WorkingCalendar) -> str:
    if due is None:
        return ""
    days = rules.days_to_count(today, due)
    return rules.clock_colour(due, today, calendar.count_working_days(days) if days else 0)
