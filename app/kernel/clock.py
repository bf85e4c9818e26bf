"""What time it is. Nothing else in the application asks the computer for the moment or the day.

One door, because every day of the year must be tried: a demo (never a real database) may be started with
YIAN_CLOCK=2027-01-01T00:30, and all its processes live on from that moment. Days are those of Chongqing, wherever the
computer thinks it stands.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

_SECONDS = re.compile(r"[+-]?\d{1,10}(?:\.\d+)?s")
_shift = timedelta()


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC) + _shift


def milliseconds() -> int:
    """This moment as a Unix time in milliseconds, in which new rows are numbered."""
    return time.time_ns() // 1_000_000 + _shift // timedelta(milliseconds=1)


def local_now() -> datetime:
    """This moment as a clock in Chongqing shows it."""
    return now().astimezone(LOCAL)


def today() -> date:
    """Today in Chongqing."""
    return local_now().date()


def minute() -> int:
    """How many minutes of today are over in Chongqing."""
    moment = local_now()
    return 60 * moment.hour + moment.minute


def shift_by(shift: timedelta) -> None:
    """Go before or after the computer's clock from now on, in this process."""
    global _shift
    _shift = shift


def shift_of(text: str) -> timedelta:
    """Read the setting CLOCK: a moment (in Chongqing, where it names no zone) that this very moment shall be, or
    seconds after the computer's clock as in "86400s", which processes started one after another have in common."""
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=float(text[:-1]))
    wanted = datetime.fromisoformat(text)
    return (wanted if wanted.tzinfo else wanted.replace(tzinfo=LOCAL)) - datetime.now(UTC)


def seconds_of(shift: timedelta) -> str:
    """A shift as the setting CLOCK says it to further processes."""
    return f"{shift.total_seconds():.6f}s"
