"""Counting on from a day: months, days at the calendar's ends, horizons."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.dates import a_year_after, add_days, add_months, check_within, years
from app.kernel.periods import Period


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
        (date.max, 12, date.max),
        (date.min, -1, date.min),
    ],
)
def test_months_after_a_day(day, months, then):
    assert add_months(day, months) == then


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_year_is_twelve_months_everywhere(day):
    then = a_year_after(day)
    assert then == add_months(day, 12) and 365 <= (then - day).days <= 366
    assert (then.month, then.day) == (day.month, day.day) or (day.month, day.day) == (2, 29)


@given(st.dates(), st.integers(-(10**6), 10**6))
def test_days_after_a_day_end_where_the_calendar_ends(day, days):
    assert date.min <= add_days(day, days) <= date.max
    assert add_days(add_days(day, days), -days) == day or add_days(day, days) in (date.min, date.max)


def test_a_period_through_the_last_day_there_is_goes_on():
    assert Period.through(date(2026, 1, 1), date.max) == Period(date(2026, 1, 1), None)
    assert Period.one_day(date.max).contains(date.max)


def test_a_horizon_is_counted_from_today():
    near, today = years(back=1, ahead=0.5), date(2026, 8, 31)
    assert (near.first(today), near.last(today)) == (date(2025, 8, 31), date(2027, 2, 28))
    assert near.nearest(date.max, today) == date(2027, 2, 28)
    assert check_within(None, near, today) == [] == check_within(today, near, today)
    assert [one.code for one in check_within(date(2027, 3, 1), near, today, "on")] == ["day_too_far"]
