"""The words of a long form are there again after the session ended under it; nobody else ever sees them."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from app.accounts.models import SignIn
from app.children.models import Diagnosis
from app.db import db
from tests.children.factory import make_child, make_school, make_unit
from tests.support import people
from tests.support.browser import axe
from tests.support.journey import person

PASSWORD = "青山 绿水 送教 上门 2026"
WORDS = "孤独症谱系障碍，伴语言发育迟缓"
IN_VIEW = "one => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def desk(app):
    """A child and two people of one name who may write about it."""
    with app.app_context():
        db.write()
        unit = make_unit()
        child = make_child(unit, "冉䶮一", school=make_school(unit))
        users = [
            people.make_user("city_coordinator", username=name, name="陈老师", language=None, password=PASSWORD)
            for name in ("chen1", "chen2")
        ]
        db.session.commit()
        return users, f"/children/{child.id}/diagnosis"


def end_sessions(app):
    with app.app_context():
        db.write()
        db.session.execute(delete(SignIn))
        db.session.commit()


def box(walk):
    return walk.page.locator('main [name="words"]')


def test_the_form_appears_again_filled_after_signing_in(browser, app, live_server, desk):
    users, path = desk
    with person(browser, live_server, "陈老师", user=users[0], app=app, pictures="ended", phone=True) as walk:
        walk.open(path).fill(words=WORDS, source="县医院")
        end_sessions(app)
        walk.send(status=401).picture("ended").follow("登录")
        walk.fill(username="chen1", password=PASSWORD).send()
        assert walk.page.url.endswith(path) and box(walk).input_value() == WORDS
        walk.sees("没有提交成功")
        notice = walk.page.locator("form .kept-words")
        assert notice.evaluate(IN_VIEW), "at the top of its form, and in view"
        assert notice.evaluate("one => one === document.activeElement")
        axe(walk.page)
        walk.picture("filled").send()
        walk.open(path)
        assert box(walk).input_value() == "" and not walk.page.locator("[data-kept-at]").count()
    with app.app_context():
        assert db.session.scalars(select(Diagnosis.words)).all() == [WORDS]


def test_another_person_on_the_same_device_sees_nothing_of_it(browser, app, live_server, desk):
    users, path = desk
    with person(browser, live_server, "陈老师", user=users[0], app=app, pictures="ended") as walk:
        walk.open(path).fill(words=WORDS)
        end_sessions(app)
        walk.send(status=401).follow("登录")
        walk.fill(username="chen2", password=PASSWORD).send()
        assert walk.page.url.endswith(path) and box(walk).input_value() == ""
        assert not walk.page.locator("[data-kept-at]").count()


def test_words_that_were_never_sent_are_offered(browser, app, live_server, desk):
    users, path = desk
    with person(browser, live_server, "陈老师", user=users[0], app=app, pictures="ended") as walk:
        walk.open(path).fill(words=WORDS)
        walk.open("/children").open(path)
        assert box(walk).input_value() == ""
        walk.page.locator("[data-kept-back]").click()
        assert box(walk).input_value() == WORDS
