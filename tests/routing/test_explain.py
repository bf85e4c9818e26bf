"""Each reason, in its order, with the numbers and names that show it."""

from dataclasses import replace
from datetime import date

import pytest

from app.routing import NO_WAY, Lock, explain, solve
from tests.routing.samples import AFTERNOON, ALL_DAY, MORNING, HalfDay, always, child, days, problem, road, team

NEAR = road(0, 20)


def reason(told, demand="C1"):
    plan = solve(told, iterations=40)
    found = next(u for u in plan.unserved if u.demand == demand).reasons[0]
    assert str(found), "every placeholder has its value"
    return found


CASES = {
    "NO_SKILL": problem(children=[child(needs=frozenset({"BLIND"}))]),
    "NO_PATTERN": problem(children=[child(visits=2, min_gap=3, windows=always(MORNING, days=[0, 1]))]),
    "NO_COMMON_TIME": problem([team(shifts=always(MORNING))], [child(windows=always(AFTERNOON))]),
    "TOO_FAR": problem(children=[child()], travel=road(0, 540)),
    "FORBIDDEN": problem([team("T1"), team("T2", skills=frozenset())], [child(forbidden_teams=frozenset({"T1"}))]),
    "LOCKED": problem([team("T1"), team("T2", skills=frozenset())], locks=(Lock("C1", "T2"),)),
    "CAPACITY": problem(
        children=[child(n, minutes=250, windows={0: (ALL_DAY,)}, priority=p) for n, p in (("C1", 1), ("C2", 2))]
    ),
    "HOLIDAY": problem(children=[child(windows={2: (MORNING,)})], days=days(12, closed=[date(2026, 11, 11)])),
}


@pytest.mark.parametrize("code", CASES)
def test_every_reason_is_found(code):
    assert reason(CASES[code]).code == code


def test_missing_skill_is_named():
    assert "BLIND" in str(reason(CASES["NO_SKILL"]))


def test_two_adults_wanted_and_none_formed_is_a_lack_of_teams():
    assert "2 adults" in str(reason(problem(children=[child(team_size=2)])))


def test_no_family_time_at_all_is_no_pattern():
    found = reason(problem(children=[child(windows={})]))
    assert (found.code, found.values["possible"]) == ("NO_PATTERN", 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"windows": {}}, "The family has told no times of the week."),
        (
            {"windows": always(HalfDay(510, 569))},
            "60 minutes is longer than any of the family's times; the longest of them has 59.",
        ),
        (
            {"windows": {0: (HalfDay(480, 500), HalfDay(600, 655))}},
            "60 minutes is longer than any of the family's times; the longest of them has 55.",
        ),
        (
            {"visits": 2, "windows": {0: (MORNING,), 3: (HalfDay(510, 540),)}},
            "The family's times leave room for 1 of 2 visits: 60 minutes on end fit on too few days.",
        ),
        (
            {"visits": 2, "min_gap": 2, "windows": always(MORNING, days=[2])},
            "The family's times leave room for 1 of 2 visits: 60 minutes on end fit on too few days.",
        ),
        (
            {"visits": 2, "min_gap": 2, "windows": always(MORNING, days=[2, 3])},
            "The family's times leave room for 1 of 2 visits with at least 2 days between.",
        ),
    ],
)
def test_the_reason_in_the_familys_times_is_the_one_that_holds(changes, words):
    found = reason(problem(children=[child(**changes)]))
    assert (found.code, str(found)) == ("NO_PATTERN", words)


def test_too_far_gives_minutes_and_limit():
    found = reason(CASES["TOO_FAR"])
    assert found.values["minutes"] == 2 * 540 + 60
    assert found.values["limit"] == 480


def test_a_closed_road_is_said_so():
    travel = road(0, 20)
    travel.minutes[0][1] = NO_WAY
    found = reason(problem(travel=travel))
    assert found.code == "TOO_FAR"
    assert "No way" in str(found)


def test_capacity_names_the_best_candidate_and_its_minutes():
    found = reason(CASES["CAPACITY"])
    assert found.values["team"] == "T1"
    assert found.values["date"] == "2026-11-02"
    assert found.values["minutes"] == 60, "500 at homes and 40 on the way, 480 allowed"


def test_capacity_counts_minutes_over_the_cap():
    kids = [child(n, minutes=100, windows={0: (HalfDay(480, 1050),)}, priority=p) for n, p in (("C1", 1), ("C2", 2))]
    found = reason(problem([team(cap_day=200)], kids))
    assert found.values["minutes"] == 40, "two visits of 100 and 40 of travel, 200 allowed"


def test_holiday_names_the_date():
    assert "2026-11-11" in str(reason(CASES["HOLIDAY"]))


def test_a_plan_changed_by_hand_is_explained_too():
    told = problem(children=[child(visits=2, min_gap=2)])
    plan = solve(told, iterations=20)
    assert explain(told, plan).unserved == {}
    assert set(explain(told, replace(plan, visits=plan.visits[:1])).unserved) == {"C1"}


def test_families_free_at_the_same_time_only_are_told_so():
    kids = [child(n, minutes=180, windows={0: (MORNING,)}, priority=p) for n, p in (("C1", 1), ("C2", 2))]
    assert "do not meet" in str(reason(problem(children=kids)))


def beside_a_morning(**changes):
    """A team with two stretches of hours that is out in the first one every day, and two more children a day."""
    hours = always(HalfDay(480, 610), HalfDay(700, 1050))
    kids = [child(f"C{i}", place=str(i), visits=5, windows=always(ALL_DAY)) for i in (1, 2, 3)]
    told = problem([team(shifts=hours, **changes)], kids, road(0, 30, 40, 50))
    alone = solve(replace(told, children=told.children[:1]), iterations=40)
    assert {v.start < 610 for v in alone.visits} == {True}
    return told, alone


@pytest.mark.parametrize("changes", [{"one_trip": True}, {"cap_day": 280}], ids=["one trip", "a daily limit"])
def test_a_team_whose_trip_may_stand_elsewhere_is_not_told_to_be_full(changes):
    told, plan = beside_a_morning(**changes)
    found = explain(told, plan)
    assert {str(u.reasons[0]) for u in found.unserved.values()} == {
        "Team T1 has room for all visits in this plan. Make the timetable anew, or place them by hand."
    }
    assert not solve(told, iterations=200).unserved


def test_a_team_that_is_full_wherever_its_trip_stands_is_told_so_with_the_minutes_that_lack():
    told, plan = beside_a_morning(one_trip=True, cap_day=150)
    words = str(explain(told, plan).unserved["C2"].reasons[0])
    assert "needs 50 more minutes" in words, words
