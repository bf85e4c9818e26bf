"""The independent checker: each rule, broken once."""

import math
from dataclasses import replace

import pytest

from benchmarks.solvers.periodic import Solution, check, parse
from tests.benchmarks.periodic.samples import EAST_AND_WEST

GOOD = (((0, 1),), ((2, 3),))
COST = 2 * (2 * math.hypot(10, 1) + 2)


def faults(routes, cost=COST, text=EAST_AND_WEST):
    return check(parse(text), Solution(routes, cost, True, 0))[1]


def test_a_good_solution_has_its_exact_cost_and_no_fault():
    assert check(parse(EAST_AND_WEST), Solution(GOOD, COST, True, 0)) == (pytest.approx(COST, abs=1e-9), [])


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ((((0, 1),), ((2,),)), "customer 4 is visited on days none, which is none of its combinations"),
        ((((0, 1),), ((2, 3), (1,))), "customer 2 is visited on days 1, 2, which is none"),
        ((((0, 1),), ((2, 3, 3),)), "customer 4 is visited twice on one day"),
        ((((0,), (1,)), ((2, 3),)), "day 1: 2 routes, there are 1 vehicles"),
        ((((0, 1, 2),), ((3,),)), "day 1, route 1: load 15 is more than 10"),
        ((((0, 1),), ((2, 3, 9),)), "day 2: there is no customer 9"),
        ((((0, 1),),), "there are routes for 1 days, not 2"),
    ],
)
def test_a_broken_rule_is_named(routes, told):
    assert any(told in fault for fault in faults(routes)), faults(routes)


def test_a_wrong_cost_is_found():
    assert "the stated cost 12.000000 is not the distance" in faults(GOOD, 12.0)[0]


def test_service_counts_in_the_duration():
    text = EAST_AND_WEST.replace("0 10\n0 10\n", "25 10\n25 10\n").replace("1 10 1 0 5", "1 10 1 3 5")
    assert any("day 1, route 1: duration 25.0" in fault for fault in faults(GOOD, text=text))
    assert len([fault for fault in faults(GOOD, text=text) if "duration" in fault]) == 1


def test_a_customer_without_visits_must_not_be_visited():
    instance = parse(EAST_AND_WEST)
    never = replace(instance, customers=(*instance.customers[:3], replace(instance.customers[3], options=())))
    assert any("customer 4" in fault for fault in check(never, Solution(GOOD, COST, True, 0))[1])
