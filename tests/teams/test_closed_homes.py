"""Days on which nobody can come to a home: who plans sees the coming ones beside the family's times and takes them
back."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.children.models import TimelineEvent
from app.db import db
from app.db.audit import AuditEntry
from app.teams.models import HomeClosure
from tests.support.client import ORIGIN
from tests.support.texts import text_of

TODAY = date(2026, 9, 21)


@pytest.fixture
def closed(app, district, sign_in):
    """closed(first, last) -> the id of days on which the road to the first child's home is closed."""

    def add(first: date, last: date):
        with app.app_context():
            db.write()
            row = HomeClosure(child_id=district.children[0].id, first_on=first, last_on=last, kind="road", note="塌方")
            db.session.add(row)
            db.session.commit()
            return row.id

    with time_machine.travel(f"{TODAY}T02:00:00+00:00"):
        sign_in(user=district.coordinator)
        yield add


def send(coordinator, page: str, url: str):
    """What a page that is older than the last change would send."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', coordinator.get(page).get_data(as_text=True))[1]
    return coordinator.post(
        url,
        data={"csrf_token": token, "form_key": str(uuid.uuid4())},
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )


def rows(app) -> list[tuple[date, date]]:
    with app.app_context():
        return [(row.first_on, row.last_on) for row in db.session.scalars(select(HomeClosure))]


def test_days_to_come_are_shown_and_taken_back_once(app, coordinator, district, closed):
    path = f"/children/{district.children[0].id}/visits"
    closed(TODAY - timedelta(days=9), TODAY - timedelta(days=2))
    one = closed(TODAY + timedelta(days=3), TODAY + timedelta(days=5))
    shown = coordinator.get(path)
    assert all(one in text_of(shown) for one in ("The road to the home is closed", "塌方", "2026-09-24 to 2026-09-26"))
    assert "2026-09-12" not in text_of(shown), "days that are over need nothing"
    end = re.search(r'action="([^"]+/closures/[^"]+/end)"', shown.get_data(as_text=True))[1]
    assert end == f"{path}/closures/{one}/end"
    done = coordinator.submit(path, end)
    assert done.status_code == 200 and "/closures/" not in done.get_data(as_text=True)
    assert rows(app) == [(TODAY - timedelta(days=9), TODAY - timedelta(days=2))]
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "open_home"))
        assert entry.child_id == district.children[0].id and entry.detail["last"] == "2026-09-26"
        (told,) = db.session.scalars(select(TimelineEvent).where(TimelineEvent.code == "told.closure_taken_back"))
        assert told.values == {"first": "2026-09-24", "last": "2026-09-26"}
    again = send(coordinator, path, end)
    assert again.status_code == 422
    assert "There is nothing to take back" in text_of(again)


def test_days_that_have_begun_end_yesterday(app, coordinator, district, closed):
    path = f"/children/{district.children[0].id}/visits"
    one = closed(TODAY - timedelta(days=2), TODAY + timedelta(days=2))
    assert coordinator.submit(path, f"{path}/closures/{one}/end").status_code == 200
    assert rows(app) == [(TODAY - timedelta(days=2), TODAY - timedelta(days=1))]


def test_another_child_s_days_are_not_taken_back(app, coordinator, district, closed):
    one = closed(TODAY, TODAY)
    path = f"/children/{district.children[1].id}/visits"
    answer = send(coordinator, path, f"{path}/closures/{one}/end")
    assert answer.status_code == 404 and rows(app) == [(TODAY, TODAY)]


def test_who_does_not_plan_sees_no_closed_days(app, teacher, district, closed):
    closed(TODAY, TODAY)
    page = teacher.get(f"/children/{district.children[0].id}/visits").get_data(as_text=True)
    assert "/closures/" not in page and "塌方" not in page
