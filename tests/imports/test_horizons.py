"""Days in sheets end where the days of the forms end, for every column that holds a day or a month."""

from datetime import date

import pytest

from app.children.rules import OLDEST
from app.imports import cells, rules, school_rules
from app.imports.rules import check_child_row
from app.imports.types import ImportKind
from tests.imports.samples import PRIMARY, TODAY, child, make_schools, school, xlsx
from tests.imports.test_actions import preview
from tests.imports.test_sheets import codes

NOBODY = {
    "document_kind": "无",
    "document_number": "",
    "document_missing_reason": "无户籍",
    "certificate": "",
    "student_number": "",
    "placement": "",
}
TRIED = {"birth_on", "entered_month", "opened_on", "closed_on"}


def refused(**cells):
    row = check_child_row(2, child(**NOBODY, **cells), today=TODAY, allow_demo=True)
    return {(one.column, one.problem.code) for one in row.problems if not one.doubtful and one.problem.is_error}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2099-12-31", "birth_future"),
        ("2026-11-24", "birth_future"),
        (f"{TODAY.year - OLDEST - 1}-12-31", "birth_old"),
        ("1900-01-01", "birth_old"),
        ("1899-12-31", "day_out_of_range"),
        ("9999-12-31", "day_out_of_range"),
    ],
)
def test_births(text, code):
    assert refused(birth_on=text, entered_month="") == {("birth_on", code)}


@pytest.mark.parametrize("month", ["2099-09", "2027-12", "2006-10", "1990-01", "209909"])
def test_months_of_entry_too_far_away(month):
    assert refused(entered_month=month) == {("entered_month", "day_too_far")}


def test_months_of_entry_before_the_birth():
    assert refused(entered_month="2016-09") == {("entered_month", "entered_before_birth")}


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2023-09", "2023-09"),
        ("2023年9月", "2023-09"),
        ("45170", "2023-09"),
        ("20230901", "2023-09"),
        ("2027-11", "2027-11"),
        ("2023/9/1", "2023-09"),
        ("2023-09-01 00:00:00", "2023-09"),
    ],
)
def test_months_of_entry_that_are_good(text, month):
    row = check_child_row(2, child(**NOBODY, entered_month=text), today=TODAY, allow_demo=True)
    assert row.values["entered_month"] == month and not row.problems


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("opened_on", "2099-01-01", "day_too_far"),
        ("opened_on", "2028-11-24", "day_too_far"),
        ("closed_on", "2099-01-01", "day_too_far"),
        ("closed_on", "2026-11-24", "school_closed_later"),
    ],
)
def test_days_of_schools(session, column, text, code):
    schools = make_schools()
    from app.schools.models import UnitDivision

    session.add(UnitDivision(unit_id=schools[PRIMARY].unit_id, division_code="500101", valid_from=date(2000, 1, 1)))
    session.commit()
    row = preview(xlsx([school(**{column: text})], ImportKind.SCHOOLS), kind=ImportKind.SCHOOLS)
    assert codes(row) == {2: [code]}


def test_no_column_of_days_is_forgotten():
    """Every column that reads a day or a month is tried above."""
    found = {
        key
        for readers in (rules.READERS, school_rules.READERS)
        for key, reader in readers.items()
        if reader.read("2016年9月1日").value in ("2016-09-01", "2016-09")
    }
    assert found == TRIED


@pytest.mark.parametrize("text", ["20230", "20230.0", "1955-05", "2023", "2100-01"])
def test_a_month_with_a_lost_digit_is_no_spreadsheet_day_of_1955(text):
    assert refused(entered_month=text) == {("entered_month", "month_unreadable")}


def test_a_month_as_the_number_of_a_spreadsheet():
    assert cells.read_month("45170").value == "2023-09"
