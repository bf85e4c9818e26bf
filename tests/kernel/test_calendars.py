from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.calendars import (
    CalendarYear,
    Closure,
    TeachingCalendar,
    TeachingDay,
    Term,
    WorkingCalendar,
    YearMissing,
    check_calendar_year,
    national_year,
)
from app.kernel.periods import Period

NATIONAL = WorkingCalendar.national(2024, 2030)
TERMS = (Term(date(2025, 9, 1), date(2026, 1, 30), 1), Term(date(2026, 3, 5), date(2026, 7, 1), 2))
TEACHING = TeachingCalendar(NATIONAL, TERMS)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 2, 9), date(2026, 2, 28)),
        (date(2026, 4, 27), date(2026, 5, 13)),
        (date(2026, 9, 17), date(2026, 10, 8)),
        (date(2025, 9, 25), date(2025, 10, 15)),
    ],
)
def test_ten_working_days(start, due):
    assert NATIONAL.add_working_days(start, 10) == due
    assert NATIONAL.deadline(start, 10).guessed_years == ()


def test_a_clock_of_no_days_is_due_at_once_and_never_runs_back():
    assert NATIONAL.add_working_days(date(2026, 2, 15), 0) == date(2026, 2, 15)
    with pytest.raises(ValueError, match="cannot run"):
        NATIONAL.add_working_days(date(2026, 2, 15), -1)


def test_working_days_are_not_teaching_days():
    assert NATIONAL.is_working_day(date(2026, 2, 28))
    assert not TEACHING.is_teaching_day(date(2026, 2, 28))
    assert NATIONAL.is_working_day(date(2026, 5, 9))
    assert TEACHING.is_teaching_day(date(2026, 5, 9))


def test_working_days_of_the_two_terms():
    assert [NATIONAL.count_working_days(term.period) for term in TERMS] == [105, 81]
    assert [len(TEACHING.teaching_days(term.period)) for term in TERMS] == [105, 81]


def test_a_year_without_data_is_loud():
    with pytest.raises(YearMissing) as caught:
        NATIONAL.add_working_days(date(2026, 12, 30), 10)
    assert caught.value.year == 2027
    assert "2027" in caught.value.problem.text()
    with pytest.raises(YearMissing):
        national_year(2027)
    with pytest.raises(YearMissing):
        national_year(1999)
    later = TeachingCalendar(NATIONAL, (Term(date(2027, 3, 1), date(2027, 7, 1), 2),))
    with pytest.raises(YearMissing):
        later.teaching_days(Period(date(2027, 3, 1), date(2027, 3, 8)))


def test_the_fallback_counts_weekdays_and_names_the_years_it_guessed():
    guessing = WorkingCalendar(NATIONAL.years, fallback=True)
    deadline = guessing.deadline(date(2026, 12, 30), 3)
    assert (deadline.day, deadline.guessed_years) == (date(2027, 1, 4), (2027,))
    assert guessing.deadline(date(2026, 4, 27), 10).guessed_years == ()
    assert guessing.guessed_years(Period(date(2026, 12, 1), date(2027, 2, 1))) == (2027,)


def test_an_imported_year_is_used():
    year = CalendarYear(2027, frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 3)}), "notice of 2026")
    calendar = NATIONAL.with_year(year)
    assert calendar.add_working_days(date(2026, 12, 31), 2) == date(2027, 1, 4)
    assert calendar.is_working_day(date(2027, 1, 3)) and not calendar.is_working_day(date(2027, 1, 1))
    assert not NATIONAL.has_year(2027)


def test_an_imported_year_is_checked():
    new_year = date(2027, 1, 1)
    assert check_calendar_year(2027, [new_year], [new_year]).problem.code == "calendar_day_twice"
    assert check_calendar_year(2027, [date(2026, 12, 31)], []).problem.code == "calendar_day_outside_year"
    assert check_calendar_year(2027, [new_year], []).value == 2027
    with pytest.raises(ValueError, match="does not lie"):
        CalendarYear(2027, frozenset({date(2026, 1, 1)}), frozenset())


@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_national_years_agree_with_the_package_on_every_day(day):
    assert national_year(day.year).is_working_day(day) == chinese_calendar.is_workday(day)


@given(st.dates(date(2024, 1, 1), date(2026, 8, 1)), st.integers(1, 20))
def test_a_deadline_is_a_working_day_with_n_working_days_up_to_it(start, n):
    due = NATIONAL.add_working_days(start, n)
    assert NATIONAL.is_working_day(due)
    after_start = start + timedelta(days=1)
    assert NATIONAL.count_working_days(Period.through(after_start, due)) == n


def test_a_shifted_saturday_acts_as_its_own_day_or_as_the_one_it_replaces():
    saturday = date(2026, 5, 9)
    week = Period(date(2026, 5, 8), date(2026, 5, 11))
    assert TEACHING.teaching_days(week) == [(date(2026, 5, 8), 4), (saturday, 5)]
    told = TeachingCalendar(NATIONAL, TERMS, make_up={saturday: 1})
    assert told.teaching_days(week)[1] == TeachingDay(saturday, 1)


def test_a_closure_holds_in_its_district_only():
    flood = Closure(Period(date(2026, 6, 1), date(2026, 6, 3)), "flood", district="500236")
    days = Period(date(2026, 6, 1), date(2026, 6, 6))
    here = TeachingCalendar(NATIONAL, TERMS, (flood,), district="500236")
    there = TeachingCalendar(NATIONAL, TERMS, (flood,), district="500237")
    assert [len(calendar.teaching_days(days)) for calendar in (here, there)] == [3, 5]
    assert here.closure_on(date(2026, 6, 2)) == flood
    everywhere = TeachingCalendar(NATIONAL, TERMS, (Closure(flood.period),), district="500237")
    assert len(everywhere.teaching_days(days)) == 3


def test_a_make_up_day_teaches_on_a_sunday_and_after_the_term_but_not_in_a_closure():
    sunday, after = date(2026, 6, 7), date(2026, 7, 2)
    calendar = TeachingCalendar(NATIONAL, TERMS, make_up={sunday: 0, after: None})
    assert calendar.teaching_days(Period.one_day(sunday)) == [(sunday, 0)]
    assert calendar.teaching_days(Period.one_day(after)) == [(after, 3)]
    closed = TeachingCalendar(NATIONAL, TERMS, (Closure(Period.one_day(sunday)),), {sunday: 0})
    assert not closed.is_teaching_day(sunday)


def test_the_next_teaching_day_is_after_the_break():
    assert TEACHING.next_teaching_day(date(2026, 1, 30)) == date(2026, 3, 5)
    assert TEACHING.next_teaching_day(date(2026, 7, 1)) is None
    assert TEACHING.term_on(date(2026, 3, 5)) == TERMS[1]
