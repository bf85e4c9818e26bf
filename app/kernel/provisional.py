"""A year's holidays before the State Council's notice: what the law fixes, without the days that are swapped.

The notice of a year appears in November of the one before; the last month of the autumn term lies behind it and has to
be planned earlier. The days are those of the Regulation on Public Holidays as changed on 10 November 2024, article 2:
they are certain. Which weekends are worked and how long a feast gets by swapping is not, so nothing is made up here.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.kernel.problems import N_

FIRST_DAYS = {
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
}
"""The first day of the lunar year that begins in a year (month, day)."""

MONTHS = {
    2027: (30, 30, 29, 30, 29, 29, 30),
    2028: (30, 30, 30, 29, 30, 29, 29, 30),
    2029: (30, 30, 29, 30, 29, 30, 29),
    2030: (29, 30, 29, 30, 30, 29, 30),
    2031: (29, 30, 30, 29, 30, 30, 29, 30),
    2032: (30, 29, 29, 30, 29, 30, 30),
    2033: (29, 30, 29, 29, 30, 29, 30),
    2034: (29, 30, 29, 29, 30, 29, 30),
    2035: (30, 29, 30, 29, 29, 30, 29),
}
"""Days of the lunar months up to the seventh, a leap month among them in its place."""

LEAP = {2028: 5, 2031: 3}
"""The month that comes twice, where one of the first seven does."""

NEW_YEAR, SPRING, QINGMING = (
    N_("New Year's Day (provisional)"),
    N_("Spring Festival (provisional)"),
    N_("Tomb-Sweeping Day (provisional)"),
)
LABOUR, DRAGON, AUTUMN = (
    N_("Labour Day (provisional)"),
    N_("Dragon Boat Festival (provisional)"),
    N_("Mid-Autumn Festival (provisional)"),
)
NATIONAL = N_("National Day (provisional)")


def provisional_holidays(year: int) -> dict[date, str] | None:
    """The days off that are certain in a year without a notice, each with its name; None for a year too far ahead."""
    if year not in FIRST_DAYS:
        return None
    found = {date(year, 1, 1): NEW_YEAR, date(year, 5, 1): LABOUR, date(year, 5, 2): LABOUR}
    found |= {date(year, 10, day): NATIONAL for day in (1, 2, 3)}
    eve = lunar(year, 1, 1) - timedelta(days=1)
    found |= {eve + timedelta(days=n): SPRING for n in range(4)}
    return found | {qingming(year): QINGMING, lunar(year, 5, 5): DRAGON, lunar(year, 8, 15): AUTUMN}


def lunar(year: int, month: int, day: int) -> date:
    """The day of a lunar date up to the eighth month; of a month that comes twice the first."""
    before = month - 1 + (LEAP.get(year, 12) < month)
    return date(year, *FIRST_DAYS[year]) + timedelta(days=sum(MONTHS[year][:before]) + day - 1)


def qingming(year: int) -> date:
    """Qingming of the 21st century by the usual formula of the solar terms."""
    return date(year, 4, int(year % 100 * 0.2422 + 4.81) - year % 100 // 4)
