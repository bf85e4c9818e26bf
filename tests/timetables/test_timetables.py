"""Making and moving timetables through the pages and the job."""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from app.children.models import HomePoint
from app.db import db
from app.jobs.models import Job, JobState
from app.jobs.runner import run_waiting
from app.schools.models import Term
from app.teams.models import FamilyTime, Leave, Team
from app.timetables.models import Booking, Timetable, UnservedNeed, Visit
from app.timetables.types import TimetableState
from tests.factories import visits as make
from tests.support.client import ORIGIN, read_form
from tests.support.engines import kill_engines
from tests.support.months import MONTH

HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}


def test_a_holiday_month_becomes_visits_that_keep_every_rule(app, make_timetable, coordinator, district, visits_of):
    made = make_timetable()
    visits = visits_of(made)
    assert visits and not {v.day for v in visits} & HOLIDAYS
    for child in district.children:
        days = [v.day for v in visits if v.child_id == child.id]
        assert all((b - a).days >= 1 for a, b in zip(days, days[1:], strict=False))
        assert {v.plan_version_id for v in visits if v.child_id == child.id} == {district.versions[child.id].id}
    assert all(v.end - v.start == 90 and not v.frozen for v in visits)
    with app.app_context():
        row = db.session.get(Timetable, made)
        missing = db.session.scalar(
            select(func.coalesce(func.sum(UnservedNeed.missing), 0)).where(UnservedNeed.timetable_id == made)
        )
    assert row.figures.placed == len(visits) and row.figures.asked == len(visits) + missing
    page = coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    assert f"{len(visits)} / {row.figures.asked}" in page and "National Day" in coordinator.get(
        f"/timetables/{made}?week=2026-10-01"
    ).get_data(as_text=True)


def test_a_child_without_home_or_times_is_named_with_a_way_to_mend_it(app, make_timetable, coordinator, district):
    with app.app_context():
        db.write()
        db.session.execute(delete(HomePoint).where(HomePoint.child_id == district.children[0].id))
        db.session.execute(delete(FamilyTime).where(FamilyTime.child_id == district.children[1].id))
        third = make.add_child(district, "龙·阿依", 2)
        db.session.commit()
        third_id = third.id
    before = coordinator.get(f"/timetables/new?month=2026-10&unit={district.unit.id}").get_data(as_text=True)
    page = coordinator.get(f"/timetables/{make_timetable()}").get_data(as_text=True)
    for shown in (before, page):
        assert "冉䶮一" in shown and "Where the home is has not been entered." in shown
        assert f"/children/{district.children[1].id}/visits/times" in shown
    with app.app_context():
        assert set(db.session.scalars(select(Visit.child_id))) == {third_id}


def test_a_skill_that_nobody_has_is_the_reason_in_the_readers_language(app, make_timetable, coordinator, district):
    with app.app_context():
        db.write()
        make.add_child(district, "谭雨欣", 2, needs="听障、图片卡")
        far = make.plans.make_school(make.plans.make_unit("黔江区"), "特校")
        make.make_teacher(far, "远方", hours=False).skills = ["听障"]
        db.session.commit()
    made = make_timetable()
    page = coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    assert "No team of at least 2 adults has all of: 听障." in page
    assert "图片卡" in page and "not taken as a condition" in page
    with coordinator.session_transaction(base_url="https://localhost") as cookie:
        cookie["language"] = "zh_Hans"
    assert "No team of at least" not in coordinator.get(f"/timetables/{made}").get_data(as_text=True)


def test_a_year_without_holidays_is_loud(app, coordinator, district):
    with app.app_context():
        db.write()
        db.session.add(
            Term(
                unit_id=district.unit.id,
                school_year=2041,
                number=1,
                starts_on=date(2041, 9, 2),
                ends_on=date(2042, 1, 17),
            )
        )
        db.session.commit()
    answer = coordinator.submit("/timetables/new", month="2041-10", unit_id=str(district.unit.id))
    assert answer.status_code == 422
    assert "The holidays of 2041 are not known yet" in answer.get_data(as_text=True)


def test_december_is_planned_before_next_years_holidays_are_known(app, make_timetable, visits_of):
    days = {v.day for v in visits_of(make_timetable("2026-12"))}
    assert days and max(days) <= date(2026, 12, 31) and min(days) >= date(2026, 11, 30)


@pytest.mark.parametrize("month", ["2026-13", "October", "2026-07-01"])
def test_a_wrong_month_is_refused(coordinator, district, month):
    assert coordinator.submit("/timetables/new", month=month, unit_id=str(district.unit.id)).status_code == 422


