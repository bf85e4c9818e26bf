"""The days off of years without a notice, against the notices of years that have one and known dates of feasts."""

from datetime import date

import pytest

from app.kernel.calendars import national_year
from app.kernel.provisional import lunar, provisional_holidays, qingming

FEASTS = {  # year: (first day of the lunar year, dragon boat, mid-autumn), from published almanacs
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
}


@pytest.mark.parametrize("year", FEASTS)
def test_feasts_of_the_moon_lie_where_almanacs_have_them(year):
    assert [lunar(year, *day) for day in ((1, 1), (5, 5), (8, 15))] == [date(year, *day) for day in FEASTS[year]]
    days = provisional_holidays(year)
    assert len(days) == 13 or len(days) == 12, "thirteen days by law; two feasts may fall on one"
    assert date(year, 1, 1) in days and lunar(year, 1, 1).replace(day=lunar(year, 1, 1).day) in days


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_qingming_is_a_day_off_of_every_notice(year):
    assert not national_year(year).is_working_day(qingming(year))


def test_a_year_too_far_ahead_is_not_guessed():
    assert provisional_holidays(2041) is None
