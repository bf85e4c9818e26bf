"""What changed between two plans, and a change by hand checked at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.kernel.problems import Severity
from app.routing import Visit, check, check_change, diff, move, solve
from tests.routing.samples import MONDAY, MORNING, always, child, days, problem, random_problem, road, team

TOLD = problem(
    [team("T1"), team("T2")],
    [child("A", windows=always(MORNING)), child("B", place="2", visits=2, min_gap=2)],
    road(0, 20, 30),
    days=days(12),
)
PLAN = solve(TOLD, iterations=40)


def first(demand):
    return next(v for v in PLAN.visits if v.demand == demand)


def test_no_change_between_equal_plans():
    assert diff(PLAN, PLAN) == []


def test_moved_added_and_removed():
    old = first("A")
    new = replace(old, date=old.date + timedelta(days=1 if old.date.weekday() < 4 else -1))
    gone = first("B")
    extra = Visit("A", "A", MONDAY + timedelta(days=10), "T2", 600, 660)
    after = replace(PLAN, visits=(*(v for v in PLAN.visits if v not in (old, gone)), new, extra))
    found = diff(PLAN, after)
    assert {(c.kind, c.demand) for c in found} == {("moved", "A"), ("removed", "B"), ("added", "A")}
    assert [(c.before, c.after) for c in found if c.kind == "moved"] == [(old, new)]
    assert {c.kind for c in diff(after, PLAN)} == {"moved", "added", "removed"}


def test_a_visit_that_only_ends_at_another_minute_is_moved():
    old = first("A")
    for end in (old.end - 10, old.end + 10):
        new = replace(old, end=end)
        after = replace(PLAN, visits=tuple(new if v == old else v for v in PLAN.visits))
        assert [(c.kind, c.before, c.after) for c in diff(PLAN, after)] == [("moved", old, new)]


def test_a_diff_leads_from_one_plan_to_the_other():
    a, b = (solve(random_problem(4, 6, 2, 12), iterations=30, seed=s) for s in (1, 2))
    visits = {(v.demand, v.date, v.team, v.start) for v in a.visits}
    for change in diff(a, b):
        visits -= {(v.demand, v.date, v.team, v.start) for v in [change.before] if v}
        visits |= {(v.demand, v.date, v.team, v.start) for v in [change.after] if v}
    assert visits == {(v.demand, v.date, v.team, v.start) for v in b.visits}


def test_a_good_move_has_no_finding_and_counts_anew():
    told = problem(children=[child(windows=always(MORNING))])
    plan = solve(told, iterations=10)
    (visit,) = plan.visits
    to = replace(visit, date=MONDAY + timedelta(days=3), start=600)
    assert check_change(told, plan, visit, to) == []
    moved = move(told, plan, visit, to)
    assert check(told, moved) == []
    assert (moved.visits[0].end, moved.visits[0].origin, moved.visits[0].travel_in) == (660, "manual", 20)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"start": 1000}, "outside_window"), ({"date": MONDAY + timedelta(days=5)}, "closed_day")],
)
def test_a_bad_move_is_told_before_it_is_made(changes, code):
    visit = first("A")
    assert code in {f.code for f in check_change(TOLD, PLAN, visit, replace(visit, **changes))}


def test_another_team_is_a_warning_only():
    told = problem([team("T1"), team("T2")], [child()])
    plan = solve(told, iterations=10)
    (visit,) = plan.visits
    other = {"T1": "T2", "T2": "T1"}[visit.team]
    findings = check_change(told, plan, visit, replace(visit, team=other))
    assert [(f.code, f.severity) for f in findings] == [("other_team", Severity.WARNING)]


def test_taking_a_visit_out_is_allowed_and_counted_as_missing():
    visit = first("A")
    assert check_change(TOLD, PLAN, visit, None) == []
    assert [(u.demand, u.missing) for u in move(TOLD, PLAN, visit, None).unserved] == [("A", 1)]
    without = move(TOLD, PLAN, visit, None)
    assert check_change(TOLD, without, None, visit) == []
    assert move(TOLD, without, None, visit).unserved == ()


def test_a_visit_that_is_not_there_cannot_be_moved():
    with pytest.raises(ValueError):
        move(TOLD, PLAN, replace(first("A"), start=1), None)
