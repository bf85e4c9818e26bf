"""A place that a form sends and that is not on offer is refused at its field, never replaced by another or by none."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.children.models import Child
from app.db import db
from app.schools.models import School
from tests.children.conftest import names
from tests.children.test_pages import NEW


def made(app) -> bool:
    with app.app_context():
        return db.session.scalar(select(Child.id).where(Child.name == NEW["name"])) is not None


@pytest.mark.parametrize("sent", ["other", "there", "unknown", "closed"])
def test_a_school_that_is_not_ones_own_opens_no_file(app, client, sign_in, town, sent):
    if sent == "closed":
        with app.app_context():
            db.write()
            db.session.get_one(School, town["school"]).closed_on = date(2026, 1, 1)
            db.session.commit()
    school = {"other": town["other"], "there": town["there"], "unknown": "zzz", "closed": town["school"]}[sent]
    sign_in("district_coordinator", unit_id=town["here"])
    page = client.submit("/children/new", "new-child", **NEW, school_id=str(school))
    assert page.status_code == 422 and "Choose a school of your own." in names(page) and not made(app)


@pytest.mark.parametrize(("role", "where"), [("district_coordinator", "unit_id"), ("school_coordinator", "school_id")])
@pytest.mark.parametrize("sent", ["there", "unknown"])
def test_a_district_that_is_not_ones_own_opens_no_file(app, client, sign_in, town, role, where, sent):
    sign_in(role, **{where: town["here" if where == "unit_id" else "school"]})
    unit = str(town["there"]) if sent == "there" else "zzz"
    page = client.submit("/children/new", "new-child", **NEW, unit_id=unit)
    assert page.status_code == 422 and "Choose a district of your own." in names(page) and not made(app)


@pytest.mark.parametrize(("field", "value"), [("disabilities-0-grade", "7"), ("preschool", "zzz"), ("sex", "zzz")])
def test_a_choice_that_is_not_offered_does_not_become_none(app, client, sign_in, town, field, value):
    sign_in("district_coordinator", unit_id=town["here"])
    row = {"disabilities-0-category": "intellectual", "disabilities-0-grade": "2"} if "disabilities" in field else {}
    page = client.submit("/children/new", "new-child", **(NEW | row | {field: value}))
    assert page.status_code == 422 and "Not a valid choice." in names(page) and not made(app)
