"""Back and send again: the same form, the same form with other words, the same deed from a new page."""

from __future__ import annotations

import threading
import uuid

import pytest
from sqlalchemy import func, select

from app.children.models import Diagnosis
from app.db import db
from tests.children.factory import make_child, make_school, make_unit
from tests.support.client import ORIGIN, read_form


@pytest.fixture
def path(app, sign_in):
    """The address of a form for a diagnosis, with somebody signed in who may send it."""
    sign_in("city_coordinator")
    with app.app_context():
        db.write()
        unit = make_unit()
        child = make_child(unit, "冉䶮一", school=make_school(unit))
        db.session.commit()
        return f"/children/{child.id}/diagnosis"


def fields_of(client, path, **values):
    return read_form(client.get(path).get_data(as_text=True))[1] | values


def send(client, path, fields):
    return client.post(path, data=fields, headers={"Origin": ORIGIN, "Referer": ORIGIN + path})


def kept(app, words=None):
    with app.app_context():
        query = select(func.count()).select_from(Diagnosis)
        return db.session.scalar(query.where(Diagnosis.words == words) if words else query)


@pytest.mark.both_databases
def test_a_form_sent_twice_is_taken_once_with_the_same_answer(app, client, path):
    fields = fields_of(client, path, words="孤独症")
    first, second = send(client, path, fields), send(client, path, fields)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"] and kept(app) == 1


@pytest.mark.both_databases
def test_other_words_under_the_same_key_are_shown_again_and_can_be_sent(app, client, path):
    fields = fields_of(client, path, words="孤独症")
    send(client, path, fields)
    answer = send(client, path, fields | {"words": "脑瘫"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "脑瘫" in text and "You sent this page before" in text
    assert kept(app) == 1
    again = read_form(text)[1]
    assert again["words"] == "脑瘫" and again["form_key"] != fields["form_key"]
    assert send(client, path, again).status_code == 303 and kept(app, "脑瘫") == kept(app, "孤独症") == 1


def test_a_key_of_somebody_else_or_of_another_form_is_refused(app, client, path, sign_in):
    fields = fields_of(client, path, words="孤独症")
    send(client, path, fields)
    page = path.replace("/diagnosis", "/safety/edit")
    assert send(client, page, fields_of(client, page) | {"form_key": fields["form_key"]}).status_code == 409
    sign_in("city_coordinator")
    other = fields_of(client, path, words="脑瘫", form_key=fields["form_key"])
    assert send(client, path, other).status_code == 409 and kept(app) == 1


def test_a_button_under_the_key_of_other_words_does_nothing(app, client, path):
    """A page of buttons has no words to lose; it must not be pressed by the way."""
    filters = {
        "form_key": str(uuid.uuid4()),
        "csrf_token": fields_of(client, path)["csrf_token"],
        "name": "甲",
        "q": "a",
    }
    assert send(client, "/children/filters", filters).status_code == 303
    assert send(client, "/children/filters", filters | {"name": "乙"}).status_code == 409
    assert "乙" not in client.get("/children").get_data(as_text=True)


@pytest.mark.both_databases
def test_the_same_deed_from_a_new_page_is_refused_in_words(app, client, path):
    for values in ({"words": "孤独症"}, {"words": "孤独症", "source": "县医院", "found_on": "2020-03-01"}):
        assert send(client, path, fields_of(client, path, **values)).status_code == 303
        answer = send(client, path, fields_of(client, path, **values))
        assert answer.status_code == 422 and "in the file already" in answer.get_data(as_text=True)
    assert kept(app) == 2


def test_the_key_holds_after_a_restart(app, client, path, instance, database_url):
    from tests.conftest import close, make_app

    fields = fields_of(client, path, words="孤独症")
    first = send(client, path, fields)
    again = make_app(instance, database_url)
    again.test_client_class = app.test_client_class
    browser = again.test_client()
    browser.set_cookie("__Host-sid", client.get_cookie("__Host-sid").value, domain="localhost", path="/", secure=True)
    second = send(browser, path, fields)
    close(again)
    assert second.headers["Location"] == first.headers["Location"] and kept(app) == 1


@pytest.mark.both_databases
def test_two_at_the_very_same_time_are_taken_once(app, client, path):
    fields, cookie = fields_of(client, path), client.get_cookie("__Host-sid").value
    wrong = []
    for n in range(10):
        key, start, answers = str(uuid.uuid4()), threading.Barrier(2), []

        def post(n=n, key=key, start=start, answers=answers):
            browser = app.test_client()
            browser.set_cookie("__Host-sid", cookie, domain="localhost", path="/", secure=True)
            start.wait()
            answers.append(send(browser, path, fields | {"form_key": key, "words": f"twin{n}"}))

        threads = [threading.Thread(target=post) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if (
            {a.status_code for a in answers} != {303}
            or len({a.headers.get("Location") for a in answers}) != 1
            or kept(app, f"twin{n}") != 1
        ):
            wrong.append([(a.status_code, a.headers.get("Location")) for a in answers])
    assert not wrong


def test_a_refused_form_can_be_put_right_and_sent_with_its_key(app, client, path):
    fields = fields_of(client, path, words="")
    assert send(client, path, fields).status_code == 422
    assert send(client, path, fields | {"words": "孤独症"}).status_code == 303
    assert kept(app) == 1
