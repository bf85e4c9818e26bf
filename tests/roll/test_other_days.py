"""Another day for an agreed transfer: one side proposes it, the other confirms; until then the agreed day holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.access import Role
from app.children.models import TimelineEvent
from app.children.responsible import unit_on
from app.children.sight import may_write
from app.db import db
from app.db.audit import AuditEntry
from app.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.problems import Refused
from app.roll import actions, queries, rules
from app.roll.types import DayState, MovementKind, RollStatus, SchoolLink, TransferSide, TransferState
from app.schools.models import Term
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes
from tests.support import people

BEGINS, LATER, EARLIER = date(2026, 5, 6), date(2026, 5, 20), date(2026, 4, 29)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


def agree(child, school, begins=BEGINS):
    transfer = actions.open_transfer(make.of_city(), child, actions.Opening(school.id, 3, "搬家", begins), today=TODAY)
    for _ in range(4):
        actions.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    return transfer


@pytest.fixture
def agreed(town, clock):
    """A transfer from school a to school c of the other district, agreed for 6 May."""
    child = make.make_enrolled(town)
    return child, agree(child, town.c)


def propose(who, transfer, day=LATER, today=TODAY):
    return actions.propose_day(who, transfer.id, day, "新房未交", today=today)


def answer(who, transfer, agreed=True, reason=None, today=TODAY):
    return actions.answer_day(who, transfer.id, agreed, reason, today=today)


def at(clock, day) -> None:
    clock.move_to(f"{day}T02:00:00+00:00")


@pytest.mark.both_databases
@pytest.mark.parametrize("day", [EARLIER, LATER, date(2026, 9, 1)])
@pytest.mark.parametrize("first", ["a", "c"])
def test_until_the_other_side_confirms_the_agreed_day_holds(town, agreed, clock, day, first):
    child, transfer = agreed
    asks, answers = (make.of_school(getattr(town, name)) for name in (first, {"a": "c", "c": "a"}[first]))
    row = propose(asks, transfer, day)
    assert (row.side, row.state) == (TransferSide.SENDING if first == "a" else TransferSide.RECEIVING, DayState.OPEN)
    assert transfer.effective_on == BEGINS and queries.schools_of(child.id, BEGINS) == {SchoolLink.ROLL: town.c.id}
    with pytest.raises(Refused) as refused:
        answer(asks, transfer)
    assert codes(refused) == ["other_side"]
    answer(answers, transfer)
    assert (transfer.state, transfer.effective_on, row.state) == (TransferState.DONE, day, DayState.AGREED)
    at(clock, day - timedelta(days=1))
    assert may_write(make.of_school(town.a), child) and not may_write(make.of_school(town.c), child)
    at(clock, day)
    assert queries.live_links(child.id)[SchoolLink.ROLL].school_id == town.c.id
    assert may_write(make.of_school(town.c), child) and not may_write(make.of_school(town.a), child)
    assert (unit_on(child, day - timedelta(days=1)), unit_on(child, day)) == (town.home.id, town.far.id)


@pytest.mark.both_databases
def test_declined_the_agreed_day_stays_and_the_side_that_asked_is_told(town, agreed):
    child, transfer = agreed
    asks, says = make.of_school(town.c), make.of_school(town.a)
    propose(asks, transfer)
    assert [(row.mine, row.told) for row in queries.list_days(says, TODAY)] == [(True, False)]
    assert [(row.mine, row.told) for row in queries.list_days(asks, TODAY)] == [(False, False)]
    with pytest.raises(Refused) as refused:
        answer(says, transfer, False)
    assert codes(refused) == ["reason_missing"]
    row = answer(says, transfer, False, "班级已排好")
    assert (transfer.effective_on, row.state, row.answer_reason) == (BEGINS, DayState.DECLINED, "班级已排好")
    assert queries.schools_of(child.id, BEGINS) == {SchoolLink.ROLL: town.c.id}
    assert [(one.state, one.told) for one in queries.list_days(asks, TODAY)] == [(DayState.DECLINED, True)]
    assert queries.list_days(says, TODAY) == []
    again = propose(says, transfer, EARLIER)
    assert again.state == DayState.OPEN, "a declined day is not the last word"


@pytest.mark.both_databases
def test_a_day_without_an_answer_lapses_when_the_agreed_one_comes(town, agreed, clock):
    child, transfer = agreed
    row = propose(make.of_school(town.c), transfer)
    at(clock, BEGINS)
    assert queries.live_links(child.id)[SchoolLink.ROLL].school_id == town.c.id
    assert queries.state_of(row, transfer, BEGINS) == DayState.LAPSED
    assert queries.find_open_day(transfer, BEGINS) is None
    for who in (make.of_school(town.a), make.of_school(town.c)):
        assert [(one.state, one.told) for one in queries.list_days(who, BEGINS)] == [(DayState.LAPSED, True)]
    for agreed_ in (True, False):
        with pytest.raises(Refused) as refused:
            answer(make.of_school(town.a), transfer, agreed_, "晚了", today=BEGINS)
        assert codes(refused) == ["day_lapsed"]
    with pytest.raises(Refused) as refused:
        propose(make.of_school(town.c), transfer, BEGINS + timedelta(days=9), today=BEGINS)
    assert codes(refused) == ["begun"]
    assert queries.list_days(make.of_school(town.a), BEGINS + timedelta(days=7)) == []


@pytest.mark.both_databases
def test_an_earlier_day_that_has_passed_lapses_and_another_may_be_proposed(town, agreed, clock):
    _child, transfer = agreed
    first = propose(make.of_school(town.c), transfer, EARLIER)
    at(clock, EARLIER + timedelta(days=1))
    today = EARLIER + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        answer(make.of_school(town.a), transfer, today=today)
    assert codes(refused) == ["day_lapsed"]
    second = propose(make.of_school(town.a), transfer, LATER, today=today)
    answer(make.of_school(town.c), transfer, today=today)
    assert (first.state, second.state, transfer.effective_on) == (DayState.LAPSED, DayState.AGREED, LATER)


@pytest.mark.both_databases
def test_confirmed_on_the_proposed_day_itself_the_child_moves_that_day(town, agreed, clock):
    child, transfer = agreed
    propose(make.of_school(town.c), transfer, EARLIER)
    at(clock, EARLIER)
    answer(make.of_school(town.a), transfer, today=EARLIER)
    assert queries.live_links(child.id)[SchoolLink.ROLL].school_id == town.c.id
    assert may_write(make.of_school(town.c), child) and not may_write(make.of_school(town.a), child)


@pytest.mark.both_databases
def test_again_and_at_once(town, agreed, clock):
    """The same proposal, answer and withdrawal again do nothing; of two different proposals the second is told."""
    _child, transfer = agreed
    asks, says = make.of_school(town.c), make.of_school(town.a)
    row = propose(asks, transfer)
    assert propose(asks, transfer) is row
    for who, day in ((says, LATER), (asks, EARLIER), (says, EARLIER)):
        with pytest.raises(Refused) as refused:
            propose(who, transfer, day)
        assert codes(refused) == ["day_waits"] and refused.value.problems[0].values["day"] == LATER.isoformat()
    assert answer(says, transfer) is row and answer(says, transfer) is row
    with pytest.raises(Refused) as refused:
        answer(says, transfer, False, "不")
    assert codes(refused) == ["answered"]
    clock.shift(60)
    back = propose(asks, transfer, EARLIER)
    assert actions.withdraw_day(asks, transfer.id, today=TODAY) is back
    assert actions.withdraw_day(asks, transfer.id, today=TODAY).state == DayState.WITHDRAWN
    events = db.session.scalars(select(TimelineEvent.code).where(TimelineEvent.subject_id.in_([row.id, back.id]))).all()
    assert len(events) == 3


def test_only_the_side_that_proposed_withdraws(town, agreed):
    _child, transfer = agreed
    propose(make.of_school(town.c), transfer)
    with pytest.raises(Refused) as refused:
        actions.withdraw_day(make.of_school(town.a), transfer.id, today=TODAY)
    assert codes(refused) == ["other_side"]
    with pytest.raises(NotFound):
        actions.withdraw_day(make.of_school(town.b), transfer.id, today=TODAY)
    with pytest.raises(NotFound):
        propose(make.of_school(town.b), transfer)
    assert actions.withdraw_day(make.of_unit(town.far), transfer.id, today=TODAY).state == DayState.WITHDRAWN


def test_a_district_answers_for_its_school_only_where_nobody_else_can(town, agreed):
    _child, transfer = agreed
    propose(make.of_unit(town.far), transfer)
    people.make_user(Role.SCHOOL_COORDINATOR, school_id=town.a.id)
    with pytest.raises(Refused) as refused:
        answer(make.of_unit(town.home), transfer)
    assert codes(refused) == ["other_side"]
    answer(make.of_school(town.a), transfer)
    propose(make.of_school(town.a), transfer, EARLIER)
    answer(make.of_unit(town.far), transfer)  # school c has no account
    assert transfer.effective_on == EARLIER


def test_one_district_of_both_schools_needs_two_people(town, clock):
    child = make.make_enrolled(town)
    transfer = agree(child, town.b)
    one = make.of_unit(town.home)
    row = propose(one, transfer)
    assert row.side == TransferSide.RECEIVING, "it speaks for the side that asked for the transfer"
    with pytest.raises(Refused) as refused:
        answer(one, transfer)
    assert codes(refused) == ["other_side"]
    answer(replace(one, user_id=new_id(), name="second"), transfer)
    assert transfer.effective_on == LATER


@pytest.mark.parametrize(
    "day", [TODAY, TODAY - timedelta(days=3), BEGINS, date(2027, 2, 1), date(9999, 12, 31), date(1, 1, 1)]
)
def test_the_day_lies_between_tomorrow_and_the_end_of_the_next_term(town, agreed, day):
    _child, transfer = agreed
    for who in (make.of_unit(town.far), make.of_school(town.a), make.of_city()):
        with pytest.raises(Refused) as refused:
            propose(who, transfer, day)
        assert codes(refused) == ["day_not_possible"]


def test_the_next_term_is_the_one_that_is_entered(town, agreed):
    _child, transfer = agreed
    assert queries.days_for(transfer, TODAY) == (TODAY + timedelta(days=1), date(2027, 1, 29)), "the municipality's"
    for year, number, first, last in (
        (2025, 2, date(2026, 3, 2), date(2026, 7, 3)),
        (2026, 1, date(2026, 9, 1), date(2027, 1, 22)),
    ):
        db.session.add(Term(unit_id=town.far.id, school_year=year, number=number, starts_on=first, ends_on=last))
    db.session.flush()
    assert queries.days_for(transfer, TODAY)[1] == date(2027, 1, 22)


@pytest.mark.parametrize(
    ("agreed", "last"),
    [
        (date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 12, 31), date(2027, 8, 31)),
        (date(2027, 1, 31), date(2027, 8, 31)),
        (date(2027, 2, 1), date(2028, 1, 31)),
        (date(2028, 2, 29), date(2029, 1, 31)),
        (date(2026, 8, 31), date(2027, 1, 31)),
    ],
)
def test_terms_that_are_not_entered_end_with_january_and_august(agreed, last):
    assert rules.last_new_day(agreed, []) == last


def test_never_beyond_a_year(town, clock):
    transfer = agree(make.make_enrolled(town), town.c, date(2027, 4, 27))
    assert queries.days_for(transfer, TODAY)[1] == date(2027, 4, 27)
    assert propose(make.of_school(town.c), transfer, date(2026, 9, 1)).state == DayState.OPEN


@pytest.mark.both_databases
def test_taken_back_or_dead_meanwhile_nothing_waits_any_more(town, agreed):
    child, transfer = agreed
    row = propose(make.of_school(town.c), transfer)
    actions.take_back_transfer(make.of_school(town.a), transfer.id, "不搬了", today=TODAY)
    db.session.refresh(row)
    assert row.state == DayState.LAPSED
    with pytest.raises(Refused) as refused:
        answer(make.of_school(town.a), transfer)
    assert codes(refused) == ["day_lapsed"]
    other = agree(child, town.c)
    later = propose(make.of_school(town.c), other)
    asked = actions.Asked(kind=MovementKind.DEATH, on=TODAY, reason="病故", proof="死亡证明")
    request = actions.ask_movement(make.of_school(town.a), child, asked, today=TODAY)
    actions.answer_request(make.of_unit(town.home), request.id, True, None, today=TODAY)
    db.session.refresh(later)
    assert queries.status_of(child.id) == RollStatus.DECEASED and later.state == DayState.LAPSED


def test_trail_and_timeline_tell_every_step(town, agreed):
    child, transfer = agreed
    propose(make.of_school(town.c), transfer)
    answer(make.of_school(town.a), transfer, False, "不行")
    propose(make.of_school(town.c), transfer, EARLIER)
    answer(make.of_school(town.a), transfer)
    db.session.commit()
    verbs = db.session.scalars(
        select(AuditEntry.verb).where(AuditEntry.subject_id == transfer.id).order_by(AuditEntry.seq)
    ).all()
    assert verbs[-4:] == ["propose_day", "decline_day", "propose_day", "confirm_day"]
    told = [
        event.code
        for event in db.session.scalars(
            select(TimelineEvent)
            .where(TimelineEvent.child_id == child.id)
            .order_by(TimelineEvent.recorded_at, TimelineEvent.id)
        )
    ]
    assert told.count("told.day_proposed") == 2
    assert told.count("told.day_declined") == 1
    assert told.count("told.transfer_moved") == 1
    moved = queries.list_undone(make.of_school(town.c), TODAY)
    assert [row.kind for row in moved] == [MovementKind.TRANSFER_REDATED]


def test_an_older_transfer_of_the_same_schools_is_not_listed_beside_the_moved_one(town, clock):
    child = make.make_enrolled(town)
    first = agree(child, town.c)
    actions.take_back_transfer(make.of_school(town.a), first.id, "先不搬", today=TODAY)
    at(clock, TODAY + timedelta(days=1))
    second = actions.open_transfer(
        make.of_city(), child, actions.Opening(town.c.id, 3, "搬家", BEGINS), today=TODAY + timedelta(days=1)
    )
    for _ in range(4):
        actions.answer_transfer(make.of_city(), second.id, True, None, today=TODAY + timedelta(days=1))
    propose(make.of_school(town.c), second, today=TODAY + timedelta(days=1))
    answer(make.of_school(town.a), second, today=TODAY + timedelta(days=1))
    for who in (make.of_school(town.b), make.of_unit(town.far), make.of_school(town.c)):
        rows = queries.list_undone(who, TODAY + timedelta(days=1))
        mine = who.school_ids != {town.b.id}
        assert [(row.id, row.kind) for row in rows] == (
            [(second.id, MovementKind.TRANSFER_REDATED), (first.id, MovementKind.TRANSFER_WITHDRAWN)] if mine else []
        )
    assert queries.find_taking_back(first).reason == "先不搬" and queries.find_taking_back(second) is None


def test_the_pages_propose_confirm_and_tell(app, sign_in, clock):
    with app.app_context():
        db.write()
        town = make.make_town()
        transfer = agree(make.make_enrolled(town), town.c)
        db.session.commit()
        path, there, here = f"/roll/transfers/{transfer.id}", town.c.id, town.a.id
    asks, says = app.test_client(), app.test_client()
    sign_in("school_coordinator", school_id=there, client=asks)
    sign_in("school_coordinator", school_id=here, client=says)
    assert asks.submit(f"{path}/day", effective_on="2026-05-06", reason="改").status_code == 422
    answered = asks.submit(f"{path}/day", effective_on="2026-05-20", reason="新房未交")
    text = answered.get_data(as_text=True)
    assert answered.status_code == 200 and "Withdraw the proposal" in text and "Confirm or decline" not in text
    page = asks.get(f"{path}/day/answer").get_data(as_text=True)
    assert "The other side of the transfer answers" in page and 'name="answer"' not in page
    assert "1 other day proposed for a transfer waits for your answer" in says.get("/").get_data(as_text=True)
    assert f"{path}/day/answer" in says.get("/roll").get_data(as_text=True)
    text = says.submit(f"{path}/day/answer", answer="yes").get_data(as_text=True)
    assert "Confirmed by the other side" in text and "May 20, 2026" in text
    assert "1 transfer was moved to another day or taken back" in asks.get("/").get_data(as_text=True)
