"""The engine: optimal on tiny cases, rules kept on all, equal seeds give equal plans."""

from dataclasses import replace
from functools import cache
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.problems import Refused
from app.routing import Lock, check, diff, solve
from tests.routing.samples import (
    AFTERNOON,
    ALL_DAY,
    MONDAY,
    MORNING,
    always,
    child,
    days,
    problem,
    random_problem,
    recheck,
    rich_problem,
    road,
    team,
)


def fewest_missing(told):
    """The least number of missing visits of a one-week problem, by trying everything."""
    kids, crews, legs = told.children, told.teams, told.travel.minutes

    @cache
    def possible(t, d, group):
        crew = crews[t]
        return any(
            drives(crew, d, order, out)
            for shift in crew.shifts.get(d, ())
            for order in permutations(group)
            for out in range(shift.start, shift.end, 5)
        )

    def drives(crew, d, order, out):
        shift = crew.shifts[d][0]
        at, now = 0, out
        for c in order:
            home, long = int(kids[c].place), kids[c].minutes
            now += legs[at][home]
            starts = [max(now, h.start) for h in kids[c].windows.get(d, ()) if max(now, h.start) + long <= h.end]
            if not starts:
                return False
            at, now = home, min(starts) + long
        back = now + legs[at][0]
        return back <= shift.end and back - out <= crew.cap_day

    def options(c):
        kid = kids[c]
        for size in range(kid.visits, 0, -1):
            for picked in combinations(range(5), size):
                round_trip = (*picked, picked[0] + 7)
                if all(b - a >= kid.min_gap for a, b in zip(round_trip, round_trip[1:], strict=False)):
                    for t, crew in enumerate(crews):
                        if kid.needs <= crew.skills:
                            yield t, picked

    best = sum(k.visits for k in kids)

    def go(c, cells, missing):
        nonlocal best
        if missing >= best:
            return
        if c == len(kids):
            best = missing
            return
        for t, picked in options(c):
            new = cells | {(t, d): cells.get((t, d), frozenset()) | {c} for d in picked}
            if all(possible(t, d, new[t, d]) for d in picked):
                go(c + 1, new, missing + kids[c].visits - len(picked))
        go(c + 1, cells, missing + kids[c].visits)

    go(0, {}, 0)
    return best


@pytest.mark.parametrize("seed", range(24))
def test_tiny_problems_are_solved_to_the_optimum(seed):
    told = random_problem(seed, children=2 + seed % 3, teams=1 + seed % 2)
    assert sum(u.missing for u in solve(told, iterations=150).unserved) == fewest_missing(told)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 3), st.sampled_from([5, 7, 12, 26]))
def test_every_plan_keeps_every_rule(seed, children, teams, horizon):
    told = random_problem(seed, children, teams, horizon)
    plan = solve(told, iterations=25, seed=seed)
    assert check(told, plan) == []
    assert recheck(told, plan) == []
    assert all(u.reasons for u in plan.unserved)


def test_same_seed_and_iterations_give_the_same_plan():
    told = random_problem(7, children=12, teams=3, horizon=26)
    assert solve(told, iterations=200, seed=3) == solve(told, iterations=200, seed=3)


def test_more_search_is_never_worse_than_the_start():
    told = random_problem(11, children=14, teams=2)
    assert solve(told, iterations=300).score.unserved <= solve(told, iterations=0).score.unserved


def test_no_team_is_left_idle_while_another_drives_all_day():
    kids = [child(f"C{i}", place=str(i)) for i in range(1, 9)]
    told = problem([team("T1"), team("T2")], kids, road(0, *[20] * 8))
    plan = solve(told, iterations=200)
    busy = [sum(v.team == t for v in plan.visits) for t in ("T1", "T2")]
    assert sum(busy) == 8
    assert min(busy) >= 2


def test_the_same_team_comes_every_time():
    told = random_problem(5, children=8, teams=3, horizon=26)
    plan = solve(told, iterations=100)
    assert all(len({v.team for v in plan.visits if v.demand == c.id}) <= 1 for c in told.children)
    assert plan.score.broken_continuity == 0


