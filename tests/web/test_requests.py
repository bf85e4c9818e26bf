"""What guards every request: tokens, origins, headers, repeated forms."""

from __future__ import annotations

import re
import threading
import uuid

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.db import db
from app.web.requests import CSP, HEADERS
from tests.support.client import ORIGIN, read_form

ANY = {"UUIDConverter": uuid.UUID(int=7), "UnicodeConverter": "x", "PathConverter": "x", "IntegerConverter": 1}


def addresses(app, method: str) -> list[str]:
    """One address of every rule that takes the method."""
    found = []
    with app.test_request_context("/", base_url=ORIGIN):
        for rule in app.url_map.iter_rules():
            if method in rule.methods and rule.endpoint != "static":
                values = {name: ANY[type(conv).__name__] for name, conv in rule._converters.items()}
                found.append(rule.build(values, append_unknown=False)[1])
    return sorted(set(found))


def counts(app) -> dict[str, int]:
    from app.db import Base

    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name not in {"attempts", "sign_ins"}
        }


@pytest.fixture
def all_roles(sign_in, client):
    return sign_in("city_coordinator")


@pytest.mark.parametrize("case", ["no token", "foreign token", "foreign origin", "cross site"])
def test_no_form_is_taken_without_our_own_token_and_origin(app, client, all_roles, case):
    other = app.test_client()
    foreign = re.search(r'csrf-token" content="([^"]+)', other.get("/sign-in").get_data(as_text=True))[1]
    own = re.search(r'csrf-token" content="([^"]+)', client.get("/account").get_data(as_text=True))[1]
    data, headers = {}, {"Referer": ORIGIN + "/", "Origin": ORIGIN}
    if case == "foreign token":
        data["csrf_token"] = foreign
    elif case != "no token":
        data["csrf_token"] = own
        headers |= {"Origin": "https://evil.example"} if case == "foreign origin" else {"Sec-Fetch-Site": "cross-site"}
    before = counts(app)
    for address in addresses(app, "POST"):
        assert client.post(address, data=data, headers=headers).status_code == 400, address
    assert counts(app) == before


def test_every_answer_carries_the_headers(app, client, all_roles):
    stranger = app.test_client()
    answers = [stranger.get(address) for address in addresses(app, "GET")]
    answers += [client.get(address) for address in addresses(app, "GET")]
    answers += [client.get("/static/css/yian.css"), client.get("/no-such-page"), client.post("/account")]
    assert {answer.status_code for answer in answers} >= {200, 302, 404, 405}
    for answer in answers:
        missing = {name for name, value in HEADERS.items() if answer.headers.get(name) != value}
        assert not missing, f"{answer.request.path}: {missing}"
        if not answer.request.path.startswith("/static/"):
            assert answer.headers["Cache-Control"] == "no-store", answer.request.path
    assert "unsafe" not in CSP and "*" not in CSP


def test_only_files_that_are_there_are_kept_by_the_browser(client):
    assert client.get("/static/css/yian.css").headers["Cache-Control"] == "public, max-age=86400"
    for path in ("/static/css/yian.old.css", "/static/", "/static/../app/config.py"):
        answer = client.get(path)
        assert answer.status_code == 404 and answer.headers["Cache-Control"] == "no-store", path


def test_an_address_that_is_too_long_is_answered_with_our_headers(client):
    answer = client.get("/sign-in?next=/" + "x" * 20_000)
    assert answer.status_code == 414 and answer.headers["Content-Security-Policy"] == CSP
    assert "<main" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("ending", "kind"), [("csv", "text/csv"), ("ics", "text/calendar"), ("pdf", "application/pdf")]
)
def test_a_file_says_its_charset_once(app, ending, kind):
    from app.web.downloads import send

    with app.test_request_context():
        told = send(b"x", "名单", ending, on="2026-11-25").headers["Content-Type"]
    assert told == (f"{kind}; charset=utf-8" if kind.startswith("text") else kind)


@pytest.mark.parametrize("name", ["endpoint", "_anchor", "_method", "_scheme", "_external", "self", "values", "a&b=c"])
def test_a_list_longer_than_a_page_takes_any_word_in_its_address(app, client, name):
    from app.web.paging import Page

    app.add_url_rule("/test/list", "listed", lambda: Page(1, 500).url(2))
    client.inspects = False
    told = client.get("/test/list", query_string={name: "ftp", "q": ["冉", "x"], "page": "7"}).get_data(as_text=True)
    with app.test_request_context(told):
        from flask import request

        assert request.path == "/test/list" and request.args.getlist("q") == ["冉", "x"]
        assert request.args[name] == "ftp" and request.args["page"] == "2"


def fields_of(client, path="/people/new"):
    return read_form(client.get(path).get_data(as_text=True))[1]


@pytest.fixture
def administrator(app, client, sign_in):
    return sign_in("administrator")


def send(client, fields, path="/people/new"):
    return client.post(path, data=fields, headers={"Origin": ORIGIN, "Referer": ORIGIN + path})


def users_named(app, name):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(User).where(User.username == name))


def test_what_was_typed_is_shown_as_text(app, client, administrator):
    for text in ("{{7*7}}", "${7*7}", "<%= 7*7 %>", "<script>alert(1)</script>", "{% raw %}"):
        page = client.submit("/people/new", username="", name=text).get_data(as_text=True)
        assert "49" not in re.sub(r'(value|content)="[^"]*"', "", page) and "<script>alert" not in page


@pytest.mark.both_databases
def test_two_who_take_one_name_at_the_same_time_get_a_place_and_a_clear_no(app, client, administrator):
    """Different forms, one name: the database lets one in; the other is told, and nothing of it is written."""
    forms = [fields_of(client) | {"username": "ran", "name": "冉䶮一"} for _ in range(2)]
    cookie, start, answers = client.get_cookie("__Host-sid").value, threading.Barrier(2), []

    def post(fields):
        browser = app.test_client()
        browser.set_cookie("__Host-sid", cookie, domain="localhost", path="/", secure=True)
        start.wait()
        answers.append(send(browser, fields).status_code)

    threads = [threading.Thread(target=post, args=(fields,)) for fields in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers)[0] in {200, 303} and sorted(answers)[1] in {409, 422} and users_named(app, "ran") == 1


@pytest.mark.parametrize("referer", ["http://[", "//[", "x", "\xff", "http://localhost:x/"])
def test_a_referer_that_is_no_address_is_no_error(client, referer):
    answer = client.post("/language", headers={"Referer": referer})
    assert answer.status_code == 400 and "data-page-error" in answer.get_data(as_text=True)
