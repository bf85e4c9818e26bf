"""Submitting, approving and returning a plan answer what their page showed: never words that came in their place."""

from __future__ import annotations

import uuid

import pytest

from app.db import db
from app.plans.models import PlanVersion
from app.plans.types import VersionState
from tests.factories import plans as make
from tests.plans.test_pages import QUIET, place, texts, token  # noqa: F401  a fixture
from tests.support.client import ORIGIN, read_form


def keep(client, path):
    """The form of a page as it is open in a browser."""
    return path, read_form(client.get(path).get_data(as_text=True), path)[1]


def send(client, kept, **values):
    path, fields = kept
    return client.post(path, data=fields | values, headers={"Origin": ORIGIN})


def state(app, at) -> VersionState:
    with app.app_context():
        return db.session.get_one(PlanVersion, at.version).state


def rewritten(app, sign_in, at) -> None:
    """The same person saves a part of the draft in another window."""
    other = app.test_client()
    sign_in(user=at.users["author"], client=other)
    answer = other.post(
        f"/plans/{at.version}/sections/needs",
        headers=QUIET,
        data={"csrf_token": token(other.get("/plans")), "body": "别的话", "version": "1"},
    )
    assert answer.status_code == 200, texts(answer)


@pytest.mark.both_databases
def test_a_draft_that_was_changed_meanwhile_is_not_submitted(app, client, sign_in, place):
    at = place(make.complete_draft)
    sign_in(user=at.users["author"])
    path = f"/plans/{at.version}/submit"
    old = keep(client, path)
    rewritten(app, sign_in, at)
    answer = send(client, old)
    assert answer.status_code == 409 and "The draft was changed since you opened this page" in texts(answer)
    assert state(app, at) == VersionState.DRAFT
    assert send(client, old, seen="").status_code == 409
    assert send(client, keep(client, path)).status_code == 303
    assert state(app, at) == VersionState.SUBMITTED


def test_a_page_of_before_the_return_submits_nothing(app, client, sign_in, place):
    at = place(make.complete_draft)
    sign_in(user=at.users["author"])
    reviewer = app.test_client()
    sign_in(user=at.users["approver"], client=reviewer)
    path = f"/plans/{at.version}/submit"
    first, second = keep(client, path), keep(client, path)
    assert send(client, first).status_code == 303
    answer = send(client, second)
    assert answer.status_code == 409 and "in review" in texts(answer)
    assert send(reviewer, keep(reviewer, f"/plans/{at.version}/return"), reason="目标太大").status_code == 303
    second[1]["form_key"] = str(uuid.uuid4())
    assert send(client, second).status_code == 409
    assert state(app, at) == VersionState.DRAFT


@pytest.mark.both_databases
def test_nobody_returns_words_that_were_not_shown(app, client, sign_in, place):
    at = place(make.submitted)
    sign_in(user=at.users["approver"])
    path = f"/plans/{at.version}/return"
    old, older = keep(client, path), keep(client, path)
    assert send(client, old, reason="目标太大").status_code == 303
    answer = send(client, older, reason="第二次退回的理由")
    assert answer.status_code == 409 and "not in review" in texts(answer) and "第二次退回的理由" in texts(answer)
    author = app.test_client()
    sign_in(user=at.users["author"], client=author)
    assert send(author, keep(author, f"/plans/{at.version}/submit")).status_code == 303
    older[1]["form_key"] = str(uuid.uuid4())
    answer = send(client, older, reason="第二次退回的理由")
    assert answer.status_code == 409 and "submitted again" in texts(answer) and "第二次退回的理由" in texts(answer)
    assert state(app, at) == VersionState.SUBMITTED
    assert send(client, keep(client, path), reason="第三次").status_code == 303
    assert state(app, at) == VersionState.DRAFT


def test_the_way_from_reading_to_approving_tells_of_another_submission(app, client, sign_in, place):
    at = place(make.submitted)
    sign_in(user=at.users["approver"])
    page = client.get(f"/plans/{at.version}").get_data(as_text=True)
    link = page.split("/approve?read=")[1].split('"')[0]
    path = f"/plans/{at.version}/approve"
    assert "Approve and seal" in texts(client.get(f"{path}?read={link}"))
    assert send(client, keep(client, f"/plans/{at.version}/return"), reason="目标太大").status_code == 303
    author = app.test_client()
    sign_in(user=at.users["author"], client=author)
    assert send(author, keep(author, f"/plans/{at.version}/submit")).status_code == 303
    answer = client.get(f"{path}?read={link}")
    assert answer.status_code == 409 and "since you read it" in texts(answer)
    assert "Approve and seal" not in texts(answer)
    with app.app_context():
        assert db.session.get_one(PlanVersion, at.version).state == VersionState.SUBMITTED
