"""Fixtures: a district in the test's own database, and a timetable made the way people make it."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from app.db import db
from app.jobs.runner import run_waiting
from app.timetables.models import Visit
from tests.factories import visits as make

MONTH = "2026-10"


@pytest.fixture
def district(app):
    """A committed district with two children."""
    with app.app_context():
        db.write()
        made = make.make_district()
        db.session.commit()
        db.session.expunge_all()
    # Outside of the context: pages must not share one, or they would share who is signed in.
    return made


@pytest.fixture
def coordinator(client, sign_in, district):
    sign_in(user=district.coordinator)
    return client


@pytest.fixture
def teacher(app, sign_in, district):
    """The phone of 何晓燕."""
    phone = app.test_client()
    sign_in(user=district.teacher_user, client=phone)
    return phone


@pytest.fixture
def make_timetable(app, coordinator, district):
    """make_timetable(month) -> id: ask for it on the page, let the job run."""

    def run(month: str = MONTH, **values) -> uuid.UUID:
        answer = coordinator.submit(
            "/timetables/new", month=month, seconds="1", unit_id=str(district.unit.id), **values
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        run_waiting(app)
        page = coordinator.get("/timetables", query_string={"month": month}).get_data(as_text=True)
        return uuid.UUID(re.search(r"/timetables/([0-9a-f-]{36})", page)[1])

    return run


@pytest.fixture
def published(coordinator, make_timetable):
    """The id of a published timetable of October 2026."""
    made = make_timetable()
    answer = coordinator.submit(f"/timetables/{made}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return made


@pytest.fixture
def visits_of(app):
    """visits_of(timetable's id) -> its visits as they stand now, by day and hour."""

    def read(timetable_id) -> list[Visit]:
        with app.app_context():
            return list(
                db.session.scalars(
                    select(Visit).where(Visit.timetable_id == timetable_id).order_by(Visit.day, Visit.start)
                )
            )

    return read
