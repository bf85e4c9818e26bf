"""The today page: one list of work; every number opens its list; it empties by doing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, update

from app.access import SYSTEM, Grant, Role
from app.db import db
from app.home.queries import list_work
from app.imports.models import Import
from app.plans import actions
from app.web.filters import today
from tests.children.factory import make_child, make_unit
from tests.factories import plans as make
from tests.factories import scene


@pytest.fixture
def desk(app):
    with app.app_context():
        db.write()
        made = make.make_desk()
        db.session.commit()
        return made


def numbers(page: str) -> dict[str, int]:
    """The lines of work: sentence without its number → number."""
    lines = re.findall(r'<li><span class="tag[^"]*">[^<]*</span><span><a href="[^"]+">(\d+) ([^<]+)</a>', page)
    return {text: int(number) for number, text in lines}


def test_nothing_to_do_says_that_all_is_done(client, sign_in):
    sign_in("expert")
    assert "Your places" in client.get("/").get_data(as_text=True)
    sign_in("visiting_teacher")
    page = client.get("/").get_data(as_text=True)
    assert "All is done" in page and "Your places" not in page


def test_a_plan_wanders_over_the_list_as_it_is_done(app, client, desk, sign_in):
    district = app.test_client()
    sign_in(user=desk.users["author"], client=client)
    sign_in(user=desk.users["approver"], client=district)
    assert numbers(client.get("/").get_data(as_text=True))["child has no plan"] == 1
    with app.app_context():
        db.write()
        version_id = make.complete_draft(desk).id
        db.session.commit()
    found = numbers(client.get("/").get_data(as_text=True))
    assert found["plan is being written"] == 1 and "child has no plan" not in found
    with app.app_context():
        db.write()
        actions.submit_plan(desk.author, version_id, today=today())
        db.session.commit()
    assert numbers(district.get("/").get_data(as_text=True))["plan waits for approval"] == 1
    with app.app_context():
        db.write()
        actions.approve_plan(desk.approver, version_id, today=today())
        db.session.commit()
    assert "plan waits for approval" not in numbers(district.get("/").get_data(as_text=True))


def test_a_plan_that_ends_soon_is_told(app, client, desk, sign_in):
    with app.app_context():
        db.write()
        make.approved(desk, weeks=4)
        db.session.commit()
    sign_in(user=desk.users["approver"])
    assert numbers(client.get("/").get_data(as_text=True))["plan ends within 30 days"] == 1
    sign_in(user=desk.users["author"])  # whose deadline it is: see test_deadlines.py
    page = client.get("/").get_data(as_text=True)
    assert "plan ends within 30 days" not in numbers(page) and "Write the next plan: this one ends" in page


def test_every_line_opens_a_list(app, client, sign_in):
    with app.app_context():
        db.write()
        own, _foreign = scene.make_sides()
        user = own.users[Role.DISTRICT_COORDINATOR]
        db.session.execute(update(Import).values(created_by_id=user.id))
        db.session.commit()
    sign_in(user=user)
    page = client.get("/").get_data(as_text=True)
    addresses = re.findall(r'<li><span class="tag[^"]*">[^<]*</span><span><a href="([^"]+)">', page)
    assert len(addresses) >= 4
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_the_number_is_that_of_ones_own_district(app, client, sign_in):
    with app.app_context():
        db.write()
        own, _foreign = scene.make_sides()
        city = make.people.make_user(Role.CITY_COORDINATOR)
        db.session.commit()
        user = own.users[Role.DISTRICT_COORDINATOR]
    sign_in(user=user)
    mine = numbers(client.get("/").get_data(as_text=True))
    sign_in(user=city)
    whole = numbers(client.get("/").get_data(as_text=True))
    key = "request about the school roll waits for your answer"
    assert mine[key] == 1 and whole["requests about the school roll wait for your answer"] == 2


@pytest.mark.parametrize("role", [Role.CITY_COORDINATOR, Role.DISTRICT_COORDINATOR, Role.SCHOOL_COORDINATOR])
def test_the_queries_are_few_and_do_not_grow(app, role):
    with app.test_request_context():
        db.write()
        own, _foreign = scene.make_sides()
        grant = {
            Role.DISTRICT_COORDINATOR: Grant(role, unit_id=own.unit.id),
            Role.SCHOOL_COORDINATOR: Grant(role, school_id=own.school.id),
        }.get(role, Grant(role))
        db.session.flush()
        actor, seen = make.actor_of(own.users[Role.EXPERT], grant), []
        db.session.expire_all()
        engine = app.extensions["yian.engine"]
        event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
        list_work(actor, today())
        assert len(seen) <= 21, "\n".join(seen)


@pytest.mark.parametrize(("role", "place"), [("administrator", "/people"), ("auditor", "/audit")])
def test_people_without_children_see_their_places(client, sign_in, role, place):
    sign_in(role)
    page = client.get("/").get_data(as_text=True)
    assert f'href="{place}"' in page and "All is done" not in page


def test_a_guardian_has_no_desk(client, sign_in):
    sign_in("guardian")
    assert client.get("/").headers["Location"] == "/family"


def test_an_account_without_a_role_is_told_so(app, client, sign_in):
    from app.accounts.actions import make_user

    with app.app_context():
        db.write()
        user = make_user(SYSTEM, username="nobody", name="甲", password=None, must_change=False, language="en")
        db.session.commit()
    sign_in(user=user)
    assert "Your account has no role yet" in client.get("/").get_data(as_text=True)


def test_a_child_whose_file_is_new_is_not_overdue(app, client, sign_in):
    """Overdue counts from a clock that has run out: who has no place yet has none."""
    with app.app_context():
        db.write()
        unit = make_unit("石柱县")
        make_child(unit, "新一", birth=today().replace(year=today().year - 8))
        db.session.commit()
        identifier = unit.id
    sign_in("district_coordinator", unit_id=identifier)
    page = client.get("/").get_data(as_text=True)
    assert "1 child of school age has no place" in page and "Overdue" not in page
