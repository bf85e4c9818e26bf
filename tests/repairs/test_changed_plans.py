"""A plan approved after its month was published, or one that ends in it: who is told, and the way on."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.accounts.types import Role
from app.db import db
from app.plans.models import PlanVersion
from app.plans.types import VersionState
from tests.factories import visits as make
from tests.repairs.steps import FRIDAY, MONDAY, MONTH, begin, change_plan, choose, draft_of, live
from tests.support import people

LATER = MONDAY + timedelta(days=7)


def gap_of(app, coordinator, town) -> str:
    """What the timetable's page says of plans; "" where it says nothing."""
    page = coordinator.get(f"/timetables/{town.timetable}").get_data(as_text=True)
    return page.partition('id="plans"')[2].partition("</section>")[0]


def today_says(coordinator) -> bool:
    return "published visits that no longer" in coordinator.get("/").get_data(as_text=True)


def visits_from(app, town, child, day: date) -> list:
    return [v for v in live(app, town) if v.child_id == child.id and v.day >= day]


@pytest.mark.both_databases
def test_other_times_are_told_and_repaired(app, town, coordinator):
    """From a week on once a week for an hour in place of twice for ninety minutes."""
    child, others = town.children[0], town.children[1:]
    assert not gap_of(app, coordinator, town) and not today_says(coordinator)
    before = {v.id for one in others for v in visits_from(app, town, one, FRIDAY)}
    stale = visits_from(app, town, child, LATER)
    change_plan(app, child, LATER, times=1, minutes=60)
    said = gap_of(app, coordinator, town)
    assert child.name in said and f"{len(stale)} published visits from" in said and others[0].name not in said
    assert "90 minutes, 2 times a week" in said and "60 minutes, 1 times a week" in said
    assert "from Oct 19, 2026 on" in said and "Nov 1" not in said, "the month's end is none of the plan"
    assert today_says(coordinator)
    assert "plans have changed" in coordinator.get("/timetables").get_data(as_text=True)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    page = choose(coordinator, path)
    assert page.status_code == 200, page.get_data(as_text=True)
    draft = draft_of(app, path)
    answer = coordinator.submit(f"/timetables/{draft}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    town.timetable = draft
    now = visits_from(app, town, child, LATER)
    assert {v.end - v.start for v in now} == {60}
    weeks = {v.day.isocalendar()[1] for v in now}
    assert len(now) == len(weeks) == 2
    assert {(v.child_id, v.day) for v in live(app, town) if v.child_id != child.id and v.day >= FRIDAY} >= set()
    assert len([v for one in others for v in visits_from(app, town, one, FRIDAY)]) == len(before)
    assert not gap_of(app, coordinator, town) and not today_says(coordinator)


def test_a_plan_that_ends_is_told_and_its_visits_are_called_off(app, town, coordinator):
    child = town.children[0]
    stale = visits_from(app, town, child, LATER)
    assert stale
    change_plan(app, child, LATER)
    said = gap_of(app, coordinator, town)
    assert f"{len(stale)} published visits from" in said and "no lessons at home in a plan in force" in said
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    choose(coordinator, path)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    town.timetable = draft_of(app, path)
    assert not visits_from(app, town, child, LATER)
    assert visits_from(app, town, child, FRIDAY), "those before the end stand"
    assert not gap_of(app, coordinator, town)


def test_a_service_in_place_of_another_is_told_and_planned(app, town, coordinator):
    child = town.children[0]
    change_plan(app, child, LATER, other=True, times=2, minutes=45)
    assert child.name in gap_of(app, coordinator, town)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    choose(coordinator, path)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    town.timetable = draft_of(app, path)
    now = visits_from(app, town, child, LATER)
    assert len(now) == 4 and {v.end - v.start for v in now} == {45}
    assert not gap_of(app, coordinator, town)


def test_a_version_that_asks_for_the_same_is_not_told(app, town, coordinator):
    change_plan(app, town.children[0], LATER, times=2, minutes=90)
    assert not gap_of(app, coordinator, town) and not today_says(coordinator)


def test_a_repair_of_something_else_leaves_visits_of_an_ended_plan_where_they_are(app, town, coordinator):
    child, other = town.children[0], town.children[2]
    stale = {(v.day, v.start) for v in visits_from(app, town, child, LATER)}
    change_plan(app, child, LATER)
    gone = visits_from(app, town, other, MONDAY)[0].day
    path = begin(app, coordinator, town, "family_cancels", child_id=str(other.id), first_on=gone.isoformat())
    choose(coordinator, path)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    town.timetable = draft_of(app, path)
    assert {(v.day, v.start) for v in visits_from(app, town, child, LATER)} == stale
    assert child.name in gap_of(app, coordinator, town)


def test_the_page_of_an_approval_says_what_no_longer_fits(app, town, coordinator):
    child = town.children[0]
    stale = len(visits_from(app, town, child, LATER))
    with app.app_context():
        db.write()
        made = make.add_draft(child, number=2, first=LATER, times=1, minutes=60)
        version = made.id
        db.session.execute(update(PlanVersion).where(PlanVersion.id == version).values(state=VersionState.SUBMITTED))
        db.session.commit()
    for path in (f"/plans/{version}/approve", f"/plans/{version}"):
        page = coordinator.get(path).get_data(as_text=True)
        assert f"Timetable {MONTH}" in page and f"{stale} published visits from" in page, page
        assert f"/timetables/{town.timetable}/repair?" in page and str(uuid.UUID(str(child.id))) in page


def test_a_month_with_a_changed_plan_can_be_planned_again(app, town, coordinator, make_timetable):
    """The same service before and after: one run knows both."""
    child = town.children[0]
    change_plan(app, child, LATER, times=1, minutes=60)
    made = make_timetable()
    assert made != town.timetable
    answer = coordinator.submit(f"/timetables/{made}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    town.timetable = made
    lengths = {v.day >= LATER: v.end - v.start for v in visits_from(app, town, child, MONDAY)}
    assert lengths == {False: 90, True: 60}
    versions = {v.day >= LATER: v.plan_version_id for v in visits_from(app, town, child, MONDAY)}
    assert len(set(versions.values())) == 2
    assert not gap_of(app, coordinator, town)


@pytest.mark.parametrize("asked", ["plans", "closed"])
def test_nobody_who_does_not_plan_reads_that_all_is_well(app, town, coordinator, sign_in, asked):
    change_plan(app, town.children[0], LATER, times=1, minutes=60)
    with app.app_context():
        db.write()
        reader = people.make_user(Role.SCHOOL_COORDINATOR, school_id=town.school.id, name="冉启秀")
        db.session.commit()
    client = app.test_client()
    sign_in(user=reader, client=client)
    page = client.get(f"/timetables?{asked}=1").get_data(as_text=True)
    assert "is shown to whoever makes the timetables" in page and f"/timetables/{town.timetable}" in page
    assert "are what the plans say" not in page and "No timetable has visits" not in page
    assert "is shown to whoever" not in coordinator.get(f"/timetables?{asked}=1").get_data(as_text=True)


def test_a_months_minutes_are_headed_by_what_each_version_asks_for(app, town, coordinator):
    child = town.children[0]
    path = f"/children/{child.id}/visits?month=2026-10"
    assert "<h2>90 minutes, 2 times a week</h2>" in coordinator.get(path).get_data(as_text=True)
    change_plan(app, child, LATER, times=1, minutes=60)
    page = coordinator.get(path).get_data(as_text=True)
    assert f"90 minutes, 2 times a week (until {LATER - timedelta(days=1)})" in page
    assert f"60 minutes, 1 times a week (from {LATER} on)" in page
