"""A month on real dates: a holiday, a Saturday worked for it, four visits a month, leave, make-ups."""

from dataclasses import replace
from datetime import date, timedelta

from app.routing import HalfDay, Lock, asked_visits, check, solve
from tests.routing.samples import ALL_DAY, MONDAY, MORNING, always, child, days, problem, recheck, road, team

WEDNESDAY = date(2026, 11, 11)
SATURDAY = date(2026, 11, 14)
FRIDAY = date(2026, 11, 13)


def solved(told, iterations=60):
    plan = solve(told, iterations=iterations)
    assert check(told, plan) == []
    assert recheck(told, plan) == []
    return plan


def test_a_week_repeats_over_the_month():
    told = problem(children=[child(visits=2, min_gap=2)], days=days(26))
    plan = solved(told)
    assert len(plan.visits) == 8
    assert len({v.date.weekday() for v in plan.visits}) == 2
    assert plan.unserved == ()


def test_a_saturday_that_works_as_wednesday_takes_wednesdays_visits():
    wednesdays = [child(windows={2: (MORNING,)}), child("C2", windows={2: (MORNING,)})]
    told = problem(children=wednesdays, days=days(26, closed=[WEDNESDAY], acting={SATURDAY: 2}))
    plan = solved(told)
    dates = [v.date for v in plan.visits if v.demand == "C1"]
    assert WEDNESDAY not in dates
    assert SATURDAY in dates
    assert len(dates) == 4
    assert plan.unserved == ()
    assert {v.origin for v in plan.visits if v.date == SATURDAY} == {"makeup"}


def test_an_adjusted_day_gives_nobody_a_visit_too_many():
    plan = solved(problem(children=[child(windows={4: (MORNING,)})], days=days(26, acting={SATURDAY: 4})))
    assert SATURDAY not in {v.date for v in plan.visits}
    assert len(plan.visits) == 4


def test_a_visit_lost_to_a_holiday_is_made_up_in_the_same_week():
    some = {2: (MORNING,), 3: (MORNING,)}
    told = problem(children=[child(windows=some)], days=days(26, closed=[WEDNESDAY, WEDNESDAY + timedelta(days=1)]))
    lost_whole_week = solved(told)
    made_up = [v for v in lost_whole_week.visits if v.origin == "makeup"]
    assert [v.date.isocalendar().week for v in made_up] == [47], "the next week, as the same one has no day left"
    for closed in (WEDNESDAY, WEDNESDAY + timedelta(days=1)):
        plan = solved(replace(told, days=days(26, closed=[closed])))
        assert len(plan.visits) == 4
        assert sum(v.date.isocalendar().week == 46 for v in plan.visits) == 1


def test_a_gap_eased_by_a_day_is_reported():
    only = {0: (MORNING,), 3: (MORNING,), 4: (MORNING,)}
    monday = date(2026, 11, 9)
    kid = child(visits=2, min_gap=4, windows={**only, date(2026, 11, 9): (), date(2026, 11, 10): (MORNING,)}, total=2)
    told = problem(children=[replace(kid, windows={**kid.windows, 3: ()})], days=days(5, start=monday), repeats=False)
    plan = solved(told)
    assert {v.date for v in plan.visits} == {date(2026, 11, 10), FRIDAY}
    assert [(r.code, r.values["days"], r.values["gap"]) for r in plan.relaxations] == [("GAP", 3, 4)]
    assert plan.relaxations[0].message % plan.relaxations[0].values


def test_four_visits_in_a_month_are_four_in_a_month_of_five_mondays():
    told = problem(children=[child(visits=4, per=4, min_gap=5, total=4, windows={0: (MORNING,)})], days=days(29))
    assert sum(d.date.weekday() == 0 for d in told.days) == 5
    plan = solved(told)
    assert len(plan.visits) == 4
    assert plan.unserved == ()


def test_four_in_a_month_with_a_holiday_stay_four():
    told = problem(children=[child(visits=4, per=4, min_gap=5, total=4)], days=days(26, closed=[WEDNESDAY, FRIDAY]))
    plan = solved(told)
    assert len(plan.visits) == 4
    dates = sorted(v.date for v in plan.visits)
    assert min((b - a).days for a, b in zip(dates, dates[1:], strict=False)) >= 4


