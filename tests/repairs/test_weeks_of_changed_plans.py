"""A plan that changes in mid-month: every week gets what its plans ask for, and whatever still fits stays."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.db import db
from app.plans.types import Frequency
from app.teams.models import FamilyTime
from app.timetables.models import Visit
from app.timetables.queries.told_by_plan import told_to_family
from app.timetables.types import VisitOrigin
from tests.repairs.steps import FRIDAY, MONDAY, begin, change_plan, choose, draft_of
from tests.repairs.test_changed_plans import gap_of, today_says, visits_from
from tests.repairs.test_family_link import make_link, phone

__all__ = ["phone"]

WEDNESDAY = MONDAY + timedelta(days=2)
LATER = MONDAY + timedelta(days=7)


def repair(app, coordinator, town, child) -> str:
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    page = choose(coordinator, path)
    assert page.status_code == 200, page.get_data(as_text=True)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    town.timetable = draft_of(app, path)
    return path


def weeks_of(visits) -> list[int]:
    """Visits in each of the three weeks from Monday 12 October on."""
    found = Counter((v.day - MONDAY).days // 7 for v in visits if v.day >= MONDAY)
    return [found[n] for n in range(3)]


@pytest.mark.parametrize(
    ("day", "asked", "weeks"),
    [
        (WEDNESDAY, {"times": 2, "minutes": 60}, [2, 2, 2]),
        (WEDNESDAY + timedelta(days=1), {"times": 1, "minutes": 90}, [2, 1, 1]),
        (WEDNESDAY, {"times": 3, "minutes": 45}, [3, 3, 3]),
        (WEDNESDAY, {"times": 2, "minutes": 45, "other": True}, [2, 2, 2]),
    ],
)
def test_every_week_gets_what_the_plans_ask_for(app, town, coordinator, day, asked, weeks):
    child = town.children[0]
    change_plan(app, child, day, **asked)
    repair(app, coordinator, town, child)
    now = visits_from(app, town, child, FRIDAY)
    regular = weeks_of(v for v in now if v.origin != VisitOrigin.MAKEUP)  # a holiday of the week before is made up too
    assert all(n <= wanted <= m for n, wanted, m in zip(regular, weeks, weeks_of(now), strict=True))
    assert weeks_of(now)[1:] == weeks[1:]
    assert {v.end - v.start for v in now if v.day >= day} == {asked["minutes"]}
    assert not gap_of(app, coordinator, town) and not today_says(coordinator)


def test_what_still_fits_stays_to_the_minute(app, town, coordinator):
    """Once a week in place of twice: one of the two stays where it is; nobody else's visit moves."""
    child, others = town.children[0], town.children[1:]

    def where(who):
        return {
            (v.child_id, v.day, v.start, v.end, v.team_id) for one in who for v in visits_from(app, town, one, FRIDAY)
        }

    before, rest = where([child]), where(others)
    change_plan(app, child, LATER, times=1, minutes=90)
    repair(app, coordinator, town, child)
    assert where(others) == rest

    assert where([child]) < before and len(before) - len(where([child])) == 2


def test_what_the_plan_asks_no_longer_is_not_called_off(app, town, coordinator, phone):
    """On the repair, on the list of calls, and for the family: a kind of its own, with the plan's words."""
    child = town.children[0]
    change_plan(app, child, LATER, times=1, minutes=90)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    page = coordinator.get(path).get_data(as_text=True)
    said = "The plan now asks for 1 times a week; this visit is no longer given."
    assert re.search(r"<dt>Not made up</dt>\s*<dd>0</dd>", page) and "Not in the plan any more" in page
    assert said in page and "Called off" not in page
    calls = choose(coordinator, path).get_data(as_text=True)
    assert said in calls and "Called off" not in calls
    draft = draft_of(app, path)
    asked = coordinator.get(f"/timetables/{draft}/publish").get_data(as_text=True)
    assert said in asked
    assert coordinator.submit(f"/timetables/{draft}/publish").status_code == 200
    with app.app_context():
        told = told_to_family(child.id, FRIDAY)
    assert [one.plan and (one.plan.times, one.plan.often) for one in told] == [(1, Frequency.WEEK)] * 2
    family = phone.get(make_link(coordinator, child)).get_data(as_text=True)
    assert said in family and "Nothing comes in its place yet" not in family


def test_what_a_plan_asks_for_and_cannot_be_placed_is_still_missing(app, town, coordinator):
    """The plan goes on three times a week, and the family has one half-day only."""
    child = town.children[0]
    with app.app_context():
        db.write()
        db.session.execute(delete(FamilyTime).where(FamilyTime.child_id == child.id, FamilyTime.weekday > 0))
        db.session.commit()
    change_plan(app, child, LATER, times=3, minutes=60)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    page = coordinator.get(path).get_data(as_text=True)
    assert re.search(r"Asked for and without a place in the month</dt><dd><span[^>]*>4<", page), page
    assert "no longer given" not in page


def test_another_length_begins_at_the_same_minute(app, town, coordinator):
    child = town.children[0]

    def where():
        return {(v.day, v.start, v.team_id) for v in visits_from(app, town, child, LATER)}

    before = where()
    change_plan(app, child, LATER, times=2, minutes=60)
    repair(app, coordinator, town, child)
    assert where() == before


def test_a_week_that_lacks_a_visit_is_told(app, town, coordinator):
    """As repairs left it that counted by the whole month."""
    child = town.children[0]
    change_plan(app, child, LATER, times=1, minutes=90)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    choose(coordinator, path)
    town.timetable = draft_of(app, path)
    with app.app_context():
        db.write()
        last = select(Visit.id).where(Visit.timetable_id == town.timetable, Visit.child_id == child.id)
        db.session.execute(delete(Visit).where(Visit.id == last.order_by(Visit.day.desc()).limit(1).scalar_subquery()))
        db.session.commit()
    answer = coordinator.submit(f"/timetables/{town.timetable}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    said = gap_of(app, coordinator, town)
    assert "1 visit that the plan asks for in the weeks from" in said and child.name in said
    assert today_says(coordinator)
    repair(app, coordinator, town, child)
    assert weeks_of(visits_from(app, town, child, FRIDAY))[1:] == [1, 1]
    assert not today_says(coordinator)
