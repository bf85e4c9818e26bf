"""The compiled search: its books are right, it is as good as the plain one, it stays out of pages."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from app.routing import check, solve
from app.routing.finish import finish
from app.routing.grid import Grid, template_days
from app.routing.kernel.arrays import Case, copy_of
from app.routing.kernel.books import rebuild
from app.routing.kernel.searcher import Searcher
from app.routing.kernel.template import weights_of
from app.routing.problem import HalfDay, Travel
from app.routing.search import find_template_plainly
from benchmarks.books import Books
from tests.routing.samples import AFTERNOON, ALL_DAY, MORNING, child, problem, random_problem, rich_problem, road, team


def searcher(told, seed=1):
    grid = Grid(told, template_days(told))
    case = Case(grid, [c.visits for c in told.children], [(None, None)] * len(told.children))
    weights = weights_of(told, grid)
    able = [c for c in range(len(grid.home)) if case.patterns[c] and grid.able[c]]
    return Searcher(case, weights, able, seed)


@pytest.mark.parametrize("seed", range(4))
def test_the_running_books_equal_a_count_from_scratch(seed):
    run = searcher(replace(random_problem(seed), substitutes=bool(seed % 2)), seed)
    run.fill(run.candidates)
    for heat in (60.0, 20.0, 1.0):
        run.anneal(300, heat, heat)
        again = copy_of(run.plan)
        assert rebuild(run.case.given, again, run.weights)
        for name in ("load", "totals"):
            assert getattr(again, name).tolist() == getattr(run.plan, name).tolist()
        assert again.away[: run.case.given.slots].tolist() == run.plan.away[: run.case.given.slots].tolist()


@pytest.mark.parametrize("seed", range(6))
def test_compiled_and_plain_search_agree_on_tiny_cases(seed):
    told = random_problem(seed, children=7, teams=2) if seed % 2 else random_problem(seed)
    grid = Grid(told, template_days(told))
    template, moves = find_template_plainly(told, grid, 400, seed)
    plain, compiled = finish(told, template, moves, seed), solve(told, iterations=6000, seed=seed)
    assert compiled.score.unserved <= plain.score.unserved
    assert (compiled.score.unserved, compiled.score.travel) <= (plain.score.unserved, plain.score.travel * 1.05 + 5)


def test_a_substitute_is_named_and_only_where_a_child_would_go_short():
    kid = child("A", place="1", visits=2, min_gap=2, windows={0: (MORNING,), 2: (AFTERNOON,)})
    early, late = team("M", shifts={0: (HalfDay(480, 750),)}), team("N", shifts={2: (HalfDay(700, 1050),)})
    told = problem([early, late], [kid], road(0, 20))
    assert sum(u.missing for u in solve(told, iterations=200).unserved) == 1
    plan = solve(replace(told, substitutes=True), iterations=200)
    assert [v.team for v in plan.visits] == ["M", "N"] and not plan.unserved
    assert [r.code for r in plan.relaxations] == ["SUBSTITUTE"]
    assert not [f for f in check(told, plan) if f.is_error]


def test_rich_problems_of_several_services_and_shared_teachers_keep_every_rule():
    for seed in range(3):
        told = rich_problem(seed)
        plan = solve(told, iterations=1500, seed=seed)
        assert not [f for f in check(told, plan) if f.is_error and f.code != "lock_broken"]


def test_pages_never_load_the_compiler():
    code = (
        "import sys, app.routing, app.timetables.views; print(sorted({'numba', 'scipy', 'highspy'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def shortcut(**changes):
    """C2 lies on a shorter way to C1 than the road there: on Monday it costs less than nothing. On Wednesday the team
    has a quarter of an hour only, on Thursday none of it."""
    legs = np.array([[0, 60, 20], [60, 0, 20], [20, 20, 0]])
    kids = [
        child("C1", place="1", visits=1, windows={0: (ALL_DAY,)}),
        child("C2", place="2", visits=2, min_gap=2, windows={0: (ALL_DAY,), 2: (ALL_DAY,)}),
    ]
    shifts = {0: (ALL_DAY,), 2: (HalfDay(480, 495),)}
    return problem(
        [team("T1", shifts=shifts), team("T2", shifts={0: (ALL_DAY,)})], kids, Travel(("0", "1", "2"), legs), **changes
    )


@pytest.mark.parametrize("changes", [{}, {"substitutes": True}], ids=["one team", "with a substitute"])
def test_a_day_that_costs_less_than_nothing_does_not_hide_one_that_cannot_be(changes):
    run = searcher(shortcut(**changes))
    run.fill(np.array([0, 1], dtype=np.int32))
    assert Books(run).faults() == []
    assert run.plan.missing.tolist() == [0, 1]


@pytest.mark.parametrize("slot", [-1, 99])
def test_the_kernel_refuses_a_slot_that_is_none(slot):
    run = searcher(problem())
    run.fill(run.candidates)
    run.anneal(1, 1.0, 1.0)
    run.memo.seen[0], run.memo.place_slot[:], run.memo.price[:] = run.plan.version[0], slot, 1
    with pytest.raises(IndexError):
        run.anneal(50, 60.0, 60.0)
