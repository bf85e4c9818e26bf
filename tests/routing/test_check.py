"""The checker names every broken rule; each test breaks one rule of a good plan."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.kernel.problems import Severity
from app.routing import HalfDay, Lock, Relaxation, Unserved, check, solve
from tests.routing.samples import ALL_DAY, MONDAY, MORNING, always, child, days, problem, road, team

GOOD = problem(
    [team("T1", name="一队"), team("T2", teachers=("b",), skills=frozenset({"CP"}))],
    [child("C1", name="𬱖·小宝", visits=2, min_gap=2), child("C2", place="2", min_gap=1)],
    road(0, 20, 30),
)
PLAN = solve(GOOD, iterations=40)


def codes(told, plan):
    return {f.code for f in check(told, plan)}


def changed(index=0, **changes):
    visits = list(PLAN.visits)
    visits[index] = replace(visits[index], **changes)
    return replace(PLAN, visits=tuple(visits))


def of(demand):
    return [i for i, v in enumerate(PLAN.visits) if v.demand == demand]


def test_a_good_plan_has_no_finding():
    assert check(GOOD, PLAN) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"demand": "nobody"}, "unknown_visit"),
        ({"team": "nobody"}, "unknown_visit"),
        ({"date": date(2030, 1, 1)}, "unknown_visit"),
        ({"start": 730, "end": 790}, "outside_window"),
        ({"start": 510, "end": 560}, "wrong_length"),
        ({"team": "T2"}, "lacks_skill"),
        ({"team": "T2"}, "other_team"),
    ],
)
def test_one_wrong_visit_is_found(changes, code):
    assert code in codes(GOOD, changed(**changes))


@pytest.mark.parametrize(
    ("part", "changes", "code"),
    [
        ("teams", {"shifts": always(HalfDay(600, 1050))}, "outside_shift"),
        ("teams", {"cap_day": 30}, "over_cap"),
        ("teams", {"max_visits": 0}, "too_many_visits"),
        ("teams", {"max_travel": 5}, "too_much_travel"),
        ("children", {"team_size": 2}, "too_few_adults"),
        ("children", {"forbidden_teams": frozenset({"T1"})}, "forbidden_team"),
        ("children", {"visits": 1}, "too_often"),
        ("children", {"visits": 3, "min_gap": 1}, "miscounted"),
        ("children", {"min_gap": 5}, "gap"),
        ("children", {"min_gap": 6}, "wrap_gap"),
    ],
)
def test_a_plan_for_other_rules_is_refused(part, changes, code):
    items = getattr(GOOD, part)
    told = replace(GOOD, **{part: (replace(items[0], **changes), *items[1:])})
    assert code in codes(told, PLAN)


def test_a_closed_day_is_named_with_child_and_date():
    day = PLAN.visits[0].date
    told = replace(GOOD, days=days(5, closed=[day]))
    finding = next(f for f in check(told, PLAN) if f.code == "closed_day")
    assert day.isoformat() in finding.text()


def test_findings_carry_the_names_people_know():
    (i, *_) = of("C1")
    text = " ".join(f.text() for f in check(GOOD, changed(i, start=730, end=790)))
    assert "𬱖·小宝" in text
    assert "12:10-13:10" in text


def test_travel_between_two_homes_takes_its_time():
    told = problem(children=[child("A"), child("B", place="2")], travel=road(0, 20, 70))
    plan = solve(told, iterations=20)
    a, b = plan.visits
    plan = replace(
        plan, visits=(replace(a, date=MONDAY, start=510, end=570), replace(b, date=MONDAY, start=600, end=660))
    )
    assert "too_late" in codes(told, plan)


def test_nobody_is_in_two_places():
    crews = [team("T1", teachers=("a",)), team("T2", teachers=("a", "b"))]
    told = problem(crews, [child("A"), child("B")])
    plan = solve(told, iterations=20)
    a, b = plan.visits
    at = {"date": MONDAY, "start": 540, "end": 600}
    assert "teacher_twice" in codes(
        told, replace(plan, visits=(replace(a, team="T1", **at), replace(b, team="T2", **at)))
    )
    twins = replace(told, children=tuple(replace(c, child="K") for c in told.children))
    both = replace(plan, visits=tuple(replace(v, child="K", **at) for v in plan.visits))
    assert "child_twice" in codes(twins, both)
    later = replace(both, visits=(both.visits[0], replace(both.visits[1], start=630, end=690)))
    assert "same_day" in codes(twins, later)


def test_a_reported_relaxation_allows_one_day_less_and_no_more():
    first, second = (PLAN.visits[i] for i in of("C1"))
    for apart, fine in ((2, True), (1, False)):
        told = replace(GOOD, children=(replace(GOOD.children[0], min_gap=3), GOOD.children[1]), repeats=False)
        moved = replace(second, date=first.date + timedelta(days=apart))
        rest = tuple(v for v in PLAN.visits if v.demand != "C1")
        plan = replace(PLAN, visits=(*rest, first, moved), relaxations=(Relaxation("GAP", "C1", moved.date, ""),))
        assert ("gap" not in codes(told, plan)) is fine


def test_another_team_by_hand_is_a_warning():
    told = replace(GOOD, teams=(GOOD.teams[0], replace(GOOD.teams[1], skills=frozenset({"ID"}))))
    plan = changed(of("C1")[0], team="T2", origin="manual", start=540, end=600)
    findings = [f for f in check(told, plan) if f.code == "other_team"]
    assert [f.severity for f in findings] == [Severity.WARNING]


def test_told_and_counted_missing_visits_agree():
    assert "miscounted" in codes(GOOD, replace(PLAN, unserved=(Unserved("C1", "C1", 1),)))
    assert codes(GOOD, replace(PLAN, visits=PLAN.visits[1:])) == {"miscounted"}


def test_a_fixed_visit_that_is_gone_is_named():
    told = replace(GOOD, locks=(Lock("C1", "T1", MONDAY, 601),))
    assert "lock_broken" in codes(told, PLAN)
    assert "lock_broken" in codes(replace(GOOD, locks=(Lock("C1", "T2"),)), PLAN)


def test_two_trips_where_one_is_allowed():
    halves = always(MORNING, HalfDay(780, 1050))
    told = problem([team(shifts=halves)], [child(f"C{i}", minutes=120, windows={0: (ALL_DAY,)}) for i in (1, 2)])
    plan = solve(told, iterations=30)
    assert len(plan.visits) == 2
    assert "two_trips" in codes(replace(told, teams=(replace(told.teams[0], one_trip=True),)), plan)
