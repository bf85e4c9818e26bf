"""The solver against every solution of small problems, and the promises of its door."""

import itertools

import pytest

from app.kernel.problems import Refused
from benchmarks.solvers.synchronised import Problem, check, cost, solve
from tests.benchmarks.synchronised.samples import caregivers, least_cost, patient, random_problem, road

pytestmark = pytest.mark.xdist_group("synchronised")  # one process compiles the search for all of them


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("gap", [None, (15.0, 25.0)])
def test_no_solution_of_a_small_problem_is_better(seed, gap):
    problem = random_problem(seed, gap)
    solution = solve(problem, iterations=20_000, seed=1)
    assert check(problem, solution) == []
    assert solution.cost == pytest.approx(least_cost(problem))


def test_two_come_at_the_same_moment_and_the_first_there_waits():
    near, far = patient("near", "a", due=10), patient("far", "a", "b", early=0, due=60)
    problem = Problem((near, far), caregivers(x="a", y="b"), road(0, 10, 30))
    solution = solve(problem, iterations=5_000)
    assert {s.start for tour in solution.tours.values() for s in tour if s.patient == "far"} == {40.0}
    assert cost(problem, solution).distance == 120
    assert solution.cost == pytest.approx(40.0)


def test_the_first_of_two_waits_where_the_second_cannot_be_soon_enough():
    pair, other = patient("pair", "a", "b", due=0, gap=(5.0, 10.0)), patient("other", "b", due=10)
    problem = Problem((pair, other), caregivers(x="a", y="b"), road(0, 10, -10))
    starts = {(s.patient, s.part): s.start for tour in solve(problem, iterations=5_000).tours.values() for s in tour}
    assert starts["other", 0] == 10 or starts["pair", 1] == 15
    assert 5 <= starts["pair", 1] - starts["pair", 0] <= 10


def test_the_same_trials_give_the_same_solution_bit_for_bit():
    problem = random_problem(3, (15.0, 25.0))
    one, two = (solve(problem, iterations=300_000, seed=5) for _ in range(2))
    assert one == two
    assert one.iterations == 300_000
    both, again = (solve(problem, iterations=60_000, seed=5, workers=2) for _ in range(2))
    assert both == again


@pytest.mark.parametrize("processor", [False, True])
def test_a_limit_of_seconds_ends_the_search(processor):
    problem = random_problem(1)
    solution = solve(problem, seconds=0.2, processor=processor)
    assert solution.iterations > 0
    assert solution.cost == pytest.approx(least_cost(problem))


def test_cancelling_keeps_the_best_so_far():
    asked = itertools.count()
    problem = random_problem(2)
    solution = solve(problem, iterations=10**9, cancelled=lambda: next(asked) > 3)
    assert check(problem, solution) == []
    assert solution.iterations < 10**6
    at_once = solve(problem, iterations=10**9, cancelled=lambda: True)
    assert check(problem, at_once) == []


def test_a_single_patient_is_seen():
    problem = Problem((patient("p", "a", "a"),), caregivers(x="a", y="a"), road(0, 7))
    solution = solve(problem, iterations=100)
    assert solution.cost == pytest.approx(28 / 3)


def test_an_impossible_problem_is_refused():
    with pytest.raises(Refused, match="Nobody is able to give p c"):
        solve(Problem((patient("p", "c"),), caregivers(x="a"), road(0, 7)), iterations=10)
