"""A coordinator's month in the demo district: plan it, publish it, lose a teacher for a week, repair, phone those
concerned, publish again, print the packets; the families and the teacher read what changed for them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select

from app.db import db
from tests.support.browser import axe
from tests.support.databases import run_command
from tests.support.journey import Walk, person, sign_in, words_of, worker

ZONE = ZoneInfo("Asia/Shanghai")
PLANNING, REPAIRING = datetime(2026, 11, 24, 9, tzinfo=ZONE), datetime(2026, 12, 9, 9, tzinfo=ZONE)
MONTH, AWAY, BACK = "2026-12", date(2026, 12, 14), date(2026, 12, 18)
PASSWORD = "yian-demo-2026"


@pytest.fixture
def county(app):
    """The demo district as it stands in the week before the month is planned."""
    run_command(app, "demo", "--scale", "district", "--seed", "1", "--on", "2026-11-23")
    return app


def _plans_and_publishes(desk: Walk) -> str:
    """The rest of the term in one press, review, publish; return the month's address."""
    desk.open(f"/timetables/new?month={MONTH}").fill(month=MONTH, span="term", seconds="5", seed="1").send()
    desk.until("main .figures", seconds=400)  # a process of its own compiles the search first
    made = re.search(r"/timetables/[0-9a-f-]{36}", desk.page.url)[0]
    desk.picture("01-draft").send_link("/timetables/term?").picture("02-term")
    axe(desk.page)
    desk.sees("暂定").send_link("/term/publish")
    axe(desk.page)
    desk.picture("02-publish").send().picture("03-published").sees("已发布 1 个月的课表")
    return made


def _own_team(app) -> tuple[str, str]:
    """The demo teacher's team and the teacher's id."""
    from app.accounts.models import User
    from app.schools.models import Teacher
    from app.teams.models import TeamMember

    with app.app_context():
        row = db.session.execute(
            select(TeamMember.team_id, Teacher.id)
            .join(Teacher, Teacher.id == TeamMember.teacher_id)
            .join(User, User.id == Teacher.user_id)
            .where(User.username == "teacher")
        ).first()
        return f"/teams/{row.team_id}", str(row.id)


def _loses_the_teacher(desk: Walk, team: str, teacher: str) -> None:
    """Days of leave lead to the repair; the ways out stand side by side; one is chosen."""
    desk.open(team).fill(teacher_id=teacher, first_on=AWAY.isoformat(), last_on=BACK.isoformat(), reason="病假")
    with desk.page.expect_navigation():
        desk.page.locator("#leave button[type=submit]").click()
    desk.sees(re.compile("落在请假期间")).picture("04-leave").send_link("/repair?").picture("05-what-happened")
    axe(desk.page)
    desk.send().until("main .ways .button.main", seconds=200).picture("06-ways-out")
    axe(desk.page)
    with desk.page.expect_navigation():
        desk.page.locator("main .ways .button.main").first.click()
    desk.sees("电话通知名单").picture("07-whom-to-phone")
    axe(desk.page)


def _phones_and_publishes(desk: Walk) -> int:
    """Numbers for a purpose, ticks, what changes, the new version; return how many stood on the list."""
    desk.fill(purpose="通知请假改期")
    with desk.page.expect_navigation():
        desk.page.locator("#phones button[type=submit]").click()
    assert re.search(r"1\d{10}", desk.page.locator("main .calls").inner_text()), "no number in full"
    desk.picture("08-numbers")
    people = desk.page.locator("main .call").count()
    with desk.page.expect_navigation():
        desk.page.locator("main .call button.tick").first.click()
    desk.sees(f"已通知 1 / {people}").picture("09-ticked")
    desk.send_link("/publish").sees("与现行课表相比的变动").picture("10-what-changes")
    axe(desk.page)
    desk.send().picture("11-published-again")
    return people


