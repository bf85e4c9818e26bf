"""Deciding placements, and what both databases refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.access import SYSTEM
from app.db import Base, db
from app.kernel.problems import Refused
from app.placements.actions import add_opinion, add_recommendation, decide
from app.placements.models import Decision, Recommendation
from app.placements.queries import count_overdue_reviews, find_decision, list_overdue_reviews
from app.placements.rules import DecisionFacts, OpinionFacts, RecommendationFacts
from app.placements.types import Agreement, PlacementKind
from app.roll.queries import status_of
from app.roll.types import RollStatus
from app.schools.types import SchoolKind
from tests.children.factory import make_child, make_school, make_unit

TODAY = date(2026, 9, 10)


def prepare(child, kind=PlacementKind.HOME, on=date(2026, 6, 1)):
    add_recommendation(SYSTEM, child, RecommendationFacts(kind, on, "彭水县专家委员会", "李静", "评估结果"),
                       today=TODAY)
    add_opinion(SYSTEM, child, OpinionFacts("冉秀英", Agreement.AGREE, on), today=TODAY)


def home(start=date(2026, 7, 1), review=date(2027, 7, 1)):
    return DecisionFacts(PlacementKind.HOME, start, start, "彭水县教育委员会", True, None, "需要全天照护", review)


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
    facts = DecisionFacts(PlacementKind.SPECIAL_SCHOOL, date(2026, 8, 20), date(2026, 9, 1), "彭水县教育委员会", True)
    second = decide(SYSTEM, child, facts, school_id=child.school.id, today=TODAY)
    db.session.commit()
    assert (first.ended_on, find_decision(child.id).id) == (date(2026, 9, 1), second.id)


@pytest.mark.both_databases
def test_overlapping_placements_are_refused_by_the_database(child):
    prepare(child)
    decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    db.session.commit()
    db.session.add(Decision(
        child_id=child.id, kind=PlacementKind.REMOTE, decided_on=date(2026, 5, 1), valid_from=date(2026, 5, 1),
        decided_by="x", recorded_at=datetime.now(UTC), ended_on=date(2026, 8, 1)))
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
def test_papers_of_a_placement_are_frozen(child):
    prepare(child)
    decision = decide(SYSTEM, child, home(), school_id=child.school.id, today=TODAY)
    db.session.commit()
    for change in (update(Recommendation).values(grounds="other"),
                   update(Decision).where(Decision.id == decision.id).values(home_reason="other"),
                   Base.metadata.tables["opinions"].delete()):
        with pytest.raises(IntegrityError):
            db.session.execute(change)
        db.session.rollback()


def test_overdue_reviews_are_listed_in_scope(child):
    prepare(child, on=date(2025, 6, 1))
    decide(SYSTEM, child, home(date(2025, 7, 1), date(2026, 7, 1)), school_id=child.school.id, today=TODAY)
    db.session.commit()
    assert [row.child_id for row in list_overdue_reviews(SYSTEM, TODAY)] == [child.id]
    assert count_overdue_reviews(SYSTEM, date(2026, 7, 1)) == 0