def test_without_a_team_nothing_starts(app, coordinator, district):
    with app.app_context():
        db.write()
        db.session.get(Team, district.team.id).active = False
        db.session.commit()
    answer = coordinator.submit("/timetables/new", month="2026-10", unit_id=str(district.unit.id))
    assert answer.status_code == 422 and "No team can visit yet" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_two_runs_of_one_month_at_once_are_refused(coordinator, district):
    coordinator.submit("/timetables/new", month="2026-10", seconds="1", unit_id=str(district.unit.id))
    again = coordinator.submit("/timetables/new", month="2026-10", seconds="1", unit_id=str(district.unit.id))
    assert again.status_code == 422 and "is being made already" in again.get_data(as_text=True)


def test_a_run_of_a_killed_worker_is_found_again(app, coordinator, district, visits_of):
    coordinator.submit("/timetables/new", month="2026-10", seconds="1", unit_id=str(district.unit.id))
    with app.app_context():
        db.write()
        job = db.session.scalars(select(Job)).one()
        job.state, job.owner, job.attempts = JobState.RUNNING, "elsewhere:1:1", 1
        job.seen_at = job.created_at - timedelta(hours=1)
        db.session.commit()
    assert run_waiting(app) == 1
    with app.app_context():
        row = db.session.scalars(select(Timetable)).one()
        assert row.state == TimetableState.DRAFT and visits_of(row.id)


def test_a_search_by_moves_makes_the_same_plan_however_long_was_asked_for(app, coordinator, district, visits_of):
    app.config["SEARCH_MOVES"], plans = 300, []
    for seconds in ("5", "1200"):
        coordinator.submit("/timetables/new", month=MONTH, seconds=seconds, unit_id=str(district.unit.id))
        assert run_waiting(app) == 1
        with app.app_context():
            row = db.session.scalars(select(Timetable).order_by(Timetable.created_at.desc())).first()
        plans.append([(v.child_id, v.team_id, v.day, v.start) for v in visits_of(row.id)])
    assert plans[0] and plans[0] == plans[1]


def test_stopping_a_run_keeps_the_best_plan(app, coordinator, district, visits_of):
    coordinator.submit("/timetables/new", month="2026-10", seconds="60", unit_id=str(district.unit.id))
    with app.app_context():
        db.write()
        db.session.scalars(select(Job)).one().cancel_asked = True
        db.session.commit()
    run_waiting(app)
    with app.app_context():
        row = db.session.scalars(select(Timetable)).one()
        assert row.state == TimetableState.DRAFT and row.figures.stopped and visits_of(row.id)


def test_the_page_says_when_something_changed_since(app, make_timetable, coordinator, district):
    made = make_timetable()
    words = "on leave since this draft was made"
    assert words not in coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    opened = read_form(coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True))[1]
    with app.app_context():
        db.write()
        db.session.add(
            Leave(teacher_id=district.teachers[0].id, first_on=date(2026, 10, 12), last_on=date(2026, 10, 16))
        )
        db.session.commit()
    assert words in coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    refused = coordinator.post(f"/timetables/{made}/publish", data=opened, headers={"Origin": ORIGIN})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422 and words in page and "outside its hours" in page
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_a_new_plan_version_is_named_beside_the_timetable(app, make_timetable, coordinator, district):
    made = make_timetable()
    with app.app_context():
        db.write()
        child = district.children[0]
        from app.plans.models import PlanForce

        db.session.scalars(select(PlanForce).where(PlanForce.child_id == child.id)).one().valid_to = date(2026, 10, 19)
        db.session.flush()
        make.add_plan(child, number=2, first=date(2026, 10, 19))
        db.session.commit()
    page = coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    assert "made from version 1, in force is 2" in page


