"""Short searches over little districts of every kind: books that agree, no index outside its part, no error at the end.
`script/bench searches` is the long version."""

import os
import subprocess
import sys

import pytest

from app.routing import check, solve
from benchmarks.books import Books
from benchmarks.searches import move_by_move, searcher
from benchmarks.variety import problem
from tests.routing.samples import always, child, road, team
from tests.routing.samples import problem as small
from tests.routing.strict import MANY, search

MOVED = 107
"""The number of a district in whose make-ups one visit that is taken off lets another fall out."""
FALLEN = 371
"""The number of a district in which a trip falls apart when one visit is taken out."""


@pytest.mark.parametrize("first", range(1, 31, 6))
def test_after_every_move_the_kernels_books_are_those_of_plain_python(first):
    for number in range(first, first + 6):
        assert move_by_move(problem(number), number, 20) == []


@pytest.mark.parametrize("number", [MOVED, *range(200, 212)])
def test_a_whole_search_ends_with_a_plan_and_nothing_left_out(number):
    told = problem(number)
    plan = solve(told, iterations=200, seed=number, lanes=1)
    assert not plan.failures
    assert not [f for f in check(told, plan) if f.is_error]


def test_no_index_leaves_its_array_and_the_machine_code_does_what_its_python_says():
    numbers = [MANY, 3, 6, 9, 11, 20, MOVED, FALLEN]
    told = subprocess.run(
        [sys.executable, "-m", "tests.routing.strict", "8", *map(str, numbers)],
        env=os.environ | {"YIAN_KERNEL": "plain"}, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [*(search(n, 8) for n in numbers), "never called: []"]


def test_the_books_name_what_is_wrong():
    run, _ = searcher(small([team()], [child(place=str(i), id=f"C{i}") for i in (1, 2)], road(0, 20, 30)), 1)
    run.fill(run.candidates)
    assert Books(run).faults() == []
    run.plan.load[0] += 1
    assert [x.split()[0] for x in Books(run).faults()] == ["loads", "cost"]


def test_other_modes_of_the_kernel_are_refused():
    told = subprocess.run(
        [sys.executable, "-c", "import app.routing.compiled"],
        env=os.environ | {"YIAN_KERNEL": "x"},
        capture_output=True,
        text=True,
    )
    assert told.returncode and "it may be checked or plain" in told.stderr


SIDES = [
    ((480, 610), (700, 1050)),
    ((480, 720), (720, 1050)),
    ((480, 780), (800, 1050)),
    ((480, 610), (620, 660), (700, 1050)),
    ((480, 800), (900, 1050)),
]


def halves(stretches, **changes):
    """Three children a day for one team with these stretches, the homes half an hour from the school."""
    from app.routing.problem import HalfDay

    legs = road(0, 30, 40, 50)
    kids = [child(f"C{i}", place=str(i), visits=5, windows=always(HalfDay(480, 1050))) for i in (1, 2, 3)]
    return small([team(shifts=always(*(HalfDay(a, b) for a, b in stretches)), **changes)], kids, legs)


@pytest.mark.parametrize("stretches", SIDES)
@pytest.mark.parametrize(
    "changes",
    [{"one_trip": True}, {"one_trip": True, "max_travel": 100}, {"cap_day": 280}],
    ids=["one trip", "one trip and a limit of travel", "two trips and a daily limit"],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_days_trip_may_stand_in_any_of_the_teams_stretches(stretches, changes, seed):
    told = halves(stretches, **changes)
    plan = solve(told, iterations=400, seed=seed)
    assert not plan.unserved and not [f for f in check(told, plan) if f.is_error]
