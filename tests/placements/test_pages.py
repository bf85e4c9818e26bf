"""The way from assessment to decision through the pages."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import db
from app.placements.queries import find_decision
from tests.children.factory import make_child, make_school, make_unit


@pytest.fixture
def town(app):
    with app.app_context():
        db.write()
        unit, other = make_unit(), make_unit("城口县")
        school = make_school(unit)
        child, foreign = make_child(unit), make_child(other, "𬱖·买买提")
        db.session.commit()
        return {"unit": unit.id, "school": school.id, "child": child.id, "foreign": foreign.id,
                "number": child.document_number}


RECOMMENDATION = {"kind": "home", "made_on": "2026-06-01", "committee": "彭水县专家委员会", "members": "李静 医生",
                  "grounds": "需要全天照护"}
OPINION = {"guardian_name": "冉秀英", "answer": "agree", "given_on": "2026-06-03"}


def decision(town, **change):
    return {"kind": "home", "school": str(town["school"]), "decided_on": "2026-07-01", "valid_from": "2026-07-01",
            "decided_by": "彭水县教育委员会", "home_reason": "需要全天照护", "review_on": "2027-06-30"} | change


def test_the_whole_way(app, client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    base = f"/children/{town['child']}"
    refused = client.submit(f"{base}/placement/decision", "new-decision", **decision(town))
    assert refused.status_code == 422 and "no committee recommendation" in refused.get_data(as_text=True)
    assert client.submit(f"{base}/placement/opinion", "new-opinion", **OPINION).status_code == 422
    page = client.submit(f"{base}/placement/recommendation", "new-recommendation", **RECOMMENDATION)
    assert page.status_code == 200 and "Record the guardian" in page.get_data(as_text=True)
    refused = client.submit(f"{base}/placement/decision", "new-decision", **decision(town))
    assert refused.status_code == 422 and "guardian's opinion for this" in refused.get_data(as_text=True).replace(
        "&#39;", "'")
    assert client.submit(f"{base}/placement/opinion", "new-opinion", **OPINION).status_code == 200
    for change, words in (({"kind": "regular_class"}, "departs from"), ({"home_reason": ""}, "cannot come to school"),
                          ({"review_on": "2027-07-02"}, "at most 12 months"), ({"decided_on": ""}, "Enter the day")):
        refused = client.submit(f"{base}/placement/decision", "new-decision", **decision(town, **change))
        assert refused.status_code == 422 and words in refused.get_data(as_text=True), change
    page = client.submit(f"{base}/placement/decision", "new-decision", **decision(town))
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and "Home-delivered teaching" in text and town["number"] not in text
    with app.app_context():
        assert find_decision(town["child"]).review_on == date(2027, 6, 30)


def test_a_school_may_record_but_not_decide(client, sign_in, town):
    sign_in("expert")
    assert client.get(f"/children/{town['child']}/placement/recommendation").status_code == 404
    assert client.get(f"/children/{town['child']}/placement/decision").status_code == 403


def test_a_foreign_child_is_not_there(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    for page in ("assessment", "assessment/new", "placement/recommendation", "placement/opinion",
                 "placement/decision"):
        assert client.get(f"/children/{town['foreign']}/{page}").status_code == 404, page


def test_the_review_list_opens(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    assert "Nothing is overdue" in client.get("/placements/reviews").get_data(as_text=True)
