"""The whole way: from two spreadsheets over plan and timetable to the papers, the visit and the family's answer.

Everybody has a browser of their own; work in the background is done beside them; the calendar stands on a Monday of
October 2026 and moves on to the day of the first visit.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from tests.browser.enrolling import finds, imports, places_and_enrols
from tests.browser.planning import approves, makes_teams_and_times, plans_the_month, writes_the_plan
from tests.browser.sheets import CHILD, GUARDIAN
from tests.browser.town import MONDAY, MONTH, Town, administrator_adds_the_schools_people, administrator_makes
from tests.support.journey import Walk, words_of, worker


def prints(desk: Walk, town: Town) -> None:
    """Plan, summary, route sheet and packet carry the names as they are written."""
    for name, path, words in (
        ("plan", f"{town.urls['plan']}/paper", (CHILD, GUARDIAN, "何㛃", "能用勺子自己吃饭", "郁山镇中心校")),
        ("summary", f"{town.urls['plan']}/summary", (CHILD, "自己用勺子吃饭", "叫她的名字")),
        ("routes", town.urls["routes"], (CHILD, "何㛃", "过了大桥右转", "120")),
        ("packet", town.urls["packet"], (CHILD, "何㛃", "自己用勺子吃饭")),
    ):
        text = words_of(desk.get(path, f"{name}.pdf"))
        missing = [word for word in words if word not in text]
        assert not missing, f"{name}: {missing} not in {text[:1500]}"


def invites(desk: Walk, town: Town) -> None:
    """The letter for the guardian: its address stands on the paper only."""
    desk.open(f"{town.urls['child']}/family").picture("37-family-tab")
    if not desk.page.locator('main a[href$="/invitation"]').count():
        desk.page.locator('main form[action$="/access"] button').first.click()
        desk.page.wait_for_load_state()
    desk.send_link("/invitation").picture("38-invitation")
    letter = desk.download(lambda: desk.page.locator("#letter button").click())
    text = words_of(letter)
    assert GUARDIAN in text and CHILD in text
    town.urls["enter"] = re.search(r"/enter/[A-Za-z0-9_-]{32}", text)[0]


def family_answers(phone: Walk, town: Town) -> None:
    """The guardian enters on a phone, reads, and agrees in part."""
    phone.open(town.urls["enter"]).picture("39-enter")
    town.examine(phone)
    phone.send().sees(CHILD, "自己用勺子吃饭", "叫她的名字，看她三秒再给玩具。").picture("40-family")
    town.examine(phone)
    phone.fill(answer="partly").send(422).picture("41-family-comment-asked")
    phone.fill(answer="partly", comment="希望改到下午来。").send().picture("42-family-answered")
    assert phone.page.locator('main [name="answer"][value="partly"]').is_checked()
    used = phone.page.goto(town.address + town.urls["enter"])
    assert used.status == 404, "the letter works once"


def records_by_taps(phone: Walk, town: Town) -> None:
    """On the day of the visit the teacher taps what was done; nothing has to be typed."""
    phone.open("/my-week").sees(CHILD).picture("43-my-week")
    town.examine(phone)
    with phone.page.expect_navigation():
        phone.page.locator('main a[href*="/record"]').first.tap()
    phone.picture("44-record-empty")
    for group in phone.page.locator("main fieldset.tap-field").all():
        group.locator(".tap input").nth(1).tap()
    phone.page.locator("main [name=times][value=planned]").tap()
    phone.page.locator("main [name=confirmed_by]").fill(GUARDIAN)
    phone.picture("45-record-tapped")
    town.examine(phone)
    with phone.page.expect_navigation():
        phone.page.locator(".phone-foot button").tap()
    phone.sees(CHILD).picture("46-recorded")


def sees_planned_and_given(desk: Walk, town: Town) -> None:
    """Planned and given stand side by side; the disagreement waits on Today."""
    desk.open("/").picture("47-today").page.locator('main a[href="/answers"]').click()
    desk.page.wait_for_load_state()
    desk.sees(CHILD, "希望改到下午来。").picture("48-answers")
    desk.open(f"{town.urls['child']}/visits?month={MONTH}").picture("49-visits")
    town.examine(desk)
    with desk.page.expect_navigation():
        desk.page.locator("main tbody th a").first.click()
    desk.sees("何㛃").picture("50-planned-and-given")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(
    ("language", "database_kind"), [("zh-CN", "sqlite"), ("en", "postgresql")], indirect=["database_kind"]
)
def test_from_two_spreadsheets_to_the_familys_answer(browser, app, live_server, language):
    with time_machine.travel(MONDAY, tick=True) as calendar, worker(app):
        town = Town(browser, app, live_server, language, calendar)
        with town.person("guanli") as admin, town.person("xiang") as xiang:
            administrator_makes(admin, town)
            town.sign_in(xiang, "xiang")
            imports(xiang, town)
            makes_teams_and_times(xiang, town)
            administrator_adds_the_schools_people(admin, town)
            finds(xiang, town)
            places_and_enrols(xiang, town)
            with town.person("chen") as chen:
                writes_the_plan(town.sign_in(chen, "chen"), town)
            approves(xiang, town)
            plans_the_month(xiang, town)
            prints(xiang, town)
            invites(xiang, town)
        with town.person("family", phone=True) as family:
            family_answers(family, town)
        first = _first_visit(app)
        calendar.move_to(MONDAY.replace(hour=18) + (first - MONDAY.date()) // timedelta(days=1) * timedelta(days=1))
        with town.person("he", phone=True) as teacher:
            records_by_taps(town.sign_in(teacher, "he"), town)
        with town.person("zhou") as zhou:
            sees_planned_and_given(town.sign_in(zhou, "zhou"), town)


def _first_visit(app):
    """The day of the first published visit."""
    from sqlalchemy import func, select

    from app.db import db
    from app.timetables.models import Visit

    with app.app_context():
        return db.session.scalar(select(func.min(Visit.day)))
