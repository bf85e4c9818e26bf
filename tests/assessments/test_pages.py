"""Assessments through the pages."""

from __future__ import annotations

import re

import pytest

from app.db import db
from tests.children.factory import make_child, make_unit


@pytest.fixture
def child(app, sign_in):
    with app.app_context():
        db.write()
        unit = make_unit()
        row = make_child(unit)
        db.session.commit()
        sign_in("district_coordinator", unit_id=unit.id)
        return row.id, row.document_number


def test_two_assessments_are_recorded_and_compared(client, child):
    base = f"/children/{child[0]}/assessment"
    assert "Shuangxi" in client.get(f"{base}/new").get_data(as_text=True)
    for day, score in (("2026-03-01", "20"), ("2026-09-01", "26")):
        page = client.submit(
            f"{base}/new?instrument=shuangxi",
            "new-assessment",
            assessed_on=day,
            assessor="李静",
            score_self_care=score,
            strengths="能用勺子",
            needs="练习穿衣",
        )
        assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert child[1] not in text
    compared = client.get(re.search(r'href="([^"]*compare[^"]*)"', text)[1].replace("&amp;", "&"))
    assert "+6" in compared.get_data(as_text=True)


def test_an_empty_assessment_is_refused_with_what_to_do(client, child):
    page = client.submit(
        f"/children/{child[0]}/assessment/new?instrument=pep3",
        "new-assessment",
        assessed_on="2026-03-01",
        strengths="",
        needs="x",
    )
    assert page.status_code == 422 and "Write first what the child can do" in page.get_data(as_text=True)
