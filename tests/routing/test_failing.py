"""When the engine itself goes wrong: the best plan so far is kept, and what had to be left out is told."""

import os
import signal
import sys
from dataclasses import replace

import pytest

from app.routing import check, solve
from app.routing.apart import Ended
from app.routing.bound import bound
from app.routing.kernel.arrays import copy_of
from app.routing.kernel.lanes import Clock, _join, _leg
from app.routing.kernel.recombine import Pool
from app.routing.salvage import faults, salvage
from benchmarks.searches import searcher
from tests.routing.samples import MORNING, always, child, problem, random_problem, road, team
from tests.support.engines import kill_engines


class Wordless(str):
    """A name that cannot be said where it is said what is lacking."""

    def __bool__(self):
        if sys._getframe(1).f_globals["__name__"] == "app.routing.shortages":
            raise ValueError("no name")
        return True


class Deadly:
    """What ends the process that reads it as machine code gone wrong does."""

    def __reduce__(self):
        return _end, (os.getpid(),)


def _end(parent):
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGSEGV)
    return Deadly()


def test_a_search_in_a_process_of_its_own_finds_the_same_plan():
    told = random_problem(3, children=6)
    assert solve(told, iterations=400, seed=2, apart=True) == solve(told, iterations=400, seed=2)
    assert replace(bound(told, seconds=5, apart=True), seconds=0) == replace(bound(told, seconds=5), seconds=0)


def test_what_the_search_said_before_its_process_was_killed_is_the_plan():
    told, seen = random_problem(1, children=9, teams=3), []

    def kill(progress):
        seen.append(progress)
        kill_engines()

    plan = solve(told, seconds=600, seed=1, apart=True, on_progress=kill)
    assert plan.failures == ("search",) and plan.visits and seen
    assert not [f for f in check(told, plan) if f.is_error]


def test_a_process_that_is_gone_before_it_has_a_plan_is_said_so():
    with pytest.raises(Ended):
        solve(replace(problem(), name=Deadly()), iterations=10, apart=True)
    with pytest.raises(Ended):
        bound(replace(problem(), name=Deadly()), seconds=1, apart=True)


def test_stopping_reaches_the_process_and_keeps_the_best_plan():
    asked = []
    plan = solve(problem(), seconds=600, apart=True, on_progress=asked.append, cancelled=lambda: bool(asked))
    assert not plan.failures and not plan.unserved


def test_an_error_in_the_process_is_the_callers_error():
    with pytest.raises(RuntimeError, match="AttributeError"):
        solve(replace(problem(), weights=None), iterations=10, apart=True)


def test_a_plan_is_kept_where_its_reasons_cannot_be_said():
    told = problem([team(cap_day=150)], [child(x, name=Wordless(x), visits=5) for x in "ABC"])
    plan = solve(told, iterations=50)
    assert plan.failures == ("explain",)
    assert plan.visits and plan.unserved and not any(u.reasons for u in plan.unserved)


def test_a_lane_that_the_kernel_stops_keeps_its_best_plan():
    run, _ = searcher(problem(children=[child(visits=2)]), 1)
    run.fill(run.candidates)
    best = copy_of(run.best)
    run.memo.seen[0], run.memo.place_slot[:], run.memo.price[:] = run.plan.version[0], -1, 1
    assert _leg(run, Clock(None, 4000), [0], 0, (0.0, 0.75, 40.0, 0.3)) == ["search"]
    assert run.kept == [] and (run.best.whole == best.whole).all()


def test_where_plans_cannot_be_joined_the_best_of_them_stays():
    run, _ = searcher(problem(children=[child(visits=2)]), 1)
    run.fill(run.candidates)
    wrong = copy_of(run.plan)
    wrong.pattern[0] = 10**6
    run.kept, best = [wrong], copy_of(run.best)
    assert _join([run], Pool(run.case, run.weights), Clock(None, 10)) == ["join"]
    assert (run.plan.seq == best.seq).all()


def test_visits_that_break_a_rule_are_taken_out_of_a_plan():
    told = problem(
        [team()], [child(f"C{i}", place=str(i), windows=always(MORNING)) for i in (1, 2, 3, 4)], road(0, 20, 25, 30, 35)
    )
    plan = solve(told, iterations=100)
    assert not plan.unserved
    wrong = [replace(v, start=v.start - 200, end=v.end - 200) if v.demand == "C2" else v for v in plan.visits]
    broken = replace(plan, visits=tuple(wrong))
    assert faults(told, broken)
    saved = salvage(told, broken)
    assert not faults(told, saved)
    assert sorted({v.demand for v in saved.visits}) == ["C1", "C3", "C4"]
    assert [(u.demand, u.missing) for u in saved.unserved] == [("C2", 1)]


def test_of_visits_that_cannot_be_together_some_stay():
    told = problem([team()], [child(f"C{i}", place=str(i)) for i in (1, 2, 3)], road(0, 20, 25, 30))
    plan = solve(told, iterations=100)
    first = plan.visits[0]
    same = tuple(replace(v, date=first.date, start=first.start, end=first.end) for v in plan.visits)
    saved = salvage(told, replace(plan, visits=same))
    assert not faults(told, saved) and len(saved.visits) == 1 and len(saved.unserved) == 2
