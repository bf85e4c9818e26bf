"""The days of a month that reaches into a year whose holidays nobody knows yet."""

from __future__ import annotations

from datetime import date

import pytest

from app.kernel.calendars import YearMissing
from app.schools.reference import unit_id
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.rules.gathering import weeks_of

PENGSHUI = unit_id("500243")


def test_december_is_planned_and_the_first_of_january_is_closed_provisionally(app_context):
    days = {one.day: one for one in calendar_inputs(PENGSHUI, *weeks_of(2026, 12))}
    assert days[date(2026, 12, 31)].acts_as == 3
    assert days[date(2027, 1, 1)].acts_as is None and "provisional" in days[date(2027, 1, 1)].reason


def test_a_month_of_a_year_that_nobody_can_guess_is_loud(app_context):
    with pytest.raises(YearMissing):
        calendar_inputs(PENGSHUI, *weeks_of(2040, 1))
