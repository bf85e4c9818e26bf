"""Days in addresses: read in one place, kept where a page has something to show, never an error.

What cannot be read counts as not asked for; a day beyond the horizon shows the nearest page that makes sense. The page
names the day it shows.
"""

from __future__ import annotations

from datetime import date

from flask import request

from app.kernel.clock import today
from app.kernel.dates import Horizon, parse_day, years

SHOWN = years(back=20, ahead=2)
"""How far pages can be turned."""


def asked_day(name: str, *, within: Horizon = SHOWN) -> date | None:
    """The day that the address asks for, kept inside the horizon; None when it asks for none that can be read."""
    return day_of(request.args.get(name, ""), within=within)


def asked_month(name: str = "month") -> date | None:
    """A day in the middle of the month (2026-09) that the address asks for, as `asked_day`."""
    return day_of(f"{request.args.get(name, '')}-15")


def day_of(text: str, *, within: Horizon = SHOWN) -> date | None:
    """The day that a text means, kept inside the horizon; None when it means none."""
    day: date | None
    try:
        day = date.fromisoformat(text)  # the years 1 and 9999 too, which `parse_day` refuses: an end of the horizon
    except ValueError:
        day = parse_day(text).value
    return None if day is None else within.nearest(day, today())
