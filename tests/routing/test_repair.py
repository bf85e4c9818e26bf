"""A published plan after leave, cancellations, closed roads, new and lost children."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.kernel.problems import Refused
from app.routing import (
    ChildAdded,
    ChildLost,
    DayClosed,
    FamilyCancels,
    LegClosed,
    PlaceClosed,
    TeacherAway,
    check,
    diff,
    repair,
    solve,
)
from app.routing.problem import HalfDay
from tests.routing.samples import AFTERNOON, MONDAY, always, child, days, problem, road, team

KIDS = [child("A"), child("B", place="2"), child("C", place="3", visits=2, min_gap=2)]
TOLD = problem([team("T1"), team("T2")], KIDS, road(0, 20, 30, 40), days=days(26))
PLAN = solve(TOLD, iterations=60)
SECOND = MONDAY + timedelta(days=7)


def repaired(*events, told=TOLD, plan=PLAN, **limits):
    found = repair(told, plan, events, **{"since": SECOND, "iterations": 30} | limits)
    for variant in found.variants:
        assert check(found.problem, variant.plan) == []
        assert list(variant.changes) == diff(plan, variant.plan)
        assert [v for v in variant.plan.visits if v.date < SECOND] == [v for v in plan.visits if v.date < SECOND]
    return found


def visit_of(demand, after=SECOND):
    return next(v for v in PLAN.visits if v.demand == demand and v.date >= after)


def test_nothing_happened_nothing_changes():
    found = repaired()
    assert [(v.name, v.changes, v.also) for v in found.variants] == [
        ("fewest_changes", (), ("least_travel", "no_substitute"))
    ]


def test_a_day_of_leave_moves_the_visits_of_that_day_only():
    away = visit_of("A")
    found = repaired(TeacherAway(away.team, away.date, away.date))
    best = found.variants[0]
    assert {v.date for v in found.hit} == {away.date}
    assert len(best.changes) == len(found.hit)
    assert best.touched == ()
    assert best.plan.unserved == ()
    assert not [v for v in best.plan.visits if (v.team, v.date) == (away.team, away.date)]


def test_families_and_teachers_are_phoned_in_order_of_date():
    away = visit_of("A")
    best = repaired(TeacherAway(away.team, away.date, away.date)).variants[0]
    assert ("family", "A") in {(c.kind, c.who) for c in best.calls}
    assert ("teacher", away.team) in {(c.kind, c.who) for c in best.calls}
    assert [c.date for c in best.calls] == sorted(c.date for c in best.calls)
    assert all(str(x) for c in best.calls for x in c.lines)


def test_a_cancelled_visit_is_given_another_day():
    gone = visit_of("B")
    best = repaired(FamilyCancels("B", gone.date)).variants[0]
    assert [(c.kind, c.demand, c.before) for c in best.changes] == [("moved", "B", gone)]
    assert best.changes[0].after.date != gone.date


def test_a_closed_home_a_closed_day_and_a_closed_way_keep_everybody_off():
    week = SECOND + timedelta(days=4)
    for event in (PlaceClosed("2", SECOND, week), DayClosed(visit_of("B").date)):
        assert {c.demand for c in repaired(event).variants[0].changes} >= {"B"}
    told = problem(children=[child("B", place="2")], travel=road(0, 20, 30), days=days(26))
    plan = solve(told, iterations=20)
    best = repaired(LegClosed("0", "2", SECOND, week), told=told, plan=plan).variants[0]
    assert not [v for v in best.plan.visits if SECOND <= v.date <= week], "there is no other way to this home"


def test_a_lost_child_is_owed_nothing_and_nobody_else_moves():
    since = SECOND + timedelta(days=3)
    best = repaired(ChildLost("C", since)).variants[0]
    assert {(c.kind, c.demand) for c in best.changes} == {("removed", "C")}
    assert best.plan.unserved == ()
    assert max(v.date for v in best.plan.visits if v.demand == "C") < since


def test_a_new_child_comes_in_without_moving_anybody():
    best = repaired(ChildAdded(child("N", place="2"))).variants[0]
    assert {(c.kind, c.demand) for c in best.changes} == {("added", "N")}
    assert best.touched == ()
    assert len({v.team for v in best.plan.visits if v.demand == "N"}) == 1
    assert {t.demand for t in best.plan.template} == {"A", "B", "C", "N"}


def test_fixed_visits_stay_and_are_named_where_they_cannot():
    away = visit_of("A")
    plan = replace(PLAN, visits=tuple(replace(v, locked=v == away) for v in PLAN.visits))
    found = repair(TOLD, plan, [TeacherAway(away.team, away.date, away.date)], since=SECOND, iterations=10)
    assert [(v.demand, v.date) for v in found.stuck] == [("A", away.date)]
    where = {(v.demand, v.date, v.team, v.start, v.locked) for v in found.variants[0].plan.visits}
    assert (away.demand, away.date, away.team, away.start, True) in where


def test_an_unknown_name_is_refused_in_words():
    with pytest.raises(Refused, match="nobody is not part of this timetable"):
        repair(TOLD, PLAN, [TeacherAway("nobody", MONDAY, MONDAY)])


def test_a_plan_without_a_template_is_repaired_too():
    bare = replace(PLAN, template=(), unserved=())
    away = visit_of("A")
    best = repaired(TeacherAway(away.team, away.date, away.date), plan=bare).variants[0]
    assert best.plan.unserved == ()


def test_half_a_day_of_leave_leaves_the_other_half():
    kid = child(windows=always(*TOLD.children[0].windows[0]))
    told = problem([team("T1")], [kid], days=days(26))
    plan = solve(told, iterations=20)
    away = next(v for v in plan.visits if v.date >= SECOND)
    event = TeacherAway("T1", away.date, away.date, start=0, end=away.end + 25)
    found = repair(told, plan, [event], since=SECOND, iterations=20)
    assert found.variants[0].plan.unserved == ()
    assert check(found.problem, found.variants[0].plan) == []


PAIRS = [
    team(
        "P",
        teachers=("ann", "bob"),
        skills=frozenset({"ID", "CP"}),
        member_skills={"bob": frozenset({"CP"})},
        member_names={"bob": "Bob"},
    ),
    team("S", teachers=("cid",), skills=frozenset({"ID"}), shifts=always(*TOLD.children[0].windows[0])),
]


def without_ann(kid, **changes):
    told = problem(PAIRS, [kid], days=days(26), **changes)
    plan = solve(told, iterations=20)
    away = next(v for v in plan.visits if v.date >= SECOND)
    found = repair(told, plan, [TeacherAway("ann", away.date, away.date)], since=SECOND, iterations=20)
    assert all(check(found.problem, v.plan) == [] for v in found.variants)
    return away, found


def only_on_one_day(**needs):
    return child("A", windows={2: TOLD.children[0].windows[2]}, min_gap=7, home_team="P", **needs)


def test_who_is_left_of_a_pair_goes_with_a_free_colleague_where_two_are_needed():
    away, found = without_ann(only_on_one_day(team_size=2))
    best = found.variants[0]
    (change,) = best.changes
    assert (change.after.date, change.after.team) == (away.date, "+bob+cid")
    assert [(r.code, r.values["team_id"]) for r in best.relaxations] == [("SUBSTITUTE", "+bob+cid")]
    assert {t.id for t in found.problem.teams} == {"P", "S", "+bob+cid"}
    assert {c.who: c.name for c in best.calls} == {"A": "A", "ann": "ann", "bob": "Bob", "cid": "cid"}
    assert "Bob + cid comes" in str(best.calls[0].lines[0])
    assert found.variants[-1].name == "no_substitute"
    assert [u.reasons[0].code for u in found.variants[-1].plan.unserved] == ["HOLIDAY"]


def test_who_is_left_of_a_pair_goes_alone_where_one_is_enough_and_has_the_skill():
    away, found = without_ann(only_on_one_day(needs=frozenset({"CP"})))
    assert found.variants[0].changes[0].after.team == "+bob"


def test_a_skill_that_left_with_the_absent_teacher_is_not_assumed():
    _, found = without_ann(only_on_one_day(needs=frozenset({"ID", "CP"}), team_size=1))
    assert found.variants[0].changes[0].after.team == "+bob+cid", "bob has CP, cid has ID"


def test_visits_of_a_team_that_is_gone_find_another():
    gone = visit_of("A").team
    left = [t for t in TOLD.teams if t.id != gone]
    found = repair(replace(TOLD, teams=tuple(left)), PLAN, [], since=SECOND, iterations=20)
    assert {v.team for v in found.hit} == {gone}
    best = found.variants[0].plan
    assert not [v for v in best.visits if v.date >= SECOND and v.team == gone]
    assert [v for v in best.visits if v.date < SECOND] == [v for v in PLAN.visits if v.date < SECOND]


def test_a_repair_is_the_same_every_time():
    away = visit_of("A")
    events = [TeacherAway(away.team, away.date, away.date + timedelta(days=3))]
    assert repaired(*events, seed=3).variants == repaired(*events, seed=3).variants


def test_leave_that_the_problem_knows_already_is_repaired_too():
    away = visit_of("A")
    crews = [replace(t, shifts={**t.shifts, away.date: ()}) if t.id == away.team else t for t in TOLD.teams]
    known = replace(TOLD, teams=tuple(crews))
    for events in ([TeacherAway(away.team, away.date, away.date)], []):
        found = repair(known, PLAN, events, since=SECOND, iterations=10)
        assert {v.date for v in found.hit} == {away.date}
        assert check(found.problem, found.variants[0].plan) == []


def test_what_somebody_placed_by_hand_against_the_rules_stays():
    visit = visit_of("A")
    late = replace(visit, start=1030, end=1090, origin="manual")
    plan = replace(PLAN, visits=tuple(late if v == visit else v for v in PLAN.visits))
    other = visit_of("B", SECOND + timedelta(days=7))
    found = repair(TOLD, plan, [FamilyCancels("B", other.date)], since=SECOND, iterations=10)
    assert (late.demand, late.date, late.start) in {(v.demand, v.date, v.start) for v in found.variants[0].plan.visits}


def broken_before(rule):
    """TOLD with a rule that visits of the plan, published before it, do not keep, and those visits: other times of a
    family, a longer way from A's home to B's, or a daily limit of the teams."""
    if rule == "window":
        kids = tuple(replace(c, windows=always(AFTERNOON)) if c.id == "B" else c for c in TOLD.children)
        return replace(TOLD, children=kids), [v for v in PLAN.visits if v.date >= SECOND and v.demand == "B"]
    if rule == "way":
        minutes = TOLD.travel.minutes.copy()
        minutes[1, 2] = minutes[2, 1] = 30
        told = replace(TOLD, travel=replace(TOLD.travel, minutes=minutes))
        return told, [v for v in PLAN.visits if v.date >= SECOND and v.demand in ("A", "B")]
    told = replace(TOLD, teams=tuple(replace(t, cap_day=45) for t in TOLD.teams))
    return told, [v for v in PLAN.visits if v.date >= SECOND]


@pytest.mark.parametrize("rule", ["window", "way", "limit"])
@pytest.mark.parametrize("events", [(FamilyCancels, "A"), (PlaceClosed, "1"), (TeacherAway, None), (DayClosed, None)])
def test_what_broke_the_rules_before_the_events_stays_unless_they_hit_it(rule, events):
    told, broken = broken_before(rule)
    gone, (kind, name) = visit_of("A"), events
    event = {
        FamilyCancels: lambda: FamilyCancels(name, gone.date),
        PlaceClosed: lambda: PlaceClosed(name, gone.date, gone.date),
        TeacherAway: lambda: TeacherAway(gone.team, gone.date, gone.date),
        DayClosed: lambda: DayClosed(gone.date),
    }[kind]()
    found = repair(told, PLAN, [event], since=SECOND, iterations=30)
    same_day = {v for v in PLAN.visits if v.date == gone.date and (kind is DayClosed or v.team == gone.team)}
    hit = {gone} if kind in (FamilyCancels, PlaceClosed) else same_day
    assert {(v.demand, v.date) for v in found.hit} == {(v.demand, v.date) for v in hit}
    for variant in found.variants:
        assert {c.demand for c in variant.changes} <= {v.demand for v in hit}
        stay = {(v.demand, v.date, v.team, v.start) for v in broken if v not in hit}
        assert stay <= {(v.demand, v.date, v.team, v.start) for v in variant.plan.visits}


@pytest.mark.parametrize("rule", ["window", "way", "limit"])
def test_an_event_that_touches_no_visit_changes_nothing_in_a_plan_that_breaks_rules(rule):
    told, _ = broken_before(rule)
    visited = {v.date for v in PLAN.visits}
    free = next(d.date for d in told.days if d.date >= SECOND and d.acts_as is not None and d.date not in visited)
    saturday = SECOND + timedelta(days=5)
    for event in (DayClosed(saturday), DayClosed(free), TeacherAway("T1", free, free), FamilyCancels("A", free)):
        (variant,) = repair(told, PLAN, [event], since=SECOND, iterations=30).variants
        assert variant.changes == () and variant.touched == ()


@pytest.mark.parametrize("rule", ["window", "way"])
def test_without_an_event_what_breaks_the_rules_is_repaired(rule):
    told, broken = broken_before(rule)
    found = repair(told, PLAN, [], since=SECOND, iterations=30)
    assert found.hit and {(v.demand, v.date) for v in found.hit} <= {(v.demand, v.date) for v in broken}
    past = {str(f) for f in check(told, replace(PLAN, visits=tuple(v for v in PLAN.visits if v.date < SECOND)))}
    for variant in found.variants:
        assert {str(f) for f in check(found.problem, variant.plan)} <= past, "what is past stays"


def test_no_visit_is_taken_from_a_child_that_was_not_hit():
    """Every day has room for one visit: a child that comes first falls out and stays out, rather than another."""
    one_a_day = always(HalfDay(510, 640))
    kids = [child("A", visits=2, priority=9), child("B", visits=3, priority=1)]
    told = problem([team("T1", shifts=one_a_day)], kids, road(0, 20), days=days(19))
    plan = solve(told, iterations=60)
    shut = next(v for v in plan.visits if v.demand == "A" and v.date >= SECOND).date
    found = repaired(DayClosed(shut), told=told, plan=plan, iterations=200)
    had = sum(v.demand == "B" for v in plan.visits)
    assert [sum(v.demand == "B" for v in one.plan.visits) for one in found.variants] == [had] * len(found.variants)
    assert all(sum(u.missing for u in one.plan.unserved) == 1 for one in found.variants)
