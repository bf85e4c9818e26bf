"""A district with a timetable, as the tests of visits have it."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import db
from tests.factories import visits as make
from tests.repairs.steps import FRIDAY, at
from tests.support.months import coordinator, district, make_timetable, published, teacher, visits_of

__all__ = ["coordinator", "district", "make_timetable", "published", "teacher", "town", "visits_of"]


@pytest.fixture
def town(app, sign_in, district, coordinator, make_timetable):
    """Two teams, three children, October published; the calendar stands on its second Friday."""
    with app.app_context():
        db.write()
        second = [make.make_teacher(district.school, "石老师"), make.make_teacher(district.school, "罗老师")]
        make.make_team(district.unit, district.school, "第二组", second)
        make.add_child(district, "龙·阿依", 2)
        district.teachers += second
        db.session.commit()
        db.session.expunge_all()
    with at(date(2026, 9, 20)):
        sign_in(user=district.coordinator)
        made = make_timetable()
        assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    with at(FRIDAY):
        sign_in(user=district.coordinator)
        district.timetable = made
        yield district
