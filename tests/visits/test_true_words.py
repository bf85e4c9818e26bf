"""What pages say is so: missing visits, names of ways out, who sees a change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import delete, select

from app.accounts.queries import find_actor
from app.children.models import Child
from app.db import db
from app.db.audit import AuditEntry
from app.visits.actions.answers import make_visit_link, revoke_visit_link
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
    ([(2, 40, 1, 0), (3, 55, 0, 0)], [(FEWEST, LEAST), (OWN,)]),
    ([(2, 40, 1, 0), (3, 10, 0, 0)], [(FEWEST,), (LEAST, OWN)]),
    ([(2, 0, 0, 0), (2, 0, 0, 0)], [(FEWEST, LEAST, OWN), (OWN,)]),
    ([(1, 9, 1, 0), (2, 5, 1, 0), (3, 7, 1, 0)], [(FEWEST,), (LEAST,), ()]),
    ([(4, 30, 1, 0), (2, -60, 0, 2)], [(FEWEST, LEAST), (OWN,)]),
    ([(2, -60, 1, 2), (5, 30, 1, 1), (4, 40, 1, 1)], [(), (LEAST,), (FEWEST,)]),
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
    """Who has a link that was only made, or an account that was never used, sees nothing; who opened it reads it there
    until it ends."""
    made = make_timetable()
    page = coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True)
    assert "Please phone these families" in page and "冉䶮一、田小满" in page
    assert "Please tell these teachers" in page and "何晓燕、李静" in page, "her account was never used"
    with app.app_context():
        db.write()
        child = db.session.get_one(Child, district.children[0].id)
        token = make_visit_link(find_actor(district.coordinator.id), child)[1]
        db.session.commit()
    assert "冉䶮一、田小满" in coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True), "only made"
    for _again in range(2):
        assert app.test_client().get(f"/v/{token}").status_code == 200
    page = coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True)
    assert "冉䶮一" not in page and "田小满" in page, "who has opened a link reads it there"
    with app.app_context():
        opened = list(db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "open_visit_link")))
        assert [one.child_id for one in opened] == [district.children[0].id], "noted once"
        db.session.rollback()
        db.write()
        revoke_visit_link(find_actor(district.coordinator.id), db.session.get_one(Child, district.children[0].id))
        db.session.commit()
    assert "冉䶮一、田小满" in coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True), "it does not hold"


def test_a_teacher_who_has_signed_in_is_not_to_be_told(coordinator, teacher, make_timetable):
    made = make_timetable()
    page = coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True)
    assert "李静" in page and "何晓燕" not in page


def test_the_list_to_phone_is_whole_and_shows_numbers_for_a_purpose_only(app, coordinator, district, make_timetable):
    """Two children of one name are told apart by their file numbers."""
    with app.app_context():
        db.write()
        for one in district.children:
            db.session.get_one(Child, one.id).name = "邓刚"
        db.session.commit()
    made = make_timetable()
    page = coordinator.get(f"/timetables/{made}/publish").get_data(as_text=True)
    assert f"/timetables/{made}/phones" in page and page.count("邓刚（…") == 2
    path = f"/timetables/{made}/phones"
    before = coordinator.get(path).get_data(as_text=True)
    assert before.count("邓刚（…") == 2 and "Show all numbers" in before
    assert coordinator.submit(path, purpose="x").status_code == 422
    shown = coordinator.submit(path, purpose="通知十月送教")
    assert shown.status_code == 200 and "Show all numbers" not in shown.get_data(as_text=True)


def test_no_name_is_cut_however_many_there_are(app):
    rows = [(n, f"学生{n}") for n in range(137)]
    with app.test_request_context():
        words = str(app.jinja_env.get_template("visits/_names.html").module.names(rows))
    assert all(name in words for _n, name in rows) and "<details>" in words
