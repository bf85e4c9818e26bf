"""Suspension, return, extension and deferral, one test for each promise and refusal."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import NotFound
from app.kernel.problems import Refused
from app.roll import actions, queries
from app.roll.types import MovementKind, RollStatus, SchoolLink, TransferState
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes

S = RollStatus
K = MovementKind


def suspend(child, actor, **values):
    asked = {"on": TODAY, "reason": "住院", "proof": "县人民医院诊断证明", "due_on": date(2026, 8, 31), **values}
    return actions.ask_movement(actor, child, actions.Asked(kind=K.SUSPENSION, **asked), today=TODAY)


def test_the_school_asks_and_the_district_suspends(town):
    child, clerk = make.make_enrolled(town), make.of_school(town.a)
    row = suspend(child, clerk)
    assert queries.status_of(child.id) == S.ACTIVE
    movement = actions.answer_request(make.of_unit(town.home), row.id, True, None, today=TODAY)
    assert (movement.by_name, movement.approved_by_name) == (clerk.name, make.of_unit(town.home).name)
    state = queries.find_state(child.id)
    assert (state.status, state.due_on) == (S.SUSPENDED, date(2026, 8, 31))
    assert queries.schools_of(child.id, TODAY) == {SchoolLink.ROLL: town.a.id}


def test_a_district_that_asks_needs_another_person_too(town):
    child, clerk = make.make_enrolled(town), make.of_unit(town.home)
    row = suspend(child, clerk)
    with pytest.raises(Refused) as refused:
        actions.answer_request(clerk, row.id, True, None, today=TODAY)
    assert codes(refused) == ["second_person"]
    actions.answer_request(make.of_unit(town.home), row.id, True, None, today=TODAY)
    assert queries.status_of(child.id) == S.SUSPENDED


def test_another_district_does_not_find_the_request(town):
    row = suspend(make.make_enrolled(town), make.of_school(town.a))
    with pytest.raises(NotFound):
        actions.answer_request(make.of_unit(town.far), row.id, True, None, today=TODAY)


def test_a_refused_request_changes_nothing_and_has_a_reason(town):
    child = make.make_enrolled(town)
    row = suspend(child, make.of_school(town.a))
    with pytest.raises(Refused) as refused:
        actions.answer_request(make.of_unit(town.home), row.id, False, " ", today=TODAY)
    assert codes(refused) == ["reason_missing"]
    actions.answer_request(make.of_unit(town.home), row.id, False, "证明不足", today=TODAY)
    assert (row.state, queries.status_of(child.id)) == (TransferState.REFUSED, S.ACTIVE)
    with pytest.raises(Refused) as refused:
        actions.answer_request(make.of_unit(town.home), row.id, True, None, today=TODAY)
    assert codes(refused) == ["answered"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"proof": ""}, "proof_missing"),
        ({"due_on": None}, "no_end"),
        ({"due_on": date(2028, 4, 27)}, "too_long"),
        ({"due_on": TODAY}, "end_first"),
        ({"on": date(2026, 4, 28)}, "day_ahead"),
    ],
)
def test_a_suspension_that_does_not_hold_is_refused(town, values, code):
    with pytest.raises(Refused) as refused:
        suspend(make.make_enrolled(town), make.of_school(town.a), **values)
    assert code in codes(refused)


def test_one_open_request_for_a_child(town):
    child = make.make_enrolled(town)
    suspend(child, make.of_school(town.a))
    with pytest.raises(Refused) as refused:
        suspend(child, make.of_school(town.a))
    assert codes(refused) == ["request_open"]


def suspended(town, **values):
    child = make.make_enrolled(town)
    row = suspend(child, make.of_school(town.a), **values)
    actions.answer_request(make.of_unit(town.home), row.id, True, None, today=TODAY)
    return child


def test_a_return_goes_to_the_same_grade_or_the_next(town):
    child = suspended(town)
    for grade, fine in ((5, False), (2, False), (4, True)):
        asked = actions.Asked(kind=K.RESUMPTION, on=TODAY, reason="康复", proof="复诊证明", grade=grade)
        if not fine:
            with pytest.raises(Refused) as refused:
                actions.ask_movement(make.of_school(town.a), child, asked, today=TODAY)
            assert codes(refused) == ["grade_resumed"]
            continue
        row = actions.ask_movement(make.of_school(town.a), child, asked, today=TODAY)
        actions.answer_request(make.of_unit(town.home), row.id, True, None, today=TODAY)
    assert queries.status_of(child.id) == S.ACTIVE
    assert queries.links_on(child.id, TODAY)[SchoolLink.ROLL].grade == 4


def test_an_extension_begins_before_the_end_and_never_closes_the_roll(town):
    child, clerk = suspended(town), make.of_school(town.a)
    late = date(2026, 9, 5)
    asked = actions.Asked(kind=K.EXTENSION, on=late, reason="仍在治疗", proof="证明", due_on=date(2026, 12, 31))
    with pytest.raises(Refused) as refused:
        actions.ask_movement(clerk, child, asked, today=late)
    assert codes(refused) == ["ran_out"]
    assert queries.status_of(child.id) == S.SUSPENDED
    assert [row.id for row in queries.list_ending(make.of_unit(town.home), late)] == [child.id]
    asked = actions.Asked(
        kind=K.EXTENSION, on=date(2026, 8, 20), reason="仍在治疗", proof="证明", due_on=date(2026, 12, 31)
    )
    row = actions.ask_movement(clerk, child, asked, today=date(2026, 8, 20))
    actions.answer_request(make.of_unit(town.home), row.id, True, None, today=date(2026, 8, 21))
    assert queries.find_state(child.id).due_on == date(2026, 12, 31)


def test_a_deferral_is_for_one_year_with_a_paper(town):
    child, clerk = make.make_child(town.home), make.of_unit(town.home)
    with pytest.raises(Refused) as refused:
        actions.defer_child(clerk, child, on=TODAY, due_on=date(2027, 8, 31), reason="r", proof="p", today=TODAY)
    assert codes(refused) == ["deferral_end"]
    actions.defer_child(clerk, child, on=TODAY, due_on=date(2026, 8, 31), reason="r", proof="p", today=TODAY)
    assert queries.status_of(child.id) == S.DEFERRED
