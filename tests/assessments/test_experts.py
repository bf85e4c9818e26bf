"""An expert sees a file from the moment of being asked until released, and assesses there."""

from __future__ import annotations

import pytest

from app.db import db
from tests.children.factory import make_child, make_unit


@pytest.fixture
def place(app, sign_in, client):
    """A district with a child, its coordinator signed in, an expert of it and one of another district."""
    with app.app_context():
        db.write()
        unit, other = make_unit(), make_unit("云阳县")
        child = make_child(unit)
        ids = unit.id, other.id, child.id
        db.session.commit()
    sign_in("district_coordinator", unit_id=ids[0])
    expert, stranger = app.test_client(), app.test_client()
    asked = sign_in("expert", unit_id=ids[0], client=expert, name="石承恩")
    foreign = sign_in("expert", unit_id=ids[1], client=stranger)
    return client, expert, stranger, asked.id, foreign.id, f"/children/{ids[2]}/assessment"


def test_a_file_opens_to_the_expert_who_is_asked_and_closes_again(place):
    client, expert, _stranger, asked, _foreign, address = place
    assert expert.get(address).status_code == 404
    page = client.submit(address, form=f"{address}/expert", expert=str(asked))
    assert "石承恩" in page.get_data(as_text=True)
    assert expert.get(address).status_code == 200
    assert expert.get(address + "/new?instrument=shuangxi").status_code == 200
    token = client.get(address).get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
    client.post(
        f"{address}/expert",
        data={"csrf_token": token, "expert": str(asked), "end": "1"},
        headers={"Origin": "https://localhost", "Referer": "https://localhost/"},
    )
    assert expert.get(address).status_code == 404


def test_an_expert_of_another_district_cannot_be_asked(place):
    client, _expert, stranger, _asked, foreign, address = place
    client.submit(address, form=f"{address}/expert", expert=str(foreign))
    assert stranger.get(address).status_code == 404


def test_an_expert_cannot_ask(place):
    client, expert, _stranger, asked, _foreign, address = place
    client.submit(address, form=f"{address}/expert", expert=str(asked))
    assert f'action="{address}/expert"' not in expert.get(address).get_data(as_text=True)