def test_a_template_of_four_weeks_serves_every_rhythm():
    kids = [child("A", visits=1, per=2, min_gap=8), child("B", visits=2, min_gap=2), child("C", visits=1, per=4)]
    plan = solved(problem(children=kids, days=days(26)))
    assert [sum(v.demand == d for v in plan.visits) for d in "ABC"] == [2, 8, 1]
    assert {t.week for t in plan.template} == {0, 1, 2, 3}


def test_leave_of_a_team_moves_its_visits_and_nothing_else():
    kids = [child(windows=always(MORNING)), child("C2", windows=always(MORNING))]
    told = problem(children=kids, days=days(26))
    usual = solved(told)
    away = usual.visits[4].date
    crew = team(shifts={**always(ALL_DAY), away: ()})
    plan = solved(replace(told, teams=(crew,)))
    assert away not in {v.date for v in plan.visits}
    assert len(plan.visits) == 8


def test_a_substitute_comes_only_where_allowed_and_is_reported():
    week = [WEDNESDAY - timedelta(days=2) + timedelta(days=i) for i in range(5)]
    crews = [team("T1", shifts={**always(ALL_DAY), **dict.fromkeys(week, ())}), team("T2")]
    kid = child(home_team="T1", windows=always(MORNING), min_gap=4, visits=1)
    told = problem(crews, [kid], days=days(12))
    own = solved(told)
    assert {v.team for v in own.visits} == {"T1"}
    only_monday = replace(told, children=(replace(kid, windows={0: (MORNING,)}),))
    assert [u.missing for u in solved(only_monday).unserved] == [1]
    plan = solve(replace(only_monday, substitutes=True), iterations=20)
    assert [(v.team, v.date) for v in plan.visits] == [("T1", MONDAY), ("T2", week[0])]
    assert [r.code for r in plan.relaxations] == ["SUBSTITUTE"]
    assert plan.score.broken_continuity == 1


def test_a_fixed_visit_takes_the_place_of_the_week_s_own():
    lock = Lock("C1", "T1", date(2026, 11, 10), 600)
    told = problem(children=[child(windows={0: (MORNING,), 1: (MORNING,)})], days=days(26), locks=(lock,))
    plan = solved(told)
    second_week = [v for v in plan.visits if v.date.isocalendar().week == 46]
    assert [(v.date, v.start, v.locked) for v in second_week] == [(lock.date, 600, True)]
    assert len(plan.visits) == 4


def test_a_short_date_keeps_who_fits():
    kids = [child(f"C{i}", minutes=90, windows={2: (HalfDay(480, 1050),)}) for i in (1, 2, 3)]
    crew = team(shifts={**always(ALL_DAY), WEDNESDAY: (HalfDay(480, 720),)})
    plan = solved(problem([crew], kids, road(0, 10), days=days(12)))
    assert sum(v.date == WEDNESDAY for v in plan.visits) == 2
    assert [(u.missing, u.reasons[0].code) for u in plan.unserved] == [(1, "HOLIDAY")]


def test_visits_asked_in_a_horizon_that_cuts_a_week():
    told = problem(days=days(8))
    assert [asked_visits(told, child(visits=n)) for n in (1, 2, 5)] == [1, 2, 6]
    assert asked_visits(told, child(total=3)) == 3


def test_another_child_moves_so_that_a_lost_visit_has_room():
    tuesday, thursday = WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(days=1)
    lost = child("C1", windows={2: (MORNING,), tuesday: (MORNING,)})
    other = child("C2", windows={1: (MORNING,), thursday: (MORNING,)})
    told = problem(children=[lost, other], teams=[team(max_visits=1)], days=days(26, closed=[WEDNESDAY]))
    plan = solved(told)
    assert plan.unserved == ()
    assert {v.demand: v.date for v in plan.visits if v.date.isocalendar().week == 46} == {"C1": tuesday, "C2": thursday}


def test_nobody_moves_where_that_serves_nobody():
    lost = child("C1", windows={2: (MORNING,)})
    other = child("C2", windows={3: (MORNING,), 4: (MORNING,)})
    told = problem(children=[lost, other], days=days(26, closed=[WEDNESDAY]))
    plan = solved(told)
    assert [(u.demand, u.missing) for u in plan.unserved] == [("C1", 1)]
    assert {v.origin for v in plan.visits} == {"template"}
