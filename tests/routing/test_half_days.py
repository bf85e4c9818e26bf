"""Other travel minutes in the afternoon: every part of the engine goes by the half of the day of the trip's shift."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from app.kernel.problems import Refused
from app.routing import (
    NO_WAY,
    HalfDay,
    LegClosed,
    Travel,
    Weights,
    apply_remedy,
    bound,
    check,
    check_change,
    explain,
    formats,
    gap,
    insert_demand,
    move,
    repair,
    solve,
    validate,
)
from app.routing.bound import template_figures
from app.routing.finish import finish
from app.routing.grid import Grid, template_days
from app.routing.kernel.arrays import copy_of
from app.routing.kernel.books import rebuild
from app.routing.kernel.layout import NEVER
from app.routing.kernel.trips import price_cell, time_trip
from app.routing.problem import in_afternoon, input_hash
from app.routing.search import find_template_plainly
from app.routing.state import State
from app.routing.travel import estimated_visits
from tests.routing.exact import best
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
    with_afternoon,
)
from tests.routing.test_kernel import searcher
from tests.routing.works import laid, work_on


def halves(morning, afternoon):
    """A school "0" and a home "1", so many minutes apart before and after noon."""
    return Travel(
        ("0", "1"), np.array([[0, morning], [morning, 0]]), afternoon=np.array([[0, afternoon], [afternoon, 0]])
    )


def two_trips(morning, afternoon, **changes):
    """A team with a shift in each half of the day and a family that is free in both."""
    return problem(
        [team(shifts=always(HalfDay(450, 750), HalfDay(780, 1080)))], [child(**changes)], halves(morning, afternoon)
    )


def errors(told, plan):
    return [f for f in check(told, plan) if f.is_error and f.code != "lock_broken"]


def test_a_shift_belongs_to_the_half_of_the_day_in_which_it_starts():
    travel = halves(10, 20)
    assert not in_afternoon(719) and in_afternoon(720)
    assert [travel.of_shift(start)[0, 1] for start in (480, 719, 720, 810)] == [10, 10, 20, 20]
    assert road(0, 10).of_shift(810)[0, 1] == 10


# --- search, checker, figures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("morning", "afternoon"), [(60, 10), (10, 60), (NO_WAY, 20), (20, NO_WAY)])
def test_the_cheap_half_of_the_day_is_used(morning, afternoon):
    told = two_trips(morning, afternoon, visits=2, min_gap=2)
    plan = solve(told, iterations=60)
    late = morning > afternoon
    assert len(plan.visits) == 2 and {in_afternoon(v.start) for v in plan.visits} == {late}
    assert {v.travel_in for v in plan.visits} == {min(morning, afternoon)}
    assert plan.score.travel == template_figures(told, plan).travel == 4 * min(morning, afternoon)
    assert errors(told, plan) == recheck(told, plan) == []


def test_a_shift_over_the_whole_day_takes_the_minutes_of_the_morning():
    told = problem([team(shifts=always(ALL_DAY))], [child(windows=always(AFTERNOON))], halves(40, 5))
    (visit,) = solve(told, iterations=20).visits
    assert in_afternoon(visit.start) and visit.travel_in == 40


def test_a_plan_that_only_the_minutes_of_the_morning_allow_is_refused():
    plain = problem(
        [team(shifts=always(HalfDay(450, 750), HalfDay(780, 1080)))],
        [child("A", windows=always(AFTERNOON)), child("B", place="2", windows={0: (AFTERNOON,)})],
        road(0, 20, 30),
    )
    plan = solve(plain, iterations=40)
    assert errors(plain, plan) == []
    slow = replace(plain, travel=replace(plain.travel, afternoon=plain.travel.minutes * 4))
    assert {"outside_shift"} <= {f.code for f in errors(slow, plan)}
    first, second = (
        replace(v, date=MONDAY, start=start, end=start + 60) for v, start in zip(plan.visits, (860, 930), strict=True)
    )
    both = replace(plan, visits=(first, second))
    assert "too_late" not in {f.code for f in errors(plain, both)}
    assert "too_late" in {f.code for f in errors(slow, both)}
    capped = replace(slow, teams=(replace(slow.teams[0], cap_day=200, max_travel=100),))
    assert {"over_cap", "too_much_travel"} <= {f.code for f in errors(capped, plan)}


@pytest.mark.parametrize("seed", range(24))
def test_every_plan_keeps_every_rule(seed):
    for told in (
        with_afternoon(random_problem(seed, 2 + seed % 7, 1 + seed % 3, (5, 12, 26)[seed % 3]), seed),
        with_afternoon(rich_problem(seed), seed),
    ):
        plan = solve(told, iterations=40, seed=seed)
        assert errors(told, plan) == []
        assert template_figures(told, plan).travel >= 0
    plain = with_afternoon(random_problem(seed, 6, 2), seed)
    template, moves = find_template_plainly(plain, Grid(plain, template_days(plain)), 30, seed)
    for plan in (finish(plain, template, moves, seed), solve(plain, iterations=40)):
        assert errors(plain, plan) == recheck(plain, plan) == []


def test_moving_a_visit_to_the_other_half_counts_its_way_anew():
    told = two_trips(10, 45)
    plan = solve(told, iterations=20)
    (visit,) = plan.visits
    later = move(told, plan, visit, replace(visit, start=860))
    assert (visit.travel_in, later.visits[0].travel_in) == (10, 45)
    assert (plan.score.travel, later.score.travel) == (20, 90)
    assert check_change(told, plan, visit, replace(visit, start=860)) == []
    assert [f.code for f in check_change(told, plan, visit, replace(visit, start=815))] == ["outside_shift"]


# --- the compiled search --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_compiled_and_plain_timing_of_random_trips_are_the_same(seed):
    grid, case = laid(with_afternoon(rich_problem(seed) if seed % 2 else random_problem(seed, 7, 3), seed))
    plain, state, rng = State(grid), case.blank(), random.Random(seed)
    given, possible, work = case.given, 0, work_on(case, state)
    for r in range(given.slots):
        t, d = int(given.slot_team[r]), int(given.slot_day[r])
        k, free = r - int(given.slot_at[t, d]), [c for c in range(len(grid.home)) if grid.windows[c][d]]
        for _ in range(8):
            homes = rng.sample(free, rng.randint(0, min(3, len(free))))
            state.seq[r, : len(homes)], state.size[r] = homes, len(homes)
            trip = build_plainly(grid, t, d, k, homes)
            assert time_trip(given, state, r, r) == (trip is not None)
            if trip is not None:
                possible += bool(homes)
                assert (state.away[r], state.driven[r]) == (trip.away, trip.travel)
                plain.put(t, d, k, trip)
        if trip is None:
            state.size[r] = 0
            time_trip(given, state, r, r)
            plain.put(t, d, k, build_plainly(grid, t, d, k, ()))
        for c in free:
            price = plain.price(c, t, d)
            extra, *_ = price_cell(work, c, t, d)
            assert (None if extra >= NEVER else extra) == (None if price is None else price[0])
    assert possible > 5


def build_plainly(grid, t, d, k, homes):
    from app.routing.trip import build

    return build(grid, t, d, grid.shifts[t][d][k], homes, lambda c: grid.windows[c][d])


@pytest.mark.parametrize("seed", range(4))
def test_the_running_books_equal_a_count_from_scratch(seed):
    run = searcher(replace(with_afternoon(random_problem(seed), seed), substitutes=bool(seed % 2)), seed)
    run.fill(run.candidates)
    run.anneal(400, 40.0, 1.0)
    again = copy_of(run.plan)
    assert rebuild(run.case.given, again, run.weights)
    assert again.totals.tolist() == run.plan.totals.tolist()


def test_a_table_without_an_afternoon_is_laid_out_once():
    plain, halved = random_problem(3), with_afternoon(random_problem(3))
    assert [len(laid(told)[1].given.legs) for told in (plain, halved)] == [1, 2]


# --- the bound ------------------------------------------------------------------------------------------------------


def tiny(seed):
    """Five or six children and two teams; where `seed` is even they are out half of every day and have time enough."""
    told = with_afternoon(replace(random_problem(seed, 5 + seed % 2), weights=Weights(fairness=0)), seed)
    if seed % 2:
        return told
    rng, half = random.Random(seed), (HalfDay(480, 750), HalfDay(780, 1050))
    crews = [
        replace(t, skills=frozenset({"ID", "CP"}), shifts={d: (rng.choice(half),) for d in range(5)}, cap_day=300)
        for t in told.teams
    ]
    kids = [replace(c, windows=always(MORNING, AFTERNOON)) for c in told.children]
    return replace(told, teams=tuple(crews), children=tuple(kids))


@pytest.mark.parametrize("seed", range(12))
def test_on_tiny_cases_the_search_finds_the_best_plan_and_the_bound_never_exceeds_it(seed):
    told = tiny(seed)
    missing, travel = best(told)
    plans = [template_figures(told, solve(told, iterations=6000, seed=s)) for s in range(3)]
    assert min((p.unserved, p.travel) for p in plans) == (missing, travel)
    found = bound(told, seconds=20)
    assert found.complete and found.unserved <= missing
    assert seed % 2 or not missing
    if not missing:
        assert 0.9 * travel <= found.travel <= travel


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_rich_problem_beats_the_bound(seed):
    told = with_afternoon(rich_problem(seed), seed)
    plan = solve(told, iterations=60)
    figures, found = template_figures(told, plan), bound(told, seconds=10)
    assert found.complete
    assert (found.unserved if figures.same_team else found.unserved_any) <= figures.unserved
    if not figures.unserved:
        assert (found.travel if figures.same_team else found.travel_any) <= figures.travel


@pytest.mark.parametrize(("morning", "afternoon"), [(60, 10), (10, 60)])
def test_the_bound_and_its_gap_are_counted_with_the_minutes_of_the_half(morning, afternoon):
    told = two_trips(morning, afternoon)
    found = bound(told, seconds=10)
    assert found.travel == 20
    assert gap(told, solve(told, iterations=40), found) == 0.0


# --- reasons, remedies, repair, pairs -------------------------------------------------------------------------------


def test_a_home_that_only_one_half_of_the_day_reaches_is_said_too_far_only_where_neither_does():
    far = two_trips(NO_WAY, 400)
    (short,) = solve(far, iterations=20).unserved
    assert (short.reasons[0].code, short.reasons[0].values["minutes"]) == ("TOO_FAR", 2 * 400 + 60)
    shut = two_trips(NO_WAY, NO_WAY)
    assert "No way" in str(solve(shut, iterations=20).unserved[0].reasons[0])
    assert [f.code for f in validate(shut)] == ["no_way"]
    assert validate(two_trips(NO_WAY, 20)) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_new_team_is_proposed_for_the_half_in_which_it_can_come(late):
    ways = (NO_WAY, 20) if late else (20, NO_WAY)
    told = replace(two_trips(*ways), children=(child(needs=frozenset({"BLIND"})),))
    plan = solve(told, iterations=20)
    (short,) = plan.unserved
    remedy = next(r for r in short.remedies if r.code == "NEW_TEAM")
    after = insert_demand(apply_remedy(told, remedy), plan, "C1")
    assert [in_afternoon(v.start) for v in after.visits] == [late] and not after.unserved
    assert errors(apply_remedy(told, remedy), after) == []
    (lack,) = plan.shortages
    assert lack.minutes == 100 and lack.demands == ("C1",)


@pytest.mark.parametrize("seed", range(8))
def test_every_remedy_of_a_random_district_works(seed):
    for told in (with_afternoon(random_problem(seed, 8, 2), seed), with_afternoon(rich_problem(seed), seed)):
        plan = solve(told, iterations=30)
        for demand, found in explain(told, plan).unserved.items():
            for remedy in found.remedies:
                relaxed = apply_remedy(told, remedy)
                after = insert_demand(relaxed, plan, demand)
                assert sum(u.missing for u in after.unserved if u.demand == demand) < found.missing, remedy
                assert {str(f) for f in errors(relaxed, after)} <= {str(f) for f in errors(told, plan)}, remedy
                others = [[(v.demand, v.date, v.team) for v in p.visits if v.demand != demand] for p in (plan, after)]
                assert others[0] == others[1], "nobody else moves to another day or team"


def test_longer_hours_do_not_make_a_trip_of_the_afternoon_one_of_the_morning():
    late = np.array([[0, 10, 10, 10], [10, 0, 10, 10], [10, 10, 0, 10], [10, 10, 10, 0]])
    early = late + 50 * (np.add.outer(range(4), range(4)) == 3) * (late > 0)
    kids = [
        child("A", place="1", windows={0: (AFTERNOON,)}),
        child("B", place="2", windows={0: (AFTERNOON,)}),
        child("C", place="3", windows={0: (MORNING,)}),
    ]
    told = problem([team(shifts={0: (HalfDay(780, 1050),)})], kids, Travel(tuple("0123"), early, afternoon=late))
    plan = solve(told, iterations=20)
    assert [v.start for v in plan.visits] == [810, 880]
    (short,) = plan.unserved
    remedy = next(r for r in short.remedies if r.code == "MORE_HOURS")
    after = insert_demand(apply_remedy(told, remedy), plan, "C")
    assert {v.demand for v in after.visits} == {"A", "B", "C"} and not after.unserved
    assert [(v.demand, v.start) for v in after.visits][1:] == [(v.demand, v.start) for v in plan.visits]
    assert errors(apply_remedy(told, remedy), after) == []


def test_a_closed_way_is_closed_in_both_halves():
    told = replace(two_trips(10, 10, visits=2, min_gap=2), days=days(5))
    told = replace(told, travel=halves(10, 12))
    plan = solve(told, iterations=40)
    found = repair(told, plan, [LegClosed("0", "1", plan.visits[0].date, plan.visits[0].date)], iterations=20)
    for variant in found.variants:
        assert plan.visits[0].date not in {v.date for v in variant.plan.visits}
        assert errors(found.problem, variant.plan) == []


@pytest.mark.parametrize("seed", range(6))
def test_repairs_go_by_the_half_too(seed):
    told = with_afternoon(random_problem(seed, 7, 3, 12), seed)
    plan = solve(told, iterations=40)
    gone = plan.visits[0]
    from app.routing import TeacherAway

    found = repair(told, plan, [TeacherAway(gone.team, gone.date, gone.date)], iterations=30)
    assert all(errors(found.problem, variant.plan) == [] for variant in found.variants)


# --- what is refused, files, hashes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[0, np.nan], [20, 0]], "travel_hole"),
        ([[0, -5], [20, 0]], "travel_negative"),
        ([[0, 7.5], [20, 0]], "travel_fraction"),
        ([[0, 5, 5], [5, 0, 5]], "travel_shape"),
    ],
)
def test_a_bad_table_of_the_afternoon_is_named(rows, code):
    told = problem(travel=replace(road(0, 20), afternoon=np.array(rows)))
    (finding,) = validate(told)
    assert finding.code == code and "afternoon" in finding.text()


def test_a_file_holds_the_afternoon_where_there_is_one():
    told = problem([team(shifts=always(AFTERNOON))], travel=halves(10, 25))
    text = formats.write_problem(told)
    assert json.loads(text)["travel_afternoon"] == [[0, 25], [25, 0]]
    again = formats.read_problem(text)
    assert again.travel.afternoon.tolist() == told.travel.afternoon.tolist()
    assert solve(again, iterations=10).score.travel == 50
    plain = formats.write_problem(problem())
    assert "travel_afternoon" not in plain
    assert formats.read_problem(plain).travel.afternoon is None
    with pytest.raises(Refused, match="travel_afternoon: 2 entries are needed, not 1"):
        formats.read_problem(json.dumps(json.loads(plain) | {"travel_afternoon": [[0, 1]]}))
    for rows, code in (([[0, None], [1, 0]], "travel_hole"), ([[0, -1], [1, 0]], "travel_negative")):
        bad = json.dumps(json.loads(plain) | {"travel_afternoon": rows})
        assert [f.code for f in validate(formats.read_problem(bad))] == [code]


def test_the_hash_of_a_problem_without_an_afternoon_is_what_it_was():
    assert input_hash(problem()) == "57f3b9d24bf7cc149d70e8667060462c7b61e0806c10ea6655d3fe5d3aca5f43"
    assert input_hash(problem(travel=halves(20, 20))) != input_hash(problem())
    assert input_hash(problem(travel=halves(20, 30))) != input_hash(problem(travel=halves(20, 20)))
    assert input_hash(problem(travel=halves(20, 30))) == input_hash(problem(travel=halves(20, 30)))


def test_a_visit_knows_whether_its_leg_is_an_estimate_in_its_half():
    told = two_trips(20, 20)
    yes, no = np.ones((2, 2), dtype=bool), np.zeros((2, 2), dtype=bool)
    told = replace(told, travel=replace(told.travel, estimated=yes, afternoon_estimated=no))
    plan = solve(told, iterations=10)
    for start, found in ((540, 1), (860, 0)):
        visit = replace(plan.visits[0], start=start, end=start + 60)
        assert len(estimated_visits(told, [visit])) == found
