"""A party to a transfer is told of what it may open: who does not hold the file yet reads the transfer's own page."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine

from app.db import db
from app.roll import actions
from tests.factories import roll as make
from tests.factories.roll import TODAY

BEGINS = date(2026, 5, 20)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def made(app):
    with app.app_context():
        db.write()
        town = make.make_town()
        child = make.make_enrolled(town)
        transfer = actions.open_transfer(
            make.of_school(town.c), child, actions.Opening(town.c.id, 3, "搬家", BEGINS), today=TODAY
        )
        found = transfer.id, child.id, {name: getattr(town, name).id for name in ("a", "c", "home", "far")}
        db.session.commit()
    return found


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("role", "scope", "where", "holds"),
    [
        ("school_coordinator", "school_id", "c", False),
        ("district_coordinator", "unit_id", "far", False),
        ("city_coordinator", None, None, True),
    ],
)
def test_who_takes_a_transfer_back_is_sent_to_what_it_can_open(client, sign_in, made, role, scope, where, holds):
    transfer, child, ids = made
    sign_in(role, **({scope: ids[where]} if scope else {}))
    page = f"/roll/transfers/{transfer}"
    form = client.get(f"{page}/withdraw").get_data(as_text=True)
    assert "All parties read it on the page of the transfer." in form and "timeline" not in form
    answer = client.submit(f"{page}/withdraw", reason="弄错了")
    told = answer.get_data(as_text=True)
    assert answer.request.path == page and "All parties read it on this page" in told and "弄错了" in told
    assert ("stands on the timeline" in told) is holds
    assert client.get(f"/children/{child}").status_code == (200 if holds else 404)
    for link in set(re.findall(r'href="(/[^"#]*)"', told)):
        assert client.get(link).status_code < 400, link
