"""A demand whose plan changed in the middle: counted period by period, what fits stays, nobody else is touched."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.routing import ChildAdded, Quota, TeacherAway, asked_visits, check, repair, solve
from app.routing.change import with_visits
from app.routing.problem import Break, HalfDay, Visit, half_days, missing_visits, monday
from tests.routing.samples import MONDAY, child, days, problem, road, team
from tests.routing.test_repair_properties import planned, where

SECOND = MONDAY + timedelta(days=7)
TOLD = problem([team("T1"), team("T2")], [child("A"), child("B", place="2")], road(0, 20, 30), days=days(26))
PLAN = solve(TOLD, iterations=60)


def weeks(*numbers, since=SECOND):
    """So many visits in each week from `since` on."""
    return tuple(
        Quota(since + timedelta(days=7 * n), since + timedelta(days=7 * n + 6), visits)
        for n, visits in enumerate(numbers)
    )


def asked(kid, quotas, plan=PLAN, **changes):
    """The plan without the demand's visits that its periods take the place of, and the event."""
    keep = tuple(v for v in plan.visits if v.demand != kid.id or v.date < quotas[0].first)
    return replace(plan, visits=keep), ChildAdded(replace(kid, quotas=quotas, **changes))


def in_each(plan, demand, quotas):
    return [sum(v.demand == demand and q.first <= v.date <= q.last for v in plan.visits) for q in quotas]


@pytest.mark.parametrize("numbers", [(1, 1, 1), (0, 1, 2), (2, 0, 1), (3, 3, 3)])
def test_every_week_gets_its_number_and_no_other(numbers):
    quotas = weeks(*numbers)
    left, event = asked(TOLD.children[0], quotas)
    found = repair(TOLD, left, [event], since=SECOND, iterations=20)
    for variant in found.variants:
        assert in_each(variant.plan, "A", quotas) == list(numbers)
        assert variant.plan.unserved == () and check(found.problem, variant.plan) == []


def test_a_week_without_room_is_made_up_and_told_where_it_cannot():
    """The family is never free in the third week."""
    quotas, third = weeks(1, 1, 1), SECOND + timedelta(days=7)
    shut = {third + timedelta(days=n): () for n in range(7)}
    kid = TOLD.children[0]
    left, event = asked(kid, quotas, windows={**kid.windows, **shut})
    found = repair(TOLD, left, [event], since=SECOND, iterations=20)
    plan = found.variants[0].plan
    assert in_each(plan, "A", quotas)[1] == 0 and sum(in_each(plan, "A", quotas)) == 3
    assert [v.origin for v in plan.visits if v.demand == "A" and v.date >= SECOND].count("makeup") >= 1
    far = replace(event, child=replace(event.child, min_gap=7))
    plan = repair(TOLD, left, [far], since=SECOND, iterations=20).variants[0].plan
    gone = next(u for u in plan.unserved if u.demand == "A")
    assert gone.missing == 3 - sum(in_each(plan, "A", quotas)) > 0 and gone.reasons


def test_a_surplus_elsewhere_hides_no_missing_week():
    told = replace(TOLD, children=(replace(TOLD.children[0], quotas=weeks(1, 1, 1)), TOLD.children[1]))
    first = next(v for v in PLAN.visits if v.demand == "A" and v.date >= SECOND)
    twice = [first, replace(first, date=first.date + timedelta(days=1))]
    kid = told.children[0]
    assert asked_visits(told, kid) == 3 and missing_visits(told, kid, twice) == 2
    by_hand = [first, replace(twice[1], origin="manual")]
    assert missing_visits(told, kid, by_hand) == 1, "put there by a person it counts for another week"
    codes = {f.code for f in check(told, replace(PLAN, visits=tuple(twice), unserved=()))}
    assert {"too_often", "miscounted"} <= codes


