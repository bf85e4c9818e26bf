"""No plan beats the bound, the bound meets the best on tiny cases, and its words claim what is proven."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from functools import cache

import pytest

from app.kernel.problems import Refused
from app.routing import Weights, bound, bound_report, bound_words, gap, solve
from app.routing.bound import template_figures
from app.routing.formats import read_problem
from app.routing.problem import HalfDay
from benchmarks.synthetic import district
from tests.routing.exact import best
from tests.routing.samples import (
    AFTERNOON,
    ALL_DAY,
    MORNING,
    always,
    child,
    problem,
    random_problem,
    rich_problem,
    road,
    team,
)

ITERATIONS, SEEDS = 1000, 3
PLAIN = Weights(fairness=0)


def tiny(seed):
    """A random district and two teams: 4 to 12 children and little time, or 4 to 7 and enough for nearly everybody."""
    if seed % 2:
        return replace(random_problem(seed, 4 + seed % 9), weights=PLAIN)
    given = replace(random_problem(seed, 4 + seed // 2 % 4), weights=PLAIN)
    crews = [
        replace(t, skills=frozenset({"ID", "CP"}), shifts=always(ALL_DAY), cap_day=300 + 60 * i)
        for i, t in enumerate(given.teams)
    ]
    kids = [replace(c, windows=dict.fromkeys(range(5), (MORNING, AFTERNOON)) | c.windows) for c in given.children]
    return replace(given, teams=tuple(crews), children=tuple(kids))


@cache
def best_of(seed):
    return best(tiny(seed))


@pytest.mark.parametrize("seed", range(20))
def test_on_tiny_cases_the_search_finds_the_best_plan_and_the_bound_never_exceeds_it(seed):
    given = tiny(seed)
    missing, travel = best_of(seed)
    plans = [template_figures(given, solve(given, iterations=ITERATIONS, seed=s)) for s in range(SEEDS)]
    assert min((p.unserved, p.travel) for p in plans) == (missing, travel)
    found = bound(given, seconds=20)
    assert found.complete
    assert found.unserved_any <= found.unserved <= missing
    assert (found.travel is None) == (found.unserved > 0)
    if not missing:
        assert found.travel_any <= found.travel <= travel


def test_the_tiny_cases_hold_both_plenty_and_shortage():
    missing = [best_of(seed)[0] for seed in range(20)]
    assert missing.count(0) >= 5 <= sum(m > 0 for m in missing)


@pytest.mark.parametrize("seed", range(40))
def test_no_plan_of_a_rich_problem_beats_the_bound(seed):
    given = rich_problem(seed)
    plan = template_figures(given, solve(given, iterations=40))
    found = bound(given, seconds=10)
    assert found.complete
    assert (found.unserved if plan.same_team else found.unserved_any) <= plan.unserved
    if not plan.unserved:
        assert (found.travel if plan.same_team else found.travel_any) <= plan.travel


@pytest.mark.parametrize("rounds", [0, 1, 2, 5, 9])
def test_what_is_proven_holds_at_every_moment(rounds):
    given = tiny(6)
    told = []
    found = bound(given, seconds=20, on_progress=told.append, cancelled=lambda: len(told) >= rounds)
    assert found.rounds == len(told) == rounds
    assert not found.complete
    assert found.unserved <= best_of(6)[0]
    assert (found.travel or 0) <= best_of(6)[1]


def test_two_far_homes_in_one_trip():
    """An hour there, an hour back, ten minutes between: one trip of 130 minutes serves both once."""
    given = problem([team()], [child("A"), child("B", place="2")], road(0, 60, 65), weights=PLAIN)
    assert bound(given).travel == 130


def test_the_cap_counts_from_the_latest_departure():
    """Home free in the morning and late in the afternoon only: one trip for both would be too long a day, so two."""
    kids = [
        child("A", windows=always(HalfDay(510, 570), days=[0])),
        child("B", windows=always(HalfDay(900, 960), days=[0])),
    ]
    one = problem([team(cap_day=490)], kids, road(0, 20), weights=PLAIN)
    assert bound(one).travel == 40
    assert bound(replace(one, teams=(team(cap_day=489),))).unserved == 1


def test_one_team_a_child_is_part_of_the_bound():
    """Each team works one day; the child needs both days: two teams could, one cannot."""
    teams = [team("T1", shifts=always(ALL_DAY, days=[0])), team("T2", shifts=always(ALL_DAY, days=[2]))]
    found = bound(problem(teams, [child(visits=2)], weights=PLAIN))
    assert (found.unserved, found.travel) == (1, None)
    assert (found.unserved_any, found.travel_any) == (0, 80)


def test_words_for_travel():
    given = problem([team()], [child("A"), child("B", place="2")], road(0, 60, 65), weights=PLAIN)
    plan = solve(given, iterations=50)
    assert gap(given, plan, bound(given)) == 0
    assert bound_report(given, plan, 10)[0] == (
        "The repeating plan gives every visit, and no plan can do it with less than 130 minutes of travel."
    )
    worse = replace(plan, template=tuple(replace(v, weekday=i) for i, v in enumerate(plan.template)))
    found = bound(given)
    assert gap(given, worse, found) == 92.4  # 250 minutes against 130, rounded up
    assert "at most 92.4 % from the best possible" in str(bound_words(given, worse, found)[0])


def test_words_for_missing_visits():
    given = problem([team(shifts=always(HalfDay(480, 600), days=[0]))], [child("A"), child("B")], weights=PLAIN)
    plan, found = solve(given, iterations=50), bound(given)
    assert gap(given, plan, found) is None
    assert str(bound_words(given, plan, found)[0]) == (
        "1 visits are missing. No plan can give more of them: this is proven."
    )
    nobody = replace(plan, template=(), visits=())
    assert "At most 1 fewer unserved visits are possible" in str(bound_words(given, nobody, found)[0])


def test_words_for_a_bound_without_time():
    given = tiny(0)
    plan = solve(given, iterations=50)
    codes = [r.code for r in bound_words(given, plan, bound(given, cancelled=lambda: True))]
    assert codes[1:] == ["BOUND_EARLY", "BOUND_COVERS"]


def test_a_malformed_problem_is_refused():
    with pytest.raises(Refused):
        bound(problem([team(cap_day=0)]))


def test_nothing_heavy_is_loaded_before_it_is_asked_for():
    code = "import sys, app.routing; sys.exit(bool({'numba', 'highspy', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_who_may_stop_it_is_asked_in_the_callers_own_thread_only():
    asked = []

    def cancelled():
        asked.append(threading.get_ident())
        return len(asked) > 20

    told = read_problem(json.dumps(district(30, 6, seed=4)))
    found = bound(told, seconds=30, cancelled=cancelled)
    assert set(asked) == {threading.get_ident()} and not found.complete
