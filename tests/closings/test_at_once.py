"""Two people at once: schools closed into each other, a child enrolled while its school closes, two proposed days."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy import func, select

from app.children.models import Child
from app.closings.actions.closing import Closing, close_school
from app.closings.actions.moving import move_school
from app.db import db
from app.roll import actions as roll
from app.roll import queries
from app.roll.models import Membership, TransferDay
from app.roll.types import DayState, SchoolLink
from app.schools.models import School
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.support.together import together


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.mark.both_databases
def test_two_schools_closed_into_each_other_leave_one_open(app, session, clock):
    town, city = make.make_town(), make.of_city()
    children = [make.make_enrolled(town).id for _ in range(2)]
    a, b = town.a.id, town.b.id
    db.session.commit()
    ends = together(
        app,
        lambda: close_school(city, a, Closing(b, TODAY, True), today=TODAY),
        lambda: close_school(city, b, Closing(a, TODAY, True), today=TODAY),
    )
    assert ends == ["done", "refused"]
    living = db.session.scalars(select(School.id).where(School.id.in_([a, b]), School.closed_on.is_(None))).one()
    assert {queries.schools_of(child, TODAY)[SchoolLink.ROLL] for child in children} == {living}


@pytest.mark.both_databases
def test_nobody_is_enrolled_at_a_school_that_closes_at_the_same_moment(app, session, clock):
    town, city = make.make_town(), make.of_city()
    child, number = make.make_placed(town.home).id, make.student_number("L")
    a, b = town.a.id, town.b.id
    db.session.commit()
    together(
        app,
        lambda: close_school(city, a, Closing(b, TODAY, True), today=TODAY),
        lambda: roll.enrol_child(
            city, db.session.get(Child, child), roll.Place(school_id=a, grade=3), number, on=TODAY, today=TODAY
        ),
    )
    at = queries.schools_of(child, TODAY).get(SchoolLink.ROLL)
    assert at in {None, b} or db.session.get(School, a).closed_on is None
    assert db.session.scalar(
        select(func.count(Membership.id)).where(Membership.school_id == a, Membership.valid_to.is_(None))
    ) == (1 if at == a else 0)


@pytest.mark.both_databases
def test_the_same_closing_and_the_same_move_twice_at_once_happen_once(app, session, clock):
    town, city = make.make_town(), make.of_city()
    child = make.make_enrolled(town).id
    a, b, far = town.a.id, town.b.id, town.far.id
    db.session.commit()
    move = lambda: move_school(city, a, far, on=TODAY, today=TODAY)  # noqa: E731
    assert together(app, move, move) == ["done", "done"]
    close = lambda: close_school(city, a, Closing(b, TODAY, True), today=TODAY)  # noqa: E731
    assert together(app, close, close) == ["done", "refused"]
    assert queries.schools_of(child, TODAY) == {SchoolLink.ROLL: b}


@pytest.mark.both_databases
def test_of_two_days_proposed_at_once_one_waits_and_of_two_answers_one_counts(app, session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    transfer = roll.open_transfer(
        make.of_city(), child, roll.Opening(town.c.id, 3, "搬家", date(2026, 5, 6)), today=TODAY
    )
    for _ in range(4):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    key, sender, receiver = transfer.id, make.of_school(town.a), make.of_school(town.c)
    db.session.commit()
    assert together(
        app,
        lambda: roll.propose_day(sender, key, date(2026, 5, 20), "改期", today=TODAY),
        lambda: roll.propose_day(receiver, key, date(2026, 5, 21), "改期", today=TODAY),
    ) == ["done", "refused"]
    row = db.session.scalars(select(TransferDay)).one()
    asks, says = (sender, receiver) if row.wanted_on.day == 20 else (receiver, sender)
    db.session.rollback()
    assert together(
        app,
        lambda: roll.answer_day(says, key, True, None, today=TODAY),
        lambda: roll.withdraw_day(asks, key, today=TODAY),
    ) == ["done", "refused"]
    row = db.session.scalars(select(TransferDay)).one()
    agreed = db.session.scalar(
        select(Membership.valid_from).where(Membership.school_id == town.c.id, Membership.valid_to.is_(None))
    )
    assert agreed == (row.wanted_on if row.state == DayState.AGREED else date(2026, 5, 6))
