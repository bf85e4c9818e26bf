"""The coming plan is the coming plan, also on the days on which plans begin and end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import User
from app.db import db
from app.family.models import FamilyAnswer
from app.plans import actions
from app.plans.models import PlanVersion
from app.web.filters import day as day_words
from app.web.filters import today
from tests.factories import plans as make
from tests.support import people
from tests.support.client import ORIGIN, read_form

WEDNESDAY = '<span class="nowrap">周三</span>'
"""A weekday as a page for phones marks it: no line ends within it."""


@pytest.fixture
def guardian(client, sign_in, family):
    sign_in("guardian", guardian_id=family.guardian_id)
    return client


def approve_next(app, family, days: int):
    """Approve a version that begins so many days from today; return its id."""
    with app.app_context():
        db.write()
        version = make.submitted(family.desk, today=today() + timedelta(days=days))
        actions.approve_plan(family.desk.approver, version.id, today=today())
        db.session.commit()
        return version.id


def on(day):
    return time_machine.travel(datetime.combine(day, time(1), tzinfo=UTC))


def test_it_is_shown_as_coming_and_can_be_answered(app, guardian, family):
    coming = approve_next(app, family, 30)
    page = guardian.get(family.page).get_data(as_text=True)
    path = f"{family.page}/versions/{coming}"
    assert "The coming plan" in page and path in page and "Older plans" not in page
    shown = guardian.get(path).get_data(as_text=True)
    assert "This plan holds from" in shown and "Send my answer" in shown
    no = guardian.submit(path, f"{family.page}/answer", answer="disagree", comment="")
    assert no.status_code == 422 and "This plan holds from" in no.get_data(as_text=True)
    guardian.submit(path, f"{family.page}/answer", answer="disagree", comment="周三没有人")
    with app.app_context():
        assert db.session.scalar(select(FamilyAnswer.version_id)) == coming
    assert guardian.submit(family.page, f"{family.page}/answer", answer="agree").status_code == 200


def test_an_answer_given_to_the_coming_plan_is_shown_and_not_asked_for_again(app, guardian, family):
    near, far = approve_next(app, family, 30), approve_next(app, family, 60)
    asked, change = "Read it and tell us what you say to it.", "Change my answer"
    page = guardian.get(family.page).get_data(as_text=True)
    assert page.count(asked) == 2 and change not in page
    guardian.submit(f"{family.page}/versions/{near}", f"{family.page}/answer", answer="partly", comment="周三没有人")
    page = guardian.get(family.page).get_data(as_text=True)
    told = page[page.index("The coming plan") : page.index(f"versions/{near}")]
    assert "You said on" in told and f"{WEDNESDAY}没有人" in told and asked not in told
    assert page.count(change) == 1 and f"versions/{near}#your-answer" in page
    assert asked in page[page.index(f"versions/{near}") : page.index(f"versions/{far}")]
    guardian.submit(f"{family.page}/versions/{near}", f"{family.page}/answer", answer="agree", comment="")
    assert "周三没有人" not in guardian.get(family.page).get_data(as_text=True)


def test_on_its_first_day_it_is_the_plan_and_the_one_before_is_old(app, guardian, family):
    coming, first = approve_next(app, family, 30), today() + timedelta(days=30)
    with app.app_context():
        user = db.session.scalar(select(User).where(User.guardian_id == family.guardian_id))
        db.session.expunge(user)
    for day, is_coming in ((first - timedelta(days=1), True), (first, False)):
        with on(day):
            people.sign_in(guardian, user)
            page = guardian.get(family.page).get_data(as_text=True)
        assert ("The coming plan" in page) == is_coming and ("Older plans" in page) != is_coming
        assert (f"versions/{coming}" in page) == is_coming


def test_two_that_come_are_both_shown_the_next_one_first(app, guardian, family):
    near, far = approve_next(app, family, 30), approve_next(app, family, 60)
    page = guardian.get(family.page).get_data(as_text=True)
    assert 0 < page.index(f"versions/{near}") < page.index(f"versions/{far}") and "Older plans" not in page


def test_one_that_was_replaced_before_it_came_is_old_and_closed(app, guardian, family):
    far, near = approve_next(app, family, 60), approve_next(app, family, 30)
    page = guardian.get(family.page).get_data(as_text=True)
    assert page.index("The coming plan") < page.index(f"versions/{near}") < page.index("Older plans")
    assert page.index("Older plans") < page.index(f"versions/{far}")
    assert "Send my answer" not in guardian.get(f"{family.page}/versions/{far}").get_data(as_text=True)
    refused = guardian.submit(family.page, f"{family.page}/answer", answer="agree", version_id=str(far))
    assert refused.status_code == 422


def user_of(app, family):
    with app.app_context():
        user = db.session.scalar(select(User).where(User.guardian_id == family.guardian_id))
        db.session.expunge(user)
        return user


@pytest.mark.parametrize("after, over", ((0, False), (1, True), (400, True)))
def test_a_plan_that_has_ended_is_shown_as_ended_and_asks_for_no_answer(app, guardian, family, after, over):
    user = user_of(app, family)
    guardian.submit(family.page, f"{family.page}/answer", answer="partly", comment="周三没有人")
    path = f"{family.page}/answer"
    with app.app_context():
        last = db.session.get_one(PlanVersion, family.version_id).ends_on
    with on(last + timedelta(days=after)):
        people.sign_in(guardian, user)
        page = guardian.get(family.page).get_data(as_text=True)
        version = guardian.get(f"{family.page}/versions/{family.version_id}").get_data(as_text=True)
        _path, fields = read_form(page, "/sign-out")
        said = guardian.post(
            path,
            data=fields | {"version_id": str(family.version_id), "answer": "agree"},
            headers={"Origin": ORIGIN, "Referer": ORIGIN + path},
            follow_redirects=True,
        )
    told = f"This plan ended on {day_words(last, 'long')}"
    assert (told in page) == (told in version) == over and (f"{WEDNESDAY}没有人" if over else "周三没有人") in page
    assert ("Send my answer" in page) == ("we look at it together again" in page) == (not over)
    assert ("talk about the next plan" in page) == over
    assert "we look at it together again" not in version or not over
    assert said.status_code == (422 if over else 200)
    assert ("This plan has ended; it needs no answer" in said.get_data(as_text=True)) == over


def test_beside_an_ended_plan_the_coming_one_is_what_is_asked_about(app, guardian, family):
    user = user_of(app, family)
    with app.app_context():
        last = db.session.get_one(PlanVersion, family.version_id).ends_on
    coming = approve_next(app, family, (last - today()).days + 20)
    with on(last + timedelta(days=5)):
        people.sign_in(guardian, user)
        page = guardian.get(family.page).get_data(as_text=True)
        sent = guardian.submit(f"{family.page}/versions/{coming}", f"{family.page}/answer", answer="agree")
    assert "This plan ended on" in page and "talk about the next plan" not in page
    assert "The coming plan" in page and f"versions/{coming}" in page and "Send my answer" not in page
    assert sent.status_code == 200
