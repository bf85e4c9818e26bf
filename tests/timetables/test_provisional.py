"""January of a running term is planned before the year's holidays are announced, and marked until they are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from app.access import SYSTEM
from app.db import db
from app.schools.actions import import_calendar_year
from app.schools.types import CalendarFacts
from app.timetables.models import Visit
from tests.printing.conftest import read_text  # noqa: F401  a fixture

MARK = "The holidays of 2027 are not announced yet"


@pytest.fixture(autouse=True)
def december(sign_in, district):
    with time_machine.travel(datetime(2026, 12, 10, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        yield


def page_of(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


@pytest.mark.both_databases
def test_january_is_planned_marked_and_repaired_after_the_import(app, coordinator, make_timetable, read_text):
    assert MARK in page_of(coordinator, "/timetables/new?month=2027-01")
    made = make_timetable("2027-01")
    assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    with app.app_context():
        visits = list(db.session.scalars(select(Visit).where(Visit.timetable_id == made).order_by(Visit.day)))
    assert visits and date(2027, 1, 1) not in {v.day for v in visits}
    day = visits[3].day
    for path in (
        f"/timetables/{made}",
        f"/timetables/{made}/day",
        "/timetables/term?month=2027-01",
        f"/children/{visits[0].child_id}/visits?month=2027-01",
    ):
        assert MARK in page_of(coordinator, path), path
    for paper in ("routes", "packet"):
        text = "".join(
            "".join(
                read_text(coordinator.get(f"/teams/{visits[0].team_id}/{paper}.pdf?first={day}").get_data())
            ).split()
        )
        assert "Provisional:theholidaysof2027" in text
    with app.app_context():
        db.write()
        import_calendar_year(
            SYSTEM, CalendarFacts(2027, {date(2027, 1, 1): "New Year's Day", day: "New Year's Day"}, {}, "notice")
        )
        db.session.commit()
    page = page_of(coordinator, f"/timetables/{made}")
    assert MARK not in page and "visits are published although the schools are closed" in page
    assert f"kind=day_closed&amp;first={day}&amp;last={day}" in page
    assert "visits on closed days: repair" in page_of(coordinator, "/timetables")
    assert coordinator.get(f"/timetables/{made}/repair?kind=day_closed&first={day}&last={day}").status_code == 200


def test_a_year_that_is_known_is_not_marked(coordinator):
    assert "not announced yet" not in page_of(coordinator, "/timetables/new?month=2026-11")
