"""Under which names the server answers: a forged one would lead printed links elsewhere."""

from __future__ import annotations

import pytest

from app.config import own_hosts
from app.web.requests import host_of
from tests.conftest import close, make_app


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "10.0.0.5",
        "127.0.0.1.evil.example",
        "localhost@evil.example:1",
        "evil.example/localhost",
        "",
        "[::1",
        "a b",
    ],
)
def test_an_unknown_name_is_refused_in_words(app, host):
    answer = app.test_client(use_cookies=False).get("/sign-in", headers={"Host": host, "Accept-Language": "en"})
    assert answer.status_code == 400
    assert "does not answer under this name" in answer.get_data(as_text=True)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000", "localhost."])
def test_the_machine_itself_is_known(app, host):
    assert app.test_client(use_cookies=False).get("/sign-in", headers={"Host": host}).status_code == 200


def test_with_a_public_address_only_that_is_known_from_outside(instance, database_url):
    app = make_app(instance, database_url, PUBLIC_URL="https://Yian.example.cn:8443/x")
    ask = app.test_client(use_cookies=False)
    assert ask.get("/health", headers={"Host": "yian.example.cn:8443"}).status_code == 200
    assert ask.get("/health", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert ask.get("/health", headers={"Host": "example.cn"}).status_code == 400
    close(app)


def test_what_is_listened_on_is_known_as_long_as_there_is_no_public_address():
    assert "10.0.0.5" in own_hosts("", "10.0.0.5") and "10.0.0.5" not in own_hosts("https://a.cn", "10.0.0.5")
    assert "0.0.0.0" not in own_hosts("", "0.0.0.0") and own_hosts("https://a.cn", "") >= {"a.cn", "localhost"}
    assert host_of("x@y:99999999") == "y"
