"""When an invitation of a family runs out. (The link to its visits: repairs.)"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.kernel.clock import LOCAL

INVITATION_DAYS = 14
"""A printed invitation runs out after so many days."""


def last_day(now: datetime, days: int) -> date:
    """The day, in Chongqing, on which what was made at a moment runs out after so many days."""
    return (now + timedelta(days=days)).astimezone(LOCAL).date()
