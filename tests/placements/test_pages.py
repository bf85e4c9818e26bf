"""The way from assessment to decision through the pages."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import db
from app.placements.bulk import CarriedDecision, insert_carried_decisions
from app.placements.queries import find_decision
from tests.children.factory import make_child, make_school, make_unit
from tests.support.client import ORIGIN, read_form


@pytest.fixture
def town(app):
    with app.app_context():
        db.write()
        unit, other = make_unit(), make_unit("城口县")
        school = make_school(unit)
        child, foreign = make_child(unit), make_child(other, "𬱖·买买提")
        db.session.commit()
        return {
            "unit": unit.id,
            "school": school.id,
            "child": child.id,
            "foreign": foreign.id,
            "number": child.document_number,
        }


RECOMMENDATION = {
    "kind": "home",
    "made_on": "2026-06-01",
    "committee": "彭水县专家委员会",
    "members": "李静 医生",
    "grounds": "需要全天照护",
}
PAPERS = {
    "evidence-0-name": "诊断证明书",
    "evidence-0-issuer": "彭水县人民医院",
    "evidence-0-dated_on": "2026-05-20",
    "evidence-1-name": "入户评估报告",
    "evidence-1-issuer": "彭水县专家委员会",
    "evidence-1-dated_on": "2026-06-01",
}
OPINION = {"guardian_name": "冉秀英", "answer": "agree", "given_on": "2026-06-03"}


def decision(town, **change):
    return {
        "kind": "home",
        "school": str(town["school"]),
        "decided_on": "2026-07-01",
        "valid_from": "2026-07-01",
        "decided_by": "彭水县教育委员会",
        "home_reason": "需要全天照护",
        "review_on": "2027-06-30",
        **PAPERS,
    } | change


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
        "&#39;", "'"
    )
    assert client.submit(f"{base}/placement/opinion", "new-opinion", **OPINION).status_code == 200
    for change, words in (
        ({"kind": "regular_class"}, "departs from"),
        ({"home_reason": ""}, "cannot come to school"),
        ({"review_on": "2027-07-02"}, "at most 12 months"),
        ({"decided_on": ""}, "Enter the day"),
        ({"evidence-1-issuer": ""}, "who issued"),
        (dict.fromkeys(PAPERS, ""), "two documents"),
    ):
        refused = client.submit(f"{base}/placement/decision", "new-decision", **decision(town, **change))
        assert refused.status_code == 422 and words in refused.get_data(as_text=True), change
    page = client.submit(f"{base}/placement/decision", "new-decision", **decision(town))
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and "Home-delivered teaching" in text and town["number"] not in text
    assert "诊断证明书, 彭水县人民医院, 2026-05-20" in text and "Not asked this term" in text
    with app.app_context():
        assert find_decision(town["child"]).review_on == date(2027, 6, 30)


def test_a_school_may_record_but_not_decide(client, sign_in, town):
    sign_in("expert")
    assert client.get(f"/children/{town['child']}/placement/recommendation").status_code == 404
    assert client.get(f"/children/{town['child']}/placement/decision").status_code == 403


def test_a_foreign_child_is_not_there(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    for page in (
        "assessment",
        "assessment/new",
        "placement/recommendation",
        "placement/opinion",
        "placement/decision",
        "placement/return",
        "placement/evidence",
    ):
        assert client.get(f"/children/{town['foreign']}/{page}").status_code == 404, page


def test_the_review_list_opens(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    assert "Nothing is overdue" in client.get("/placements/reviews").get_data(as_text=True)


def at_home(app, child_id, school_id, day):
    """A decision on home-delivered teaching as imports carry it over."""
    with app.app_context():
        db.write()
        insert_carried_decisions(
            db.session,
            [
                CarriedDecision(
                    child_id=child_id,
                    kind="home",
                    school_id=school_id,
                    decided_on=day,
                    valid_from=day,
                    home_reason="卧床",
                    review_on=day.replace(year=day.year + 1),
                )
            ],
            decided_by="导入",
        )
        db.session.commit()


def test_the_question_of_the_term_from_today_to_a_new_recommendation(app, client, sign_in, town):
    at_home(app, town["child"], town["school"], date(2026, 3, 1))
    at_home(app, town["foreign"], None, date(2026, 3, 1))
    sign_in("district_coordinator", unit_id=town["unit"])
    base = f"/children/{town['child']}"
    assert "1 child taught at home is not asked this term" in client.get("/").get_data(as_text=True)
    page = client.get("/placements/home?list=unasked").get_data(as_text=True)
    assert f"{base}/placement/return" in page and "买买提" not in page
    refused = client.submit(f"{base}/placement/return", "new-return", answer="yes", words="")
    assert refused.status_code == 422 and "Write what the answer rests on" in refused.get_data(as_text=True)
    page = client.submit(f"{base}/placement/return", "new-return", answer="yes", words="可坐校车")
    text = page.get_data(as_text=True)
    assert "Record a new recommendation" in text and "可坐校车" in text
    today = client.get("/").get_data(as_text=True)
    assert "not asked this term" not in today and "1 child taught at home could come to school now" in today
    assert f"{base}/placement/recommendation" in client.get("/placements/home?list=can_come").get_data(as_text=True)


def test_missing_documents_are_listed_and_added(app, client, sign_in, town):
    at_home(app, town["child"], town["school"], date(2026, 3, 1))
    sign_in("district_coordinator", unit_id=town["unit"])
    base = f"/children/{town['child']}"
    assert "1 decision on home-delivered teaching lacks its two documents" in client.get("/").get_data(as_text=True)
    assert "Evidence missing" in client.get(f"{base}/assessment").get_data(as_text=True)
    assert f"{base}/placement/evidence" in client.get("/placements/home?list=evidence").get_data(as_text=True)
    refused = client.submit(f"{base}/placement/evidence", "new-evidence", **{**PAPERS, "evidence-0-name": ""})
    assert refused.status_code == 422 and "what the document is called" in refused.get_data(as_text=True)
    text = client.submit(f"{base}/placement/evidence", "new-evidence", **PAPERS).get_data(as_text=True)
    assert "Evidence missing" not in text and "彭水县人民医院" in text
    assert "Nobody stands here" in client.get("/placements/home?list=evidence").get_data(as_text=True)


def test_the_city_sees_the_lists_by_district(app, client, sign_in, town):
    for child in ("child", "foreign"):
        at_home(app, town[child], None, date(2026, 3, 1))
    sign_in("city_coordinator")
    page = client.get("/placements/home?list=unasked").get_data(as_text=True)
    assert "彭水县 (1)" in page and "城口县 (1)" in page and "买买提" in page
    page = client.get(f"/placements/home?list=unasked&unit={town['unit']}").get_data(as_text=True)
    assert "冉䶮一" in page and "买买提" not in page


def test_an_opinion_and_a_decision_answer_the_recommendation_that_was_shown(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["unit"])
    base = f"/children/{town['child']}/placement"
    client.submit(f"{base}/recommendation", "new-recommendation", **RECOMMENDATION)
    _action, old = read_form(client.get(f"{base}/opinion").get_data(as_text=True), "new-opinion")
    client.submit(f"{base}/recommendation", "new-recommendation", **RECOMMENDATION | {"made_on": "2026-06-02"})
    refused = client.post(f"{base}/opinion", data=old | OPINION, headers={"Origin": ORIGIN})
    assert refused.status_code == 422 and "has changed since you opened this page" in refused.get_data(as_text=True)
    assert client.submit(f"{base}/opinion", "new-opinion", **OPINION).status_code == 200
    _action, old = read_form(client.get(f"{base}/decision").get_data(as_text=True), "new-decision")
    client.submit(f"{base}/opinion", "new-opinion", **OPINION | {"answer": "disagree", "words": "想去学校"})
    refused = client.post(f"{base}/decision", data=old | decision(town), headers={"Origin": ORIGIN})
    assert refused.status_code == 422 and "has changed since you opened this page" in refused.get_data(as_text=True)
    assert client.submit(f"{base}/decision", "new-decision", **decision(town)).status_code == 200
