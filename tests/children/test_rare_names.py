"""Names with characters that no keyboard offers: found, typed, stored, searched, ordered and exported exactly."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.children.models import Child
from app.db import db
from tests.children.factory import make_child, make_school, make_unit, resident_id
from tests.children.test_pages import NEW

NAMES = ["冉䶮", "王𫘧", "王𬱖"]
"""In the order of a register: ran, wang lu is behind wang di."""
ORDER = ["冉䶮", "王𬱖", "王𫘧"]

pytestmark = pytest.mark.both_databases


@pytest.fixture
def children(app, client, sign_in):
    """Three children, entered through the page."""
    with app.app_context():
        db.write()
        unit = make_unit("彭水县")
        school = make_school(unit)
        db.session.commit()
        school_id, unit_id = school.id, unit.id
    sign_in("school_coordinator", school_id=school_id)
    for number, name in enumerate(NAMES):
        day = f"2016-03-{number + 5:02d}"
        typed = {
            **NEW,
            "name": name,
            "birth_on": day,
            "document_number": resident_id(date.fromisoformat(day), 502 + number * 2),
        }
        assert name in client.submit("/children/new", "new-child", **typed).get_data(as_text=True)
    sign_in("district_coordinator", unit_id=unit_id)


def listed(client, **query) -> list[str]:
    page = client.get("/children", query_string={"list": 1, **query}).get_data(as_text=True)
    return re.findall("|".join(NAMES), page.split("<main", 1)[1])


@pytest.mark.parametrize(("question", "character"), [("由页", "𬱖"), ("U+4DAE", "䶮"), ("lu", "𫘧")])
def test_a_name_field_leads_to_the_character(client, sign_in, question, character):
    sign_in("city_coordinator")
    assert 'data-find-character="' in client.get("/children/new").get_data(as_text=True)
    page = client.get("/characters", query_string={"q": question}).get_data(as_text=True)
    assert f'value="{character}"' in page
    part = client.get("/characters", query_string={"q": question, "part": 1}, headers={"HX-Request": "true"})
    assert f'data-character="{character}"' in part.get_data(as_text=True)


def test_a_wrong_code_says_what_to_do(client, sign_in):
    sign_in("city_coordinator")
    answer = client.get("/characters?q=U%2B0041")
    assert answer.status_code == 422
    assert "U+0041 is not the code of a Chinese character" in answer.get_data(as_text=True)


def test_rare_names_are_kept_found_and_ordered(app, client, children):
    with app.app_context():
        assert sorted(db.session.scalars(select(Child.name))) == sorted(NAMES)
    for typed, name in (
        ("王𬱖", "王𬱖"),
        ("𬱖", "王𬱖"),
        ("wang di", "王𬱖"),
        ("wangdi", "王𬱖"),
        ("wd", "王𬱖"),
        ("ranyan", "冉䶮"),
        ("䶮", "冉䶮"),
        ("wanglu", "王𫘧"),
        ("𫘧", "王𫘧"),
    ):
        assert set(listed(client, q=typed)) == {name}, typed
    assert list(dict.fromkeys(listed(client))) == ORDER


def test_rare_names_are_exported_exactly(client, children):
    answer = client.submit("/children/export", "export", reason="meeting", kind="xlsx")
    cells = [
        str(cell)
        for row in load_workbook(BytesIO(answer.get_data())).active.iter_rows(values_only=True)
        for cell in row
        if cell
    ]
    assert [cell for cell in cells if cell in NAMES] == ORDER
    text = client.submit("/children/export", "export", reason="meeting", kind="csv").get_data().decode("utf-8-sig")
    assert re.findall("|".join(NAMES), text) == ORDER


def test_latin_letters_are_found_anywhere_in_a_name(app, client, sign_in):
    with app.app_context():
        db.write()
        unit = make_unit()
        for name in ("阿布·Ali Khan", "Mary O'Neil", "陈静"):
            make_child(unit, name)
        db.session.commit()
        unit_id = unit.id
    sign_in("district_coordinator", unit_id=unit_id)
    shown = {
        typed: set(
            re.findall(
                "阿布|Mary|陈静",
                client.get("/children", query_string={"list": 1, "q": typed})
                .get_data(as_text=True)
                .split("<table", 1)[1],
            )
        )
        for typed in ("Khan", "布·Ali", "O'Neil", "mary", "chenjing", "静")
    }
    assert shown == {
        "Khan": {"阿布"},
        "布·Ali": {"阿布"},
        "O'Neil": {"Mary"},
        "mary": {"Mary"},
        "chenjing": {"陈静"},
        "静": {"陈静"},
    }
