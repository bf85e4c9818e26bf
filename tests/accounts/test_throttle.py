"""Guessing is slow: by account, by address, whatever a forged header says."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from app.access import SYSTEM, Role
from app.accounts import passwords
from app.accounts.actions import make_link
from app.accounts.types import LinkPurpose
from app.db import db
from tests.conftest import close, make_app
from tests.factories.accounts import make_account, sign_in
from tests.support.client import InspectingClient


@pytest.fixture
def he(app):
    return make_account(app, "he", Role.CITY_COORDINATOR)


def guess(client, name, address="10.1.1.1", **headers):
    token = client.get("/sign-in", environ_base={"REMOTE_ADDR": address}).get_data(as_text=True)
    token = token.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post(
        "/sign-in",
        data={"username": name, "password": "not the password", "csrf_token": token},
        headers={"Referer": "https://localhost/", **headers},
        environ_base={"REMOTE_ADDR": address},
    )


@pytest.mark.both_databases
def test_after_five_failures_an_account_has_to_wait_even_with_the_right_password(client, he):
    codes = [guess(client, "he", f"10.0.0.{n}").status_code for n in range(7)]
    assert codes == [401] * 5 + [429] * 2
    assert sign_in(client, "he").status_code == 429


def test_other_accounts_are_not_held_up(app, client, he):
    make_account(app, "li", Role.CITY_COORDINATOR)
    for n in range(6):
        guess(client, "he", f"10.0.0.{n}")
    assert sign_in(client, "li").status_code == 200


def test_one_address_has_twenty_guesses_over_all_accounts(client, he):
    codes = [guess(client, f"name{n}").status_code for n in range(22)]
    assert codes == [401] * 20 + [429] * 2


def test_an_ipv6_network_counts_as_one_address(client, he):
    codes = [guess(client, f"name{n}", f"2001:db8:1:2::{n:x}").status_code for n in range(21)]
    assert codes[-1] == 429


def test_a_forged_forwarded_header_does_not_help(client, he):
    codes = [guess(client, f"name{n}", **{"X-Forwarded-For": f"10.9.9.{n}"}).status_code for n in range(21)]
    assert codes[-1] == 429


def test_behind_a_configured_proxy_the_forwarded_address_counts(instance, database_url, he):
    proxied = make_app(instance, database_url, TRUSTED_PROXIES=1)
    proxied.test_client_class = InspectingClient
    client = proxied.test_client()
    codes = [guess(client, f"name{n}", **{"X-Forwarded-For": f"10.9.9.{n}"}).status_code for n in range(21)]
    close(proxied)
    assert 429 not in codes


def test_a_first_link_cannot_be_guessed_at_leisure(client):
    codes = {client.get(f"/first/{n}").status_code for n in range(25)}
    assert codes == {404, 429}


def test_a_known_device_has_its_own_allowance(app, client, he):
    """Wrong guesses from anywhere, which anybody can send, do not keep the owner of a device out."""
    assert sign_in(client, "he").status_code == 200
    client.submit("/account", form="/sign-out")
    stranger = app.test_client()
    codes = [guess(stranger, "he", f"10.0.0.{n}").status_code for n in range(7)]
    assert codes == [401] * 5 + [429] * 2
    assert sign_in(app.test_client(), "he").status_code == 429
    assert sign_in(client, "he").status_code == 200


def test_the_allowance_of_a_known_device_ends_too_and_is_no_way_to_guess_on(app, client, he):
    sign_in(client, "he")
    client.submit("/account", form="/sign-out")
    codes = [guess(client, "he", f"10.0.0.{n}").status_code for n in range(7)]
    assert codes == [401] * 5 + [429] * 2
    assert sign_in(client, "he").status_code == 429
    assert sign_in(app.test_client(), "he").status_code == 200, "elsewhere nobody has guessed"


def test_a_device_is_known_for_the_accounts_that_signed_in_on_it_only(app, client, he):
    make_account(app, "li", Role.CITY_COORDINATOR)
    sign_in(client, "he")
    client.submit("/account", form="/sign-out")
    for n in range(5):
        guess(app.test_client(), "li", f"10.0.0.{n}")
    assert sign_in(client, "li").status_code == 429


@pytest.mark.parametrize("forged", ["x", "e30.x", "W10.abc", "", "\N{SNOWMAN}".encode().decode("latin-1")])
def test_a_forged_mark_of_a_device_is_none(app, client, he, forged):
    client.set_cookie("__Host-device", forged, domain="localhost", path="/", secure=True)
    codes = [guess(client, "he", f"10.0.0.{n}").status_code for n in range(6)]
    assert codes == [401] * 5 + [429]


def test_the_mark_of_a_device_names_nobody_and_is_hidden_from_scripts(app, client, he):
    sign_in(client, "he")
    mark = client.get_cookie("__Host-device")
    assert mark.secure and mark.http_only and mark.same_site == "Lax"
    told = json.loads(base64.urlsafe_b64decode(mark.value.split(".")[0] + "=="))
    assert "he" not in told and all(len(name) == 32 for name in told)


def test_every_answer_that_asks_to_wait_says_how_long(app, client, he):
    for _ in range(21):
        guess(client, "he", "10.0.0.1")
    answers = [
        guess(client, "he", "10.0.0.1"),
        *(
            client.get(path, environ_base={"REMOTE_ADDR": "10.0.0.2"})
            for path in ("/first/x", "/calendar/x.ics", "/v/x", "/enter/x", "/check/ABCD")
            for _n in range(21)
        ),
    ]
    waits = [answer for answer in answers if answer.status_code == 429]
    assert {answer.request.path for answer in waits} == {
        "/sign-in",
        "/first/x",
        "/calendar/x.ics",
        "/v/x",
        "/enter/x",
        "/check/ABCD",
    }
    assert all(0 < int(answer.headers["Retry-After"]) <= 900 for answer in waits)


def test_a_calendar_that_polls_comes_in_when_the_time_is_over(client, time_machine):
    """Requests that are turned away are not counted: polling does not prolong the wait."""
    start = datetime(2026, 11, 23, 2, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    for path in ("/calendar/x.ics", "/first/x"):
        assert [client.get(path).status_code for _ in range(22)] == [404] * 20 + [429] * 2
    for minute in range(1, 15):
        time_machine.move_to(start + timedelta(minutes=minute), tick=False)
        assert client.get("/calendar/x.ics").status_code == client.get("/first/x").status_code == 429
    time_machine.move_to(start + timedelta(minutes=15, seconds=1), tick=False)
    assert client.get("/calendar/x.ics").status_code == client.get("/first/x").status_code == 404


@pytest.mark.both_databases
def test_after_the_clock_was_set_back_nobody_waits_for_tomorrow(client, he, time_machine):
    time_machine.move_to("2026-11-24T02:00:00+00:00", tick=False)  # a day ahead
    for n in range(5):
        guess(client, "he", f"10.0.0.{n}")
    assert guess(client, "he").status_code == 429
    time_machine.move_to("2026-11-23T02:00:00+00:00", tick=False)
    assert guess(client, "he").status_code == 401
    for n in range(4):
        guess(client, "he", f"10.0.0.{n}")
    wait = int(guess(client, "he").headers["Retry-After"])
    assert 0 < wait <= 900


def test_no_page_hashes_a_password_while_it_holds_the_lock(app):
    """A hash under the lock keeps everybody from saving; in a test it is an error (app/accounts/passwords.py)."""
    with app.test_request_context(), pytest.raises(AssertionError, match="under the write lock"):
        db.write()
        passwords.make_hash("kettle orange bridge")
    with app.test_request_context():
        passwords.ahead("kettle orange bridge")
        db.write()
        assert passwords.make_hash("kettle orange bridge").startswith("$argon2id$")


@pytest.mark.parametrize("way", ["page", "command"])
@pytest.mark.parametrize("known", [False, True])
def test_a_reset_ends_the_wait_of_the_account(app, client, he, way, known):
    """Whoever forgot the password has guessed; the new one must open at once, on a device of one's own too."""
    if known:
        assert sign_in(client, "he").status_code == 200
        client.post("/sign-out")
    for n in range(6):
        guess(client, "he", f"10.0.0.{n}")
    assert guess(client, "he").status_code == 429
    if way == "command":
        fresh = app.test_cli_runner().invoke(args=["admin", "reset-password", "he"]).output.strip()
    else:
        make_account(app, "root", Role.ADMINISTRATOR)
        desk = app.test_client()
        sign_in(desk, "root")
        shown = desk.submit(f"/people/{he}", form=f"/people/{he}/password")
        fresh = shown.get_data(as_text=True).split("<output>")[1].split("</output>")[0]
    assert sign_in(client, "he", fresh).status_code == 200


