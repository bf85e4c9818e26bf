"""How clocks run: due days, pauses, warnings, escalation; month ends, leap days, years that are only provisional."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.kernel.calendars import CalendarYear, WorkingCalendar, national_years
from app.kernel.periods import Period
from app.kernel.provisional import provisional_holidays
from app.steps import rules
from app.steps.types import Clock, Colour, Level

KNOWN = WorkingCalendar(national_years(2024, 2026), fallback=True)
PROVISIONAL = KNOWN.with_year(CalendarYear(2027, frozenset(provisional_holidays(2027)), frozenset()))
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 1))
CLOCKS = st.sampled_from(Clock)
LENGTHS = st.integers(0, 60)
W, C = Clock.WORKING, Clock.CALENDAR


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (date(2026, 2, 9), date(2026, 2, 28)),
        (date(2026, 4, 27), date(2026, 5, 13)),
        (date(2026, 9, 17), date(2026, 10, 8)),
        (date(2025, 9, 25), date(2025, 10, 15)),
    ],
)
def test_ten_working_days_go_over_holidays_and_worked_weekends(since, due):
    assert rules.due_day(W, since, 10, KNOWN) == due


def test_a_provisional_year_leaves_out_the_days_that_are_certain():
    since = date(2027, 9, 27)
    assert rules.due_day(W, since, 5, KNOWN) == date(2027, 10, 4)
    assert rules.due_day(W, since, 5, PROVISIONAL) == date(2027, 10, 5)  # of 1, 2 and 3 October one is a weekday


def test_calendar_days_go_over_the_end_of_february():
    assert rules.due_day(C, date(2028, 1, 31), 29, KNOWN) == date(2028, 2, 29)
    assert rules.due_day(C, date(2027, 1, 31), 29, KNOWN) == date(2027, 3, 1)
    assert rules.days_before(C, date(2028, 2, 29), 30, KNOWN) == date(2028, 1, 30)


@given(CLOCKS, DAYS, LENGTHS)
def test_before_undoes_after(clock, since, days):
    due = rules.due_day(clock, since, days, PROVISIONAL)
    before = rules.days_before(clock, due, days, PROVISIONAL)
    assert since <= before <= due
    assert rules.due_day(clock, before, days, PROVISIONAL) == due


@given(CLOCKS, DAYS, st.integers(1, 60), st.data())
def test_a_pause_moves_the_due_day_and_two_parts_of_it_as_much(clock, since, days, data):
    due = rules.due_day(clock, since, days, PROVISIONAL)
    paused = data.draw(st.dates(since + timedelta(days=1), due))
    middle = paused + timedelta(days=data.draw(st.integers(0, 40)))
    resumed = middle + timedelta(days=data.draw(st.integers(0, 40)))
    moved = rules.resumed_due(clock, due, paused, resumed, PROVISIONAL)
    assert rules.resumed_due(clock, due, paused, paused, PROVISIONAL) == due <= moved
    first = rules.resumed_due(clock, due, paused, middle, PROVISIONAL)
    assert first <= moved
    assert rules.resumed_due(clock, first, middle, resumed, PROVISIONAL) == moved
    if clock == W:  # as many working days are left as there were
        left = sum(PROVISIONAL.is_working_day(paused + timedelta(days=n)) for n in range((due - paused).days + 1))
        again = sum(PROVISIONAL.is_working_day(resumed + timedelta(days=n)) for n in range((moved - resumed).days + 1))
        assert left == again
    else:
        assert moved - due == resumed - paused


def test_a_fact_s_day_on_a_holiday_can_be_paused_too():
    due = date(2026, 10, 3)
    assert rules.resumed_due(W, due, due, date(2026, 10, 6), KNOWN) == date(2026, 10, 6)


@example(Clock.WORKING, date(2025, 5, 16), date(2025, 5, 9), 5)
@given(CLOCKS, DAYS, DAYS, st.integers(0, 30))
def test_amber_is_from_so_many_days_before_it_is_due(clock, due, day, amber):
    until = rules.amber_until(clock, day, amber, PROVISIONAL)
    wanted = None
    if day > due:
        wanted = Colour.RED
    elif _left(clock, day, due) <= amber:
        wanted = Colour.AMBER
    assert rules.colour_on(due, day, until) == wanted


def _left(clock, day, due) -> int:
    """Days of the clock after `day` until `due`; on a Friday as many as on the Sunday after it."""
    if clock == Clock.CALENDAR or day == due:
        return (due - day).days
    return PROVISIONAL.count_working_days(Period.through(day + timedelta(days=1), due))


@given(CLOCKS, DAYS, st.integers(0, 120))
def test_a_reminder_is_never_before_the_step_nor_ahead_of_the_day(clock, due, ahead):
    opened, day = due - timedelta(days=ahead), due
    reminded = rules.reminder_on(clock, due, (90, 30, 0), opened, day, PROVISIONAL)
    assert reminded == due
    before = rules.reminder_on(clock, due, (90, 30, 0), opened, due - timedelta(days=1), PROVISIONAL)
    assert before is None or opened <= before < due


def test_certificates_are_reminded_of_90_30_and_0_days_before():
    due, opened = date(2026, 12, 31), date(2026, 10, 2)
    days = [opened + timedelta(days=n) for n in range(100)]
    told = [rules.reminder_on(C, due, (90, 30, 0), opened, day, KNOWN) for day in days]
    assert sorted(set(told)) == [date(2026, 10, 2), date(2026, 12, 1), date(2026, 12, 31)]
    assert [day for day, before, now in zip(days[1:], told, told[1:], strict=False) if before != now] == [
        date(2026, 12, 1),
        date(2026, 12, 31),
    ]


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2026, 5, 13), None),
        (date(2026, 5, 14), (Level.DISTRICT, date(2026, 5, 14))),
        (date(2026, 5, 26), (Level.DISTRICT, date(2026, 5, 14))),
        (date(2026, 5, 27), (Level.CITY, date(2026, 5, 27))),
        (date(2027, 5, 27), (Level.CITY, date(2026, 5, 27))),
    ],
)
def test_an_overdue_step_of_a_school_rises_to_the_district_and_then_to_the_city(day, level):
    assert rules.level_on(Level.SCHOOL, W, date(2026, 5, 13), (1, 10), date(2026, 4, 27), day, KNOWN) == level


def test_above_the_city_there_is_nobody():
    risen = rules.level_on(Level.DISTRICT, C, date(2026, 5, 1), (1, 10), date(2026, 4, 1), date(2026, 9, 1), KNOWN)
    assert risen == (Level.CITY, date(2026, 5, 2))
    assert rules.level_on(Level.CITY, C, date(2026, 5, 1), (1,), date(2026, 4, 1), date(2026, 9, 1), KNOWN) is None


def test_a_clock_that_the_law_lets_run_or_that_is_over_is_not_paused():
    day = date(2026, 5, 1)

    def codes(**values):
        given = {"pausable": True, "due": day, "day": day, "reason": "住院"} | values
        return [problem.code for problem in rules.check_pause(**given)]

    assert codes() == []
    assert codes(pausable=False) == ["clock_runs"]
    assert codes(day=day + timedelta(days=1)) == ["clock_over"]
    assert codes(reason=" ") == ["reason_missing"]
