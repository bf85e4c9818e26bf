"""Finding children: by name, sound, number and school, narrowed by filters, saved and exported."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select

from app.children.models import (
    Child,
)
from app.db import db
from app.db.audit import AuditEntry
from app.schools.models import School, SchoolName, Unit
from tests.children.conftest import names
from tests.children.factory import make_school


@pytest.mark.parametrize("typed", ["冉䶮", "䶮", "ran yan", "ranyany", "ryy", "RYY", "郁山镇中心校"])
def test_a_child_is_found_by_name_sound_and_school(client, sign_in, town, typed):
    sign_in("city_coordinator")
    page = names(client.get("/children", query_string={"q": typed, "list": 1}))
    assert "冉䶮一" in page and "买买提" not in page


@pytest.mark.both_databases
def test_a_rare_character_beyond_the_first_plane_is_found(client, sign_in, town):
    sign_in("city_coordinator")
    page = names(client.get("/children?q=𬱖&list=1"))
    assert "𬱖·买买提" in page and "冉䶮一" not in page


@pytest.mark.both_databases
def test_a_child_is_found_by_number_its_end_the_file_number_and_the_school_code(client, sign_in, town):
    sign_in("city_coordinator")
    for typed in (
        town["number"],
        town["number"].lower(),
        town["number"][-4:],
        town["number"][-6:],
        town["file"],
        town["code"],
    ):
        page = names(client.get("/children", query_string={"q": typed, "list": 1}))
        assert "冉䶮一" in page and "买买提" not in page, typed


def test_one_hit_opens_the_file(client, sign_in, town):
    sign_in("city_coordinator")
    assert client.get(f"/children?q={town['file']}").location.endswith(str(town["child"]))


@pytest.mark.both_databases
def test_the_code_and_former_name_of_a_merged_school_find_its_children(app, client, sign_in, town):
    with app.app_context():
        db.write()
        unit = db.session.get(Unit, town["here"])
        merged = make_school(unit, "大垭小学", closed_on=date(2022, 8, 31), successor_id=town["school"])
        db.session.add(SchoolName(school_id=town["school"], name="郁山区小学", valid_to=date(2010, 1, 1)))
        code = db.session.get(School, merged.id).code
        db.session.commit()
    sign_in("city_coordinator")
    for typed in (code, "大垭小学", "郁山区小学"):
        assert "冉䶮一" in names(client.get("/children", query_string={"q": typed, "list": 1})), typed


@pytest.mark.both_databases
def test_filters_narrow_and_stand_in_the_address(client, sign_in, town):
    sign_in("city_coordinator")
    for query, there in (
        ({"unit": town["here"]}, True),
        ({"unit": town["there"]}, False),
        ({"school": "郁山"}, True),
        ({"school": str(town["other"])}, False),
        ({"status": "active"}, True),
        ({"status": "none"}, False),
        ({"placement": "none"}, True),
        ({"placement": "home"}, False),
        ({"category": "visual"}, False),
        ({"age_from": "3", "age_to": "30"}, True),
        ({"age_from": "29"}, False),
    ):
        page = names(client.get("/children", query_string=query))
        assert ("冉䶮一" in page) is there, query


def test_scope_hides_the_child_of_another_district(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    assert "买买提" not in names(client.get("/children"))
    for path in (
        "",
        "/edit",
        "/family/edit",
        "/disabilities/edit",
        "/home/edit",
        "/safety/edit",
        "/diagnosis",
        "/reveal/document",
    ):
        assert client.get(f"/children/{town['foreign']}{path}").status_code == 404, path


def test_the_list_takes_few_queries(app, client, sign_in, town):
    sign_in("city_coordinator")
    seen = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    client.get("/children?list=1&status=active&q=ran")
    assert len([text for text in seen if text.lstrip().upper().startswith("SELECT")]) <= 8, seen


def test_the_export_asks_a_reason_masks_and_disarms_formulas(app, client, sign_in, town):
    with app.app_context():
        db.write()
        db.session.get(Child, town["child"]).name = "=1+1"
        db.session.commit()
    sign_in("district_coordinator", unit_id=town["here"])
    assert client.submit("/children/export", "export", reason="").status_code == 422
    answer = client.submit("/children/export", "export", reason="meeting on placements", kind="xlsx")
    sheet = load_workbook(BytesIO(answer.get_data())).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}  # nothing is a formula
    assert "=1+1" in cells and town["number"] not in " ".join(cells)
    answer = client.submit("/children/export", "export", reason="meeting on placements", kind="csv")
    text = answer.get_data().decode("utf-8-sig")
    assert "'=1+1" in text and town["number"] not in text
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "export_list")).all()
        assert [entry.detail["kind"] for entry in entries] == ["xlsx", "csv"]


def test_a_filter_is_saved_and_removed(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    page = client.submit("/children?status=active", "keep-filter", name="mine today")
    assert "mine today" in names(page)
    path = re.search(r'action="(/children/filters/[^"]+/remove)"', names(page))[1]
    assert "mine today" not in names(client.submit("/children", path))
