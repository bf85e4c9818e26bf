"""Assessments: what they must say, and how two compare."""

from __future__ import annotations

from datetime import date

from app.assessments.instruments import BY_KEY, INSTRUMENTS
from app.assessments.rules import AssessmentFacts, check_assessment, compare

BIRTH, TODAY = date(2016, 3, 5), date(2026, 9, 10)


def test_an_assessment_names_strengths_and_a_score():
    facts = AssessmentFacts(
        instrument="shuangxi", assessed_on=date(2026, 9, 11), assessor="", scores={}, strengths="", needs=""
    )
    found = check_assessment(facts, BY_KEY["shuangxi"], birth=BIRTH, today=TODAY)
    assert {problem.code for problem in found} == {"assessed_on", "assessor", "strengths", "needs", "scores"}


def test_observation_needs_no_scores():
    facts = AssessmentFacts(
        instrument="observation",
        assessed_on=date(2026, 9, 1),
        assessor="李静",
        scores={},
        strengths="能听懂名字",
        needs="需要辅具",
    )
    assert check_assessment(facts, BY_KEY["observation"], birth=BIRTH, today=TODAY) == ()


def test_change_by_domain_in_the_instruments_order():
    changes = compare(BY_KEY["shuangxi"], {"social": "10", "self_care": "20"}, {"self_care": "26", "social": "9"})
    assert [(c.domain, c.difference, c.better) for c in changes] == [("self_care", 6, True), ("social", -1, False)]


def test_a_falling_score_is_better_where_symptoms_are_counted():
    assert compare(BY_KEY["cars"], {"total": "40"}, {"total": "35"})[0].better
    assert compare(BY_KEY["gmfm"], {"sitting": "III"}, {"sitting": "40"})[0].difference is None


def test_instruments_have_own_keys():
    assert len(BY_KEY) == len(INSTRUMENTS)
