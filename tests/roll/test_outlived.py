"""A request of a school ends when its child moves to another, and whoever asks or answers reads what it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.children.models import TimelineEvent
from app.db import db
from app.kernel.problems import Refused
from app.roll import actions, queries
from app.roll.models import Movement, RollRequest
from app.roll.types import MovementKind, RollStatus, TransferState
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes
from tests.support.client import read_form

BEGINS = TODAY + timedelta(days=9)
DROPOUT = actions.Asked(kind=MovementKind.DROPOUT, on=TODAY, reason="未到校", proof="学校书面报告")
SUSPENSION = actions.Asked(
    kind=MovementKind.SUSPENSION, on=TODAY, reason="住院", proof="诊断证明", due_on=date(2026, 8, 31)
)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


def agree(town, child, day):
    transfer = actions.open_transfer(make.of_city(), child, actions.Opening(town.c.id, 3, "搬家", day), today=TODAY)
    for _ in range(4):
        actions.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    return transfer


@pytest.mark.both_databases
@pytest.mark.parametrize("asked", [DROPOUT, SUSPENSION])
def test_a_transfer_that_takes_effect_ends_what_the_former_school_asked(town, clock, asked):
    child = make.make_enrolled(town)
    row = actions.ask_movement(make.of_school(town.a), child, asked, today=TODAY)
    agree(town, child, TODAY)
    assert row.state == TransferState.REFUSED and row.answer_reason and row.answered_by_name
    assert queries.find_open_request(child.id) is None
    assert db.session.scalar(select(TimelineEvent.id).where(TimelineEvent.subject_id == row.id))
    with pytest.raises(Refused) as refused:
        actions.answer_request(make.of_unit(town.far), row.id, True, None, today=TODAY)
    assert codes(refused) == ["answered"] and queries.status_of(child.id) == RollStatus.ACTIVE


@pytest.mark.both_databases
def test_on_the_day_of_a_later_transfer_the_old_request_is_not_approved(town, clock):
    child = make.make_enrolled(town)
    row = actions.ask_movement(make.of_school(town.a), child, DROPOUT, today=TODAY)
    agree(town, child, BEGINS)
    assert row.state == TransferState.OPEN
    clock.move_to(f"{BEGINS}T02:00:00+00:00")
    with pytest.raises(Refused) as refused:
        actions.answer_request(make.of_city(), row.id, True, None, today=BEGINS)
    assert codes(refused) == ["outlived"] and queries.status_of(child.id) == RollStatus.ACTIVE
    actions.withdraw_request(make.of_school(town.c), row.id, today=BEGINS)
    new = actions.ask_movement(make.of_school(town.c), child, DROPOUT, today=BEGINS)
    assert (row.state, new.state) == (TransferState.REFUSED, TransferState.OPEN)


def test_another_day_leaves_the_approver_of_the_moves(town, clock):
    child = make.make_enrolled(town)
    transfer = agree(town, child, BEGINS)
    actions.propose_day(make.of_school(town.c), transfer.id, BEGINS + timedelta(days=5), "改期", today=TODAY)
    actions.answer_day(make.of_school(town.a), transfer.id, True, None, today=TODAY)
    moves = db.session.scalars(
        select(Movement).where(Movement.child_id == child.id, Movement.kind == MovementKind.TRANSFER_IN)
    )
    assert {row.approved_by_name for row in moves} == {make.of_city().name}


@pytest.fixture
def ids(app, clock):
    with app.app_context():
        db.write()
        town = make.make_town()
        number = make.student_number("L")
        child = make.make_enrolled(town, number=number)
        found = {"child": child.id, "number": number, "home": town.home.id, "far": town.far.id}
        found |= {name: getattr(town, name).id for name in "abc"}
        db.session.commit()
    return found


def write(app, ids, *, ask=False, day=None):
    """Ask for the dropout, agree to the transfer for a day; return the ids of the request and the transfer."""
    from app.children.models import Child

    with app.app_context():
        db.write()
        child = db.session.get_one(Child, ids["child"])
        if ask:
            actions.ask_movement(make.SYSTEM, child, DROPOUT, today=TODAY)
        if day:
            opening = actions.Opening(ids["c"], 3, "搬家", day)
            transfer = actions.open_transfer(make.SYSTEM, child, opening, today=TODAY)
            for _ in range(4 if day > TODAY else 3):
                actions.answer_transfer(make.SYSTEM, transfer.id, True, None, today=TODAY)
            ids["transfer"] = transfer.id
        db.session.commit()
        return db.session.scalar(select(RollRequest.id).where(RollRequest.child_id == child.id))


def page(client, path) -> str:
    return client.get(path).get_data(as_text=True)


def test_the_pages_of_a_transfer_name_the_request(client, app, sign_in, ids):
    request_id = write(app, ids, ask=True, day=TODAY)
    sign_in("district_coordinator", unit_id=ids["home"], language="zh_Hans")
    url = f"/roll/transfers/{ids['transfer']}"
    assert "郁山镇中心校有一项待审批的申请：" in page(client, url)
    fields = read_form(page(client, url))[1] | {"answer": "yes"}
    assert client.post(url, data=fields).status_code == 303
    assert "待审批的申请" not in page(client, url)
    sign_in("district_coordinator", unit_id=ids["far"], language="zh_Hans")
    old = page(client, f"/roll/requests/{request_id}")
    assert "未经审批即行终止" in old and 'name="answer"' not in old


def test_opening_a_transfer_names_the_request(client, app, sign_in, ids):
    write(app, ids, ask=True)
    sign_in("school_coordinator", school_id=ids["c"], language="zh_Hans")
    fields = read_form(page(client, "/roll/transfers/new"))[1] | {"number": ids["number"], "step": "find"}
    answer = client.post("/roll/transfers/new", data=fields)
    assert "郁山镇中心校有一项待审批的申请：" in answer.get_data(as_text=True)


def test_asking_and_answering_say_which_transfer_it_ends(client, app, sign_in, ids):
    words = "该生已商定于"
    request_id = write(app, ids, ask=True)
    sign_in("district_coordinator", unit_id=ids["home"], language="zh_Hans")
    assert words not in page(client, f"/roll/requests/{request_id}")
    write(app, ids, day=BEGINS)
    for path in (
        f"/roll/requests/{request_id}",
        *(f"/children/{ids['child']}/roll/{one}" for one in ("leave", "suspend")),
    ):
        text = page(client, path)
        assert words in text and "濯水镇中心校。本申请一经批准" in text, path
    assert words not in page(client, f"/children/{ids['child']}/roll/resume")
