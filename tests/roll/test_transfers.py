"""Transfers between schools, one test for each promise and refusal."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access import SYSTEM, Role
from app.children.models import Sight
from app.children.queries import find_child, read_child
from app.children.sight import ReadOnly, require_write
from app.db import db
from app.errors import NotFound
from app.kernel.problems import Refused
from app.roll import actions, queries, rules
from app.roll.models import Movement, Transfer
from app.roll.types import MovementKind, RollStatus, SchoolLink, TransferState, TransferStep
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes
from tests.roll.test_requests import suspended
from tests.support import people

S = RollStatus
K = MovementKind


def opening(town, **values):
    return actions.Opening(
        **{"to_school_id": town.c.id, "grade": 3, "reason": "随父母搬迁", "effective_on": TODAY, **values}
    )


def parties(town):
    return [make.of_unit(town.far), make.of_school(town.a), make.of_unit(town.home)]


def test_four_agreements_move_the_roll_and_no_day_is_without_a_school(town):
    child = make.make_enrolled(town)
    receiver, sender = make.of_school(town.c), make.of_school(town.a)
    transfer = actions.open_transfer(receiver, child, opening(town, effective_on=date(2026, 5, 6)), today=TODAY)
    assert (transfer.next_step, transfer.next_due_on) == (TransferStep.RECEIVING_UNIT, date(2026, 5, 13))
    assert queries.status_of(child.id) == S.TRANSFERRING
    assert find_child(receiver, child.id) is None
    for party in parties(town):
        assert queries.schools_of(child.id, TODAY) == {SchoolLink.ROLL: town.a.id}
        actions.answer_transfer(party, transfer.id, True, None, today=TODAY)
    assert (transfer.state, queries.status_of(child.id)) == (TransferState.DONE, S.ACTIVE)
    assert queries.schools_of(child.id, date(2026, 5, 5)) == {SchoolLink.ROLL: town.a.id}
    assert queries.schools_of(child.id, date(2026, 5, 6)) == {SchoolLink.ROLL: town.c.id}
    kinds = db.session.scalars(select(Movement.kind).where(Movement.child_id == child.id)).all()
    assert {K.TRANSFER_OPENED, K.TRANSFER_OUT, K.TRANSFER_IN} <= set(kinds)
    assert child.unit_id == town.far.id and queries.keeps_roll(receiver, child)
    assert not queries.keeps_roll(sender, child)
    past = db.session.scalars(
        select(Sight.because).where(Sight.child_id == child.id, Sight.holder_id == town.a.id, Sight.valid_to.is_(None))
    ).all()
    assert past == ["past roll"]


def test_the_receiver_and_the_sender_read_the_file_once_it_is_done(town):
    from app.web.filters import today as day_of_today

    now = day_of_today()
    child = make.make_enrolled(town, on=date(2026, 3, 9), today=now)
    transfer = actions.open_transfer(make.of_school(town.c), child, opening(town, effective_on=now), today=now)
    for party in parties(town):
        actions.answer_transfer(party, transfer.id, True, None, today=now)
    for reader in (make.of_school(town.c), make.of_unit(town.far)):
        assert find_child(reader, child.id) is not None
    for former in (make.of_school(town.a), make.of_unit(town.home)):
        assert find_child(former, child.id) is None
        assert read_child(former, child.id) == (child, now)
        with pytest.raises(ReadOnly):
            require_write(former, child)


def test_a_district_that_opens_leaves_the_first_answer_to_its_school(town):
    child = make.make_enrolled(town)
    people.make_user(Role.SCHOOL_COORDINATOR, school_id=town.c.id)
    transfer = actions.open_transfer(make.of_unit(town.far), child, opening(town), today=TODAY)
    assert transfer.next_step == TransferStep.RECEIVING_SCHOOL
    with pytest.raises(Refused) as refused:
        actions.answer_transfer(make.of_unit(town.far), transfer.id, True, None, today=TODAY)
    assert codes(refused) == ["not_your_turn"]
    actions.answer_transfer(make.of_school(town.c), transfer.id, True, None, today=TODAY)
    assert transfer.next_step == TransferStep.RECEIVING_UNIT


def test_the_city_may_answer_for_all(town):
    child = make.make_enrolled(town)
    transfer = actions.open_transfer(make.of_city(), child, opening(town), today=TODAY)
    for _ in rules.STEPS:
        actions.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    assert queries.schools_of(child.id, TODAY) == {SchoolLink.ROLL: town.c.id}


@pytest.mark.parametrize("refuser", [0, 1, 2])
def test_any_party_refuses_with_a_reason_and_the_child_stays(town, refuser):
    child = make.make_enrolled(town)
    transfer = actions.open_transfer(make.of_school(town.c), child, opening(town), today=TODAY)
    for party in parties(town)[:refuser]:
        actions.answer_transfer(party, transfer.id, True, None, today=TODAY)
    party = parties(town)[refuser]
    with pytest.raises(Refused) as refused:
        actions.answer_transfer(party, transfer.id, False, "", today=TODAY)
    assert codes(refused) == ["reason_missing"]
    actions.answer_transfer(party, transfer.id, False, "材料不全", today=TODAY)
    assert (transfer.state, queries.status_of(child.id)) == (TransferState.REFUSED, S.ACTIVE)
    assert queries.schools_of(child.id, TODAY) == {SchoolLink.ROLL: town.a.id}
    with pytest.raises(Refused) as refused:
        actions.answer_transfer(party, transfer.id, True, None, today=TODAY)
    assert codes(refused) == ["answered"]


def test_a_stranger_does_not_find_the_transfer(town):
    transfer = actions.open_transfer(make.of_school(town.c), make.make_enrolled(town), opening(town), today=TODAY)
    with pytest.raises(NotFound):
        actions.answer_transfer(make.of_school(town.b), transfer.id, True, None, today=TODAY)


def test_what_stands_against_a_transfer(town):
    receiver = make.of_school(town.c)
    child = make.make_enrolled(town)
    for change, code in (
        ({"grade": 4}, "grade_kept"),
        ({"effective_on": date(2026, 4, 26)}, "day_past"),
        ({"to_school_id": town.b.id}, "not_your_school"),
    ):
        with pytest.raises(Refused) as refused:
            actions.open_transfer(receiver, child, opening(town, **change), today=TODAY)
        assert codes(refused) == [code]
    with pytest.raises(Refused) as refused:
        actions.open_transfer(make.of_school(town.a), child, opening(town, to_school_id=town.a.id), today=TODAY)
    assert codes(refused) == ["same_school"]
    with pytest.raises(Refused) as refused:
        actions.open_transfer(receiver, make.make_child(town.home), opening(town), today=TODAY)
    assert codes(refused) == ["no_roll"]


def test_a_suspended_child_is_not_transferred(town):
    with pytest.raises(Refused) as refused:
        actions.open_transfer(make.of_school(town.c), suspended(town), opening(town), today=TODAY)
    assert codes(refused) == ["suspended"]


@pytest.mark.both_databases
def test_one_open_transfer_of_a_child_by_constraint(town):
    child = make.make_enrolled(town)
    first = actions.open_transfer(make.of_school(town.c), child, opening(town), today=TODAY)
    with pytest.raises(Refused):
        actions.open_transfer(make.of_school(town.c), child, opening(town), today=TODAY)
    values = {column.key: getattr(first, column.key) for column in Transfer.__table__.columns if column.key != "id"}
    db.session.add(Transfer(**values))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_only_an_exact_number_finds_a_child_of_others(town):
    number = make.student_number("G")
    child = make.make_enrolled(town, number=number)
    clerk = make.of_school(town.c)
    for words in (number, number.lower(), child.document_number, child.file_number, f" {number} "):
        assert actions.find_for_transfer(clerk, words).id == child.id
    for words in (number[1:10], number[-6:], child.name, "", "%"):
        with pytest.raises(Refused):
            actions.find_for_transfer(clerk, words)


def test_a_child_found_dead_leaves_no_open_transfer(town):
    child = make.make_enrolled(town)
    transfer = actions.open_transfer(make.of_school(town.c), child, opening(town), today=TODAY)
    actions.change_status(
        SYSTEM,
        child,
        S.DECEASED,
        kind=K.LINK_CHANGE,
        on=TODAY,
        reason="r",
        proof="p",
        approved_by=make.of_city(),
        today=TODAY,
    )
    db.session.refresh(transfer)
    assert transfer.state == TransferState.REFUSED
