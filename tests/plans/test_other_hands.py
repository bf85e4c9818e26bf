"""What becomes of a version by another hand: ended before it began, in review while a page is open, withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from app.db import db
from app.db.audit import AuditEntry
from app.plans.models import PlanVersion
from app.plans.types import VersionState
from app.web.filters import today as local_today
from tests.factories import plans as make
from tests.plans.test_pages import QUIET, place, post, read, texts
from tests.support.client import ORIGIN, read_form

__all__ = ["place"]


def test_a_version_approved_for_a_later_day_is_named_before_it_is_ended(app, client, sign_in, place):
    def write(desk):
        day = local_today() + timedelta(days=30)
        later = make.approved(desk, starts_on=day)
        return later, make.submitted(desk)

    at = place(lambda desk: write(desk)[1])
    sign_in(user=at.users["approver"])
    path = f"/plans/{at.version}/approve"
    page = texts(client.get(path))
    first = local_today() + timedelta(days=30)
    assert "Version 1 is approved already" in page and "holds on no day" in page
    assert f"{first:%Y}" in page and f"{first.day}" in page
    _action, fields = read_form(page, path)
    unseen = client.post(path, data=fields | {"ends": ""}, headers={"Origin": ORIGIN})
    assert unseen.status_code == 409 and "approved since you opened this page" in texts(unseen)
    assert client.submit(path, path).status_code == 200
    assert read(app, at.version)[0].state == VersionState.APPROVED
    file = texts(client.get(f"/children/{at.child}"))
    assert "Version 1 of the plan, approved to hold from" in file and "version 2 takes its place" in file


def test_words_of_an_old_page_stay_readable_when_the_plan_is_in_review(app, client, sign_in, place):
    at = place(make.complete_draft)
    sign_in(user=at.users["author"])
    edit = texts(client.get(f"/plans/{at.version}/edit"))
    paths = {one: f"/plans/{at.version}/{one}" for one in ("sections/needs", "frame/below_rule")}
    paths |= {
        kind: re.search(rf'action="(/plans/{at.version}/{kind}/[^"/]+)"', edit)[1]
        for kind in ("goals", "objectives", "services")
    }
    forms = {name: read_form(edit, path)[1] for name, path in paths.items()}
    assert client.submit(f"/plans/{at.version}/submit", f"/plans/{at.version}/submit").status_code == 200
    typed = {
        "sections/needs": ("body", "能在提示下\n自己穿鞋"),
        "frame/below_rule": ("below_rule_reason", "隔周住院复查"),
        "goals": ("words", "一年内自己吃完一餐"),
        "objectives": ("behaviour", "用勺子舀五口饭"),
        "services": ("needs", "会用沟通板"),
    }
    for name, (field, words) in typed.items():
        key = next(one for one in forms[name] if one == field or one.endswith(f"-{field}"))
        answer = client.post(paths[name], data=forms[name] | {key: words}, headers={"Origin": ORIGIN})
        page = texts(answer)
        assert answer.status_code == 422 and "is in review" in page and "Not saved" in page
        assert words.split("\n")[-1] in re.search(r"<textarea.*</textarea>", page, re.S)[0], name


def test_who_began_a_draft_by_mistake_withdraws_it(app, client, sign_in, place):
    at = place(lambda desk: (make.approved(desk), make.begin(desk, copy=True))[1])
    sign_in(user=at.users["author"])
    assert f"/plans/{at.version}/withdraw" in texts(client.get(f"/children/{at.child}/plans"))
    path = f"/plans/{at.version}/withdraw"
    page = client.submit(path, path)
    assert page.status_code == 200 and "The draft was withdrawn." in texts(page) and "Next version" in texts(page)
    assert read(app, at.version)[0] is None
    assert not any(read(app, at.version)[1].sections)
    with app.app_context():
        kept = db.session.scalars(select(PlanVersion).where(PlanVersion.child_id == at.child)).all()
        assert [one.state for one in kept] == [VersionState.APPROVED]
        trail = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "withdraw_plan")).one()
        assert trail.child_id == at.child
    assert "was withdrawn by who began it" in texts(client.get(f"/children/{at.child}"))
    again = client.submit(f"/children/{at.child}/plans/new", f"/children/{at.child}/plans/new")
    assert again.status_code == 200 and "Version 2" in texts(again)


def test_nobody_else_withdraws_it_and_nothing_that_was_submitted(app, client, sign_in, place):
    at = place(make.begin)
    sign_in(user=at.users["approver"])
    path = f"/plans/{at.version}/withdraw"
    assert f"{path}" not in texts(client.get(f"/children/{at.child}/plans"))
    answer = post(client, path)
    assert answer.status_code in (403, 422) and read(app, at.version)[0] is not None
    returned = place(make.submitted)
    sign_in(user=returned.users["approver"])
    client.submit(f"/plans/{returned.version}/return", f"/plans/{returned.version}/return", reason="目标太大")
    sign_in(user=returned.users["author"])
    page = texts(client.get(f"/plans/{returned.version}/withdraw"))
    assert "submitted once and returned" in page
    assert post(client, f"/plans/{returned.version}/withdraw").status_code == 422
    assert read(app, returned.version)[0] is not None


def test_a_draft_that_changed_since_the_page_stays(app, client, sign_in, place):
    at = place(make.begin)
    sign_in(user=at.users["author"])
    path = f"/plans/{at.version}/withdraw"
    _action, fields = read_form(texts(client.get(path)), path)
    client.post(
        f"/plans/{at.version}/sections/needs",
        data={"csrf_token": fields["csrf_token"], "body": "x", "version": "0"},
        headers=QUIET,
    )
    answer = client.post(path, data=fields, headers={"Origin": ORIGIN})
    assert answer.status_code == 409 and read(app, at.version)[0] is not None
