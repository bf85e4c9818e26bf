"""Where people go after signing in or changing the language: only to pages of ours that open by a link."""

from __future__ import annotations

import pytest

from tests.factories.accounts import PASSWORD, make_account
from tests.support.client import ORIGIN, read_form

CHILD = "/children/11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/account", "/account"),
        ("/children?q=%E5%86%89&page=2", "/children?q=%E5%86%89&page=2"),
        (f"{CHILD}/assessment/expert", f"{CHILD}/assessment"),
        (f"{CHILD}/diagnosis", f"{CHILD}/diagnosis"),
        ("/sign-out", "/"),
        ("/account/sign-out-everywhere", "/account"),
        ("/no/such/page", "/"),
        ("", "/"),
        ("/account\r\nSet-Cookie: a=b", "/"),
        ("/account\n", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/account\x00", "/account"),
        ("javascript:x", "/"),
        ("http:///account", "/"),
        ("/[", "/"),
        ("account", "/"),
    ],
)
def test_after_signing_in_only_our_own_pages_open(app, client, asked, leads):
    make_account(app, "chen", None)
    _action, fields = read_form(client.get("/sign-in").get_data(as_text=True))
    answer = client.post(
        "/sign-in",
        data=fields | {"username": "chen", "password": PASSWORD, "next": asked},
        headers={"Origin": ORIGIN, "Referer": f"{ORIGIN}/sign-in"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, leads)


@pytest.mark.parametrize(
    ("path", "came_from", "leads"),
    [
        (f"{CHILD}/diagnosis", f"{CHILD}/diagnosis", f"{CHILD}/diagnosis"),
        (f"{CHILD}/assessment/expert", f"{CHILD}/assessment", f"{CHILD}/assessment"),
        ("/children/filters", "/children?q=x", "/children?q=x"),
        ("/children/filters", "https://evil.example/", "/children"),
        ("/my-calendar/link", "", "/my-calendar"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_itself(client, path, came_from, leads):
    token = read_form(client.get("/sign-in").get_data(as_text=True))[1]["csrf_token"]
    came_from = came_from if came_from.startswith("http") or not came_from else ORIGIN + came_from
    answer = client.post(
        path, data={"words": "x", "csrf_token": token}, headers={"Origin": ORIGIN, "Referer": came_from or ORIGIN}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401 and f'data-lost-form="{path}"' in page
    signing = client.get(next(part for part in page.split('"') if part.startswith("/sign-in")).replace("&amp;", "&"))
    assert read_form(signing.get_data(as_text=True))[1]["next"] == leads


def test_the_language_changes_on_the_page_of_a_form_that_only_posts(app, client, sign_in):
    sign_in("city_coordinator")
    token = read_form(client.get("/account").get_data(as_text=True), "/language")[1]["csrf_token"]
    answer = client.post(
        "/language",
        data={"csrf_token": token, "language": "zh_Hans", "next": "/my-calendar/link"},
        headers={"Origin": ORIGIN, "Referer": ORIGIN + "/my-calendar/link"},
    )
    assert answer.headers["Location"] == "/my-calendar"


def test_a_token_of_before_the_sign_in_leads_back_to_the_form(client, sign_in):
    sign_in("city_coordinator")
    answer = client.post(f"{CHILD}/diagnosis", data={"words": "x"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 400 and f'href="{CHILD}/diagnosis"' in answer.get_data(as_text=True)
