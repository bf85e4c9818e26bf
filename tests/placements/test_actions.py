"""Deciding placements, and what both databases refuse."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.access import SYSTEM, Actor, Grant, Role
from app.children.sight import give_sight
from app.children.types import SightKind
from app.db import Base, db
from app.kernel.problems import Refused
from app.placements.actions import add_evidence, add_opinion, add_recommendation, answer_return, decide
from app.placements.bulk import CarriedDecision, insert_carried_decisions
from app.placements.home import count_home, count_home_by_unit, list_home
from app.placements.models import Decision, Evidence, Recommendation, ReturnTest
from app.placements.queries import (
    count_overdue_reviews,
    find_decision,
    list_evidence,
    list_overdue_reviews,
    list_returns,
    running_term,
)
from app.placements.rules import DecisionFacts, EvidenceFacts, OpinionFacts, RecommendationFacts, ReturnFacts
from app.placements.types import Agreement, HomeList, PlacementKind, ReturnAnswer
from app.roll.queries import status_of
from app.roll.types import RollStatus
from app.schools.types import SchoolKind
from tests.children.factory import make_child, make_school, make_unit

TODAY = date(2026, 9, 10)
PAPERS = (
    EvidenceFacts("诊断证明书", "彭水县人民医院", date(2025, 5, 20)),
    EvidenceFacts("入户评估报告", "彭水县专家委员会", date(2025, 6, 1)),
)


def prepare(child, kind=PlacementKind.HOME, on=date(2026, 6, 1)):
    add_recommendation(
        SYSTEM, child, RecommendationFacts(kind, on, "彭水县专家委员会", "李静", "评估结果"), today=TODAY
    )
    add_opinion(SYSTEM, child, OpinionFacts("冉秀英", Agreement.AGREE, on), today=TODAY)


def home(start=date(2026, 7, 1), review=date(2027, 7, 1)):
    return DecisionFacts(
        kind=PlacementKind.HOME,
        decided_on=start,
        valid_from=start,
        decided_by="彭水县教育委员会",
        school_is_special=True,
        departure_reason=None,
        home_reason="需要全天照护",
        review_on=review,
        evidence=PAPERS,
    )


def carry_over(child, on=date(2026, 3, 1)):
    """A decision on home-delivered teaching of another register, as imports bring it."""
    insert_carried_decisions(
        db.session,
        [
            CarriedDecision(
                child_id=child.id,
                kind="home",
                school_id=child.school.id,
                decided_on=on,
                valid_from=on,
                home_reason="卧床",
                review_on=date(2027, 3, 1),
            )
        ],
        decided_by="导入",
    )


def answer(child, said=ReturnAnswer.NO, on=TODAY):
    return answer_return(SYSTEM, child, ReturnFacts(said, on, "入户查看", "李静"), today=on)


@pytest.fixture
def child(session):
    db.write()
    unit = make_unit()
    row = make_child(unit)
    row.school = make_school(unit, "彭水县特殊教育学校", kind=SchoolKind.SPECIAL)
    return row


@pytest.mark.both_databases
def test_a_decision_places_the_child_and_the_next_ends_it(child):
    prepare(child)
    first = decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    assert status_of(child.id) == RollStatus.PLACED
    with pytest.raises(Refused):  # what carried the first does not carry the second
        decide(SYSTEM, child, home(date(2026, 9, 1), date(2027, 9, 1)), school_id=child.school.id, today=TODAY)
    prepare(child, PlacementKind.SPECIAL_SCHOOL, date(2026, 8, 1))
    facts = DecisionFacts(
        kind=PlacementKind.SPECIAL_SCHOOL,
        decided_on=date(2026, 8, 20),
        valid_from=date(2026, 9, 1),
        decided_by="彭水县教育委员会",
        school_is_special=True,
    )
    second = decide(SYSTEM, child, facts, school_id=child.school.id, today=TODAY)
    db.session.commit()
    assert (first.ended_on, find_decision(child.id).id) == (date(2026, 9, 1), second.id)


def test_a_district_that_writes_as_a_school_decides_nothing(child):
    """Who coordinates a district and, beside it, a school of another one holds that child's file as the school."""
    prepare(child)
    give_sight(child.id, SightKind.SCHOOL, child.school.id, "roll", on=TODAY)
    both = (
        Grant(Role.DISTRICT_COORDINATOR, unit_id=make_unit().id),
        Grant(Role.SCHOOL_COORDINATOR, school_id=child.school.id),
    )
    with pytest.raises(Refused) as refused:
        decide(Actor(uuid.uuid4(), "李主任", both), child, home(), school_id=child.school.id, today=TODAY)
    assert [one.code for one in refused.value.problems] == ["unit_foreign"]
    own = Actor(uuid.uuid4(), "向主任", (Grant(Role.DISTRICT_COORDINATOR, unit_id=child.unit_id),))
    assert decide(own, child, home(), school_id=child.school.id, today=TODAY).kind == PlacementKind.HOME


