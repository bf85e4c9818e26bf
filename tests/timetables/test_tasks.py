"""Tasks about timetables: the city is told how many districts they are about, teachers ahead of the day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.access import Role
from app.db import db
from tests.factories import plans
from tests.support import people
from tests.timetables.test_closed_days import SUNDAY, close, day, visits_on  # noqa: F401
from tests.timetables.test_versions import in_force, live, on, september  # noqa: F401

CLOSED = r"district has visits on days without school: repair the timetable"
RUNNING = r"districts? (?:has|have) no timetable for the running month"
AHEAD = r"visits? of the next two weeks stands? on (?:a day|days) without school"


def line(page: str, words: str) -> tuple[str, int, str] | None:
    """(tag, number, address) of a line of work."""
    found = re.search(
        rf'<li><span class="tag[^"]*">([^<]*)</span><span><a href="([^"]+)">(\d+) {words}', page, re.DOTALL
    )
    return (found[1], int(found[3]), found[2].replace("&amp;", "&")) if found else None


@pytest.fixture
def city(app):
    """A browser of the city; sign it in on the day."""
    with app.app_context():
        db.write()
        user = people.make_user(Role.CITY_COORDINATOR)
        db.session.commit()
    client = app.test_client()
    return lambda: people.sign_in(client, user) or client


@pytest.mark.both_databases
def test_the_city_is_told_of_visits_on_a_day_closed_later(app, day, on, district, city):
    with on(SUNDAY):
        signed, city = city, city()
        assert line(city.get("/").get_data(as_text=True), CLOSED) is None
        close(app, district.unit.id, day)
        _tag, number, url = line(city.get("/").get_data(as_text=True), CLOSED)
        assert number == 1 and "/repair?" in url and city.get(url).status_code == 200
        listed = city.get("/timetables?closed=1").get_data(as_text=True)
        assert listed.count("visits on closed days: repair") == 1
    with on(day + timedelta(days=1)):
        city = signed()
        assert line(city.get("/").get_data(as_text=True), CLOSED) is None
        assert "No timetable has visits on days without school" in city.get("/timetables?closed=1").get_data(
            as_text=True
        )


def test_a_closed_day_to_come_is_urgent_or_waits_and_is_not_overdue(app, day, on, coordinator, district):
    words = r"visits? stands? on (?:a day|days) without school"
    close(app, district.unit.id, day)
    for before, tag in ((7, "Urgent"), (8, "Waiting"), (0, "Urgent")):
        with on(day - timedelta(days=before)):
            assert line(coordinator.get("/").get_data(as_text=True), words)[0] == tag


@pytest.mark.both_databases
def test_a_teacher_is_told_two_weeks_ahead(app, day, on, teacher, district):
    close(app, district.unit.id, day)
    mine = len(visits_on(app, district.unit.id, day))
    for before in (15, 14, 1):
        with on(day - timedelta(days=before)):
            found = line(teacher.get("/").get_data(as_text=True), AHEAD)
            if before == 15:
                assert found is None
                continue
            tag, number, url = found
            assert (tag, number) == ("Waiting", mine)
            assert "Schools closed: 暴雨" in teacher.get(url).get_data(as_text=True)
    with on(day):
        page = teacher.get("/").get_data(as_text=True)
        assert line(page, AHEAD) is None
        assert line(page, r"visits? of today stands? on a day without school")[0] == "Urgent"


@pytest.mark.both_databases
def test_the_city_is_told_of_districts_without_a_timetable_of_the_running_month(app, city, client, sign_in):
    with time_machine.travel(datetime(2026, 11, 24, 4, tzinfo=UTC)):
        with app.app_context():
            db.write()
            desks = [plans.make_desk(), plans.make_desk()]
            for desk in desks:
                plans.approved(desk)
            user = desks[0].users["approver"]
            db.session.commit()
        city = city()
        tag, number, url = line(city.get("/").get_data(as_text=True), RUNNING)
        sign_in(user=user)
        own = line(client.get("/").get_data(as_text=True), RUNNING)
        page = city.get(url).get_data(as_text=True)
        listed = re.search(r"Districts without a timetable for 2026-11</h2>(.*?)</section>", page, re.DOTALL)[1]
        links = re.findall(r'href="([^"]+)"', listed)
        assert all(city.get(link.replace("&amp;", "&")).status_code == 200 for link in links)
    assert tag == "Overdue" and url == "/timetables?month=2026-11"
    assert listed.count("<li>") == number == 2 and own[1] == 1


def test_the_city_is_not_asked_for_districts_that_teach_nobody_at_home(app, city):
    with time_machine.travel(datetime(2026, 11, 27, 4, tzinfo=UTC)):
        with app.app_context():
            db.write()
            desks = [plans.make_desk(), plans.make_desk()]
            plans.approved(desks[0])
            db.session.commit()
        tag, number, url = line(
            city().get("/").get_data(as_text=True), r"districts? (?:has|have) no timetable for next"
        )
    assert (tag, number) == ("Soon", 1)
    assert "month=2026-12" in url
