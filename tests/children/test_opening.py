"""Who may open a file: only where a school still goes on is it offered, and only there is it taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access import SYSTEM, Role
from app.accounts.actions import grant_role
from app.children.models import Child, Sight
from app.children.types import SightKind
from app.db import db
from app.schools.models import School, Unit
from app.web.filters import today
from tests.children.conftest import names
from tests.children.factory import make_school
from tests.children.test_pages import NEW
from tests.support import people
from tests.support.client import ORIGIN, read_form


@pytest.mark.both_databases
@pytest.mark.parametrize("merged", [False, True])
def test_a_closed_school_is_not_offered_to_open_files(app, client, sign_in, town, merged):
    """The list keeps its other doors; the form by its address says why and who opens files now."""
    sign_in("school_coordinator", school_id=town["school"])
    path = "/children/new"
    assert path in names(client.get("/children"))
    fields = read_form(names(client.get(path)), "new-child")[1] | NEW
    _close(app, town["school"], successor=town["other"] if merged else None)
    listed = names(client.get("/children"))
    assert path not in listed and "Export" in listed
    page = client.get(path)
    assert page.status_code == 403 and "is closed since" in names(page)
    assert client.post(path, data=fields, headers={"Referer": ORIGIN + path}).status_code == 403
    with app.app_context():
        assert db.session.scalar(select(Child).where(Child.name == "王㛃")) is None


@pytest.mark.both_databases
def test_of_two_schools_the_living_one_opens_the_file(app, client, sign_in, town):
    """Whichever stands first: a coordinator of a merged school who has the next one's role too."""
    with app.app_context():
        db.write()
        school = make_school(db.session.get(Unit, town["here"]), "大垭小学")
        first, second = sorted([school.id, town["school"]])
        db.session.commit()
    user = sign_in("school_coordinator", school_id=first)
    with app.app_context():
        db.write()
        grant_role(SYSTEM, db.session.merge(user), Role.SCHOOL_COORDINATOR, on=people.SINCE, school_id=second)
        db.session.commit()
    _close(app, first)
    assert client.submit("/children/new", "new-child", **NEW).status_code == 200
    with app.app_context():
        child = db.session.scalar(select(Child).where(Child.name == "王㛃"))
        assert (
            db.session.scalar(select(Sight.holder_id).where(Sight.child_id == child.id, Sight.kind == SightKind.SCHOOL))
            == second
        )


def test_a_unit_that_is_no_more_is_not_offered_to_open_files(app, client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    with app.app_context():
        db.write()
        db.session.get(Unit, town["here"]).valid_to = today()
        db.session.commit()
    assert "/children/new" not in names(client.get("/children"))
    assert client.get("/children/new").status_code == 403


def test_where_no_child_is_left_the_empty_list_offers_no_new_file(app, client, sign_in, town):
    with app.app_context():
        db.write()
        school = make_school(db.session.get(Unit, town["here"]), "大垭小学")
        db.session.commit()
        school_id = school.id
    sign_in("school_coordinator", school_id=school_id)
    listed = names(client.get("/children"))
    assert "No child in your sight yet" in listed and listed.count("/children/new") == 2
    _close(app, school_id)
    listed = names(client.get("/children"))
    assert "No child in your sight yet" in listed and "/children/new" not in listed


def _close(app, school_id, successor=None):
    with app.app_context():
        db.write()
        school = db.session.get(School, school_id)
        school.closed_on, school.successor_id = today() - timedelta(days=1), successor
        db.session.commit()
