"""Own deadlines on the first page: beside the live counts, and never the same twice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.access import Role
from app.db import db
from app.plans import actions
from app.steps.actions import tick_until
from app.web.filters import today
from tests.factories import plans as make
from tests.factories import roll as roll
from tests.home.test_today import desk, numbers  # noqa: F401  a fixture
from tests.steps.conftest import with_certificate
from tests.support import people


def tick(app) -> None:
    with app.app_context():
        tick_until(today())


def steps(page: str) -> list[str]:
    """The rows with a deadline, as text."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>") if "<td" in row]


def test_the_plan_that_ends_is_said_once_and_gone_with_the_approval_of_the_next(app, client, desk, sign_in):
    with app.app_context():
        db.write()
        make.approved(desk, weeks=4)
        db.session.commit()
    sign_in(user=desk.users["author"])
    tick(app)  # nothing to add: the approval has opened it already
    page = client.get("/").get_data(as_text=True)
    assert "plan ends within 30 days" not in numbers(page)
    (row,) = steps(page)
    assert "Write the next plan: this one ends" in row and "Due soon" in row
    assert "1 matter with a deadline is yours" in page
    with app.app_context():
        db.write()
        version_id = make.complete_draft(desk, weeks=20).id
        actions.submit_plan(desk.author, version_id, today=today())
        actions.approve_plan(desk.approver, version_id, today=today())
        db.session.commit()
    page = client.get("/").get_data(as_text=True)
    assert steps(page) == [] and "matter with a deadline" not in page


def test_what_rose_stands_on_the_first_page_of_the_district(app, client, sign_in):
    with app.app_context():
        db.write()
        town = roll.make_town()
        with_certificate(town, today() - timedelta(days=40))
        users = [people.make_user(Role.DISTRICT_COORDINATOR, unit_id=unit.id) for unit in (town.home, town.far)]
        school = people.make_user(Role.SCHOOL_COORDINATOR, school_id=town.a.id)
        db.session.commit()
    tick(app)
    for user, found in ((users[0], 1), (users[1], 0), (school, 1)):
        sign_in(user=user)
        page = client.get("/").get_data(as_text=True)
        rows = [row for row in steps(page) if "certificate" in row]
        assert len(rows) == found
        assert all("Overdue" in row and "District" in row for row in rows)


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_people_without_deadlines_see_nothing_of_them(client, sign_in, language):
    sign_in("city_coordinator", language=language)
    page = client.get("/").get_data(as_text=True)
    assert "With a deadline" not in page and "有期限的事项" not in page
