"""Signing in, the session's life, and what guards the door."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.access import Role
from app.accounts.models import SignIn, User
from app.db import db
from tests.factories.accounts import PASSWORD, make_account, sign_in


@pytest.fixture
def he(app):
    return make_account(app, "he", Role.CITY_COORDINATOR, name="何晓燕")


def cookie_of(client):
    return client.get_cookie("__Host-sid")


def test_a_right_password_opens_todays_page(client, he):
    page = sign_in(client, "he")
    assert page.request.path == "/"
    assert "何晓燕" in page.get_data(as_text=True)


def test_a_wrong_password_and_an_unknown_name_look_the_same(client, he):
    wrong, unknown = sign_in(client, "he", "wrong wrong wrong"), sign_in(client, "nobody", "wrong wrong wrong")
    assert wrong.status_code == unknown.status_code == 401

    def words(page):
        return re.sub(r'(value|content)="[^"]*"', "", page.get_data(as_text=True))

    assert words(wrong) == words(unknown)


def test_the_cookie_is_bound_to_this_host_and_hidden_from_scripts(client, he):
    answer = client.get("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_signing_in_gives_a_new_session_and_the_old_cookie_stays_outside(app, client, he):
    client.get("/sign-in")
    before = cookie_of(client).value
    sign_in(client, "he")
    assert cookie_of(client).value != before
    other = app.test_client()
    other.set_cookie("__Host-sid", before, domain="localhost", path="/", secure=True)
    assert other.get("/account").status_code == 302


def test_a_copied_cookie_is_dead_after_signing_out(app, client, he):
    sign_in(client, "he")
    stolen = cookie_of(client).value
    thief = app.test_client()
    thief.set_cookie("__Host-sid", stolen, domain="localhost", path="/", secure=True)
    assert thief.get("/account").status_code == 200
    out = client.submit("/account", form="/sign-out", follow=False)
    assert "cache" in out.headers["Clear-Site-Data"]
    assert thief.get("/account").status_code == 302


def test_signing_out_everywhere_ends_the_other_devices(app, client, he):
    phone = app.test_client()
    sign_in(phone, "he")
    sign_in(client, "he")
    client.submit("/account", form="/account/sign-out-everywhere")
    assert client.get("/account").status_code == 200
    assert phone.get("/account").status_code == 302


def test_a_changed_password_ends_the_other_devices_and_counts_at_once(app, client, he):
    phone = app.test_client()
    sign_in(phone, "he")
    sign_in(client, "he")
    answer = client.submit("/account/password", old_password=PASSWORD, password="seven green lanterns")
    assert answer.status_code == 200
    assert phone.get("/account").status_code == 302
    assert sign_in(app.test_client(), "he", "seven green lanterns").status_code == 200


@pytest.mark.parametrize("password", ["short", "1234567890", "heheheheheheh", "x" * 129])
def test_a_weak_password_is_refused_with_a_reason(client, he, password):
    sign_in(client, "he")
    answer = client.submit("/account/password", old_password=PASSWORD, password=password)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


def test_a_disabled_user_is_out_at_the_next_page(app, client, he):
    sign_in(client, "he")
    with app.app_context():
        db.write()
        db.session.execute(update(User).where(User.id == he).values(active=False))
        db.session.commit()
    assert client.get("/account").status_code == 302
    assert sign_in(app.test_client(), "he").status_code == 401


def test_a_session_ends_after_its_idle_time(app, client, he):
    sign_in(client, "he")
    with app.app_context():
        db.write()
        db.session.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(minutes=31)))
        db.session.commit()
    assert client.get("/account").status_code == 302


def test_only_the_hash_of_the_token_is_stored(app, client, he):
    sign_in(client, "he")
    with client.session_transaction(base_url="https://localhost") as held, app.app_context():
        stored = db.session.scalar(select(SignIn.token_hash))
        assert held["_user_id"] not in stored and len(held["_user_id"]) >= 40


def test_the_hash_is_argon2id_with_enough_memory(app, he):
    with app.app_context():
        found = db.session.scalar(select(User.password_hash))
    kind, memory, rounds = re.match(r"\$(argon2id)\$v=19\$m=(\d+),t=(\d+),p=1", found).groups()
    assert kind == "argon2id" and int(memory) >= 65536 and int(rounds) >= 3


def test_a_script_that_lost_its_session_is_told_401(client, he):
    assert client.get("/account", headers={"HX-Request": "true"}).status_code == 401


def test_after_signing_in_one_goes_on_where_one_was(client, he):
    answer = client.get("/account?x=1")
    assert answer.headers["Location"].endswith("/sign-in?next=/account?x%3D1")
    page = client.submit("/sign-in?next=/account", username="he", password=PASSWORD)
    assert page.request.path == "/account"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_one_is_never_sent_to_another_site(client, he, address):
    answer = client.submit("/sign-in", username="he", password=PASSWORD, next=address, follow=False)
    assert answer.headers["Location"] == "/"
