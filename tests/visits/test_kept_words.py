"""A record that was written at the door and met an ended session is there again on the phone."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from app.accounts import passwords
from app.accounts.models import SignIn, User
from app.db import db
from app.timetables.models import Visit
from tests.support.journey import person

PASSWORD = "青山 绿水 送教 上门 2026"
pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.browser]


def test_the_record_of_a_visit_is_filled_again_after_signing_in(browser, app, live_server, published, district):
    with app.app_context():
        db.write()
        visit = db.session.scalars(
            select(Visit).where(Visit.child_id == district.children[0].id).order_by(Visit.day)
        ).first()
        user = db.session.get_one(User, district.teacher_user.id)
        user.password_hash, name = passwords.make_hash(PASSWORD), user.username
        db.session.commit()
        path = f"/visits/{visit.id}/record"
    with person(browser, live_server, "何", user=district.teacher_user, app=app, phone=True, pictures="kept") as walk:
        walk.open(path)
        walk.page.locator('[name^="done-"][value="7"]').first.check(force=True)
        walk.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        walk.fill(note="今天很专心，自己拿了三次勺子", explanation="网络不通，补记")
        with app.app_context():
            db.write()
            db.session.execute(delete(SignIn))
            db.session.commit()
        with walk.page.expect_navigation() as waiting:
            walk.page.locator('button[form="record"]').click()
        assert waiting.value.status == 401
        walk.send_link("/sign-in").fill(username=name, password=PASSWORD).send()
        walk.picture("record")
        assert walk.page.url.endswith(path)
        assert walk.page.locator("[name=note]").input_value() == "今天很专心，自己拿了三次勺子"
        assert walk.page.locator('[name^="done-"][value="7"]').first.is_checked()
        assert walk.page.locator("[data-kept-at]").count() == 1