def test_gap_counts_over_the_week_end():
    only = {0: (MORNING,), 4: (MORNING,)}
    near = problem(children=[child(visits=2, min_gap=4, windows=only)])
    plan = solve(near, iterations=20)
    assert len(plan.visits) == 1, "Friday to Monday are three days"
    assert plan.unserved[0].reasons[0].code == "NO_PATTERN"
    assert len(solve(problem(children=[child(visits=2, min_gap=3, windows=only)]), iterations=20).visits) == 2


def test_two_services_of_a_child_fall_on_different_days_unless_allowed():
    apart = [child("A", child="K"), child("B", child="K")]
    plan = solve(problem(children=apart), iterations=40)
    assert len({v.date for v in plan.visits}) == 2
    one_day = {"windows": {0: (ALL_DAY,)}, "child": "K"}
    refused = solve(problem(children=[child("A", **one_day), child("B", **one_day)]), iterations=40)
    assert len(refused.visits) == 1
    told = problem([team("T1"), team("T2")], [child(n, **one_day, shares_day=True) for n in "AB"])
    shared = solve(told, iterations=40)
    first, second = sorted(shared.visits, key=lambda v: v.start)
    assert first.team == second.team
    assert first.end <= second.start


def test_a_home_for_two_adults_gets_a_team_of_two():
    pair = team("T2", teachers=("a", "b"))
    plan = solve(problem([team("T1"), pair], [child(team_size=2)]), iterations=20)
    assert [v.team for v in plan.visits] == ["T2"]


def test_a_teacher_of_two_teams_is_never_in_two_places():
    only = always(MORNING, days=[0])
    crews = [team("T1", teachers=("a",)), team("T2", teachers=("a", "b"))]
    kids = [child("C1", windows=only, minutes=120), child("C2", place="2", windows=only, minutes=120)]
    assert len(solve(problem(crews, kids, road(0, 20, 20)), iterations=40).visits) == 1


def test_daily_numbers_of_visits_and_travel_are_kept():
    kids = [child(f"C{i}", place=str(i), windows={0: (ALL_DAY,)}) for i in (1, 2, 3)]
    roads = road(0, 20, 25, 30)
    assert len(solve(problem([team(max_visits=2)], kids, roads), iterations=40).visits) == 2
    assert len(solve(problem([team(max_travel=50)], kids, roads), iterations=40).visits) == 2


def test_lunch_at_school_makes_two_trips_and_one_trip_allows_only_one():
    halves = always(MORNING, AFTERNOON)
    kids = [child(f"C{i}", minutes=120, windows={0: (MORNING, AFTERNOON)}) for i in (1, 2)]
    plan = solve(problem([team(shifts=halves)], kids), iterations=40)
    assert len(plan.visits) == 2
    assert plan.score.travel == 80
    assert len(solve(problem([team(shifts=halves, one_trip=True)], kids), iterations=40).visits) == 1


def test_locks_hold_a_visit_and_a_team():
    lock = Lock("C1", "T2", MONDAY, 600)
    told = problem(
        [team("T1"), team("T2")], [child(), child("C2", place="1")], locks=(lock, Lock("C1", "T2"), Lock("C2", "T2"))
    )
    plan = solve(told, iterations=30)
    fixed = next(v for v in plan.visits if v.demand == "C1")
    assert (fixed.date, fixed.team, fixed.start, fixed.locked) == (MONDAY, "T2", 600, True)
    assert {v.team for v in plan.visits} == {"T2"}
    assert check(told, plan) == []


def test_a_previous_plan_is_changed_only_where_it_must_be():
    told = random_problem(21, children=8, teams=3)
    before = solve(told, iterations=200, seed=1)
    same = solve(replace(told, previous=before), iterations=200, seed=2)
    fresh = solve(told, iterations=200, seed=2)
    assert {(v.demand, v.team, v.date) for v in before.visits} - {
        (v.demand, v.team, v.date) for v in same.visits
    } == set()
    assert len(diff(before, same)) <= len(diff(before, fresh))


def test_home_team_is_kept_where_it_can_come():
    crews = [team("T1"), team("T2", school="2")]
    for usual in ("T1", "T2"):
        plan = solve(problem(crews, [child(home_team=usual)], road(0, 20, 45)), iterations=30)
        assert plan.visits[0].team == usual


