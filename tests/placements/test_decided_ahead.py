"""A placement decided for a later day: until then the present one holds everywhere, on the day the new one does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from app.access import SYSTEM
from app.children.sight import may_write
from app.db import db
from app.files.listing import Wanted, list_rows
from app.files.overview import _todo
from app.files.standing import standing_of
from app.placements.actions import add_opinion, add_recommendation, answer_return, decide
from app.placements.home import count_home
from app.placements.models import Decision
from app.placements.queries import count_overdue_reviews
from app.placements.rules import DecisionFacts, OpinionFacts, RecommendationFacts, ReturnFacts
from app.placements.types import Agreement, HomeList, PlacementKind, ReturnAnswer
from app.schools.types import SchoolKind
from tests.factories import roll as make
from tests.placements.test_actions import PAPERS

TODAY, BEGINS = date(2026, 11, 25), date(2027, 1, 18)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(session, clock):
    made = make.make_town()
    made.b.kind = SchoolKind.SPECIAL
    db.session.flush()
    return made


def decided(child, school, kind: PlacementKind, on: date, start: date, review: date | None = None) -> Decision:
    add_recommendation(SYSTEM, child, RecommendationFacts(kind, on, "专家委员会", "李静", "评估结果"), today=TODAY)
    add_opinion(SYSTEM, child, OpinionFacts("冉秀英", Agreement.AGREE, on), today=TODAY)
    home = kind == PlacementKind.HOME
    return decide(
        SYSTEM,
        child,
        DecisionFacts(
            kind=kind,
            decided_on=on,
            valid_from=start,
            decided_by="县教委",
            school_is_special=school.kind == SchoolKind.SPECIAL,
            departure_reason=None,
            home_reason="需要全天照护" if home else None,
            review_on=review,
            evidence=PAPERS if home else (),
        ),
        school_id=school.id,
        today=TODAY,
    )


def shown(child, day: date) -> set[str]:
    """The placement as file, list and filters say it."""
    listed = {
        kind.value
        for kind in PlacementKind
        if any(row.id == child.id for row in list_rows(make.of_city(), Wanted(placement=kind.value), day, limit=9))
    }
    rows = [row for row in list_rows(make.of_city(), Wanted(), day, limit=9) if row.id == child.id]
    return {str(standing_of(child.id).placement), *(str(row.placement) for row in rows), *(listed or {"None"})}


@pytest.mark.both_databases
def test_the_present_placement_holds_until_the_next_begins(town, clock):
    child = make.make_enrolled(town)
    decided(child, town.a, PlacementKind.HOME, date(2026, 9, 1), date(2026, 9, 1), date(2026, 11, 1))
    decided(child, town.b, PlacementKind.SPECIAL_SCHOOL, TODAY, BEGINS)
    for day in (TODAY, BEGINS - timedelta(days=1)):
        clock.move_to(f"{day}T02:00:00+00:00")
        assert shown(child, day) == {"home"}
        assert may_write(make.of_school(town.a), child), "it teaches until the day"
        assert count_home(make.of_city(), day)[HomeList.EVIDENCE] == 0
        assert count_overdue_reviews(make.of_city(), day) == 1
    clock.move_to(f"{BEGINS}T02:00:00+00:00")
    assert shown(child, BEGINS) == {"special_school"} and count_overdue_reviews(make.of_city(), BEGINS) == 0


def test_the_term_asks_of_a_child_that_is_still_at_home(town, clock):
    child = make.make_enrolled(town)
    decided(child, town.a, PlacementKind.HOME, date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 1))
    decided(child, town.b, PlacementKind.SPECIAL_SCHOOL, TODAY, BEGINS)
    row = answer_return(SYSTEM, child, ReturnFacts(ReturnAnswer.NO, TODAY, "入户查看", "李静"), today=TODAY)
    assert row.child_id == child.id


@pytest.mark.both_databases
def test_a_first_placement_that_begins_later_is_not_yet_true_and_not_to_be_done_again(app, town, clock):
    child = make.make_child(town.home)
    decided(child, town.b, PlacementKind.SPECIAL_SCHOOL, TODAY, BEGINS)
    assert shown(child, TODAY) == {"None"} and standing_of(child.id).placement_coming
    with app.test_request_context():
        texts = [str(one["text"]) for one in _todo(make.of_city(), child, standing_of(child.id), [], TODAY)]
    assert "Decide the placement" not in texts
    clock.move_to(f"{BEGINS}T02:00:00+00:00")
    assert shown(child, BEGINS) == {"special_school"}
