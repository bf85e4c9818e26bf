"""The break at noon (must 63): kept by search, checker, moving and repair, on the road as at school."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from app.routing import (
    Break,
    HalfDay,
    TeacherAway,
    Weights,
    bound,
    check,
    check_change,
    explain,
    formats,
    repair,
    solve,
    validate,
)
from app.routing.bound import template_figures
from app.routing.breaks import NO_BREAK, breaks_of
from app.routing.finish import finish
from app.routing.grid import Grid, template_days
from app.routing.kernel.layout import NEVER
from app.routing.kernel.trips import price_cell, time_trip
from app.routing.problem import input_hash
from app.routing.search import find_template_plainly
from app.routing.state import State
from app.routing.trip import build
from tests.routing.exact import best
from tests.routing.samples import (
    ALL_DAY,
    MONDAY,
    always,
    child,
    problem,
    random_problem,
    recheck,
    rich_problem,
    road,
    team,
)
from tests.routing.works import laid, work_on

HOUR = Break(60, 690, 840)  # an hour between 11:30 and 14:00


def over_noon(told, seed):
    """The problem with a break, and families who are free over noon too."""
    rng = random.Random(seed)
    long = rng.choice([HalfDay(510, 1020), HalfDay(600, 900), HalfDay(630, 960)])
    kids = tuple(
        replace(c, windows={k: (long,) if v and rng.random() < 0.7 else v for k, v in c.windows.items()})
        for c in told.children
    )
    return replace(told, children=kids, noon_break=Break(rng.choice([30, 45, 60]), 690, rng.choice([780, 810, 840])))


def errors(told, plan):
    return [f for f in check(told, plan) if f.is_error and f.code != "lock_broken"]


def without_rest(told, plan):
    """Team and date of every day without the break, looked for minute by minute: at school, or in a time between two
    visits, before the first or after the last that is long enough for rest and way."""
    rule, place = told.noon_break, {p: i for i, p in enumerate(told.travel.places)}
    kids, crews = {c.id: c for c in told.children}, {t.id: t for t in told.teams}
    days, found = {}, []
    for v in plan.visits:
        days.setdefault((v.team, v.date), []).append(v)
    acts = {d.date: d.acts_as for d in told.days}
    for (name, date), visits in days.items():
        crew, legs, busy, free = crews[name], told.travel.minutes, [False] * 1440, []
        shifts = crew.shifts.get(date, crew.shifts.get(acts[date], ()))
        for shift in shifts:
            mine = sorted((v for v in visits if shift.start <= v.start <= shift.end), key=lambda v: v.start)
            if not mine:
                continue
            homes = [place[kids[v.demand].place] for v in mine]
            school = place[crew.school]
            out, back = mine[0].start - legs[school][homes[0]], mine[-1].end + legs[homes[-1]][school]
            for m in range(out, back):
                busy[m] = True
            spare = crew.cap_day - sum(busy) + rule.minutes
            free.append((max(shift.start, out - spare), mine[0].start, mine[0].start - out))
            free.append((mine[-1].end, min(shift.end, back + spare), back - mine[-1].end))
            for a, b, one, two in zip(mine, mine[1:], homes, homes[1:], strict=False):
                free.append((a.end, b.start, legs[one][two]))
        rests = [m for m in range(rule.start, rule.end - rule.minutes + 1) if not any(busy[m : m + rule.minutes])]
        for since, to, way in free:
            first, last = max(since, rule.start), min(to, rule.end)
            rests += [m for m in range(first, last - rule.minutes + 1) if to - since - rule.minutes >= way]
        if not rests:
            found.append((name, date))
    return found


def resting(told):
    """The problem with the break as minutes more under the daily limit: `recheck` knows no break."""
    more = told.noon_break.minutes
    return replace(told, teams=tuple(replace(t, cap_day=t.cap_day + more) for t in told.teams))


# --- what the rule asks of each shift -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shifts", "asked"),
    [
        (((480, 1050),), ((60, 690, 840),)),
        (((480, 760), (840, 1050)), (NO_BREAK, NO_BREAK)),  # 12:40 to 14:00 is free whatever the trips do
        (((480, 750), (780, 1050)), ((60, 690, 780), NO_BREAK)),  # 8:00-12:30 must leave an hour of 11:30-13:00
        (((480, 700), (720, 790), (800, 1050)), (NO_BREAK, (60, 700, 800), NO_BREAK)),
        (((480, 780),), (NO_BREAK,)),  # an hour is left after 13:00
        (((780, 1050),), (NO_BREAK,)),
        (((480, 640),), (NO_BREAK,)),
        ((), ()),
    ],
)
def test_the_break_lies_where_the_shifts_leave_most_room(shifts, asked):
    assert breaks_of(HOUR, shifts) == asked
    assert breaks_of(None, shifts) == (NO_BREAK,) * len(shifts)


def test_where_the_shifts_leave_no_such_stretch_all_keep_the_same_minutes_free():
    assert breaks_of(Break(60, 690, 760), ((480, 715), (725, 1050))) == ((60, 690, 750),) * 2


# --- small plans by hand --------------------------------------------------------------------------------------------


def pair(**changes):
    """Two homes, each free from 10:30 to 14:00 on Monday only: without a break both fit one after the other."""
    times = {0: (HalfDay(630, 840),)}
    kids = [child("A", place="1", windows=times, minutes=75), child("B", place="2", windows=times, minutes=75)]
    return problem([team(shifts=always(ALL_DAY))], kids, road(0, 10, 20), **changes)


def test_without_the_rule_a_team_may_teach_through_noon():
    plan = solve(pair(), iterations=40)
    assert len(plan.visits) == 2 and errors(pair(), plan) == []
    (finding,) = errors(pair(noon_break=Break(61, 690, 840)), plan)
    assert finding.code == "no_break"
    assert "61" in finding.text() and "11:30" in finding.text() and "14:00" in finding.text()


def test_the_rest_lies_between_two_visits_and_the_way_beside_it():
    told = pair(noon_break=Break(50, 690, 840))  # 210 minutes hold 75 + 10 + 75 and 50 of rest
    plan = solve(told, iterations=40)
    first, second = sorted(plan.visits, key=lambda v: v.start)
    assert (first.start, second.start) == (630, 765)
    assert errors(told, plan) == without_rest(told, plan) == []
    tight = replace(told, noon_break=Break(51, 690, 840))
    assert len(solve(tight, iterations=40).visits) == 1


def test_a_rest_at_school_before_or_after_the_trip_counts():
    early = problem([team(cap_day=190)], [child(windows=always(HalfDay(600, 790)), minutes=150)], noon_break=HOUR)
    (visit,) = solve(early, iterations=20).visits
    assert visit.start == 600 and visit.end + 20 + 60 <= 840
    late = problem([team()], [child(windows=always(HalfDay(720, 1000)), minutes=150)], noon_break=HOUR)
    (visit,) = solve(late, iterations=20).visits
    assert visit.start - 20 >= 690 + 60


@pytest.mark.parametrize(
    ("window", "cap", "given"),
    [
        ((480, 690), 480, 1),  # home at 13:30 without a rest: on the way back, from 11:30 on
        ((480, 690), 420, 1),  # the rest is not work
        ((480, 690), 410, 0),
        ((840, 1050), 480, 1),  # out at 12:00: an hour on the way there
        ((750, 930), 480, 0),  # out at 10:30, the visit from 12:30 to 15:30: the rest would have to end by 12:30
    ],
)
def test_a_rest_on_the_first_or_last_leg_makes_the_day_longer(window, cap, given):
    told = problem(
        [team(shifts=always(HalfDay(360, 1200)), cap_day=cap)],
        [child(windows=always(HalfDay(*window)), minutes=180)],
        road(0, 120),
        noon_break=Break(60, 690, 840),
    )
    found = replace(told, noon_break=Break(60, 700, 760)) if given == 0 and cap == 480 else told
    plan = solve(found, iterations=20)
    assert len(plan.visits) == given and errors(found, plan) == without_rest(found, plan) == []


def test_a_visit_that_leaves_no_room_for_the_break_is_explained():
    told = problem([team()], [child(windows=always(HalfDay(660, 840)), minutes=180)], noon_break=HOUR)
    plan = solve(told, iterations=20)
    (short,) = plan.unserved
    assert short.reasons[0].code == "TOO_FAR"
    assert str(short.reasons[0]) == (
        "No room for the break at noon: team T1 could come, but not with 60 minutes of rest between 11:30 and 14:00."
    )


def test_the_rest_on_the_way_is_not_counted_under_the_daily_limit():
    told = pair(noon_break=Break(50, 690, 840))
    (away,) = {v.end - v.start for v in solve(told, iterations=40).visits}
    assert away == 75
    usual = 10 + 75 + 10 + 75 + 20
    for cap, given in ((usual, 2), (usual - 1, 1)):
        capped = replace(told, teams=(replace(told.teams[0], cap_day=cap),))
        plan = solve(capped, iterations=60)
        assert len(plan.visits) == given and errors(capped, plan) == []
    full = solve(told, iterations=40)
    assert [f.code for f in errors(capped, full)] == ["over_cap"]


def test_the_bound_allows_for_a_rest_that_is_not_counted():
    kids = [
        child("A", place="1", windows={0: (HalfDay(600, 690),)}, minutes=75),
        child("B", place="2", windows={0: (HalfDay(800, 900),)}, minutes=75),
    ]
    told = problem([team(cap_day=230)], kids, road(0, 10, 20), noon_break=Break(60, 690, 840))
    plan, found = solve(told, iterations=60), bound(told, seconds=10)
    assert not plan.unserved and errors(told, plan) == [], "out from 10:05 to 14:55, an hour of it at rest"
    assert found.unserved == 0 and found.travel <= template_figures(told, plan).travel
    assert bound(replace(told, noon_break=None), seconds=10).unserved == 1


def test_two_trips_of_a_day_leave_the_hour_between_them():
    halves = always(HalfDay(480, 750), HalfDay(780, 1050))
    kids = [child("A", windows={0: (HalfDay(600, 750),)}), child("B", windows={0: (HalfDay(780, 900),)})]
    told = problem([team(shifts=halves)], kids, noon_break=HOUR)
    plan = solve(told, iterations=40)
    assert len(plan.visits) == 2 and without_rest(told, plan) == []
    first, second = plan.visits
    late = replace(plan, visits=(replace(first, start=670, end=730), second))
    assert [f.code for f in errors(told, late)] == ["no_break"]


# --- random districts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(24))
def test_every_plan_has_its_breaks(seed):
    for told in (
        over_noon(random_problem(seed, 2 + seed % 7, 1 + seed % 3, (5, 12, 26)[seed % 3]), seed),
        over_noon(rich_problem(seed), seed),
    ):
        plan = solve(told, iterations=60, seed=seed)
        assert errors(told, plan) == []
        loose = {(v.team, v.date) for v in plan.visits if v.locked}
        assert [x for x in without_rest(told, plan) if x not in loose] == []
    plain = over_noon(random_problem(seed, 6, 2), seed)
    template, moves = find_template_plainly(plain, Grid(plain, template_days(plain)), 30, seed)
    for plan in (finish(plain, template, moves, seed), solve(plain, iterations=40)):
        assert errors(plain, plan) == recheck(resting(plain), plan) == without_rest(plain, plan) == []


@pytest.mark.parametrize("seed", range(12))
def test_the_checker_agrees_with_a_count_by_minutes(seed):
    free = over_noon(random_problem(seed, 8, 2), seed)
    plan = solve(replace(free, noon_break=None), iterations=40, seed=seed)
    named = [f for f in check(free, plan) if f.code == "no_break"]
    assert len(named) == len(without_rest(free, plan))


@pytest.mark.parametrize("seed", range(12))
def test_compiled_and_plain_timing_are_the_same(seed):
    told = over_noon(rich_problem(seed) if seed % 2 else random_problem(seed, 7, 3), seed)
    grid, case = laid(told)
    plain, state, rng = State(grid), case.blank(), random.Random(seed)
    given, possible, work = case.given, 0, work_on(case, state)
    for r in range(given.slots):
        t, d = int(given.slot_team[r]), int(given.slot_day[r])
        k, free = r - int(given.slot_at[t, d]), [c for c in range(len(grid.home)) if grid.windows[c][d]]
        for _ in range(8):
            homes = rng.sample(free, rng.randint(0, min(3, len(free))))
            state.seq[r, : len(homes)], state.size[r] = homes, len(homes)
            trip = build(grid, t, d, grid.shifts[t][d][k], homes, plain.windows(d))
            assert time_trip(given, state, r, r) == (trip is not None)
            if trip is not None:
                possible += bool(homes)
                assert (state.away[r], state.driven[r]) == (trip.away, trip.travel)
                plain.put(t, d, k, trip)
        if trip is None:
            state.size[r] = 0
            time_trip(given, state, r, r)
            plain.put(t, d, k, build(grid, t, d, grid.shifts[t][d][k], (), plain.windows(d)))
        for c in free:
            price = plain.price(c, t, d)
            extra, *_ = price_cell(work, c, t, d)
            assert (None if extra >= NEVER else extra) == (None if price is None else price[0])
    assert possible > 5


@pytest.mark.parametrize("seed", range(12))
def test_on_tiny_cases_the_search_finds_the_best_plan_and_the_bound_stays_below(seed):
    told = over_noon(replace(random_problem(seed, 5 + seed % 2), weights=Weights(fairness=0)), seed)
    told = replace(told, noon_break=replace(told.noon_break, minutes=told.noon_break.minutes // 15 * 15))
    missing, travel = best(told)
    plans = [template_figures(told, solve(told, iterations=4000, seed=s)) for s in range(3)]
    assert min((p.unserved, p.travel) for p in plans) == (missing, travel)
    found = bound(told, seconds=20)
    assert found.complete and found.unserved <= missing
    assert missing or found.travel <= travel
    assert "break at noon" in found.covers


# --- moving, repair, files ------------------------------------------------------------------------------------------


def test_a_move_that_takes_the_break_is_named_at_once():
    told = pair(noon_break=Break(50, 690, 840))
    plan = solve(told, iterations=40)
    first, second = sorted(plan.visits, key=lambda v: v.start)
    assert [f.code for f in check_change(told, plan, second, replace(second, start=755))] == ["no_break"]
    assert check_change(told, plan, first, replace(first, start=630)) == []


@pytest.mark.parametrize("seed", range(8))
def test_repairs_keep_the_break(seed):
    told = over_noon(random_problem(seed, 7, 3, 12), seed)
    plan = solve(told, iterations=60)
    gone = plan.visits[0]
    found = repair(told, plan, [TeacherAway(gone.team, gone.date, gone.date)], iterations=30)
    for variant in found.variants:
        assert errors(found.problem, variant.plan) == without_rest(found.problem, variant.plan) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_of_before_the_rule_is_repaired_all_the_same(seed):
    told = over_noon(random_problem(seed, 7, 3, 12), seed)
    plan = solve(replace(told, noon_break=None), iterations=60)
    before = {str(f) for f in errors(told, plan)}
    gone = plan.visits[0]
    found = repair(told, plan, [TeacherAway(gone.team, gone.date, gone.date)], iterations=30)
    for variant in found.variants:
        assert {str(f) for f in errors(found.problem, variant.plan) if f.code == "no_break"} <= before


@pytest.mark.parametrize("seed", range(6))
def test_what_is_missing_is_explained(seed):
    told = over_noon(random_problem(seed, 8, 2), seed)
    plan = solve(told, iterations=60)
    assert explain(told, plan).unserved.keys() == {u.demand for u in plan.unserved}


@pytest.mark.parametrize("rest", [Break(60, 690, 740), Break(60, -10, 740), Break(60, 690, 1500), Break(0, 690, 600)])
def test_a_break_that_cannot_be_is_refused(rest):
    assert [f.code for f in validate(pair(noon_break=rest))] == ["bad_break"]


def test_a_file_holds_the_break_where_there_is_one():
    told = replace(pair(), noon_break=HOUR, repeats=False)
    text = formats.write_problem(told)
    assert json.loads(text)["noon_break"] == {"minutes": 60, "from": 690, "to": 840}
    assert formats.read_problem(text).noon_break == HOUR
    assert "noon_break" not in formats.write_problem(replace(told, noon_break=None))
    assert formats.read_problem(formats.write_problem(replace(told, noon_break=None))).noon_break is None


def test_the_hash_tells_the_rule_and_stays_without_it():
    assert input_hash(pair(noon_break=HOUR)) != input_hash(pair()) == input_hash(pair(noon_break=None))
    assert np.array_equal(pair().travel.minutes, pair(noon_break=HOUR).travel.minutes) and MONDAY in {
        d.date for d in pair().days
    }
