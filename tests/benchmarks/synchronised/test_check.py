"""The independent checker finds each broken rule and counts the cost by itself."""

from dataclasses import replace

import pytest

from benchmarks.solvers.synchronised import Problem, Solution, Step, check, cost
from tests.benchmarks.synchronised.samples import caregivers, patient, road

PROBLEM = Problem(
    (patient("one", "a", early=20, due=30), patient("two", "a", "b", due=50, gap=(5.0, 20.0))),
    caregivers(x="a", y="b"),
    road(0, 10, 20),
)
RIGHT = Solution(
    {"x": (Step("one", 0, 20.0, 30.0), Step("two", 0, 40.0, 50.0)), "y": (Step("two", 1, 60.0, 70.0),)}, 0.0
)


def with_tour(caregiver, *steps):
    return replace(RIGHT, tours=RIGHT.tours | {caregiver: steps})


def test_a_right_solution_passes_and_costs_its_ways_and_lateness():
    assert check(PROBLEM, RIGHT) == []
    told = cost(PROBLEM, RIGHT)
    assert (told.distance, told.tardiness, told.greatest) == (80, 10, 10)
    assert told.total == pytest.approx(100 / 3)


ONE, TWO = RIGHT.tours["x"]
BROKEN = {
    "unknown_caregiver": with_tour("z"),
    "unknown_patient": with_tour("y", Step("three", 0, 0, 10), *RIGHT.tours["y"]),
    "not_asked": with_tour("x", replace(ONE, part=1), TWO),
    "unable": Solution({"x": (ONE,), "y": (TWO, Step("two", 1, 60.0, 70.0))}, 0.0),
    "wrong_minutes": with_tour("y", Step("two", 1, 60.0, 65.0)),
    "too_early": with_tour("x", Step("one", 0, 15.0, 25.0), TWO),
    "too_soon": with_tour("x", ONE, Step("two", 0, 39.0, 49.0)),
    "wrong_count": with_tour("x", ONE),
    "wrong_gap": with_tour("y", Step("two", 1, 61.0, 71.0)),
    "one_for_two": Solution({"x": (ONE, TWO, Step("two", 1, 60.0, 70.0))}, 0.0),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_rule_is_found(code):
    found = {finding.code: str(finding) for finding in check(PROBLEM, BROKEN[code])}
    assert code in found


def test_a_service_given_twice_is_found():
    twice = with_tour("x", ONE, TWO, Step("one", 0, 70.0, 80.0))
    assert [str(f) for f in check(PROBLEM, twice)] == ["one gets a 2 times instead of once."]


def test_findings_say_who_where_and_when():
    found = check(PROBLEM, BROKEN["too_soon"])
    assert str(found[0]) == "x cannot be at two before 40, the service starts at 39."
