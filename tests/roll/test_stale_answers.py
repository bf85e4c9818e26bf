"""A form that answers something answers what its page showed: never what came in its place meanwhile."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import time_machine

from app.db import db
from app.roll import actions, queries
from app.roll.models import Transfer
from app.roll.types import DayState, TransferState, TransferStep
from app.schools.models import School
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.support.client import ORIGIN, read_form

BEGINS, LATER, EARLIER = date(2026, 5, 20), date(2026, 6, 10), date(2026, 5, 6)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def at(app, clock):
    """(id of a transfer from a to c, town's ids): open, its first answer still to come."""
    with app.app_context():
        db.write()
        town = make.make_town()
        child = make.make_enrolled(town)
        transfer = actions.open_transfer(
            make.of_city(), child, actions.Opening(town.c.id, 3, "搬家", BEGINS), today=TODAY
        )
        found = transfer.id, {name: getattr(town, name).id for name in ("a", "c", "home", "far")}
        db.session.commit()
    return found


def agree(app, transfer_id, times=4) -> None:
    with app.app_context():
        db.write()
        for _ in range(times):
            actions.answer_transfer(make.of_city(), transfer_id, True, None, today=TODAY)
        db.session.commit()


def keep(client, path, form=None):
    """The form of a page as it is open in a browser."""
    action, fields = read_form(client.get(path).get_data(as_text=True), form)
    return action or path, fields


def send(client, kept, **values):
    path, fields = kept
    answer = client.post(path, data=fields | values, headers={"Origin": ORIGIN})
    return answer.status_code, answer.get_data(as_text=True)


def test_nobody_agrees_to_a_day_that_was_not_shown(app, sign_in, at):
    transfer_id, ids = at
    agree(app, transfer_id)
    asks, says = app.test_client(), app.test_client()
    sign_in("school_coordinator", school_id=ids["c"], client=asks)
    sign_in("school_coordinator", school_id=ids["a"], client=says)
    path = f"/roll/transfers/{transfer_id}"
    assert asks.submit(f"{path}/day", effective_on=str(LATER), reason="新房未交").status_code == 200
    old, mine = keep(says, f"{path}/day/answer"), keep(asks, path, f"{path}/day/withdraw")
    assert send(asks, mine)[0] == 303
    status, page = send(says, old, answer="yes")
    assert status == 422 and "was withdrawn meanwhile" in page
    assert asks.submit(f"{path}/day", effective_on=str(EARLIER), reason="提前交房").status_code == 200
    old[1]["form_key"] = str(uuid.uuid4())
    status, page = send(says, old, answer="yes")
    assert status == 422 and "was withdrawn meanwhile" in page and "checked" not in page
    mine[1]["form_key"] = str(uuid.uuid4())
    send(asks, mine)  # the old button takes back nothing but its own proposal
    with app.app_context():
        transfer = db.session.get_one(Transfer, transfer_id)
        assert transfer.effective_on == BEGINS
        assert queries.list_proposals(transfer_id)[0].state == DayState.OPEN
    status, page = send(says, keep(says, f"{path}/day/answer"), answer="yes", about="")
    assert status == 422 and "does not say which proposed day" in page
    assert send(says, keep(says, f"{path}/day/answer"), answer="yes")[0] == 303
    with app.app_context():
        assert db.session.get_one(Transfer, transfer_id).effective_on == EARLIER


def test_a_page_that_stayed_open_does_not_answer_for_the_next_party(app, client, sign_in, at):
    transfer_id, _ids = at
    sign_in("city_coordinator")
    path = f"/roll/transfers/{transfer_id}"
    first, second = keep(client, path), keep(client, path)
    assert send(client, first, answer="yes")[0] == 303
    status, page = send(client, second, answer="no", reason="班额已满")
    assert status == 422 and "Your page asked for another party" in page
    with app.app_context():
        transfer = db.session.get_one(Transfer, transfer_id)
        assert (transfer.state, transfer.next_step) == (TransferState.OPEN, TransferStep.RECEIVING_UNIT)
        assert len(queries.list_answers(transfer_id)) == 1


def test_giving_up_an_open_transfer_takes_back_none_that_was_agreed_meanwhile(app, client, sign_in, at):
    transfer_id, _ids = at
    sign_in("city_coordinator")
    path = f"/roll/transfers/{transfer_id}/withdraw"
    old = keep(client, path)
    agree(app, transfer_id)
    status, page = send(client, old, reason="不搬了")
    assert status == 422 and "have agreed meanwhile" in page
    with app.app_context():
        assert db.session.get_one(Transfer, transfer_id).state == TransferState.DONE
    assert send(client, keep(client, path), reason="不搬了")[0] == 303


def test_another_day_is_proposed_for_the_day_that_was_shown(app, client, sign_in, at):
    transfer_id, ids = at
    agree(app, transfer_id)
    sign_in("city_coordinator")
    path = f"/roll/transfers/{transfer_id}/day"
    old = keep(client, path)
    with app.app_context():
        db.write()
        school = make.of_school(db.session.get_one(School, ids["c"]))
        actions.propose_day(school, transfer_id, EARLIER, "提前", today=TODAY)
        actions.answer_day(make.of_city(), transfer_id, True, None, today=TODAY)
        db.session.commit()
    status, page = send(client, old, effective_on=str(LATER), reason="新房未交")
    assert status == 422 and "has changed since you opened this page" in page


def test_an_agreed_transfer_is_found_again_by_both_sides(app, sign_in, at):
    transfer_id, ids = at
    agree(app, transfer_id)
    with app.app_context():
        child_id = db.session.get_one(Transfer, transfer_id).child_id
    path = f"/roll/transfers/{transfer_id}"
    for role, scope in (
        ("school_coordinator", {"school_id": ids["a"]}),
        ("school_coordinator", {"school_id": ids["c"]}),
        ("district_coordinator", {"unit_id": ids["home"]}),
        ("district_coordinator", {"unit_id": ids["far"]}),
    ):
        browser = app.test_client()
        sign_in(role, client=browser, **scope)
        page = browser.get("/roll").get_data(as_text=True)
        assert all(f'href="{address}"' in page for address in (path, f"{path}/day", f"{path}/withdraw")), role
        sees = bool({"a", "home"} & {name for name in ids if ids[name] in scope.values()})
        assert ("冉䶮一" in page) == sees and "May 20, 2026" in page
        assert "1 transfer is agreed and waits for its day" in browser.get("/").get_data(as_text=True)
        if sees:
            assert f'href="{path}"' in browser.get(f"/children/{child_id}/roll").get_data(as_text=True)
            assert browser.get(f"{path}/withdraw").status_code == 200
    stranger = app.test_client()
    with app.app_context():
        db.write()
        other = make.make_town().b.id
        db.session.commit()
    sign_in("school_coordinator", school_id=other, client=stranger)
    assert path not in stranger.get("/roll").get_data(as_text=True)
