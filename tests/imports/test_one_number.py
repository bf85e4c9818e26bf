"""One number under two names in one file: neither row is known to be right, so both wait and name each other; and the
numbers of the list are those of the import's own page."""

import re

import pytest
from sqlalchemy import func, select

from app.children.models import Child
from app.db import db
from app.imports import queries
from app.imports.models import Import
from app.imports.types import ImportKind, RowOutcome
from app.jobs.runner import run_waiting
from tests.imports.samples import PRIMARY, child, make_schools, school, second, xlsx
from tests.imports.test_actions import counts, held, preview, take
from tests.imports.test_pages import bring as upload
from tests.imports.test_twins import decide


@pytest.fixture
def schools(session):
    return make_schools()


@pytest.mark.both_databases
def test_one_id_number_two_names(session, schools):
    row = preview(xlsx([child(), second(), child(name="完全不同", student_number="", certificate="")]))
    assert held(row, RowOutcome.REFUSED) == {(2, "number_twice_other_name"), (4, "number_twice_other_name")}
    lines = {one.line: one.problems[0].problem.values["line"] for one in queries.list_rows(row, RowOutcome.REFUSED)}
    assert lines == {2: 4, 4: 2}
    assert take(row)["new"] == 1
    assert session.scalar(select(func.count()).select_from(Child)) == 1


@pytest.mark.parametrize(
    ("column", "code"),
    [("student_number", "student_number_twice_other_name"), ("certificate", "certificate_twice_other_name")],
)
def test_siblings_of_it(session, schools, column, code):
    other = child(name="另一人", document_number="509999201703150039", student_number="", certificate="")
    row = preview(xlsx([child(), other | {column: child()[column]}]))
    assert {(2, code), (3, code)} <= held(row, RowOutcome.REFUSED) and "new" not in counts(row)


def test_three_rows_and_one_name_twice(session, schools):
    row = preview(xlsx([child(), child(), child(name="完全不同")]))
    assert held(row, RowOutcome.REFUSED) == {
        (2, "number_twice_other_name"),
        (3, "number_twice"),
        (4, "number_twice_other_name"),
    }


def test_one_code_two_schools(session, schools):
    row = preview(xlsx([school(), school(name="别的小学")], ImportKind.SCHOOLS), kind=ImportKind.SCHOOLS)
    assert held(row, RowOutcome.REFUSED) == {(2, "code_twice_other_name"), (3, "code_twice_other_name")}
    (one, _) = queries.list_rows(row, RowOutcome.REFUSED)
    assert "another school's name" in one.problems[0].problem.message


def test_the_list_counts_as_the_page_does_after_a_decision(app, client, sign_in, schools, session):
    unit = schools[PRIMARY].unit_id
    session.rollback()
    sign_in("district_coordinator", unit_id=unit)
    rows = [second(), second(member1_name="别人", member1_phone="13912345678"), child(phone="x")]
    address = upload(app, client, xlsx(rows))
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    assert figures(client) == ["1", "0", "2"]
    with app.app_context():
        decide(db.session.scalar(select(Import)), "take")
    assert figures(client) == ["2", "0", "1"]
    page = client.get(address).get_data(as_text=True)
    assert "Taken over" in page


def figures(client):
    return re.findall(r'<td class="num"[^>]*>\s*([^<]*?)\s*</td>', client.get("/imports").get_data(as_text=True))
