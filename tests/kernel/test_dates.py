from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.dates import (
    SchoolYear,
    age_on,
    age_parts_on,
    check_cohort,
    entry_year,
    has_entry_age,
    months_on,
    parse_day,
    school_year_of,
)
from app.kernel.periods import Period


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        (date(2016, 9, 1), date(2022, 8, 31), 5),
        (date(2016, 9, 1), date(2022, 9, 1), 6),
        (date(2016, 2, 29), date(2022, 2, 28), 5),
        (date(2016, 2, 29), date(2022, 3, 1), 6),
        (date(2016, 2, 29), date(2016, 2, 29), 0),
    ],
)
def test_age_in_completed_years(birth, day, years):
    assert age_on(birth, day) == years


def test_age_in_months():
    assert months_on(date(2020, 1, 31), date(2020, 2, 29)) == 0
    assert age_parts_on(date(2020, 1, 15), date(2026, 3, 14)) == (6, 1)
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2020, 1, 2), date(2020, 1, 1))


def test_school_year_runs_from_september_to_august():
    assert school_year_of(date(2025, 9, 1)) == school_year_of(date(2026, 8, 31)) == SchoolYear(2025)
    assert school_year_of(date(2025, 8, 31)) == SchoolYear(2024)
    year = SchoolYear(2025)
    assert (year.first_day, year.last_day, year.label) == (date(2025, 9, 1), date(2026, 8, 31), "2025–2026")
    assert year.period == Period(date(2025, 9, 1), date(2026, 9, 1))
    assert year.next.previous == year


def test_entry_at_six_by_the_end_of_august():
    assert entry_year(date(2016, 8, 31)) == SchoolYear(2022)
    assert entry_year(date(2016, 9, 1)) == SchoolYear(2023)
    assert entry_year(date(2016, 9, 1), entry_age=7) == SchoolYear(2024)
    assert has_entry_age(date(2016, 8, 31), SchoolYear(2022))
    assert not has_entry_age(date(2016, 9, 1), SchoolYear(2022))


def test_cohort_of_the_annual_check_of_2022():
    cohort = check_cohort(2022)
    assert cohort.checked == Period.through(date(2006, 9, 1), date(2015, 8, 31))
    assert cohort.coming == Period.through(date(2015, 9, 1), date(2016, 8, 31))


@pytest.mark.parametrize(
    "value",
    [
        "20160901",
        "2016-09-01",
        "2016/9/1",
        "2016.9.1",
        "2016年9月1日",
        "２０１６年 9 月 1 日",
        " 2016-9-1 ",
        "2016-09-01 00:00:00",
        "2016-09-01T08:30",
        date(2016, 9, 1),
        datetime(2016, 9, 1, 13, 5),
        42614,
        42614.0,
        42614.75,
        "42614",
        20160901,
        20160901.0,
    ],
)
def test_one_day_written_in_many_ways(value):
    assert parse_day(value).value == date(2016, 9, 1)


def test_the_calendar_of_1904():
    assert parse_day(41152, epoch_1904=True).value == date(2016, 9, 1)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2016-02-30", "day_impossible"),
        ("20161301", "day_impossible"),
        ("1899-12-31", "day_out_of_range"),
        ("2100-01-01", "day_out_of_range"),
        ("2016", "day_missing"),
        (2016, "day_missing"),
        ("九月", "day_unreadable"),
        ("1/9/2016", "day_year_last"),
        (float("nan"), "day_unreadable"),
        (float("inf"), "day_unreadable"),
        (-5, "day_unreadable"),
        (True, "day_unreadable"),
        (b"2016", "day_unreadable"),
        ("2016-09", "day_missing"),
    ],
)
def test_what_is_not_a_day_is_refused_with_a_reason(value, code):
    checked = parse_day(value)
    assert checked.value is None
    assert checked.problem.code == code


def test_empty_is_neither_a_day_nor_a_problem():
    assert [parse_day(empty) for empty in (None, "", "  ")] == [parse_day(None)] * 3
    assert parse_day("").ok and parse_day("").value is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_comes_back_from_every_way_of_writing(day):
    year, month, number = day.year, day.month, day.day
    for text in (day.isoformat(), f"{day:%Y%m%d}", f"{year}年{month}月{number}日", f"{year}/{month}/{number}"):
        assert parse_day(text).value == day


@given(st.text(max_size=20))
def test_any_text_gives_a_result_and_never_an_error(text):
    checked = parse_day(text)
    assert checked.value is not None or checked.problem is not None or not text.strip()