def test_priority_decides_who_is_served():
    only = {0: (MORNING,)}
    for first in ("C1", "C2"):
        kids = [child(n, minutes=150, windows=only, priority=5 if n == first else 1) for n in ("C1", "C2")]
        assert [v.demand for v in solve(problem(children=kids), iterations=60).visits] == [first]


def test_progress_is_told_and_cancel_keeps_the_best():
    seen = []
    told = random_problem(3, children=8, teams=2)
    plan = solve(told, iterations=400_000, on_progress=seen.append, cancelled=lambda: len(seen) >= 2)
    assert plan.iterations < 400_000
    assert seen[-1].iterations == plan.iterations
    assert [p.cost for p in seen] == sorted((p.cost for p in seen), reverse=True)
    assert check(told, plan) == []


def test_a_run_by_seconds_ends_and_keeps_the_rules():
    told = random_problem(3, children=8, teams=2)
    plan = solve(told, seconds=0.05)
    assert check(told, plan) == []


def test_a_travel_table_against_the_triangle_rule_is_kept_too():
    told = problem(
        children=[child(f"C{i}", place=str(i), windows={0: (MORNING,)}) for i in (1, 2, 3)], travel=road(0, 5, 5, 5)
    )
    told.travel.minutes[1][3] = told.travel.minutes[3][1] = 200
    plan = solve(told, iterations=100)
    assert check(told, plan) == []
    assert recheck(told, plan) == []
    assert len(plan.visits) == 3


def test_zero_teams_and_no_open_day_are_refused_in_words():
    told = problem()
    with pytest.raises(Refused, match="no team"):
        solve(replace(told, teams=()))
    with pytest.raises(Refused, match="no teaching day"):
        solve(replace(told, days=days(5, closed=[d.date for d in days()])))


def test_afternoon_only_family_is_visited_in_the_afternoon():
    plan = solve(problem(children=[child(windows=always(AFTERNOON))]), iterations=10)
    assert plan.visits[0].start >= AFTERNOON.start


def test_fixed_visits_against_the_rules_are_kept_and_warned_of():
    """The past is a fact: two visits too near and outside the family's times do not stop the next timetable."""
    locks = (Lock("C1", "T1", MONDAY, 730), Lock("C1", "T1", days()[1].date, 540))
    told = problem(children=[child(visits=2, min_gap=3)], locks=locks)
    plan = solve(told, iterations=20)
    findings = check(told, plan)
    assert {f.code for f in findings} == {"outside_window", "gap"}
    assert not any(f.is_error for f in findings)
    assert [v.start for v in plan.visits] == [730, 540]


def test_two_fixed_visits_at_once_keep_one_and_name_the_other():
    kids = [child("C1"), child("C2")]
    told = problem(children=kids, locks=(Lock("C1", "T1", MONDAY, 540), Lock("C2", "T1", MONDAY, 550)))
    plan = solve(told, iterations=20)
    assert [f.code for f in check(told, plan)] == ["lock_broken"]
    assert len(plan.visits) == 2


@pytest.mark.parametrize("seed", range(60))
def test_a_month_with_everything_in_it(seed):
    told = rich_problem(seed)
    plan = solve(told, iterations=10, seed=seed)
    assert [f for f in check(told, plan) if f.is_error and f.code != "lock_broken"] == []
    assert all(str(reason) for u in plan.unserved for reason in u.reasons)
    again = solve(replace(told, previous=plan), iterations=0, seed=seed)
    assert {(t.demand, t.team) for t in again.template} >= {(t.demand, t.team) for t in plan.template}


def test_the_months_with_everything_do_hold_visits():
    plans = [solve(rich_problem(seed), iterations=5) for seed in range(12)]
    assert sum(len(p.visits) for p in plans) > 100
    assert any(v.origin == "makeup" for p in plans for v in p.visits)
    assert any(v.locked for p in plans for v in p.visits)


def test_a_team_that_the_family_does_not_wish_comes_only_where_that_saves_more():
    here, far = team("T1"), team("T2", school="2")
    told = problem([here, far], [child(disliked={"T1": 60})], road(0, 20, 45))
    assert {v.team for v in solve(told, iterations=200).visits} == {"T2"}, "ten minutes more, an hour less"
    told = problem([here, far], [child(disliked={"T1": 60})], road(0, 20, 120))
    assert {v.team for v in solve(told, iterations=200).visits} == {"T1"}, "two hours and more on the road"
