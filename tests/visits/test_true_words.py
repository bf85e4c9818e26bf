"""What pages say is so: missing visits, names of ways out, who sees a change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import delete

from app.accounts.queries import find_actor
from app.children.models import Child
from app.db import db
from app.visits.actions.answers import make_visit_link
from app.visits.models import TeacherHours, Timetable
from app.visits.queries.runs import find_run
from app.visits.rules.progress import Way
from app.visits.rules.repairs import headings, measured_names
from app.visits.types import VariantName

FEWEST, LEAST, OWN = VariantName.FEWEST_CHANGES, VariantName.LEAST_TRAVEL, VariantName.NO_SUBSTITUTE


@pytest.fixture(autouse=True)
def september(sign_in, district):
    with time_machine.travel(datetime(2026, 9, 20, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        yield


@pytest.mark.parametrize(("ways", "names"), [
    ([(2, 40, 1), (3, 55, 0)], [(FEWEST, LEAST), (OWN,)]),
    ([(2, 40, 1), (3, 10, 0)], [(FEWEST,), (LEAST, OWN)]),
    ([(2, 0, 0), (2, 0, 0)], [(FEWEST, LEAST, OWN)] * 2),
    ([(1, 9, 1), (2, 5, 1), (3, 7, 1)], [(FEWEST,), (LEAST,), ()]),
    ([], []),
])
def test_a_way_out_is_called_what_it_is(ways, names):
    assert measured_names(ways) == names


@pytest.mark.parametrize(("ways", "heads"), [
    ([(FEWEST, (FEWEST, LEAST)), (LEAST, (FEWEST, LEAST))], [FEWEST, LEAST]),
    ([(FEWEST, (FEWEST, LEAST)), (LEAST, (FEWEST, OWN))], [FEWEST, OWN]),
    ([(FEWEST, (LEAST,)), (LEAST, (FEWEST, LEAST))], [None, LEAST]),
    ([(FEWEST, (LEAST,)), (OWN, (FEWEST, LEAST))], [LEAST, FEWEST]),
    ([(FEWEST, (FEWEST,)), (LEAST, (FEWEST,)), (OWN, ())], [FEWEST, None, None]),
    ([], []),
])
def test_no_two_ways_out_stand_under_the_same_name(ways, heads):
    assert headings(ways) == heads


def test_the_way_of_a_run_ends_with_what_the_timetable_lacks():
    way = Way()
    way.add(0.0, 5, 900)
    way.add(3.0, 0, 100)
    way.end(23)
    assert way.points[-1][1:] == [23, 100] and way.points[-2][1] == 0
    before = list(way.points)
    way.end(23)
    assert way.points == before


def test_the_page_of_a_run_and_the_timetable_tell_the_same(app, coordinator, district, make_timetable):
    with app.app_context():
        db.write()
        db.session.execute(delete(TeacherHours).where(TeacherHours.weekday > 1))
        db.session.commit()
    made = make_timetable()
    with app.app_context():
        row, run = db.session.get_one(Timetable, made), find_run(made)
        assert row.figures["unserved"] > 0
        assert run.progress[-1][1] == row.figures["unserved"]
        words = f"{row.figures['unserved']} visits were not placed."
    assert words in coordinator.get(f"/timetables/{made}/run", headers={"HX-Request": "true"}).get_data(as_text=True)


@pytest.mark.both_databases
def test_publishing_names_whom_somebody_has_to_phone(app, coordinator, district, make_timetable):
    made = make_timetable()
    page = coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True)
    assert "Please phone these families" in page and "冉䶮一、田小满" in page
    assert "Please tell these teachers: they have no account: 李静" in page and "何晓燕" not in page
    with app.app_context():
        db.write()
        make_visit_link(find_actor(district.coordinator.id), db.session.get_one(Child, district.children[0].id))
        db.session.commit()
    page = coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True)
    assert "see nothing of it: 田小满" in page, "who has a link reads it there"