def _family_link(desk: Walk, child: str) -> str:
    """Make the family's link on the page; return its path."""
    desk.open(f"/children/{child}/visit-link").picture("12-link")
    with desk.page.expect_navigation():
        desk.page.locator('main form[action$="/make"] button').click()
    desk.picture("13-link-made")
    axe(desk.page)
    return re.search(r"/v/.+", desk.page.locator("#address").input_value())[0]


def _family_confirms_and_asks(phone: Walk, link: str) -> bool:
    """Confirm a visit and ask to move another; False where the team has no other time for any of them."""
    phone.open(link).picture("14-family")
    axe(phone.page)
    with phone.page.expect_navigation():
        phone.page.locator("main button.main").first.tap()
    phone.sees("您已确认：这个时间合适").picture("15-confirmed")
    moves = phone.page.locator('main a[href*="/move?"]').evaluate_all("all => all.map(one => one.href)")
    for address in moves:
        phone.open(address)
        if phone.page.locator('main [name="slot"]').count():
            break
    else:
        return False
    axe(phone.page)
    phone.picture("16-free-times").page.locator('main [name="slot"]').first.check(force=True)
    phone.send().sees("您已申请改时间").picture("17-asked")
    return True


def _accepts(desk: Walk) -> None:
    desk.open("/").send_link("/wishes").picture("18-wishes")
    axe(desk.page)
    desk.send().picture("19-accepted").sees("没有家庭要改时间")


def _changed_children(app) -> list[str]:
    """Children that the repair moved and that have a visit in the days after."""
    from app.timetables.models import Visit, VisitChange

    with app.app_context():
        return list(
            dict.fromkeys(
                map(
                    str,
                    db.session.scalars(
                        select(VisitChange.child_id)
                        .join(Visit, Visit.id == VisitChange.visit_id)
                        .where(Visit.day > REPAIRING.date())
                        .order_by(Visit.day, VisitChange.id)
                    ),
                )
            )
        )


def _substitutes(app) -> list[str]:
    """Teams with visits in the week of the leave."""
    from app.timetables.models import Booking, Visit

    with app.app_context():
        rows = db.session.execute(
            select(Visit.team_id, func.count())
            .where(Visit.day.between(AWAY, BACK), Visit.id.in_(select(Booking.visit_id)), Visit.origin != "template")
            .group_by(Visit.team_id)
            .order_by(func.count().desc())
        )
        return [str(row.team_id) for row in rows]


@pytest.mark.xdist_group("browser")
def test_a_teacher_is_lost_for_a_week_and_the_month_is_repaired(browser, county, live_server):
    app = county
    with time_machine.travel(PLANNING, tick=True) as calendar, worker(app):
        with person(browser, live_server, "district", pictures="repair") as desk:
            former = _plans_and_publishes(sign_in(desk, "district", PASSWORD))
        calendar.move_to(REPAIRING)
        team, teacher = _own_team(app)
        with person(browser, live_server, "district", pictures="repair") as desk:
            _loses_the_teacher(sign_in(desk, "district", PASSWORD), team, teacher)
            _phones_and_publishes(desk)
            desk.open(former).sees("已被替换")
            for child in _changed_children(app):
                link = _family_link(desk, child)
                with person(browser, live_server, "family", pictures="repair", phone=True) as phone:
                    if _family_confirms_and_asks(phone, link):
                        break
            else:
                pytest.fail("no family of a changed visit was offered another time")
            _accepts(desk)
            team_path = f"/teams/{(_substitutes(app) or [team.rpartition('/')[2]])[0]}"
            for kind in ("routes", "packet"):
                text = words_of(desk.get(f"{team_path}/{kind}.pdf?first={AWAY}", f"{kind}.pdf"))
                assert "12月" in text and "分钟" in text, text[:400]
        with person(browser, live_server, "teacher", pictures="repair", phone=True) as phone:
            sign_in(phone, "teacher", PASSWORD).open(f"/my-week?week={AWAY}").sees("您的课表有变动")
            phone.picture("20-teacher")
            axe(phone.page)
            assert AWAY + timedelta(days=4) == BACK and phone.page.locator("main article").count() == 0
