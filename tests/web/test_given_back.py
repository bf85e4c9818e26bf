"""What was posted after the session had ended comes back after signing in, without scripts, to its own account only."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select

from app.accounts.models import SignIn
from app.children.models import Diagnosis
from app.db import db
from tests.children.factory import make_child, make_school, make_unit
from tests.support import people
from tests.support.client import ORIGIN, read_form

PASSWORD = "青山 绿水 送教 上门 2026"
WORDS = "孤独症谱系障碍\r\n伴语言发育迟缓 <b>"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
HEADERS = {"Origin": ORIGIN, "Accept-Language": "en"}


@pytest.fixture
def desk(app):
    with app.app_context():
        db.write()
        unit = make_unit()
        child = make_child(unit, "冉䶮一", school=make_school(unit))
        for name in ("chen1", "chen2"):
            people.make_user("city_coordinator", username=name, name="陈老师", language=None, password=PASSWORD)
        db.session.commit()
        return f"/children/{child.id}/diagnosis"


def enter(client, name: str, path: str = "/sign-in", **fields):
    return client.submit(path, username=name, password=PASSWORD, **fields)


def end_sessions(app):
    with app.app_context():
        db.write()
        db.session.execute(delete(SignIn))
        db.session.commit()


def count(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Diagnosis))


def lost(app, client, path, **words):
    """Post the form after the session has ended; the page that says so, and its form."""
    page = client.get(path)
    action, fields = read_form(page.get_data(as_text=True))
    end_sessions(app)
    answer = client.post(action or path, data=fields | {"words": WORDS, "source": "县医院"} | words, headers=HEADERS)
    assert answer.status_code == 401
    return answer.get_data(as_text=True)


def sign_in_with(client, page: str, name: str, **changes):
    action, fields = read_form(page)
    sent = fields | {"username": name, "password": PASSWORD} | changes
    return client.post(action or "/sign-in", data=sent, headers=HEADERS, follow_redirects=True)


@pytest.mark.both_databases
def test_the_form_comes_back_filled_and_is_saved_once_it_is_sent(app, client, desk):
    enter(client, "chen1")
    page = lost(app, client, desk)
    assert "发育迟缓" not in page and "县医院" not in page, "sealed"
    back = sign_in_with(client, page, "chen1")
    action, fields = read_form(back.get_data(as_text=True), desk)
    assert fields["words"].splitlines() == WORDS.splitlines() and fields["given_back"] == "1"
    again = client.post(action, data=fields, headers=HEADERS)
    text = again.get_data(as_text=True)
    assert again.status_code == 422 and "It is not saved yet: check it and send it" in text and count(app) == 0
    action, fields = read_form(text)
    assert "given_back" not in fields and fields["form_key"] and fields["source"] == "县医院"
    assert client.post(action or desk, data=fields, headers=HEADERS).status_code == 303
    assert count(app) == 1


def test_it_comes_back_to_nobody_else_and_not_for_ever(app, client, desk):
    with time_machine.travel(NOW, tick=True) as clock:
        enter(client, "chen1")
        page = lost(app, client, desk)
        other = sign_in_with(client, page, "chen2")
        assert "given_back" not in other.get_data(as_text=True) and "发育迟缓" not in other.get_data(as_text=True)
        page = lost(app, client, desk)  # of chen2 now
        clock.shift(timedelta(minutes=61))
        late = sign_in_with(client, page, "chen2")
        assert "given_back" not in late.get_data(as_text=True) and late.request.path == desk


@pytest.mark.parametrize("odd", ["", "zzz", "====", "长", "A" * 5000, base64.urlsafe_b64encode(b"x" * 64).decode()])
def test_an_odd_seal_is_nothing(app, client, desk, odd):
    enter(client, "chen1")
    answer = sign_in_with(client, lost(app, client, desk), "chen1", kept=odd)
    assert answer.status_code == 200 and "given_back" not in answer.get_data(as_text=True)


def test_a_wrong_password_loses_nothing(app, client, desk):
    enter(client, "chen1")
    wrong = sign_in_with(client, lost(app, client, desk), "chen1", password="falsch")
    assert wrong.status_code == 401
    right = sign_in_with(client, wrong.get_data(as_text=True), "chen1")
    assert WORDS.split("\r")[0] in right.get_data(as_text=True)


def test_a_page_of_buttons_writes_nothing_when_it_is_given_back(app, client, desk):
    """Whoever sends the mark by hand gets the page and no deed."""
    enter(client, "chen1")
    action, fields = read_form(client.get(desk).get_data(as_text=True))
    answer = client.post(action or desk, data=fields | {"words": WORDS, "given_back": "1"}, headers=HEADERS)
    assert answer.status_code == 422 and count(app) == 0


def test_nothing_is_kept_of_passwords_and_of_nobody(app, client, desk):
    enter(client, "chen1")
    action, fields = read_form(client.get("/account/password").get_data(as_text=True))
    end_sessions(app)
    answer = client.post(action or "/account/password", data=fields | {"old_password": PASSWORD}, headers=HEADERS)
    assert answer.status_code == 401 and 'name="kept"' not in answer.get_data(as_text=True)
