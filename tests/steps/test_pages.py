"""Steps as people see them: whose they are, who sees them, and that the deed closes them at once."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from app.access import Role
from app.children.models import Disability
from app.children.sight import give_sight
from app.children.types import SightKind
from app.db import db
from app.kernel.problems import Refused
from app.roll import actions as roll
from app.steps.actions import pause_step
from app.steps.models import Step
from app.steps.types import Ended
from app.web.filters import today
from tests.factories import roll as make
from tests.steps.conftest import steps_of, tick, with_certificate
from tests.support import people


@pytest.fixture
def users(app):
    """A town with one child whose certificate ends in 20 days, and who works there."""
    with app.app_context():
        db.write()
        town = make.make_town()
        child = with_certificate(town, today() + timedelta(days=20))
        give_sight(child.id, SightKind.SCHOOL, town.a.id, "roll", on=today())
        found = {
            "school": people.make_user(Role.SCHOOL_COORDINATOR, school_id=town.a.id),
            "receiver": people.make_user(Role.SCHOOL_COORDINATOR, school_id=town.c.id),
            "home": people.make_user(Role.DISTRICT_COORDINATOR, unit_id=town.home.id),
            "far": people.make_user(Role.DISTRICT_COORDINATOR, unit_id=town.far.id),
            "city": people.make_user(Role.CITY_COORDINATOR),
            "admin": people.make_user(Role.ADMINISTRATOR),
        }
        db.session.commit()
    with app.app_context():
        tick(today())
    return found | {"town": town, "child": child}


def listed(client, query: str = "") -> list[str]:
    """The rows of the list, as text."""
    page = client.get(f"/steps{query}").get_data(as_text=True)
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>") if "<td" in row]


def test_a_step_is_seen_by_whoever_sees_the_child_and_by_nobody_else(client, users, sign_in):
    for who in ("school", "home", "city"):
        sign_in(user=users[who])
        (row,) = listed(client)
        assert "Have the disability certificate renewed" in row and "郁山镇中心校" in row and "冉䶮一" in row
        assert "Due soon" in row
    sign_in(user=users["school"])
    assert len(listed(client, "?whose=mine")) == 1
    sign_in(user=users["home"])
    assert listed(client, "?whose=mine") == []
    with client.application.app_context():
        (step,) = steps_of(users["child"])
    for who in ("far", "receiver"):
        sign_in(user=users[who])
        assert listed(client) == []
        assert client.get(f"/steps/{step.id}").status_code == 404
    sign_in(user=users["admin"])
    assert client.get("/steps").status_code == 403


def test_filters_sorting_print_and_export(client, users, sign_in):
    sign_in(user=users["school"])
    for query, number in (
        ("?kind=certificate_end", 1),
        ("?kind=transfer_answer", 0),
        ("?colour=wait", 1),
        ("?colour=bad", 0),
        ("?state=paused", 0),
        ("?state=ended", 0),
        ("?whose=escalated", 0),
        ("?sort=child", 1),
        ("?sort=kind", 1),
        ("?sort=opened", 1),
        ("?print=1", 1),
        ("?kind=%00&state=x&colour=1&sort=-&unit=0", 1),
    ):
        assert len(listed(client, query)) == number, query
    page = client.submit("/steps/export", "export", reason="", kind="xlsx")
    assert page.status_code == 422 and "Say what the list is needed for" in page.get_data(as_text=True)
    file = client.submit("/steps/export?colour=wait", "export", reason="换证提醒", kind="xlsx")
    rows = list(load_workbook(io.BytesIO(file.data)).active.values)
    assert rows[0][0] == "Due on" and rows[1][3] == "冉䶮一"
    text = client.submit("/steps/export", "export", reason="换证提醒", kind="csv").get_data(as_text=True)
    assert "Have the disability certificate renewed" in text


def test_what_is_done_is_gone_before_any_tick(client, users, sign_in):
    """Whatever the way: here the certificate's entry ends, and nobody tells the steps."""
    sign_in(user=users["school"])
    with client.application.app_context():
        db.write()
        db.session.execute(update(Disability).values(valid_to=today()))
        db.session.commit()
        client.application.extensions.pop("yian.remembered", None)
    assert listed(client) == []


def test_each_answer_to_a_transfer_closes_a_step_and_opens_the_next(app, client, users, sign_in):
    town, child = users["town"], users["child"]
    with app.app_context():
        db.write()
        child = db.session.merge(child)
        receiver = make.of_school(town.c)
        opening = roll.Opening(town.c.id, 3, "随父母搬迁", today())
        transfer = roll.open_transfer(receiver, child, opening, today=today())
        db.session.commit()
        transfer_id = transfer.id
    sign_in(user=users["receiver"])  # it has agreed by opening
    assert listed(client, "?whose=mine") == []
    sign_in(user=users["far"])
    (row,) = listed(client, "?whose=mine")
    assert "Answer the transfer" in row and "冉**" in row and "冉䶮一" not in row
    posted = client.submit(f"/roll/transfers/{transfer_id}", answer="yes")
    assert "The answer is kept" in posted.get_data(as_text=True)
    assert listed(client, "?whose=mine") == []
    assert ["Done" in row for row in listed(client, "?state=ended")] == [True, True]
    sign_in(user=users["school"])
    assert [row for row in listed(client, "?whose=mine") if "Answer the transfer" in row]
    with app.app_context():
        db.write()
        roll.withdraw_transfer(receiver, transfer_id, "家长改主意", today=today())
        db.session.commit()
        steps = db.session.scalars(select(Step).where(Step.subject_id == transfer_id).order_by(Step.id)).all()
        assert [(step.part, step.ended_as, step.deed) for step in steps] == [
            ("receiving_school", Ended.DONE, "answer_transfer"),
            ("receiving_unit", Ended.DONE, "answer_transfer"),
            ("sending_school", Ended.WITHDRAWN, "withdraw_transfer"),
        ]
        assert steps[1].done_by_name == users["far"].name
    assert not [row for row in listed(client, "?whose=mine") if "Answer the transfer" in row]


def test_the_ledger_is_the_administrator_s_and_the_city_s(client, users, sign_in):
    for who in ("admin", "city"):
        sign_in(user=users[who])
        page = client.get("/steps/ticks").get_data(as_text=True)
        assert "Have the disability certificate renewed" in page and "冉" not in page
    for who in ("home", "school"):
        sign_in(user=users[who])
        assert client.get("/steps/ticks").status_code == 403


def test_a_clock_of_law_is_not_paused(client, users, sign_in):
    sign_in(user=users["home"])
    with client.application.app_context():
        (step,) = steps_of(users["child"])
    page = client.get(f"/steps/{step.id}").get_data(as_text=True)
    assert "This clock cannot be paused" in page and "Pause the clock" not in page
    with client.application.app_context(), pytest.raises(Refused) as refused:
        pause_step(make.of_unit(users["town"].home), step.id, "住院", today=today())
    assert refused.value.problems[0].code == "clock_runs"
