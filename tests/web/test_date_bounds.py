"""What a date picker offers: every field has a first and a last day, and none offers what its rule refuses."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from app.children.rules import OLDEST, birth_problems
from app.db import db
from tests.factories import visits as make
from tests.support.inspection import parse

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TODAY = date(2026, 11, 25)
PAST = {
    "made_on",
    "given_on",
    "dated_on",
    "answered_on",
    "decided_on",
    "birth_on",
    "assessed_on",
    "found_on",
    "closed_on",
}
"""Fields whose rules refuse every day to come."""


def test_no_date_input_of_a_template_is_without_an_end():
    inputs = [
        (path.name, tag)
        for path in TEMPLATES.rglob("*.html")
        for tag in re.findall(r"<input[^>]*type=\"date\"[^>]*>", path.read_text(encoding="utf-8"))
    ]
    assert inputs and not [one for one in inputs if "max=" not in one[1]]


def fields(client, path: str) -> dict[str, tuple[date, date]]:
    """First and last day of every date field of a page, by the last part of its name."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return {
        one.get("name").rpartition("-")[2]: (date.fromisoformat(one.get("min")), date.fromisoformat(one.get("max")))
        for one in parse(answer.get_data(as_text=True)).iter("input")
        if one.get("type") == "date"
    }


@pytest.mark.parametrize(
    "path",
    [
        "/children/new",
        "/children/{child}/edit",
        "/children/{child}/disabilities/edit",
        "/children/{child}/diagnosis",
        "/children/{child}/placement/recommendation",
        "/children/{child}/placement/opinion",
        "/children/{child}/placement/decision",
        "/schools/new",
    ],
)
def test_what_lies_to_come_is_not_offered_where_it_is_refused(app, client, sign_in, path):
    with app.app_context():
        db.write()
        district = make.make_district()
        db.session.commit()
        ids = {"child": district.children[0].id}
    sign_in(user=district.coordinator)
    found = fields(client, path.format(**ids))
    assert found
    for name, (first, last) in found.items():
        assert first < last and last.year <= TODAY.year + 10, name
        if name in PAST:
            assert last == TODAY, name
    if "birth_on" in found:
        first, last = found["birth_on"]
        assert (first, last) == (date(TODAY.year - OLDEST, 1, 1), TODAY)
        assert not birth_problems(first, TODAY) and not birth_problems(last, TODAY)
