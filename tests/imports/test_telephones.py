"""Telephone numbers in sheets and at the pages of schools and teachers: the same rule everywhere."""

from datetime import date

import pytest

from app.db import db
from app.imports import queries
from app.imports.types import ImportKind, RowOutcome
from app.schools.models import School, Teacher, UnitDivision
from tests.imports.samples import PRIMARY, child, make_schools, school, xlsx
from tests.imports.test_actions import bring, counts, preview
from tests.imports.test_sheets import case, codes


@pytest.fixture
def schools(session):
    return make_schools()


def said(row):
    return {
        one.line: {found.problem.code for found in one.problems}
        for outcome in RowOutcome
        for one in queries.list_rows(row, outcome, limit=None)
        if one.problems
    }


def test_a_sheet_with_all_that_people_write(session, schools):
    row = case("12-phones.xlsx")
    refused = codes(row)
    assert refused == {
        12: ["phone_mobile_length"],
        13: ["phone_mobile_length"],
        14: ["phone_zero_missing"],
        15: ["phone_none"],
        19: ["phone_spoiled"],
        21: ["phone_mobile_start"],
    }
    assert {line: found for line, found in said(row).items() if line not in refused} == {
        9: {"phone_remark"},
        10: {"several_phones"},
        11: {"several_phones"},
        16: {"several_phones"},
        18: {"several_phones"},
    }


def test_a_number_written_otherwise_is_no_change(session, schools):
    bring([child(phone="023-68881234", member1_phone="+86 138 1234 5678")])
    again = child(phone="（023）6888 1234", member1_phone="138-1234-5678")
    assert counts(preview(xlsx([again]))) == {"same": 1}


@pytest.mark.parametrize("column", ["phone", "member1_phone"])
def test_in_every_column_of_the_children(session, schools, column):
    row = preview(xlsx([child(**{column: "1381234567"})]))
    (one,) = queries.list_rows(row, RowOutcome.REFUSED)
    assert [(found.column, found.problem.code) for found in one.problems] == [(column, "phone_mobile_length")]


def test_in_the_sheet_of_schools(session, schools):
    session.add(UnitDivision(unit_id=schools[PRIMARY].unit_id, division_code="500101", valid_from=date(2000, 1, 1)))
    session.commit()
    rows = [school(telephone="023-68881234"), school(code="2150000008", telephone="1.38E+10")]
    row = preview(xlsx(rows, ImportKind.SCHOOLS), kind=ImportKind.SCHOOLS)
    assert counts(row) == {"new": 1, "refused": 1} and codes(row) == {3: ["phone_spoiled"]}


def test_the_pages_of_a_school_and_of_its_teachers(app, client, sign_in):
    with app.app_context():
        identifier = make_schools()[PRIMARY].id
        db.session.get(School, identifier).telephone = "023-68881234"
        db.session.commit()
    sign_in("city_coordinator")
    answer = client.submit(f"/schools/{identifier}/edit", telephone="68xxxxxx")
    assert answer.status_code == 422 and "are hidden" in answer.get_data(as_text=True)
    assert client.submit(f"/schools/{identifier}/edit", telephone="023—6888 1234转8").status_code == 200
    assert "023-68881234-8" in client.get(f"/schools/{identifier}").get_data(as_text=True)
    page = client.submit(f"/schools/{identifier}/teachers/new", name="李四", number="1", phone="1381234567")
    assert page.status_code == 422 and "11 digits" in page.get_data(as_text=True)
    assert (
        client.submit(f"/schools/{identifier}/teachers/new", name="李四", number="1", phone="138 1234 5678").status_code
        == 200
    )
    with app.app_context():
        assert db.session.query(Teacher).one().phone == "13812345678"
