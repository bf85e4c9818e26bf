"""How many visits a plan asks for in a week, a fortnight or a month that a change of plan cuts."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.types import Frequency
from app.timetables.rules.asking import asked_by_period, asked_in, left_of
from app.timetables.types import CalendarInput, Need
from app.visits.rules.minutes import due_minutes_of

MONDAY = date(2026, 11, 2)
CHILD, SERVICE = uuid.UUID(int=1), uuid.UUID(int=2)
WEEK, FORTNIGHT, MONTH = Frequency.WEEK, Frequency.FORTNIGHT, Frequency.MONTH
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri")


def days(weeks=4, closed=()):
    found = (MONDAY + timedelta(days=n) for n in range(7 * weeks))
    return [CalendarInput(d, d.weekday() if d.weekday() < 5 and d not in closed else None) for d in found]


def need(times, first=MONDAY, last=date(2027, 1, 29), frequency=WEEK, minutes=90, service=SERVICE):
    return Need(
        child_id=CHILD,
        version_id=uuid.UUID(int=8),
        service_key=service,
        minutes=minutes,
        times=times,
        frequency=frequency,
        needs=(),
        first=first,
        last=last,
    )


def change(before, after, day, **how):
    """Two plans, the second from `day` on."""
    return [need(before, last=day - timedelta(days=1)), need(after, first=day, minutes=60, **how)]


def asked(needs, weeks=1):
    return [sum(one.visits for one in parts) for parts in asked_by_period(needs, days(weeks))]


@pytest.mark.parametrize(
    ("before", "after", "on", "wanted"),
    [
        (2, 2, "Tue", [0, 2]),
        (2, 2, "Wed", [1, 1]),
        (2, 2, "Thu", [1, 1]),
        (2, 2, "Fri", [2, 0]),
        (1, 1, "Wed", [0, 1]),
        (1, 1, "Thu", [1, 0]),
        (1, 2, "Wed", [1, 1]),
        (1, 3, "Wed", [0, 2]),
        (1, 3, "Fri", [1, 0]),
        (2, 1, "Mon", [0, 1]),
        (2, 1, "Wed", [1, 0]),
        (3, 1, "Wed", [1, 1]),
        (5, 5, "Thu", [3, 2]),
    ],
)
def test_a_week_cut_by_a_change_of_plan(before, after, on, wanted):
    day = MONDAY + timedelta(days=NAMES.index(on))
    assert asked(change(before, after, day)) == wanted
    other = change(before, after, day, service=uuid.UUID(int=3))
    assert asked(other) == wanted, "the same where another service takes the place of the first"


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 25), st.sampled_from([WEEK, FORTNIGHT]))
def test_never_fewer_than_the_smaller_nor_more_than_the_greater(before, after, on, often):
    day = MONDAY + timedelta(days=on)
    told = [need(before, last=day - timedelta(days=1), frequency=often), need(after, first=day, frequency=often)]
    long = 7 if often == WEEK else 14
    rows = asked_by_period(told, days(4))
    for begin in (MONDAY + timedelta(days=n) for n in range(0, 28, long)):
        n = sum(one.visits for parts in rows for one in parts if begin <= one.first < begin + timedelta(days=long))
        assert min(before, after) <= n <= max(before, after)


def test_a_change_at_a_weekend_cuts_no_week():
    for on in (5, 6, 7):
        assert asked(change(2, 3, MONDAY + timedelta(days=on)), weeks=2) == [2, 3]


def test_two_changes_in_one_week():
    tuesday, thursday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)
    told = [
        need(2, last=MONDAY),
        need(2, first=tuesday, last=thursday - timedelta(days=1), minutes=45),
        need(2, first=thursday, minutes=60),
    ]
    assert sum(asked(told)) == 2


@pytest.mark.parametrize(("before", "after", "wanted"), [(1, 1, 1), (3, 3, 3), (4, 6, 5), (4, 5, 5)])
def test_a_month_cut_in_the_middle(before, after, wanted):
    day = MONDAY + timedelta(days=14)
    told = [need(before, last=day - timedelta(days=1), frequency=MONTH), need(after, first=day, frequency=MONTH)]
    assert sum(asked(told, weeks=4)) == wanted


def test_a_fortnight_goes_on_as_weeks():
    day = MONDAY + timedelta(days=7)
    told = [need(2, last=day - timedelta(days=1), frequency=FORTNIGHT), need(2, first=day)]
    assert asked(told, weeks=2) == [1, 2]


def test_the_beginning_and_the_end_of_teaching_are_shares():
    assert asked_in(need(2, first=MONDAY + timedelta(days=3)), days(1)) == 0
    assert asked_in(need(2, first=MONDAY + timedelta(days=2)), days(1)) == 1
    assert asked_in(need(2, last=MONDAY + timedelta(days=2)), days(1)) == 1
    pause = [need(2, last=MONDAY), need(2, first=MONDAY + timedelta(days=3))]
    assert asked(pause) == [0, 0], "a pause is no change of plan"


def test_a_week_with_a_holiday_asks_for_all():
    told = [sum(p.visits for p in parts) for parts in asked_by_period([need(2)], days(1, closed=[MONDAY]))]
    assert told == [2]


def test_what_is_left_of_a_week():
    thursday, friday = MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)
    assert left_of(2, 1, [thursday, friday], 2) == 1
    assert left_of(2, 0, [thursday, friday], 2) == 1, "no two on days running"
    assert left_of(2, 0, [MONDAY, friday], 2) == 2
    assert left_of(2, 3, [friday], 2) == 0 and left_of(2, 0, [], 2) == 0


def test_the_minutes_due_are_those_of_the_visits_asked_for():
    wednesday = MONDAY + timedelta(days=2)
    assert due_minutes_of(change(2, 2, wednesday), days(1)) == 90 + 60
    assert due_minutes_of(change(1, 3, wednesday), days(1)) == 2 * 60
