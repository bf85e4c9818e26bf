"""When a placement may be decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.placements.rules import (
    Before,
    DecisionFacts,
    EvidenceFacts,
    OpinionFacts,
    ReturnFacts,
    check_decision,
    check_evidence,
    check_opinion,
    check_return,
    step_of,
)
from app.placements.types import Agreement, PlacementKind, ReturnAnswer

BIRTH, TODAY = date(2016, 3, 5), date(2026, 9, 10)
BEFORE = Before(PlacementKind.REGULAR_CLASS, date(2026, 6, 1), date(2026, 6, 5))
GOOD = DecisionFacts(
    kind=PlacementKind.REGULAR_CLASS,
    decided_on=date(2026, 7, 1),
    valid_from=date(2026, 9, 1),
    decided_by="彭水县教育委员会",
    school_is_special=False,
)
HOSPITAL = EvidenceFacts("诊断证明书", "彭水县人民医院", date(2026, 5, 20))
VISIT = EvidenceFacts("入户评估报告", "彭水县专家委员会", date(2026, 6, 1))
HOME = replace(
    GOOD,
    kind=PlacementKind.HOME,
    departure_reason="x",
    home_reason="y",
    review_on=date(2027, 9, 1),
    evidence=(HOSPITAL, VISIT),
)


def codes(facts=GOOD, before=BEFORE):
    return {problem.code for problem in check_decision(facts, before, birth=BIRTH, today=TODAY)}


def test_a_complete_decision_passes():
    assert codes() == set() and codes(HOME) == set()


@pytest.mark.parametrize(
    ("facts", "before", "code"),
    [
        (GOOD, replace(BEFORE, recommended=None, recommended_on=None), "no_recommendation"),
        (GOOD, replace(BEFORE, opinion_on=None), "no_opinion"),
        (replace(GOOD, decided_on=date(2026, 9, 11), valid_from=date(2026, 9, 12)), BEFORE, "day_outside"),
        (replace(GOOD, decided_on=date(2026, 6, 2)), BEFORE, "decided_early"),
        (replace(GOOD, valid_from=date(2026, 6, 30)), BEFORE, "valid_from"),
        (replace(GOOD, kind=PlacementKind.SPECIAL_CLASS), BEFORE, "departure"),
        (replace(GOOD, school_is_special=None), BEFORE, "school_missing"),
        (replace(GOOD, school_is_special=True), BEFORE, "school_ordinary"),
        (replace(GOOD, kind=PlacementKind.SPECIAL_SCHOOL, departure_reason="x"), BEFORE, "school_special"),
        (replace(HOME, home_reason=" "), BEFORE, "home_reason"),
        (replace(HOME, review_on=None), BEFORE, "review_missing"),
        (replace(HOME, review_on=date(2027, 9, 2)), BEFORE, "review_late"),
        (replace(HOME, review_on=date(2026, 9, 1)), BEFORE, "review_late"),
        (replace(HOME, evidence=()), BEFORE, "evidence_missing"),
        (replace(HOME, evidence=(HOSPITAL,)), BEFORE, "evidence_missing"),
        (replace(HOME, evidence=(HOSPITAL, EvidenceFacts(" "))), BEFORE, "evidence_missing"),
        (replace(HOME, evidence=(HOSPITAL, HOSPITAL)), BEFORE, "evidence_twice"),
        (replace(HOME, evidence=(HOSPITAL, replace(VISIT, name=""))), BEFORE, "evidence_name"),
        (replace(HOME, evidence=(HOSPITAL, replace(VISIT, issuer=""))), BEFORE, "evidence_issuer"),
        (replace(HOME, evidence=(HOSPITAL, replace(VISIT, dated_on=None))), BEFORE, "evidence_day"),
        (replace(HOME, evidence=(HOSPITAL, replace(VISIT, dated_on=date(2026, 7, 2)))), BEFORE, "evidence_day"),
        (GOOD, replace(BEFORE, present_from=date(2026, 9, 1)), "overlap"),
        (replace(GOOD, decided_by=" "), BEFORE, "decided_by"),
    ],
)
def test_each_refusal(facts, before, code):
    assert codes(facts, before) == {code}


def test_deferred_entry_needs_no_school_but_a_review():
    facts = replace(GOOD, kind=PlacementKind.DEFERRED, school_is_special=None, departure_reason="x")
    assert codes(facts) == {"review_missing"}


def test_an_opinion_is_about_a_recommendation_and_says_what_else_is_wished():
    facts = OpinionFacts("冉秀英", Agreement.PARTLY, date(2026, 6, 5))
    found = check_opinion(facts, None, birth=BIRTH, today=TODAY)
    assert {problem.code for problem in found} == {"opinion_early", "words_missing"}
    found = check_opinion(replace(facts, words="closer"), date(2026, 6, 6), birth=BIRTH, today=TODAY)
    assert {problem.code for problem in found} == {"opinion_before"}


def test_the_steps_follow_each_other():
    nothing = Before()
    assert [
        step_of(nothing, False),
        step_of(nothing, True),
        step_of(replace(BEFORE, opinion_on=None), True),
        step_of(BEFORE, True),
    ] == [1, 2, 3, 4]


def test_other_placements_need_no_documents_but_keep_no_half_ones():
    assert codes(replace(GOOD, evidence=(HOSPITAL, EvidenceFacts()))) == set()
    assert codes(replace(GOOD, evidence=(replace(HOSPITAL, issuer=""),))) == {"evidence_issuer"}


def test_each_missing_document_is_named_at_its_row():
    found = check_evidence((EvidenceFacts(), VISIT), needed=2, birth=BIRTH, until=TODAY)
    assert [problem.field for problem in found] == ["evidence-0-name"]


@pytest.mark.parametrize(
    ("change", "term_from", "code"),
    [
        ({}, date(2026, 9, 1), None),
        ({}, None, "no_term"),
        ({"answered_on": date(2026, 8, 31)}, date(2026, 9, 1), "answered_on"),
        ({"answered_on": date(2026, 9, 11)}, date(2026, 9, 1), "answered_on"),
        ({"words": " "}, date(2026, 9, 1), "words_missing"),
        ({"answered_by": ""}, date(2026, 9, 1), "answered_by"),
    ],
)
def test_the_answer_of_a_term(change, term_from, code):
    facts = replace(ReturnFacts(ReturnAnswer.NO, date(2026, 9, 9), "卧床", "李静"), **change)
    found = check_return(facts, term_from=term_from, today=TODAY)
    assert [problem.code for problem in found] == ([code] if code else [])
