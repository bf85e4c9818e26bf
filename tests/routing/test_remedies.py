"""A remedy that is named works: applied and inserted into the same plan, the child is served."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.routing import (
    Lock,
    Remedy,
    apply_remedy,
    asked_visits,
    check,
    explain,
    insert_demand,
    say,
    solve,
)
from tests.routing.samples import (
    AFTERNOON,
    ALL_DAY,
    MONDAY,
    MORNING,
    HalfDay,
    always,
    child,
    days,
    problem,
    random_problem,
    rich_problem,
    road,
    team,
)


def told(given, demand="C1", iterations=40):
    plan = solve(given, iterations=iterations)
    return plan, explain(given, plan).unserved[demand]


def kinds(given, demand="C1"):
    return [r.code for r in told(given, demand)[1].remedies]


BLOCKED = problem(
    [team("T1", shifts={0: (MORNING,)})],
    [child("C1", windows={0: (MORNING,)}), child("C2", minutes=150, windows={0: (MORNING,)}, priority=9)],
)
CASES = {
    "ADD_WINDOW": problem([team(shifts=always(MORNING))], [child(windows={0: (AFTERNOON,)})]),
    "SHORTEN_GAP": problem(children=[child(visits=2, min_gap=3, windows=always(MORNING, days=[0, 2]))]),
    "SUBSTITUTE": problem(
        [team("T1", shifts={0: (ALL_DAY,)}), team("T2", shifts={2: (ALL_DAY,)})], [child(visits=2, min_gap=2)]
    ),
    "RAISE_CAP": problem([team(cap_day=90)]),
    "ALLOW_TEAM": problem([team("T1"), team("T2", skills=frozenset())], [child(forbidden_teams=frozenset({"T1"}))]),
    "UNLOCK": problem([team("T1"), team("T2", skills=frozenset())], locks=(Lock("C1", "T2"),)),
    "MORE_HOURS": problem([team(shifts=always(MORNING, days=[1]))], [child(windows={0: (MORNING,)})]),
    "ADD_SKILL": problem(children=[child(needs=frozenset({"BLIND"}))]),
    "ADD_ADULT": problem(children=[child(team_size=2)]),
    "NEW_TEAM": BLOCKED,
}


@pytest.mark.parametrize("code", CASES)
def test_every_kind_of_remedy_is_found_and_serves_the_child(code):
    plan, found = told(CASES[code])
    remedy = next(r for r in found.remedies if r.code == code)
    assert str(remedy)
    relaxed = apply_remedy(CASES[code], remedy)
    after = insert_demand(relaxed, plan, "C1")
    assert sum(v.demand == "C1" for v in after.visits) == asked_visits(relaxed, relaxed.children[0])
    assert check(relaxed, after) == []


def test_the_cheapest_comes_first():
    for code in CASES:
        costs = [r.cost for r in told(CASES[code])[1].remedies]
        assert costs == sorted(costs)
        assert len(set(kinds(CASES[code]))) == len(costs), "the best of each kind"


def test_who_where_and_when_are_said_and_given_as_values():
    (remedy, *_) = told(CASES["ADD_WINDOW"])[1].remedies
    assert (remedy.demand, remedy.values["day"], remedy.values["team_id"]) == ("C1", 0, "T1")
    assert "Monday" in str(remedy)


def test_words_among_the_values_are_translated():
    chinese = {"On %(weekday)s at %(place)s.": "%(place)s，%(weekday)s。", "Monday": "星期一"}
    told_in_chinese = say("On %(weekday)s at %(place)s.", {"weekday": "Monday", "place": "Monday"}, chinese.get)
    assert told_in_chinese == "Monday，星期一。"


def test_a_remedy_comes_back_from_json_as_text():
    plan, found = told(CASES["MORE_HOURS"])
    remedy = next(r for r in found.remedies if r.code == "MORE_HOURS")
    stored = replace(remedy, values={k: str(v) for k, v in remedy.values.items()})
    assert apply_remedy(CASES["MORE_HOURS"], stored) == apply_remedy(CASES["MORE_HOURS"], remedy)


def test_an_unknown_remedy_is_an_error():
    with pytest.raises(ValueError):
        apply_remedy(BLOCKED, Remedy("PRAY", "", {}, 0, "C1"))
    with pytest.raises(LookupError):
        apply_remedy(BLOCKED, Remedy("SHORTEN_GAP", "", {"gap": 1}, 0, "nobody"))


def test_no_single_change_is_enough_for_a_child_without_a_way():
    plan, found = told(problem(children=[child(windows={})]))
    assert [r.code for r in found.remedies] == ["ADD_WINDOW"]
    closed = problem(children=[child(visits=2, min_gap=2, windows={})])
    assert told(closed)[1].remedies == ()


def test_what_a_date_has_lost_is_made_up_by_a_remedy_for_that_date():
    wednesday = MONDAY + timedelta(days=9)
    given = problem(
        [team("T1"), team("T2")], [child(windows={2: (MORNING,)}, home_team="T1")], days=days(12, closed=[wednesday])
    )
    plan, found = told(given)
    assert found.reasons[0].code == "HOLIDAY"
    window = next(r for r in found.remedies if r.code == "ADD_WINDOW")
    assert "on" in window.values
    after = insert_demand(apply_remedy(given, window), plan, "C1")
    assert after.unserved == ()


def broken(given, plan):
    return {(f.code, str(f)) for f in check(given, plan) if f.is_error}


@pytest.mark.parametrize("seed", range(12))
def test_every_remedy_of_a_random_district_works(seed):
    month = days(26, closed=[MONDAY + timedelta(days=8)])
    for given in (random_problem(seed, 8, 2), replace(random_problem(seed, 8, 2), days=month), rich_problem(seed)):
        plan = solve(given, iterations=30)
        for demand, found in explain(given, plan).unserved.items():
            for remedy in found.remedies:
                relaxed = apply_remedy(given, remedy)
                after = insert_demand(relaxed, plan, demand)
                left = sum(u.missing for u in after.unserved if u.demand == demand)
                closed = sum(d.acts_as is None for d in given.days if d.date.weekday() < 5)
                assert left < found.missing, remedy
                assert left == 0 or closed, remedy
                assert broken(relaxed, after) <= broken(given, plan), remedy
                others = [[(v.demand, v.date, v.team) for v in p.visits if v.demand != demand] for p in (plan, after)]
                assert others[0] == others[1], "nobody else moves to another day or team"


def test_the_shortage_names_hours_skill_and_children():
    kids = [child(f"C{i}", name=f"Kid {i}", needs=frozenset({"DEAF"}), visits=2, min_gap=2) for i in (1, 2)]
    plan = solve(problem(children=kids), iterations=20)
    (lack,) = explain(problem(children=kids), plan).shortages
    assert (lack.skills, lack.demands, lack.school) == (("DEAF",), ("C1", "C2"), "0")
    assert lack.minutes == 2 * (60 + 60 + 40), "both homes in one trip of 20 minutes each way, twice a week"
    assert str(lack) == "+5.5 hours a week of a teacher for DEAF: enough for Kid 1, Kid 2 (2)."
    assert plan.shortages == (lack,)


def test_a_family_without_times_is_no_shortage_of_teachers():
    given = problem(children=[child(windows={})])
    assert explain(given, solve(given, iterations=5)).shortages == ()


def test_a_plan_without_a_template_is_explained_like_one_with_it():
    given = random_problem(3, 8, 2)
    plan = solve(given, iterations=30)
    bare = explain(given, replace(plan, template=(), unserved=()))
    assert {d: u.reasons[0].code for d, u in bare.unserved.items()} == {
        d: u.reasons[0].code for d, u in explain(given, plan).unserved.items()
    }


def test_capacity_names_whom_it_would_displace():
    _, found = told(BLOCKED)
    assert found.reasons[0].values["displaced_id"] == "C2"
    assert "give up the visit to C2" in str(found.reasons[0])


def test_room_that_is_there_is_said():
    given = problem(children=[child("C1"), child("C2")])
    plan = solve(given, iterations=20)
    less = replace(
        plan,
        visits=tuple(v for v in plan.visits if v.demand != "C1"),
        template=tuple(t for t in plan.template if t.demand != "C1"),
    )
    assert "has room" in str(explain(given, less).unserved["C1"].reasons[0])


def test_near_but_out_of_hours_is_not_called_a_long_way():
    given = problem([team(shifts=always(HalfDay(510, 720)))], [child(windows=always(HalfDay(510, 580)))], road(0, 40))
    reason = told(given)[1].reasons[0]
    assert (reason.code, reason.values["way"]) == ("TOO_FAR", 40)
    assert "too little is left" in str(reason)