LINKS = ("/first/{}", "/calendar/{}.ics", "/v/{}", "/enter/{}", "/check/{}")


@pytest.mark.parametrize("guessed_at", LINKS)
def test_guesses_at_one_kind_of_secret_close_no_other(client, guessed_at):
    assert {client.get(guessed_at.format(n)).status_code for n in range(21)} == {404, 429}
    others = [client.get(path.format("x")).status_code for path in LINKS if path != guessed_at]
    assert others == [404] * 4 and guess(client, "he").status_code == 401


@pytest.mark.both_databases
def test_a_good_link_opens_while_wrong_ones_from_the_same_address_wait(app, client, he):
    """A child's phone behind the address of a whole school tries links; the others' calendars and letters go on."""
    with app.app_context():
        db.write()
        token = make_link(SYSTEM, LinkPurpose.FIRST_ADMINISTRATOR, days=1)[1]
        db.session.commit()
    assert [client.get(f"/first/{n}").status_code for n in range(21)][-1] == 429
    assert client.get(f"/first/{token}").status_code == 200
    assert client.get("/first/y").status_code == 429


@pytest.mark.both_databases
@pytest.mark.parametrize(("here", "guesser"), [("10.1.1.1", "10.1.1.1"), ("2001:db8:1:2::5", "2001:db8:1:2::9")])
def test_who_has_signed_in_from_an_address_is_not_held_up_by_others_there(app, client, he, here, guesser):
    make_account(app, "li", Role.CITY_COORDINATOR)
    at = {"REMOTE_ADDR": here}
    browser = app.test_client()
    browser.environ_base.update(at)
    assert sign_in(browser, "he").status_code == 200
    assert [guess(client, f"name{n}", guesser).status_code for n in range(21)][-1] == 429
    another = app.test_client()  # no mark of a known device in it
    another.environ_base.update(at)
    assert sign_in(another, "li").status_code == 429, "never signed in here before"
    assert sign_in(another, "he").status_code == 200


def test_at_home_too_an_account_has_five_guesses(app, client, he):
    home = app.test_client()
    home.environ_base["REMOTE_ADDR"] = "10.1.1.1"
    assert sign_in(home, "he").status_code == 200
    codes = [guess(client, "he").status_code for _n in range(7)]
    assert codes == [401] * 5 + [429] * 2
