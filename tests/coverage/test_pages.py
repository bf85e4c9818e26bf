"""The page of coverage and its lists, through the browser-like client."""

from __future__ import annotations

import pytest

from app.access import Role
from app.db import db
from app.schools.reference import unit_id
from tests.coverage.test_queries import make_child
from tests.factories.schools import BEIBEI, PENGSHUI


@pytest.fixture
def children(app):
    with app.app_context():
        db.write()
        made = [make_child(BEIBEI, name="陈一") for _n in range(6)] + [make_child(name="冉䶮二", status=None)]
        db.session.commit()
        return [child.id for child in made]


class TestShowCoverage:
    def test_the_units_of_the_day(self, client, sign_in, children):
        sign_in(Role.CITY_COORDINATOR)
        before = client.get("/coverage?day=2025-10-01").text
        after = client.get("/coverage?day=2026-03-01").text
        assert "江北区" in before and "渝北区" in before and "两江新区" not in before
        assert "两江新区" in after and "渝北区" not in after
        assert "37 districts and counties" in after

    def test_a_number_opens_its_list(self, client, sign_in, children):
        sign_in(Role.CITY_COORDINATOR)
        page = client.get("/coverage?day=2026-11-23").text
        address = f"/coverage/placed?day=2026-11-23&amp;unit={unit_id(BEIBEI)}"
        assert f'href="{address}">6</a>' in page
        assert client.get(address.replace("&amp;", "&")).text.count("陈一") == 6
        everybody = client.get("/coverage/listed?day=2026-11-23").text
        assert everybody.count("陈一") == 6 and "冉䶮二" in everybody

    def test_a_district_sees_itself(self, client, sign_in, children):
        sign_in(Role.DISTRICT_COORDINATOR, unit_id=unit_id(PENGSHUI))
        page = client.get("/coverage?day=2026-11-23").text
        assert "彭水" in page and "北碚区" not in page
        assert "陈一" not in client.get(f"/coverage/listed?unit={unit_id(BEIBEI)}").text

    def test_an_auditor_sees_no_small_cell_and_no_list(self, client, sign_in, children):
        sign_in(Role.AUDITOR)
        page = client.get("/coverage?day=2026-11-23").text
        assert "hidden" in page and "/coverage/placed" not in page
        assert client.get("/coverage/placed").status_code == 403

    def test_addresses_that_mean_nothing(self, client, sign_in, children):
        sign_in(Role.CITY_COORDINATOR)
        assert client.get("/coverage?day=tomorrow").status_code == 200
        assert client.get("/coverage/everything").status_code == 404
        assert client.get("/coverage/placed?unit=x").status_code == 404