def test_a_move_is_checked_before_it_is_saved(app, make_timetable, coordinator, district, visits_of):
    made = make_timetable()
    visit = visits_of(made)[0]
    at = f"/visits/{visit.id}/move"
    asked = {"day": visit.day.isoformat(), "start": "06:00", "team_id": str(visit.team_id)}
    live = coordinator.get(at + "/check", query_string=asked, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "outside the family" in live
    assert coordinator.submit(at, start="06:00").status_code == 422
    holiday = coordinator.submit(at, day="2026-10-05", start="09:00")
    assert holiday.status_code == 422 and "is closed" in holiday.get_data(as_text=True)
    with app.app_context():
        assert db.session.get(Visit, visit.id).start == visit.start
        free = next(
            day
            for day in (visit.day + timedelta(days=n) for n in range(40))
            if day.weekday() < 5 and day not in {v.day for v in visits_of(made)} and day not in HOLIDAYS
        )
    moved = coordinator.submit(at, day=free.isoformat(), start="10:00")
    if moved.status_code == 200:
        with app.app_context():
            db.session.expire_all()
            row = db.session.get(Visit, visit.id)
            assert (row.day, row.start, row.end, row.origin) == (free, 600, 690, "manual")
    else:  # the gap to another visit of the child forbids it, and the page says so
        assert "days apart" in moved.get_data(as_text=True)


def test_a_suspended_child_is_not_planned(app, make_timetable, district, visits_of):
    from app.roll.models import RollState
    from app.roll.types import RollStatus

    with app.app_context():
        db.write()
        state = db.session.scalars(select(RollState).where(RollState.child_id == district.children[0].id)).one()
        state.valid_to = date(2026, 9, 15)
        db.session.flush()
        db.session.add(
            RollState(child_id=district.children[0].id, status=RollStatus.SUSPENDED, valid_from=date(2026, 9, 15))
        )
        db.session.commit()
    assert {v.child_id for v in visits_of(make_timetable())} == {district.children[1].id}


def asked_for(coordinator, district):
    """Ask for a timetable of the month; its id."""
    coordinator.submit("/timetables/new", month=MONTH, seconds="1", unit_id=str(district.unit.id))
    page = coordinator.get("/timetables", query_string={"month": MONTH}).get_data(as_text=True)
    return uuid.UUID(re.search(r"/timetables/([0-9a-f-]{36})", page)[1])


def states(app, timetable_id):
    with app.app_context():
        row = db.session.get(Timetable, timetable_id)
        return row.state, db.session.get(Job, row.job_id).state


def test_a_run_that_fails_leaves_nothing_waiting_and_says_so(app, coordinator, district):
    made = asked_for(coordinator, district)
    with app.app_context():
        db.write()
        job = db.session.get(Job, db.session.get(Timetable, made).job_id)
        job.args = job.args | {"seed": "none"}
        db.session.commit()
    app.config["PROPAGATE_ERRORS"] = False
    run_waiting(app)
    assert states(app, made) == (TimetableState.FAILED, JobState.FAILED)
    page = coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    assert "This timetable was not made." in page and "hx-trigger" not in page
    assert "Not made" in coordinator.get(f"/timetables/{made}/runs").get_data(as_text=True)
    assert coordinator.get(f"/timetables/{made}/day").status_code == 404
    answer = coordinator.submit("/timetables/new", month=MONTH, seconds="1", unit_id=str(district.unit.id))
    assert answer.status_code == 200, "another one may be asked for"


def test_a_worker_outlives_the_engines_process_and_the_run_is_over(app, coordinator, district):
    made, over = asked_for(coordinator, district), threading.Event()

    def kill():
        while not over.is_set():
            kill_engines()

    watcher = threading.Thread(target=kill)
    app.config["SEARCH_APART"] = True
    watcher.start()
    run_waiting(app)
    over.set()
    watcher.join()
    assert states(app, made) == (TimetableState.FAILED, JobState.FAILED)


def test_the_engine_in_a_process_of_its_own_fills_the_timetable(app, make_timetable, visits_of):
    app.config["SEARCH_APART"] = True
    made = make_timetable()
    assert visits_of(made) and states(app, made) == (TimetableState.DRAFT, JobState.DONE)


def test_what_failed_while_a_timetable_was_made_is_said_beside_it(app, make_timetable, coordinator):
    made = make_timetable()
    assert "error of the program" not in coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    with app.app_context():
        db.write()
        row = db.session.get(Timetable, made)
        assert row.figures.failures == ()
        row.figures = replace(row.figures, failures=("search", "bound"))
        db.session.commit()
    for page, headers in ((f"/timetables/{made}", {}), (f"/timetables/{made}/run", {"HX-Request": "true"})):
        text = coordinator.get(page, headers=headers).get_data(as_text=True)
        assert "The search ended early because of an error of the program." in text
        assert "it could not be said how near to the best possible this is." in text


@pytest.mark.parametrize("start", ["23:50", "23:00", "00:05"])
def test_no_hour_of_a_move_lies_beyond_the_day(app, coordinator, make_timetable, start):
    made = make_timetable()
    with app.app_context():
        visit = db.session.scalar(select(Visit).where(Visit.timetable_id == made).order_by(Visit.day, Visit.start))
    path = f"/visits/{visit.id}/move"
    begin = int(start[:2]) * 60 + int(start[3:])
    told = (
        coordinator.submit(path, start=start),
        coordinator.get(
            f"{path}/check?day={visit.day}&start={start}&team_id={visit.team_id}", headers={"HX-Request": "true"}
        ),
    )
    for answer in told:
        page = answer.get_data(as_text=True)
        assert ("would end after midnight" in page) == (begin + visit.end - visit.start > 24 * 60)
        assert not re.search(r"\b2[5-9]:|\b24:(?!00)|(?<!\d)-\d+:\d\d", page)
    assert told[0].status_code == 422