@pytest.mark.both_databases
def test_overlapping_placements_are_refused_by_the_database(child):
    prepare(child)
    decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    db.session.commit()
    db.session.add(
        Decision(
            child_id=child.id,
            kind=PlacementKind.REMOTE,
            decided_on=date(2026, 5, 1),
            valid_from=date(2026, 5, 1),
            decided_by="x",
            recorded_at=datetime.now(UTC),
            ended_on=date(2026, 8, 1),
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
def test_papers_of_a_placement_are_frozen(child):
    prepare(child)
    decision = decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    answer(child)
    db.session.commit()
    for change in (
        update(Evidence).values(issuer="other"),
        update(ReturnTest).values(answer=ReturnAnswer.YES),
        Base.metadata.tables["placement_evidence"].delete(),
        Base.metadata.tables["return_tests"].delete(),
        update(Recommendation).values(grounds="other"),
        update(Decision).where(Decision.id == decision.id).values(home_reason="other"),
        Base.metadata.tables["opinions"].delete(),
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(change)
        db.session.rollback()


def test_overdue_reviews_are_listed_in_scope(child):
    prepare(child, on=date(2025, 6, 1))
    decide(SYSTEM, child, home(date(2025, 7, 1), date(2026, 7, 1)), school_id=child.school.id, today=TODAY)
    db.session.commit()
    assert [row.child_id for row in list_overdue_reviews(SYSTEM, TODAY)] == [child.id]
    assert count_overdue_reviews(SYSTEM, date(2026, 7, 1)) == 0


def test_the_documents_are_kept_with_their_decision(child):
    prepare(child)
    decision = decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    kept = list_evidence([decision.id])[decision.id]
    assert [(row.position, row.name) for row in kept] == [(1, "诊断证明书"), (2, "入户评估报告")]
    with pytest.raises(Refused, match="in the file already"):
        add_evidence(SYSTEM, child, PAPERS, today=TODAY)


@pytest.mark.both_databases
def test_a_carried_over_placement_gets_its_documents_once(child):
    carry_over(child)
    assert count_home(SYSTEM, TODAY)[HomeList.EVIDENCE] == 1
    with pytest.raises(Refused, match="two documents"):
        add_evidence(SYSTEM, child, PAPERS[:1], today=TODAY)
    add_evidence(SYSTEM, child, PAPERS, today=TODAY)
    db.session.commit()
    assert count_home(SYSTEM, TODAY)[HomeList.EVIDENCE] == 0


@pytest.mark.both_databases
def test_every_term_asks_again_and_the_newest_answer_counts(child):
    prepare(child)
    decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    assert count_home(SYSTEM, TODAY) == {HomeList.UNASKED: 1, HomeList.CAN_COME: 0, HomeList.EVIDENCE: 0}
    assert count_home_by_unit(SYSTEM, TODAY, HomeList.UNASKED) == [(child.unit_id, "彭水县", 1)]
    answer(child, ReturnAnswer.YES)
    assert count_home(SYSTEM, TODAY) == {HomeList.UNASKED: 0, HomeList.CAN_COME: 1, HomeList.EVIDENCE: 0}
    spring = date(2027, 3, 20)
    assert (running_term(TODAY).number, running_term(spring).number) == (1, 2)
    assert [row.child_id for row in list_home(SYSTEM, spring, HomeList.UNASKED, limit=9)] == [child.id]
    answer(child, ReturnAnswer.NO, spring)
    db.session.commit()
    assert set(count_home(SYSTEM, spring).values()) == {0}
    assert [(row.term, row.answer) for row in list_returns(child.id)] == [(2, "no"), (1, "yes")]


def test_a_new_recommendation_answers_the_yes(child):
    prepare(child)
    decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    answer(child, ReturnAnswer.YES)
    prepare(child, PlacementKind.SPECIAL_SCHOOL, TODAY)
    assert count_home(SYSTEM, TODAY)[HomeList.CAN_COME] == 0


def test_who_is_not_taught_at_home_is_not_asked(child):
    with pytest.raises(Refused, match="not taught at home"):
        answer(child)
    assert count_home(SYSTEM, TODAY)[HomeList.UNASKED] == 0
