"""Decisions about visits, on plain values."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.types import Frequency
from app.roads.types import Spot
from app.routing import asked_visits, check, solve
from app.teams.rules import split_needs
from app.teams.types import Member, Stretch, TeamLack
from app.timetables.rules.asking import asked_in
from app.timetables.rules.gathering import (
    inputs_hash,
    left_out,
    make_problem,
    min_gap,
    period_of,
    team_lack,
    weeks_of,
)
from app.timetables.types import (
    CalendarInput,
    ChildInput,
    Inputs,
    LeftOut,
    MissedReason,
    Need,
    RecordOutcome,
    TeamInput,
)
from app.visits.rules.minutes import OWED_BY, due_minutes, ledger
from app.visits.rules.records import record_problems
from app.visits.types import Given, RecordInput

CHILD, TEAM, SCHOOL, ONE, TWO = (uuid.UUID(int=n) for n in range(1, 6))
MONDAY = date(2026, 11, 2)
WEEK = tuple(Stretch(day, 480, 1050) for day in range(5))


def days(weeks: int = 4, closed=()) -> tuple[CalendarInput, ...]:
    found = (MONDAY + timedelta(days=n) for n in range(7 * weeks))
    return tuple(CalendarInput(d, d.weekday() if d.weekday() < 5 and d not in closed else None) for d in found)


def need(**changes) -> Need:
    told = {"times": 2, "frequency": Frequency.WEEK, "needs": (), "first": MONDAY, "last": date(2027, 1, 29)}
    return Need(child_id=CHILD, version_id=uuid.UUID(int=8), service_key=uuid.UUID(int=9), minutes=90, **told | changes)


def inputs(**changes) -> Inputs:
    members = tuple(
        Member(teacher_id=one, name=name, skills=("沟通",), hours=WEEK)
        for one, name in ((ONE, "何晓燕"), (TWO, "李静"))
    )
    child = ChildInput(
        id=CHILD,
        name="冉䶮一",
        spot=Spot(latitude=29_320_000, longitude=108_200_000, mode="motorbike"),
        times=WEEK,
        two_adults=False,
    )
    team = TeamInput(
        id=TEAM, name="第一组", school_id=SCHOOL, members=members, spot=Spot(latitude=29_300_000, longitude=108_200_000)
    )
    told = {
        "days": days(),
        "month": 11,
        "teams": (team,),
        "children": (child,),
        "needs": (need(),),
        "day_cap": 480,
        "two_adults": True,
        "month_days": 20,
    }
    return Inputs(**told | changes)


@pytest.mark.parametrize(
    ("times", "frequency", "visits"),
    [(2, Frequency.WEEK, 8), (1, Frequency.WEEK, 4), (3, Frequency.FORTNIGHT, 6), (4, Frequency.MONTH, 4)],
)
def test_a_plan_becomes_exactly_its_number_of_visits(times, frequency, visits):
    task = make_problem(inputs(needs=(need(times=times, frequency=frequency),)))
    plan = solve(task, iterations=50, seed=1)
    assert (len(plan.visits), plan.unserved, check(task, plan)) == (visits, (), [])
    assert due_minutes(need(times=times, frequency=frequency), days()) == 90 * visits


def test_a_service_that_begins_in_the_middle_has_no_visit_before():
    task = make_problem(inputs(needs=(need(first=date(2026, 11, 16)),)))
    plan = solve(task, iterations=50, seed=1)
    assert len(plan.visits) == 4 and min(v.date for v in plan.visits) >= date(2026, 11, 16)


def test_leave_of_one_teacher_keeps_the_team_at_school():
    base = inputs()
    away = replace(base.teams[0].members[1], leave=((date(2026, 11, 9), date(2026, 11, 13)),))
    task = make_problem(replace(base, teams=(replace(base.teams[0], members=(base.teams[0].members[0], away)),)))
    plan = solve(task, iterations=50, seed=1)
    assert not [v for v in plan.visits if date(2026, 11, 9) <= v.date <= date(2026, 11, 13)]


def test_hours_in_common_are_the_teams_hours():
    base = inputs()
    late = replace(base.teams[0].members[1], hours=(Stretch(0, 780, 1050), Stretch(3, 480, 720)))
    task = make_problem(replace(base, teams=(replace(base.teams[0], members=(base.teams[0].members[0], late)),)))
    assert {day: [(h.start, h.end) for h in hours] for day, hours in task.teams[0].shifts.items()} == {
        0: [(780, 1050)],
        3: [(480, 720)],
    }


def test_a_home_for_two_adults_never_gets_one():
    base = inputs(two_adults=False)
    alone = replace(base, teams=(replace(base.teams[0], members=base.teams[0].members[:1]),))
    assert solve(make_problem(alone), iterations=50).visits
    pair = replace(alone, children=(replace(base.children[0], two_adults=True),))
    plan = solve(make_problem(pair), iterations=50)
    assert plan.visits == () and plan.unserved[0].reasons[0].code == "NO_SKILL"


def test_a_road_closed_in_the_month_is_no_way():
    base = inputs()
    spot = replace(base.children[0].spot, closed_months=(11,))
    plan = solve(make_problem(replace(base, children=(replace(base.children[0], spot=spot),))), iterations=50)
    assert plan.visits == () and plan.unserved[0].reasons[0].code == "TOO_FAR"


def test_who_is_left_out_and_why():
    child, team = inputs().children[0], inputs().teams[0]
    assert left_out(child) is None and team_lack(team) is None
    assert left_out(replace(child, spot=None)) == LeftOut.NO_HOME
    assert left_out(replace(child, times=())) == LeftOut.NO_TIMES
    assert left_out(replace(child, on_roll=False)) == LeftOut.NOT_ON_ROLL
    assert team_lack(replace(team, members=())) == TeamLack.NO_MEMBER
    assert team_lack(replace(team, spot=None)) == TeamLack.NO_PLACE


def test_visits_that_stand_already_are_not_asked_again():
    task = make_problem(inputs(needs=(need(times=4, frequency=Frequency.MONTH, held=3),)))
    assert [asked_visits(task, child) for child in task.children] == [1]


def test_equal_inputs_have_equal_hashes_and_others_not():
    assert inputs_hash(inputs()) == inputs_hash(inputs())
    assert inputs_hash(inputs()) != inputs_hash(inputs(day_cap=470))


@pytest.mark.parametrize(
    ("times", "frequency", "gap"),
    [(1, Frequency.WEEK, 4), (2, Frequency.WEEK, 2), (5, Frequency.WEEK, 1), (2, Frequency.MONTH, 7)],
)
def test_visits_are_spread(times, frequency, gap):
    assert min_gap(times, frequency) == gap


@given(st.integers(2020, 2035), st.integers(1, 12))
def test_months_share_no_week_and_leave_none_out(year, month):
    first, last = weeks_of(year, month)
    after = weeks_of(year + month // 12, month % 12 + 1)[0]
    assert first.weekday() == 0 and last + timedelta(days=1) == after


@pytest.mark.parametrize(
    ("today", "published", "first"),
    [
        (date(2026, 9, 1), False, date(2026, 10, 5)),
        (date(2026, 10, 13), True, date(2026, 10, 14)),
        (date(2026, 12, 1), False, date(2026, 10, 5)),
    ],
)
def test_a_month_that_has_begun_starts_tomorrow(today, published, first):
    assert period_of("2026-10", today, published=published).value == (first, date(2026, 11, 1))


def test_a_published_month_that_is_over_is_not_planned_again():
    assert period_of("2026-10", date(2026, 12, 1), published=True).problem.code == "month_over"


def test_every_reason_says_who_owes_the_minutes():
    assert set(OWED_BY) == set(MissedReason)


@given(
    st.integers(0, 1000),
    st.lists(
        st.builds(
            Given,
            minutes=st.integers(10, 120),
            day=st.just(MONDAY),
            given=st.none() | st.integers(0, 150),
            reason=st.none() | st.sampled_from(MissedReason),
        )
    ),
)
def test_the_minutes_always_add_up(due, visits):
    visits = [v for v in visits if v.given is None or v.reason is None]
    b = ledger(due, visits)
    assert b.due + b.extra == b.given + b.excused + b.open + b.owed and not (b.owed and b.extra)


def test_weather_is_owed_and_illness_is_excused():
    told = [
        Given(90, MONDAY, given=60),
        Given(90, MONDAY, reason=MissedReason.WEATHER),
        Given(90, MONDAY, reason=MissedReason.CHILD_ILL),
        Given(90, MONDAY),
    ]
    balance = ledger(360, told)
    assert (balance.given, balance.excused, balance.open, balance.owed) == (60, 90, 90, 120)


def test_a_record_in_the_future_is_refused():
    record = RecordInput(key=uuid.uuid4(), outcome=RecordOutcome.GIVEN, day=MONDAY, start=540, end=630)
    assert [p.code for p in record_problems(record, MONDAY, MONDAY - timedelta(days=1))] == ["record_in_future"]
    assert record_problems(record, MONDAY, MONDAY) == []


def test_words_of_needs_are_split_at_every_usual_sign():
    assert split_needs("听障、沟通; 手语") == ("听障", "手语", "沟通") and split_needs(None) == ()


def test_a_week_cut_by_its_service_gives_its_share():
    assert asked_in(need(first=date(2026, 11, 5)), days(1)) == 0
    assert asked_in(need(first=date(2026, 11, 4)), days(1)) == 1
