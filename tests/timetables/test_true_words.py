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
from app.repairs.actions.answers import make_visit_link, revoke_visit_link
from app.repairs.rules import Measured, headings, measured_names
from app.repairs.types import VariantName
from app.teams.models import TeacherHours
from app.timetables.models import Timetable
from app.timetables.views.charts import way_chart

FEWEST, LEAST, OWN = VariantName.FEWEST_CHANGES, VariantName.LEAST_TRAVEL, VariantName.NO_SUBSTITUTE


@pytest.fixture(autouse=True)
def september(sign_in, district):
    with time_machine.travel(datetime(2026, 9, 20, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        yield


@pytest.mark.parametrize(
    ("ways", "names"),
    [
        ([(2, 40, 1, 0), (3, 55, 0, 0)], [("fewest", "least"), ("own",)]),
        ([(2, 40, 1, 0), (3, 10, 0, 0)], [("fewest",), ("least", "own")]),
        ([(2, 0, 0, 0), (2, 0, 0, 0)], [("fewest=2", "least=2", "own=2"), ("fewest=1", "least=1", "own=1")]),
        ([(1, 9, 1, 0), (2, 5, 1, 0), (3, 7, 1, 0)], [("fewest",), ("least",), ()]),
        ([(4, 30, 1, 0), (2, -60, 0, 2)], [(), ("own",)]),
        ([(91, 245, 53, 10), (105, 1480, 75, 4)], [(), ()]),
        ([(2, -60, 1, 2), (5, 30, 1, 1), (4, 40, 1, 1)], [(), (), ()]),
        ([(3, 30, 1, 2), (2, 20, 1, 1), (2, 40, 1, 1)], [(), ("fewest=3", "least"), ("fewest=2",)]),
        ([], []),
    ],
)
def test_a_way_out_is_called_what_its_figures_prove(ways, names):
    """The two ways of ten and four lost visits are those that a stranger met: the second was called the shortest."""
    assert [tuple(map(spelled, way)) for way in measured_names(ways)] == names


SHORT = {FEWEST: "fewest", LEAST: "least", OWN: "own"}


def spelled(one: Measured) -> str:
    return SHORT[one.name] + (f"={','.join(map(str, one.shared))}" if one.shared else "")


def only(*names: VariantName) -> tuple[Measured, ...]:
    return tuple(map(Measured, names))


@pytest.mark.parametrize(
    ("ways", "heads"),
    [
        ([(FEWEST, only(FEWEST)), (LEAST, only(LEAST, OWN))], [FEWEST, LEAST]),
        ([(FEWEST, only(FEWEST, LEAST)), (LEAST, only(OWN))], [FEWEST, OWN]),
        ([(FEWEST, ()), (LEAST, only(FEWEST, LEAST))], [None, LEAST]),
        ([(FEWEST, (Measured(FEWEST, (2,)),)), (LEAST, (Measured(FEWEST, (1,)), Measured(LEAST)))], [None, LEAST]),
        ([], []),
    ],
)
def test_a_name_that_is_as_true_of_another_heads_no_way_out(ways, heads):
    assert headings(ways) == heads


@pytest.mark.parametrize(
    ("points", "made", "first", "last"),
    [
        ([[0.0, 5, 900], [3.0, 0, 100]], 23, 5, 0),
        ([[0.0, 0, 900], [3.0, 0, 100], [3.1, 27, 100]], 27, 0, 0),
        ([[0.0, 0, 900], [3.0, 0, 100]], None, 0, 0),
    ],
)
def test_the_way_of_a_search_has_one_basis(points, made, first, last):
    """In the repeating plan from its first look to its last; what closed days take away is said beside it."""
    chart = way_chart(points, made)
    assert (chart["first"][1], chart["last"][1], chart["made"]) == (first, last, made)


def test_the_page_of_a_run_and_the_timetable_tell_the_same(app, coordinator, district, make_timetable):
    with app.app_context():
        db.write()
        db.session.execute(delete(TeacherHours).where(TeacherHours.weekday > 1))
        db.session.commit()
    made = make_timetable()
    with app.app_context():
        row = db.session.get_one(Timetable, made)
        assert row.figures.unserved > 0
        words = f"{row.figures.unserved} visits were not placed."
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
        words = str(app.jinja_env.get_template("timetables/_names.html").module.names(rows))
    assert all(name in words for _n, name in rows) and "<details>" in words
