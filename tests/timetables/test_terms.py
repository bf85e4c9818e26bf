"""A whole term in one press: month after month with the same teams and weekdays, published together."""

from __future__ import annotations

import re
import uuid
from collections import Counter, defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import delete, select

from app.access import Role
from app.db import db
from app.jobs.runner import run_waiting
from app.plans.types import Frequency
from app.timetables.models import Timetable, UnservedNeed, Visit
from app.timetables.types import TimetableState, VisitOrigin
from tests.factories import visits as make
from tests.support import people

MONTHS = ["2026-10", "2026-11", "2026-12", "2027-01"]


@pytest.fixture(autouse=True)
def before_the_holidays():
    """The day on which the rest of the term is planned."""
    with time_machine.travel(datetime(2026, 9, 28, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        yield


@pytest.fixture
def busy(app, district):
    """The district with a second team and more children, so that there is something to choose between."""
    with app.app_context():
        db.write()
        make.make_second_team(district, ("冉·木加", "谭红"))
        for place, name in enumerate(("龙·阿依", "谭雨欣", "田小禾", "冉小鹏"), 2):
            make.add_child(district, name, place)
        make.add_child(district, "何双周", 6, often=1, frequency=Frequency.FORTNIGHT)
        db.session.commit()
        db.session.expunge_all()
    return district


@pytest.fixture
def plan_term(app, coordinator, busy):
    """plan_term(**values) -> the page of the term after all its months were made."""

    def run(month: str = MONTHS[0], **values) -> str:
        answer = coordinator.submit(
            "/timetables/new", month=month, span="term", seconds="1", unit_id=str(busy.unit.id), **values
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        while run_waiting(app):
            pass
        return coordinator.get(f"/timetables/term?unit={busy.unit.id}&month={month}").get_data(as_text=True)

    return run


@pytest.fixture
def tables(app):
    """tables() -> {month: (state, [visits])} of what was not put away, the newest of each month."""

    def read() -> dict[str, tuple[TimetableState, list[Visit]]]:
        with app.app_context():
            rows = db.session.scalars(
                select(Timetable).where(Timetable.state != TimetableState.DISCARDED).order_by(Timetable.created_at)
            ).all()
            return {
                row.month: (
                    row.state,
                    list(db.session.scalars(select(Visit).where(Visit.timetable_id == row.id).order_by(Visit.day))),
                )
                for row in rows
            }

    return read


def usual(visits) -> dict[uuid.UUID, tuple[uuid.UUID, frozenset[int]]]:
    """Team and usual weekdays of each child."""
    days, teams = defaultdict(Counter), defaultdict(Counter)
    for one in visits:
        if one.origin == VisitOrigin.TEMPLATE and one.day not in {date(2026, 10, 10), date(2026, 9, 27)}:
            days[one.child_id][one.day.weekday()] += 1
        teams[one.child_id][one.team_id] += 1
    return {
        child: (teams[child].most_common(1)[0][0], frozenset(day for day, count in days[child].items() if count > 1))
        for child in teams
    }


def test_one_press_plans_every_month_to_the_end_of_the_term(plan_term, tables):
    page = plan_term()
    made = tables()
    assert sorted(made) == MONTHS
    assert all(state == TimetableState.DRAFT and visits for state, visits in made.values())
    assert all(f">{month}</a>" in page for month in MONTHS) and "Publish all drafts" in page


def test_the_next_month_keeps_teams_weekdays_and_the_rhythm_of_fortnights(plan_term, tables, busy):
    page = plan_term()
    made = tables()
    for before, after in zip(MONTHS, MONTHS[1:], strict=False):
        was, now = usual(made[before][1]), usual(made[after][1])
        assert {child: team for child, (team, _days) in was.items()} == {c: team for c, (team, _days) in now.items()}
        weekly = [child.id for child in busy.children if child.name != "何双周"]
        assert {child: was[child] for child in weekly} == {child: now[child] for child in weekly}
    fortnightly = next(child.id for child in busy.children if child.name == "何双周")
    weeks = {
        (v.day.toordinal() - 1) // 7 % 2 for month in MONTHS[1:] for v in made[month][1] if v.child_id == fortnightly
    }
    assert len(weeks) == 1
    assert "100.0%" in page


def test_a_year_whose_holidays_are_unknown_is_planned_and_marked_provisional(plan_term, tables):
    page = plan_term()
    assert "2027-01" in tables()
    assert "The holidays of 2027 are not announced yet" in page and "provisional" in page


def test_published_months_stay_and_the_next_follows_them(plan_term, tables, make_timetable, coordinator, busy):
    first = make_timetable(MONTHS[0])
    assert coordinator.submit(f"/timetables/{first}/publish").status_code == 200
    plan_term()
    made = tables()
    assert made[MONTHS[0]][0] == TimetableState.PUBLISHED and made[MONTHS[1]][0] == TimetableState.DRAFT
    was, now = usual(made[MONTHS[0]][1]), usual(made[MONTHS[1]][1])
    assert {child: team for child, (team, _days) in was.items()} == {c: team for c, (team, _days) in now.items()}


def test_all_drafts_are_published_together(plan_term, tables, coordinator, busy):
    plan_term()
    address = f"/timetables/term/publish?unit={busy.unit.id}&month={MONTHS[0]}"
    drafts = re.findall(r'name="draft" value="([0-9a-f-]{36})"', coordinator.get(address).get_data(as_text=True))
    assert len(drafts) == 4
    answer = coordinator.submit(address, draft=drafts)
    assert answer.status_code == 200 and "4 months were published" in answer.get_data(as_text=True)
    assert all(state == TimetableState.PUBLISHED for state, _visits in tables().values())


def test_one_month_that_cannot_be_published_keeps_all_back(plan_term, tables, coordinator, busy, app):
    plan_term()
    address = f"/timetables/term/publish?unit={busy.unit.id}&month={MONTHS[0]}"
    drafts = re.findall(r'name="draft" value="([0-9a-f-]{36})"', coordinator.get(address).get_data(as_text=True))
    with app.app_context():
        db.write()
        row = db.session.scalars(select(Timetable).where(Timetable.month == MONTHS[2])).one()
        teams = {v.team_id for v in db.session.scalars(select(Visit).where(Visit.timetable_id == row.id))}
        lost = db.session.get(make.Team, next(iter(teams)))
        lost.active = False
        db.session.commit()
    answer = coordinator.submit(address, "publish", draft=drafts)
    assert answer.status_code == 422 and "Nothing was published" in answer.get_data(as_text=True)
    assert all(state == TimetableState.DRAFT for state, _visits in tables().values())


def test_a_stopped_run_keeps_its_best_and_asks_for_no_more(app, coordinator, busy, tables):
    coordinator.submit("/timetables/new", month=MONTHS[0], span="term", seconds="60", unit_id=str(busy.unit.id))
    with app.app_context():
        made = db.session.scalars(select(Timetable)).one()
        address, job = f"/timetables/{made.id}", made.job_id
    with app.app_context():
        from app.jobs.models import Job

        db.write()
        db.session.get(Job, job).cancel_asked = True
        db.session.commit()
    assert run_waiting(app) == 1 and run_waiting(app) == 0
    assert list(tables()) == [MONTHS[0]] and coordinator.get(address).status_code == 200


def test_a_month_outside_of_every_term_is_refused_with_what_to_do(coordinator, busy):
    answer = coordinator.submit("/timetables/new", month="2026-08", span="term", seconds="1", unit_id=str(busy.unit.id))
    assert answer.status_code == 422 and "There is no teaching day left in this month" in answer.get_data(as_text=True)


def test_the_term_of_another_district_is_not_shown(app, coordinator, district):
    with app.app_context():
        db.write()
        other = make.plans.make_unit("黔江区").id
        db.session.commit()
    assert coordinator.get(f"/timetables/term?unit={other}&month=2026-10").status_code == 404
    assert coordinator.get("/timetables/term?unit=nonsense&month=2026-10").status_code == 404
    assert coordinator.get(f"/timetables/term?unit={district.unit.id}&month=x").status_code == 404


def test_who_went_short_the_last_time_comes_first_now(app, coordinator, busy, plan_term):
    """The far child has no room in October. In November it comes before the near ones."""
    with app.app_context():
        db.write()
        db.session.execute(delete(make.TeamMember).where(make.TeamMember.team_id != busy.team.id))
        for row in db.session.scalars(select(make.TeacherHours)):
            if row.weekday > 2:
                db.session.delete(row)
        db.session.commit()
    plan_term()
    with app.app_context():
        rows = db.session.execute(
            select(Timetable.month, UnservedNeed.child_id).join(UnservedNeed, UnservedNeed.timetable_id == Timetable.id)
        ).all()
    short = {month: {child for name, child in rows if name == month} for month in MONTHS}
    assert short[MONTHS[0]] and short[MONTHS[1]]
    assert short[MONTHS[1]] != short[MONTHS[0]], "the same children go without again"


def test_the_city_plans_all_districts_in_one_press(app, client, sign_in, busy):
    with app.app_context():
        db.write()
        city = people.make_user(Role.CITY_COORDINATOR, name="市主任")
        db.session.commit()
        db.session.expunge_all()
    sign_in(user=city)
    page = client.submit("/timetables/new", month=MONTHS[0], seconds="1", unit_id="all").get_data(as_text=True)
    assert "The timetable of 1 district is being made." in page
    assert re.search(r"万州区、[^<]*：No team can visit yet\.", page)
    run_waiting(app)
    with app.app_context():
        made = db.session.scalars(select(Timetable)).one()
        assert made.unit_id == busy.unit.id and made.state == TimetableState.DRAFT
