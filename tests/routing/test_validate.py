"""Bad input is named in a sentence that says what to do."""

from dataclasses import replace

import numpy as np
import pytest

from app.kernel.problems import Refused, Severity
from app.routing import NO_WAY, HalfDay, Lock, Travel, solve, validate
from tests.routing.samples import MONDAY, always, child, days, problem, road, team

GOOD = problem()


def table(value):
    minutes = np.array([[0, 20], [20, 0]], dtype=float)
    minutes[0, 1] = value
    return Travel(("0", "1"), minutes)


BAD = {
    "no_team": replace(GOOD, teams=()),
    "no_open_day": replace(GOOD, days=()),
    "days_out_of_order": replace(GOOD, days=days()[::-1]),
    "bad_weekday": replace(GOOD, days=(replace(GOOD.days[0], acts_as=9),)),
    "double_team": replace(GOOD, teams=GOOD.teams * 2),
    "double_demand": replace(GOOD, children=GOOD.children * 2),
    "unknown_place": replace(GOOD, children=(child(place="moon"),)),
    "bad_cap": replace(GOOD, teams=(team(cap_day=0),)),
    "empty_team": replace(GOOD, teams=(team(teachers=()),)),
    "bad_stretch": replace(GOOD, children=(child(windows=always(HalfDay(720, 510))),)),
    "travel_hole": replace(GOOD, travel=table(np.nan)),
    "travel_negative": replace(GOOD, travel=table(-5)),
    "travel_fraction": replace(GOOD, travel=table(7.5)),
    "travel_shape": replace(GOOD, travel=Travel(("0", "1"), np.zeros((2, 3)))),
    "bad_number": replace(GOOD, children=(child(minutes=0),)),
    "bad_period": replace(GOOD, children=(child(per=3),)),
    "bad_total": replace(GOOD, children=(child(total=-1),)),
    "unknown_team": replace(GOOD, children=(child(home_team="nobody"),)),
    "unknown_lock": replace(GOOD, locks=(Lock("nobody", "T1"),)),
    "half_lock": replace(GOOD, locks=(Lock("C1", "T1", MONDAY),)),
    "lock_outside": replace(GOOD, locks=(Lock("C1", "T1", MONDAY.replace(year=2030), 600),)),
}


@pytest.mark.parametrize("code", BAD)
def test_a_malformed_problem_is_refused_with_its_reason(code):
    assert code in [f.code for f in validate(BAD[code])]
    with pytest.raises(Refused) as refusal:
        solve(BAD[code])
    assert all(p.text() for p in refusal.value.problems)


UNSERVABLE = {
    "no_window": replace(GOOD, children=(child(windows={}),)),
    "visit_longer_than_window": replace(GOOD, children=(child(minutes=211),)),
    "visit_longer_than_shift": replace(GOOD, children=(child(minutes=481, windows=always(HalfDay(400, 1200))),)),
    "no_way": replace(GOOD, travel=table(NO_WAY)),
}


@pytest.mark.parametrize("code", UNSERVABLE)
def test_a_child_nobody_can_visit_is_a_warning_and_stops_nobody_else(code):
    findings = validate(UNSERVABLE[code])
    assert [(f.code, f.severity) for f in findings] == [(code, Severity.WARNING)]
    assert findings[0].text()
    plan = solve(UNSERVABLE[code], iterations=5)
    assert plan.visits == ()
    assert plan.unserved[0].reasons


def test_a_good_problem_has_no_finding():
    assert validate(GOOD) == []


def test_a_district_without_children_has_an_empty_plan():
    plan = solve(replace(GOOD, children=()), iterations=5)
    assert (plan.visits, plan.unserved) == ((), ())


def test_a_home_nine_hours_away_is_too_far():
    plan = solve(problem(travel=road(0, 540)), iterations=5)
    assert [r.code for u in plan.unserved for r in u.reasons] == ["TOO_FAR"]
