"""A record that comes late, or says widely other minutes, says why: it is paid and owed by it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.db import db
from app.timetables.models import Visit, VisitRecord
from app.timetables.types import RecordOutcome
from app.visits.rules.records import CountsSoFar, unexplained
from app.visits.types import RecordInput

DAY, MORNING = date(2026, 10, 12), 9 * 60
WHY = "下雨路断，回来后网络不通"


def problems(minutes: int | None, later: int = 1, before: CountsSoFar | None = None, why: str = "") -> list[str]:
    """The codes for a record of so many minutes, `later` days after the visit; None is a visit that was not given."""
    given = minutes is not None
    record = RecordInput(
        key=uuid.uuid4(),
        outcome=RecordOutcome.GIVEN if given else RecordOutcome.NOT_GIVEN,
        day=DAY,
        start=MORNING if given else None,
        end=MORNING + minutes if given else None,
        explanation=why,
    )
    return [one.code for one in unexplained(record, before or CountsSoFar(70), DAY + timedelta(days=later))]


@pytest.mark.parametrize(
    ("minutes", "later", "before", "codes"),
    [
        (70, 14, None, []),
        (70, 15, None, ["late_unexplained"]),
        (None, 15, None, ["late_unexplained"]),
        (None, 1, None, []),
        (100, 1, None, []),
        (101, 1, None, ["minutes_unexplained"]),
        (120, 1, None, ["minutes_unexplained"]),
        (39, 1, None, ["minutes_unexplained"]),
        (40, 1, None, []),
        (15, 1, CountsSoFar(30), []),
        (60, 1, CountsSoFar(30), ["minutes_unexplained"]),
        (70, 61, CountsSoFar(70, DAY, 70), ["late_unexplained"]),
        (70, 1, CountsSoFar(70, DAY, 70), []),
        (120, 1, CountsSoFar(70, DAY, 70), ["minutes_unexplained"]),
        (120, 1, CountsSoFar(70, DAY, 120), []),  # explained when it was recorded
        (120, 1, CountsSoFar(70, DAY, 95), ["minutes_unexplained"]),  # in two steps
        (70, 1, CountsSoFar(70, DAY, 0), ["minutes_unexplained"]),
        (None, 1, CountsSoFar(70, DAY, 70), ["minutes_unexplained"]),
        (70, 1, CountsSoFar(70, DAY - timedelta(days=20), 70), ["late_unexplained"]),  # the day put nearer
    ],
)
def test_what_comes_late_or_differs_widely_is_explained(minutes, later, before, codes):
    assert problems(minutes, later, before) == codes
    assert problems(minutes, later, before, WHY) == []
    assert problems(minutes, later, before, "  \n") == codes


@pytest.fixture
def visit(app, published, district) -> Visit:
    with app.app_context():
        return db.session.scalars(
            select(Visit).where(Visit.child_id == district.children[0].id).order_by(Visit.day)
        ).first()


@pytest.fixture
def later(app, visit, sign_in, district):
    """later(days): so long after the visit, with the teacher's phone and the district signed in on that day."""

    @contextmanager
    def on(days: int) -> Iterator[tuple]:
        with time_machine.travel(datetime.combine(visit.day, time(1), UTC) + timedelta(days=days), tick=True):
            phone, desk = app.test_client(), app.test_client()
            sign_in(user=district.teacher_user, client=phone)
            sign_in(user=district.coordinator, client=desk)
            yield phone, desk

    return on


def newest(app) -> VisitRecord:
    with app.app_context():
        return db.session.scalars(select(VisitRecord).order_by(VisitRecord.recorded_at.desc())).first()


@pytest.mark.both_databases
def test_a_record_two_months_later_says_why_and_the_district_reads_it(app, visit, later):
    with later(61) as (teacher, coordinator):
        path = f"/visits/{visit.id}/record"
        assert 'name="explanation"' in teacher.get(path).get_data(as_text=True)
        refused = teacher.submit(path, "record", times="planned")
        assert refused.status_code == 422 and newest(app) is None
        assert "The visit was 61 days ago. Say why" in refused.get_data(as_text=True)
        assert teacher.submit(path, "record", times="planned", explanation=WHY).status_code == 200
        assert newest(app).explanation == WHY
        for page in (f"/visits/{visit.id}", f"/children/{visit.child_id}/visits?month={visit.day:%Y-%m}"):
            assert WHY in coordinator.get(page).get_data(as_text=True), page


def test_a_missed_visit_noted_two_months_later_says_why(app, visit, later):
    with later(61) as (teacher, coordinator):
        path = f"/visits/{visit.id}/missed"
        assert teacher.submit(path, "missed", reason="weather").status_code == 422 and newest(app) is None
        assert teacher.submit(path, "missed", reason="weather", explanation=WHY).status_code == 200
        assert newest(app).explanation == WHY


def test_a_correction_says_why_when_it_is_late_or_differs(app, visit, later):
    path = f"/visits/{visit.id}/record"
    with later(1) as (teacher, coordinator):
        assert 'name="explanation"' not in teacher.get(path).get_data(as_text=True), "asked only where it is needed"
        assert teacher.submit(path, "record", times="planned").status_code == 200
        first = newest(app)
        assert first.explanation is None
        refused = teacher.submit(path, "record", end=f"{(visit.end + 50) // 60:02d}:{(visit.end + 50) % 60:02d}")
        page = refused.get_data(as_text=True)
        assert refused.status_code == 422 and newest(app).id == first.id
        assert "Now 140 minutes are given, recorded were 90" in page and 'name="explanation"' in page
        assert teacher.submit(path, "record", note="很专心").status_code == 200, "a small correction in time"
    with later(60) as (teacher, coordinator):
        before = newest(app)
        refused = teacher.submit(path, "record", note="补充")
        assert refused.status_code == 422 and newest(app).id == before.id
        assert "corrected only now" in refused.get_data(as_text=True)
        assert teacher.submit(path, "record", note="补充", explanation=WHY).status_code == 200
        assert newest(app).explanation == WHY
        assert WHY in coordinator.get(f"/visits/{visit.id}").get_data(as_text=True)
