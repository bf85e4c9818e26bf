"""What comes in is cleaned once: signs that no text can carry, in query, path, form, file names, JSON, cookies."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

import pytest
from flask import request
from sqlalchemy import select

from app.accounts.models import SignIn, User
from app.db import db
from tests.factories.accounts import PASSWORD, make_account
from tests.support.client import ORIGIN, read_form

BAD = ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\u202e", "\u2066"]
ALL = "".join(BAD)


@pytest.fixture
def answers(app):
    """A page that answers with what reached it."""

    def echo():
        return {
            "args": request.args.to_dict(),
            "form": request.form.to_dict(),
            "cookie": request.cookies.get("c"),
            "files": [one.filename for one in request.files.values()],
            "json": request.get_json(silent=True),
            "agent": request.user_agent.string,
        }

    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/test/echo", view_func=echo, methods=["GET", "POST"])
    return app.test_client()


def test_control_signs_are_dropped_wherever_they_come_in(answers):
    told = answers.post(
        f"/test/echo?a{quote(ALL)}={quote(f'x{ALL}y')}&b=1%0A2",
        data={"one": f"a{ALL}b\r\n\tc", f"na{ALL}me": "1", "file": (BytesIO(b"x"), "名\x07册\x85.xlsx")},
    ).json
    assert told["args"] == {"a": "xy", "b": "1 2"}
    assert told["form"] == {"one": "ab\r\n\tc", "name": "1"}
    assert told["files"] == ["名册.xlsx"]
    told = answers.post(
        "/test/echo",
        data='{"a\\u0000": ["x\\u0000\\ud800y", {"b": "\\uffff"}, 7]}',
        content_type="application/json",
        headers={"User-Agent": "a\x9fb"},
    ).json
    assert told["json"] == {"a": ["xy", {"b": ""}, 7]} and told["agent"] == "ab"


@pytest.mark.parametrize(
    "text", ["冉䶮一", "𬱖㛃", "ئۇيغۇر", "བོད", "a\u200bb", "Ā́", "😀", "\u3000", "\ufeff", "\ue000"]
)
def test_what_is_text_comes_through(answers, text):
    assert answers.post("/test/echo", data={"one": f"a{text}b"}).json["form"] == {"one": f"a{text}b"}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "path",
    [
        "/check/%00",
        "/check/a%07b",
        "/sign-in%00",
        "/%00",
        "/static/%00",
        "/static/css/a%00.css",
        "/first/%00",
        "/family/%00",
        "/invitation/%00",
        "/calendar/%00.ics",
        "/check/%0D%0Ax",
        "/check/%C2%9F",
        "/check/%EF%BF%BE",
        "/check/%ED%A0%80",
    ],
)
def test_an_address_with_control_signs_leads_nowhere(client, path):
    answer = client.get(path)
    assert answer.status_code == 404 and "<main" in answer.get_data(as_text=True)


@pytest.mark.both_databases
@pytest.mark.parametrize("role", [None, "district_coordinator", "administrator"])
def test_no_page_falls_over_a_control_sign_in_its_query(app, client, sign_in, role):
    """Every page that opens without an id, each of its parameters: the names are taken from the source."""
    from tests.children.factory import make_unit
    from tests.house.queries import parameters

    if role:
        with app.app_context():
            db.write()
            unit = make_unit().id
            db.session.commit()
        sign_in(role, unit_id=unit if role.startswith("district") else None)
    client.inspects = False  # with part=1 a page is a part
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.arguments:
            continue
        answer = client.get(rule.rule, query_string=dict.fromkeys(parameters(), f"a{ALL}b"))
        assert answer.status_code < 500, f"{rule.rule}: {answer.status_code}"


@pytest.mark.both_databases
def test_control_signs_in_a_sign_in_are_no_fault_of_ours(app, client):
    make_account(app, "chen", None)
    action, fields = read_form(client.get("/sign-in").get_data(as_text=True))
    headers = {"Origin": ORIGIN, "Referer": f"{ORIGIN}/sign-in", "User-Agent": "Phone\x9f"}
    assert (
        client.post("/sign-in", data=fields | {"username": "a\x00", "password": "b\x00"}, headers=headers).status_code
        == 401
    )
    assert (
        client.post(
            "/sign-in", data=fields | {"username": "chen\x00", "password": PASSWORD}, headers=headers
        ).status_code
        == 303
    )
    with app.app_context():
        assert db.session.scalar(select(SignIn.browser).order_by(SignIn.created_at.desc())) == "Phone"


@pytest.mark.both_databases
def test_names_and_texts_are_kept_without_control_signs(app, client, sign_in):
    sign_in("administrator")
    assert client.submit("/people/new", username="ran\x00", name="冉\x07䶮\u202e一\n").status_code == 200
    with app.app_context():
        assert db.session.scalar(select(User.name).where(User.username == "ran")) == "冉䶮一"
