"""The solver, through its door: right answers, limits kept, the same again."""

import itertools
import math

import pytest

from benchmarks.solvers.periodic import check, parse, solve
from tests.benchmarks.periodic.samples import EAST_AND_WEST, made_up

pytestmark = pytest.mark.xdist_group("periodic")  # one process compiles the search for all of them


def best_tour(instance, stops):
    points = [(c.x, c.y) for c in instance.customers]
    tours = ([instance.depot, *(points[s] for s in order), instance.depot] for order in itertools.permutations(stops))
    return min(sum(math.dist(a, b) for a, b in itertools.pairwise(tour)) for tour in tours)


def fits(instance, day, stops, length):
    longest, capacity = instance.limits[day]
    chosen = [instance.customers[s] for s in stops]
    return sum(c.demand for c in chosen) <= capacity and length + sum(c.service for c in chosen) <= longest


def best_day(instance, day, stops):
    """The least distance of a day, every way of sharing the stops out to the vehicles tried."""
    least = math.inf
    for share in itertools.product(range(instance.vehicles), repeat=len(stops)):
        total = 0.0
        for vehicle in range(instance.vehicles):
            mine = [stop for stop, who in zip(stops, share, strict=True) if who == vehicle]
            length = best_tour(instance, mine) if mine else 0.0
            total += length if fits(instance, day, mine, length) else math.inf
        least = min(least, total)
    return least


def exact(instance):
    """The cost of the best solution, by trying every choice of days."""
    known = {}
    least = math.inf
    for choice in itertools.product(*(c.options for c in instance.customers)):
        total = 0.0
        for day in range(instance.days):
            stops = tuple(s for s, days in enumerate(choice) if day in days)
            if (day, stops) not in known:
                known[day, stops] = best_day(instance, day, stops)
            total += known[day, stops]
        least = min(least, total)
    return least


@pytest.mark.parametrize("seed", range(4))
def test_a_tiny_problem_is_solved_to_the_optimum(seed):
    instance = parse(made_up(seed, 6))
    solution = solve(instance, iterations=20_000)
    cost, faults = check(instance, solution)
    assert faults == [] and solution.feasible
    assert cost == pytest.approx(exact(instance), abs=1e-6)


def test_east_on_one_day_and_west_on_the_other():
    solution = solve(parse(EAST_AND_WEST), iterations=5000)
    days = {frozenset(stop for route in routes for stop in route) for routes in solution.routes}
    assert days == {frozenset({0, 1}), frozenset({2, 3})}


def test_the_same_seed_gives_the_same_solution_and_progress_is_told():
    instance, told = parse(made_up(5, 30, days=3, vehicles=3)), []
    first = solve(instance, iterations=30_000, seed=4, on_progress=lambda cost, made: told.append((made, cost)))
    assert solve(instance, iterations=30_000, seed=4) == first
    costs = [round(cost, 6) for _made, cost in told]
    assert costs == sorted(costs, reverse=True)
    assert round(first.cost, 6) <= costs[-1] and 30_000 <= first.iterations < 32_000
    assert check(instance, first)[1] == []


def test_two_workers_and_a_time_limit_keep_the_rules():
    instance = parse(made_up(6, 25, days=3, vehicles=3))
    solution = solve(instance, seconds=0.5, workers=2)
    assert check(instance, solution)[1] == []
    assert solution.iterations >= 2


def test_more_than_two_workers_are_refused():
    with pytest.raises(ValueError, match="workers must be 1 or 2"):
        solve(parse(EAST_AND_WEST), iterations=1, workers=3)


def test_cancelling_ends_a_run_early():
    solution = solve(parse(made_up(7, 12)), iterations=10_000_000, cancelled=lambda: True)
    assert 1 <= solution.iterations < 1000


def test_too_few_vehicles_are_told_not_hidden():
    instance = parse(EAST_AND_WEST.replace("0 10\n0 10", "0 8\n0 8"))
    solution = solve(instance, iterations=5000)
    assert not solution.feasible
    assert any("load" in fault for fault in check(instance, solution)[1])


def test_nobody_to_visit():
    instance = parse("1 1 1 1\n0 0\n0 0 0\n1 1 1 0 1 0 0\n")
    assert solve(instance, iterations=5).routes == ((),)


@pytest.mark.parametrize("customers", [1, 2])
def test_one_or_two_customers(customers):
    instance = parse(made_up(8, customers))
    assert check(instance, solve(instance, iterations=5000))[1] == []


def test_the_kernel_is_compiled_once_for_all_problems():
    from benchmarks.solvers.periodic.anneal import anneal
    from benchmarks.solvers.periodic.evolve import educate

    solve(parse(EAST_AND_WEST), iterations=2000)
    solve(parse(made_up(9, 10, days=4, vehicles=3)), iterations=2000, workers=2)
    assert (len(anneal.signatures), len(educate.signatures)) == (1, 1)
