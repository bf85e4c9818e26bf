"""Odd values on the pages of the basics and of the family are refused at their field; right ones are kept."""

import pytest

from app.db import db
from app.kernel.telephones import check_telephone
from tests.children.factory import make_child, make_school, make_unit


@pytest.fixture
def town(app):
    with app.app_context():
        db.write()
        unit = make_unit("彭水县")
        child = make_child(unit, "冉一", school=make_school(unit))
        db.session.commit()
        return {"unit": unit.id, "child": child.id}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("town_code", "zzz", "An area code has"),
        ("hukou_code", "-1", "An area code has"),
        ("town_code", "50024", "An area code has"),
        ("hukou_code", "５００２４３x", "An area code has"),
        ("ethnic_group", "火星族", "national list"),
        ("phone", "9999-12-31", "in digits"),
    ],
)
def test_the_basics_refuse_them(client, sign_in, town, field, value, words):
    sign_in("district_coordinator", unit_id=town["unit"])
    page = client.submit(f"/children/{town['child']}/edit", "edit-child", **{field: value})
    assert page.status_code == 422 and words in page.get_data(as_text=True)


def test_the_family_refuses_a_day_as_a_telephone(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    page = client.submit(
        f"/children/{town['child']}/family/edit",
        "edit-family",
        **{"guardians-0-name": "冉二", "guardians-0-relation": "father", "guardians-0-phone": "9999-12-31"},
    )
    assert page.status_code == 422 and "in digits" in page.get_data(as_text=True)


@pytest.mark.parametrize("name", ["\u200b", "\u0600", "\u00ad\ufeff"])
def test_a_name_of_signs_that_nobody_sees_is_none(client, sign_in, town, name):
    sign_in("district_coordinator", unit_id=town["unit"])
    page = client.submit(f"/children/{town['child']}/edit", "edit-child", name=name)
    assert page.status_code == 422 and "Enter the child" in page.get_data(as_text=True)
    page = client.submit(
        f"/children/{town['child']}/family/edit",
        "edit-family",
        **{"guardians-0-name": name, "guardians-0-relation": "father"},
    )
    assert page.status_code == 422 and "Enter the name." in page.get_data(as_text=True)


def test_right_ones_are_kept(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    assert (
        client.submit(
            f"/children/{town['child']}/edit",
            "edit-child",
            town_code="500243100000",
            ethnic_group="土家族",
            hukou_code="500243",
            phone="023-7878 1234",
        ).status_code
        == 200
    )


@pytest.mark.parametrize("text", ["13812345678", "+86 138 1234 5678", "023-78781234", "78781234", "7878123", None, ""])
def test_telephones(text):
    assert check_telephone(text).ok


@pytest.mark.parametrize("text", ["9999-12-31", "2016/9/1", "2016-09-01", "2016.09.01", "99991231", "0123456", "12"])
def test_no_telephones(text):
    assert not check_telephone(text).ok
