"""A move to another kind of school asks for a new placement decision until one fits."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from app.db import db
from app.files.standing import standing_of
from app.kernel import clock as house_clock
from app.placements.models import Decision
from app.placements.queries import count_lagging, list_lagging
from app.placements.types import PlacementKind
from app.roll import actions
from app.schools.types import SchoolKind
from tests.factories import roll as make
from tests.factories.roll import TODAY

LATER = date(2026, 5, 6)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(session):
    """School b is a special school."""
    made = make.make_town()
    made.b.kind = SchoolKind.SPECIAL
    db.session.flush()
    return made


def decide(child, kind: str, school=None, on: date = make.PLACED_ON) -> Decision:
    """A decision in force from a day; the one before ends on it."""
    present = db.session.query(Decision).filter_by(child_id=child.id, ended_on=None).one_or_none()
    if present is not None:
        present.ended_on = on
        db.session.flush()
    row = Decision(
        child_id=child.id,
        kind=PlacementKind(kind),
        school_id=school.id if school else None,
        decided_on=on,
        valid_from=on,
        decided_by="县教委",
        carried_over=True,
        recorded_at=house_clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def transfer(child, school, on: date = TODAY):
    made = actions.open_transfer(make.of_city(), child, actions.Opening(school.id, 3, "家长申请", on), today=TODAY)
    for _ in range(4):
        actions.answer_transfer(make.of_city(), made.id, True, None, today=TODAY)
    return made


def lags(town, child) -> bool:
    district = make.of_unit(town.home)
    listed = [row.child_id for row in list_lagging(district)] == [child.id]
    assert listed == bool(count_lagging(district)) == standing_of(child.id).placement_lags
    return listed


@pytest.mark.both_databases
@pytest.mark.parametrize("day", [TODAY, LATER])
@pytest.mark.parametrize("kind", ["regular_class", "special_class", "home", "remote"])
def test_from_an_ordinary_to_a_special_school(town, today, kind, day):
    child = make.make_enrolled(town)
    decide(child, kind, town.a)
    opened = actions.open_transfer(make.of_city(), child, actions.Opening(town.b.id, 3, "家长申请", day), today=TODAY)
    assert not lags(town, child), "an open transfer asks nothing yet"
    for _ in range(4):
        actions.answer_transfer(make.of_city(), opened.id, True, None, today=TODAY)
    assert lags(town, child) is (day == TODAY), "a move to come is not overdue"
    today.move_to(f"{day}T02:00:00+00:00")
    assert lags(town, child)
    today.move_to("2026-07-01T02:00:00+00:00")
    assert lags(town, child), "until it is decided"
    decide(child, "regular_class", town.a, date(2026, 7, 1))
    assert lags(town, child), "a decision that does not fit ends nothing"
    decide(child, "special_school", town.b, date(2026, 7, 2))
    assert not lags(town, child)


@pytest.mark.both_databases
def test_from_a_special_to_an_ordinary_school_and_back(town):
    child = make.make_enrolled(town)
    decide(child, "regular_class", town.a)
    transfer(child, town.b)
    decide(child, "special_school", town.b, TODAY)
    assert not lags(town, child)
    with time_machine.travel("2026-08-31T02:00:00+00:00"):
        made = actions.open_transfer(
            make.of_city(), child, actions.Opening(town.a.id, 3, "融合", date(2026, 8, 31)), today=date(2026, 8, 31)
        )
        for _ in range(4):
            actions.answer_transfer(make.of_city(), made.id, True, None, today=date(2026, 8, 31))
        assert lags(town, child)
        decide(child, "regular_class", town.a, date(2026, 8, 31))
        assert not lags(town, child)


@pytest.mark.parametrize(
    ("kind", "school", "on"),
    [("special_school", "b", make.PLACED_ON), ("home", "b", make.PLACED_ON), ("home", "a", TODAY)],
)
def test_a_decision_that_fits_before_or_with_the_move_asks_nothing(town, kind, school, on):
    child = make.make_enrolled(town)
    decide(child, "regular_class", town.a, date(2026, 3, 1))
    decide(child, kind, getattr(town, school), on)
    transfer(child, town.b)
    assert not lags(town, child)


def test_the_same_kind_or_a_transfer_taken_back_asks_nothing(town):
    child = make.make_enrolled(town)
    decide(child, "regular_class", town.a)
    made = transfer(child, town.b, LATER)
    assert not lags(town, child), "its day has not come"
    actions.take_back_transfer(make.of_city(), made.id, "不去了", today=TODAY)
    assert not lags(town, child)
    transfer(child, town.c)
    assert standing_of(child.id).placement_lags is False
    actions.set_links(
        make.of_city(),
        child,
        actions.Place(school_id=town.c.id, grade=3, class_name="一班"),
        reason="分班",
        on=TODAY,
        today=TODAY,
    )
    assert standing_of(child.id).placement_lags is False


@pytest.mark.both_databases
def test_the_decision_of_another_child_is_no_answer(town):
    child, other = make.make_enrolled(town), make.make_enrolled(town)
    decide(child, "regular_class", town.a)
    transfer(child, town.b)
    assert lags(town, child)
    decide(other, "special_school", town.b, TODAY)
    assert lags(town, child), "what fits is the decision about this child"
    decide(child, "special_school", town.b, TODAY)
    assert not lags(town, child)


def test_the_pages_say_so(app, client, sign_in, town):
    child = make.make_enrolled(town)
    decide(child, "regular_class", town.a)
    transfer(child, town.b, TODAY)
    child_id, name, home = child.id, child.name, town.home.id
    db.session.commit()
    sign_in("district_coordinator", unit_id=home)
    assert "1 placement decision is to be made anew" in client.get("/").get_data(as_text=True)
    page = client.get("/placements/lagging").get_data(as_text=True)
    assert name in page and TODAY.isoformat() in page and f"/children/{child_id}/assessment" in page
    assert "to be made anew" in client.get(f"/children/{child_id}").get_data(as_text=True)
