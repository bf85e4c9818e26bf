"""Guessing is slow: by account, by address, whatever a forged header says."""

from __future__ import annotations

import pytest

from app.access import Role
from tests.conftest import close, make_app
from tests.factories.accounts import make_account, sign_in
from tests.support.client import InspectingClient


@pytest.fixture
def he(app):
    return make_account(app, "he", Role.CITY_COORDINATOR)


def guess(client, name, address="10.1.1.1", **headers):
    token = client.get("/sign-in", environ_base={"REMOTE_ADDR": address}).get_data(as_text=True)
    token = token.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post("/sign-in", data={"username": name, "password": "not the password", "csrf_token": token},
                       headers={"Referer": "https://localhost/", **headers}, environ_base={"REMOTE_ADDR": address})


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
    assert codes == {404}
