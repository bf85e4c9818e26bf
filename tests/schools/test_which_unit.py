"""A page that is opened without saying for which district takes the only one, or asks."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.models import RoleGrant
from app.db import db
from app.schools.reference import unit_id
from tests.factories.schools import BEIBEI, PENGSHUI
from tests.support import people

PAGES = ("/calendar/closures/new", "/calendar/make-up-days/new")


@pytest.mark.parametrize("page", PAGES)
def test_the_only_one_is_taken(client, sign_in, page):
    sign_in(Role.DISTRICT_COORDINATOR, unit_id=unit_id(PENGSHUI))
    answer = client.get(page)
    assert answer.status_code == 303 and answer.headers["Location"] == f"{page}?unit={unit_id(PENGSHUI)}"
    assert client.get(f"{page}?unit={unit_id(BEIBEI)}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_of_several_one_is_chosen(app, client, page):
    with app.app_context():
        db.write()
        user = people.make_user(Role.DISTRICT_COORDINATOR, unit_id=unit_id(PENGSHUI))
        since = db.session.scalars(select(RoleGrant.valid_from).where(RoleGrant.user_id == user.id)).one()
        db.session.add(RoleGrant(user_id=user.id, role=user.roles[0].role, unit_id=unit_id(BEIBEI), valid_from=since))
        db.session.commit()
        people.sign_in(client, user)
    asked = client.get(page).text
    for unit in (PENGSHUI, BEIBEI):
        assert f'href="{page}?unit={unit_id(unit)}"' in asked
        assert client.get(f"{page}?unit={unit_id(unit)}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_what_cannot_be_read_is_not_the_whole_municipality(client, sign_in, page):
    sign_in(Role.CITY_COORDINATOR)
    assert client.get(page).status_code == 200
    assert client.get(f"{page}?unit=zzz").status_code == 404