def test_a_longer_visit_keeps_the_limit_of_the_day():
    """Two children of one team on one day; the plan makes one visit so long that the team would be out too long."""
    free = {0: (HalfDay(480, 1050),), 1: (HalfDay(480, 1050),)}
    kids = [child("A", windows=free), child("B", place="2", windows={0: (HalfDay(480, 1050),)})]
    shifts = dict.fromkeys((0, 1), (HalfDay(480, 1080),))
    told = problem([team("T1", shifts=shifts, cap_day=240)], kids, road(0, 20, 30), days=days(12))
    longer, other = (
        Visit("A", "A", SECOND, "T1", 600, 750, 10),
        Visit("B", "B", SECOND, "T1", 520, 580, 30),
    )
    event = ChildAdded(replace(kids[0], minutes=150, quotas=weeks(1)))
    stood = with_visits(told, replace(PLAN, template=(), relaxations=()), [other, longer])
    for variant in repair(told, stood, [event], since=SECOND, iterations=20).variants:
        assert not [f for f in check(told, variant.plan) if f.code == "over_cap"]
        assert other in [replace(v, travel_in=30) for v in variant.plan.visits]
        assert [v.date - SECOND for v in variant.plan.visits if v.demand == "A"] == [timedelta(days=1)]


def test_a_break_at_noon_is_no_time_away():
    """A day that keeps its limit only because the hour at noon does not count stays as it is."""
    free = {n: (HalfDay(480, 1050),) for n in range(5)}
    kids = [child("A", windows=free), child("B", place="2", windows=free), child("C", windows=free)]
    told = problem(
        [team("T1", shifts=dict.fromkeys(range(5), (HalfDay(480, 1080),)), cap_day=330)],
        kids,
        road(0, 20, 30),
        days=days(12),
        noon_break=Break(60, 690, 840),
    )
    legs = {"A": (590, 20), "B": (810, 10)}
    stood = replace(
        solve(told, iterations=40),
        visits=tuple(Visit(name, name, SECOND, "T1", start, start + 60, leg) for name, (start, leg) in legs.items()),
    )
    stood = with_visits(told, stood, stood.visits)
    assert "over_cap" not in {f.code for f in check(told, stood)}
    event = ChildAdded(replace(kids[2], quotas=weeks(1)))
    for variant in repair(told, stood, [event], since=SECOND, iterations=10).variants:
        assert where(stood.visits) <= where(variant.plan.visits)
    best = repair(told, stood, [], since=SECOND, iterations=10).variants[0]
    assert where(stood.visits) <= where(best.plan.visits)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 11), st.integers(0, 9), st.data())
def test_the_fewest_changes_touch_only_the_child_and_leave_what_fits(seed, which, data):
    told, plan = planned(seed)
    kid = told.children[which % len(told.children)]
    since = data.draw(st.sampled_from([d.date for d in told.days][1:]))
    spans = sorted({monday(d.date) for d in told.days if d.date >= since})
    quotas = tuple(Quota(max(first, since), first + timedelta(days=6), data.draw(st.integers(0, 3))) for first in spans)
    kept = []
    for v in sorted(plan.visits, key=lambda v: v.date):
        span = next((q for q in quotas if q.first <= v.date <= q.last), None)
        there = sum(x.demand == kid.id and span is not None and span.first <= x.date <= span.last for x in kept)
        if v.demand != kid.id or v.date < since or v.locked or (span and there < span.visits):
            kept.append(v)
    left = replace(plan, visits=tuple(kept))
    event = ChildAdded(replace(kid, quotas=quotas))
    found = repair(told, left, [event], since=since, iterations=6, seed=seed)
    best = next(v for v in found.variants if "fewest_changes" in (v.name, *v.also))
    assert where(v for v in left.visits if v.demand != kid.id) == where(
        v for v in best.plan.visits if v.demand != kid.id
    )
    hit = where(found.hit)
    assert where(v for v in left.visits if v.demand == kid.id) - hit <= where(best.plan.visits)
    assert best.touched == ()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 11), st.data())
def test_the_fewest_changes_of_leave_move_nobody_who_was_not_hit(seed, data):
    told, plan = planned(seed)
    crew = data.draw(st.sampled_from(told.teams))
    on = data.draw(st.sampled_from([d.date for d in told.days if half_days(crew.shifts, d)] or [told.days[0].date]))
    found = repair(told, plan, [TeacherAway(crew.teachers[0], on, on)], iterations=6, seed=seed)
    best = next(v for v in found.variants if "fewest_changes" in (v.name, *v.also))
    assert best.touched == ()
    assert where(plan.visits) - where(found.hit) <= where(best.plan.visits)
