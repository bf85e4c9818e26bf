"""The days of a plan that was approved after its planned first day, or replaced before its planned last one: pages and
papers name those on which it holds."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
import time_machine

from app.children.models import Guardianship
from app.db import db
from app.family.queries.versions import held_by
from app.plans import actions
from app.plans.rules.periods import days_held
from app.web.filters import day as words
from app.web.filters import today
from tests.factories import plans as make
from tests.support import people

LATE = 14


@pytest.fixture
def late(app):
    """A plan that was to begin two weeks ago and is approved today."""
    with app.app_context():
        db.write()
        desk = make.make_desk()
        version = make.submitted(desk, today=today() - timedelta(days=LATE))
        actions.approve_plan(desk.approver, version.id, today=today())
        link = db.session.query(Guardianship).filter_by(child_id=desk.child.id).one()
        link.may_see = True
        db.session.commit()
        return SimpleNamespace(
            desk=desk,
            child=desk.child.id,
            guardian=link.guardian_id,
            users=desk.users,
            id=version.id,
            planned=version.starts_on,
            last=version.ends_on,
        )


def follow(app, late, days: int) -> None:
    """Approve the next version, which begins in so many days."""
    with app.app_context():
        db.write()
        version = make.submitted(late.desk, today=today() + timedelta(days=days))
        actions.approve_plan(late.desk.approver, version.id, today=today())
        db.session.commit()


def text_of(response) -> str:
    return response.get_data(as_text=True)


def paper(tmp_path, response) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(response.data)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def test_the_family_reads_the_day_it_came_into_force(app, client, sign_in, late):
    sign_in("guardian", guardian_id=late.guardian)
    page = text_of(client.get(f"/family/{late.child}"))
    assert runs(today(), late.last) in page and words(late.planned, "long") not in page
    follow(app, late, 30)
    page = text_of(client.get(f"/family/{late.child}"))
    assert runs(today(), today() + timedelta(days=29)) in page


def test_an_older_plan_is_listed_with_the_days_it_held(app, client, sign_in, late):
    user = sign_in("guardian", guardian_id=late.guardian)
    follow(app, late, 5)
    begun = today()
    with time_machine.travel(datetime.combine(begun + timedelta(days=6), time(2), tzinfo=UTC)):
        people.sign_in(client, user)
        page = text_of(client.get(f"/family/{late.child}"))
        assert f"{words(begun)} to {words(begun + timedelta(days=4))}" in page
        shown = text_of(client.get(f"/family/{late.child}/versions/{late.id}"))
    assert f"This plan ran from {words(begun, 'long')} to {words(begun + timedelta(days=4), 'long')}." in shown


def test_the_familys_paper_names_it_too_and_is_another_when_the_days_change(app, client, sign_in, late, tmp_path):
    sign_in(user=late.users["author"])
    path = f"/plans/{late.id}/summary"
    first = client.get(path)
    assert runs(today(), late.last) in paper(tmp_path, first)
    assert client.get(path).data == first.data
    follow(app, late, 30)
    assert runs(today(), today() + timedelta(days=29)) in paper(tmp_path, client.get(path))


def test_the_plan_itself_says_both_days(client, sign_in, late, tmp_path):
    sign_in(user=late.users["author"])
    for text in (text_of(client.get(f"/plans/{late.id}")), paper(tmp_path, client.get(f"/plans/{late.id}/paper"))):
        assert "Plan period" in text and words(late.planned, "long") in text
        assert "In force since" in text and words(today(), "long") in text


def test_a_plan_approved_in_time_has_one_first_day(app, client, sign_in):
    with app.app_context():
        db.write()
        desk = make.make_desk()
        version = make.approved(desk)
        db.session.commit()
        user, path = desk.users["author"], f"/plans/{version.id}"
    sign_in(user=user)
    assert "In force since" not in text_of(client.get(path))


@pytest.mark.both_databases
def test_the_lists_name_the_days_it_holds(app, client, sign_in, late):
    sign_in("city_coordinator")
    page = text_of(client.get("/plans?list=in_force"))
    assert f"{today()} – {late.last}" in page and str(late.planned) not in page
    follow(app, late, 30)
    assert f"{today()} – {today() + timedelta(days=29)}" in text_of(client.get("/plans?list=in_force"))


@pytest.mark.both_databases
def test_the_lists_of_drafts_name_the_planned_days(app, client, sign_in, late):
    with app.app_context():
        db.write()
        draft = make.begin(late.desk, today=today() + timedelta(days=9))
        days = f"{draft.starts_on} – {draft.ends_on}"
        db.session.commit()
    sign_in("city_coordinator")
    assert days in text_of(client.get("/plans?list=drafts"))


def test_days_held():
    first, last = today(), today() + timedelta(days=100)
    assert days_held(first, last) == (first, last)
    assert days_held(first, last, first + timedelta(days=3)) == (first + timedelta(days=3), last)
    assert days_held(first, last, first, first + timedelta(days=1)) == (first, first)
    assert days_held(first, last, first, last + timedelta(days=9)) == (first, last)
    assert days_held(first, last, last + timedelta(days=1)) == (first, last)  # approved when its time was over
    never = SimpleNamespace(starts_on=first, ends_on=last, valid_from=None, valid_to=None)
    assert held_by(never) == (first, last)


def runs(first, last) -> str:
    return f"This plan runs from {words(first, 'long')} to {words(last, 'long')}."
