"""Since when a child has been in its state on the roll: without a break, whatever was handled meanwhile."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.db import db
from app.roll import actions
from app.roll.types import MovementKind
from app.web.filters import day as words
from app.web.filters import today
from tests.factories import roll as make
from tests.roll.test_transfers import opening, parties

ENROLLED = date(2026, 3, 9)


@pytest.fixture
def enrolled(app):
    """Write `act(town, child)` on a child that is on the roll of school a; return (child, home, far)."""

    def run(act):
        with app.app_context():
            db.write()
            town = make.make_town()
            child = make.make_enrolled(town, on=ENROLLED, today=today())
            act(town, child)
            db.session.commit()
            return child.id, town.home.id, town.far.id

    return run


def began(client, sign_in, child_id, unit_id) -> tuple[str, str]:
    """The state that the page of the roll names, and the day on which it began."""
    sign_in("district_coordinator", unit_id=unit_id)
    page = client.get(f"/children/{child_id}/roll").get_data(as_text=True)
    sheet = re.search(r"State on the roll.*?</section>", page, re.DOTALL)[0]
    found = re.search(r"Began on</(?:th|dt)>\s*<(?:td|dd)[^>]*>([^<]*)<", sheet)
    return re.search(r'<span class="tag[^"]*">([^<]*)<', sheet)[1], found[1].strip()


def move(agree: bool, steps: int = 3):
    def act(town, child):
        day = today()
        transfer = actions.open_transfer(make.of_school(town.c), child, opening(town, effective_on=day), today=day)
        for party in parties(town)[:steps]:
            actions.answer_transfer(party, transfer.id, agree, None if agree else "学位已满", today=day)
            if not agree:
                break

    return act


@pytest.mark.both_databases
@pytest.mark.parametrize("agree", [True, False])
def test_a_transfer_does_not_begin_the_state_anew(client, sign_in, enrolled, agree):
    child, home, far = enrolled(move(agree))
    assert began(client, sign_in, child, far if agree else home) == ("On the roll", words(ENROLLED))


def test_while_a_transfer_is_handled_its_own_state_began_with_it(client, sign_in, enrolled):
    child, home, _far = enrolled(move(True, 0))
    assert began(client, sign_in, child, home)[1] == words(today())


def ask(town, child, kind: MovementKind, on: date, **values):
    """The school asks, the district answers."""
    asked = actions.Asked(kind=kind, on=on, reason="住院", proof="医院证明", **values)
    row = actions.ask_movement(make.of_school(town.a), child, asked, today=today())
    actions.answer_request(make.of_unit(town.home), row.id, True, None, today=today())


def test_a_longer_suspension_began_with_the_first_and_a_return_begins_anew(client, sign_in, enrolled):
    first, back = today() - timedelta(days=20), today() - timedelta(days=3)

    def extend(town, child):
        ask(town, child, MovementKind.SUSPENSION, first, due_on=today() + timedelta(days=20))
        ask(town, child, MovementKind.EXTENSION, back, due_on=today() + timedelta(days=60))

    def come_back(town, child):
        ask(town, child, MovementKind.SUSPENSION, first, due_on=today() + timedelta(days=20))
        ask(town, child, MovementKind.RESUMPTION, back, grade=3)

    child, home, _far = enrolled(extend)
    assert began(client, sign_in, child, home) == ("Studies suspended", words(first))
    child, home, _far = enrolled(come_back)
    assert began(client, sign_in, child, home) == ("On the roll", words(back))
