"""The days of a month that reaches into a year whose holidays nobody knows yet."""

from __future__ import annotations

from datetime import date

import pytest

from app.kernel.calendars import YearMissing
from app.schools.reference import unit_id
from app.visits.queries.inputs import calendar_inputs
from app.visits.rules import weeks_of

PENGSHUI = unit_id("500243")


def test_december_is_planned_and_its_days_in_the_unknown_year_are_closed_with_the_reason(app_context):
    days = {one.day: one for one in calendar_inputs(PENGSHUI, *weeks_of(2026, 12))}
    assert days[date(2026, 12, 31)].acts_as == 3
    assert days[date(2027, 1, 1)].acts_as is None and "not known" in days[date(2027, 1, 1)].reason


def test_a_month_of_the_unknown_year_is_loud(app_context):
    with pytest.raises(YearMissing):
        calendar_inputs(PENGSHUI, *weeks_of(2027, 1))
