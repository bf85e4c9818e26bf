"""The visiting teacher's phone: the week, a record sent once or twice, corrections, colleagues' visits."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.timetables.figures import Figures
from app.timetables.models import Booking, Visit, VisitRecord
from app.visits.models import VisitPoint
from app.visits.queries.children import next_visits
from app.visits.queries.minutes import child_ledger
from tests.factories import visits as make
from tests.support.client import ORIGIN, read_form


@pytest.fixture(autouse=True)
def soon_after(request) -> Iterator[None]:
    """Tests about a visit of the published month stand a few days after it: nothing is late."""
    if "visit" not in request.fixturenames:
        yield
        return
    _published, district, coordinator, sign_in = (
        request.getfixturevalue(name) for name in ("published", "district", "coordinator", "sign_in")
    )
    with time_machine.travel(datetime(2026, 10, 15, 2, 0, tzinfo=UTC), tick=True):
        sign_in(user=district.coordinator, client=coordinator)
        yield


@pytest.fixture
def visit(app, published, district) -> Visit:
    """The first published visit of 冉䶮一, in the past of the test's clock."""
    with app.app_context():
        return db.session.scalars(
            select(Visit).where(Visit.child_id == district.children[0].id).order_by(Visit.day)
        ).first()


def objective_key(page: str) -> str:
    return re.search(r'name="prompt-([0-9a-f-]{36})"', page)[1]


def records(app) -> list[VisitRecord]:
    with app.app_context():
        return list(db.session.scalars(select(VisitRecord).order_by(VisitRecord.recorded_at)))


def test_my_week_lists_the_day_in_route_order_with_safety_first(teacher, visit):
    page = teacher.get(f"/my-week?week={visit.day}").get_data(as_text=True)
    assert "冉䶮一" in page and "发作超过 5 分钟打 120" in page and "There is a dog" in page
    assert page.index("120") < page.index("<h3>")
    assert "13800001234" not in page  # the full number only on the visit's own page


def test_the_visit_page_has_what_the_door_needs(teacher, visit):
    page = teacher.get(f"/visits/{visit.id}/record").get_data(as_text=True)
    assert 'href="tel:13800001234"' in page and "过了大桥右转" in page
    assert "自己用勺子吃饭" in page and "叫她的名字，看她三秒再给玩具" in page
    _action, fields = read_form(page, "record")
    assert fields["start"] == f"{visit.start // 60:02d}:{visit.start % 60:02d}"


def test_a_record_keeps_minutes_results_and_the_guardians_name(app, teacher, visit, district):
    page = teacher.get(f"/visits/{visit.id}/record").get_data(as_text=True)
    key = objective_key(page)
    values = {
        f"prompt-{key}": "gesture",
        f"done-{key}": "7",
        "confirmation": "on_phone",
        "confirmed_by": "冉𬱖",
        "times": "planned",
        "note": "今天很专心",
    }
    assert teacher.submit(f"/visits/{visit.id}/record", "record", **values).request.path == "/my-week"
    row = records(app)[0]
    assert (row.minutes, row.outcome, row.confirmed_by, row.recorded_by_name) == (90, "given", "冉𬱖", "何晓燕")
    with app.app_context():
        point = db.session.scalars(select(VisitPoint)).one()
        assert (str(point.objective_key), point.prompt, point.done, point.trials) == (key, "gesture", 7, 10)
        assert child_ledger(visit.child_id, visit.day)[0].balance.given == 90
    later = teacher.get(f"/my-week?week={visit.day}").get_data(as_text=True)
    assert "Given" in later


@pytest.mark.both_databases
@pytest.mark.parametrize("version", ["zzz", "00000000-0000-0000-0000-000000000000", "1", "9" * 40])
def test_a_version_that_was_never_the_plan_of_the_visit_is_refused_and_put_right(app, teacher, visit, version):
    path = f"/visits/{visit.id}/record"
    refused = teacher.submit(path, "record", times="planned", version=version)
    assert refused.status_code == 422 and "another plan than this visit has" in refused.get_data(as_text=True)
    assert records(app) == []
    action, fields = read_form(refused.get_data(as_text=True), "record")
    assert fields["version"] == str(visit.plan_version_id)
    teacher.post(action or path, data=fields, headers={"Origin": ORIGIN})
    assert len(records(app)) == 1


@pytest.mark.parametrize("keys", ["both", "record only"])
@pytest.mark.both_databases
def test_other_words_sent_again_from_the_same_page_become_a_correction(app, teacher, visit, keys):
    """Back, something put right, send again: it was answered with success and dropped."""
    address = f"/visits/{visit.id}/record"
    fields = read_form(teacher.get(address).get_data(as_text=True), "record")[1]
    fields |= {"times": "planned", "note": "很专心"}
    assert teacher.post(address, headers={"Origin": ORIGIN}, data=fields).status_code == 303
    fields |= {"note": "后来哭了", "form_key": fields["form_key"] if keys == "both" else str(uuid.uuid4())}
    answer = teacher.post(address, headers={"Origin": ORIGIN}, data=fields)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "后来哭了" in text and "not saved yet" in text and len(records(app)) == 1
    assert teacher.post(address, headers={"Origin": ORIGIN}, data=read_form(text, "record")[1]).status_code == 303
    first, second = sorted(records(app), key=lambda row: row.corrects_id is not None)
    assert (first.note, second.note, second.corrects_id) == ("很专心", "后来哭了", first.id)


def test_a_record_sent_twice_is_stored_once(app, teacher, visit):
    page = teacher.get(f"/visits/{visit.id}/record").get_data(as_text=True)
    _action, fields = read_form(page, "record")
    for _time in range(2):
        answer = teacher.post(
            f"/visits/{visit.id}/record",
            headers={"Origin": ORIGIN},
            data={**fields, "times": "planned", "form_key": str(uuid.uuid4())},
        )
        assert answer.status_code == 303
    assert len(records(app)) == 1


def test_a_second_record_of_a_visit_needs_to_be_a_correction(app, teacher, visit):
    page = teacher.get(f"/visits/{visit.id}/record").get_data(as_text=True)
    _action, fields = read_form(page, "record")
    fields["times"] = "planned"
    teacher.post(f"/visits/{visit.id}/record", data=fields, headers={"Origin": ORIGIN})
    other = {**fields, "form_key": str(uuid.uuid4()), "key": str(uuid.uuid4()), "corrects_id": ""}
    answer = teacher.post(f"/visits/{visit.id}/record", data=other, headers={"Origin": ORIGIN})
    assert answer.status_code == 422 and "recorded already" in answer.get_data(as_text=True)
    corrected = teacher.submit(f"/visits/{visit.id}/record", "record", end="10:00", start="09:00")
    assert corrected.status_code == 200
    first, second = records(app)
    assert second.corrects_id == first.id and (first.minutes, second.minutes) == (90, 60)


@pytest.mark.both_databases
def test_the_database_refuses_to_change_a_record(app, teacher, visit):
    teacher.submit(f"/visits/{visit.id}/record", "record", times="planned")
    with app.app_context():
        db.write()
        row = db.session.scalars(select(VisitRecord)).one()
        row.minutes = 1
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_a_visit_that_did_not_happen_says_why_and_is_owed(app, teacher, visit, coordinator):
    assert teacher.submit(f"/visits/{visit.id}/missed", "missed").status_code == 422
    assert teacher.submit(f"/visits/{visit.id}/missed", "missed", reason="weather").status_code == 200
    page = coordinator.get(f"/children/{visit.child_id}/visits?month=2026-10").get_data(as_text=True)
    assert "Weather: rain, flood, heat" in page and "Not given" in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"start": "10:00", "end": "09:00"}, "The end must come after the beginning"),
        ({"times": "planned", "confirmation": "on_phone", "confirmed_by": ""}, "Let the guardian enter their name"),
        ({"day": "2026-01-01"}, "more than a month from the planned day"),
    ],
)
def test_a_record_that_cannot_be_is_refused(app, teacher, visit, values, words):
    answer = teacher.submit(f"/visits/{visit.id}/record", "record", **values)
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)
    assert records(app) == []


def test_help_without_a_result_is_refused(app, teacher, visit):
    key = objective_key(teacher.get(f"/visits/{visit.id}/record").get_data(as_text=True))
    answer = teacher.submit(f"/visits/{visit.id}/record", "record", times="planned", **{f"prompt-{key}": "verbal"})
    assert answer.status_code == 422 and "Tap both the help given and the result" in answer.get_data(as_text=True)


def test_a_colleagues_visit_does_not_exist(app, visit, sign_in):
    with app.app_context():
        db.write()
        other = make.make_district(("别区一",))
        db.session.commit()
        user = other.teacher_user
        db.session.expunge_all()
    stranger = app.test_client()
    sign_in(user=user, client=stranger)
    for path in (
        f"/visits/{visit.id}/record",
        f"/visits/{visit.id}/missed",
        f"/visits/{visit.id}",
        f"/children/{visit.child_id}/visits",
        f"/teams/{visit.team_id}/routes.pdf",
        f"/teams/{visit.team_id}/packet.pdf",
    ):
        assert stranger.get(path).status_code == 404, path
    assert "冉䶮一" not in stranger.get(f"/my-week?week={visit.day}").get_data(as_text=True)


def test_a_draft_is_not_shown_to_teachers(app, make_timetable, teacher, district):
    make_timetable()
    with app.app_context():
        visit = db.session.scalars(select(Visit)).first()
        assert next_visits(visit.child_id, date(2026, 10, 1)) == []
    assert teacher.get(f"/visits/{visit.id}/record").status_code == 404
    assert teacher.get(f"/timetables/{visit.timetable_id}").status_code == 404


def test_planned_and_given_stand_side_by_side(teacher, visit, coordinator):
    teacher.submit(f"/visits/{visit.id}/record", "record", start="09:00", end="10:00")
    page = coordinator.get(f"/children/{visit.child_id}/visits?month=2026-10").get_data(as_text=True)
    assert "09:00–10:00 · 60" in page and "· 90" in page
    history = coordinator.get(f"/visits/{visit.id}").get_data(as_text=True)
    assert "何晓燕" in history and "09:00–10:00" in history


# --- the calendar ---------------------------------------------------------------------------------------------------


def test_a_calendar_address_is_secret_revocable_and_says_little(app, teacher, visit):
    page = teacher.submit("/my-calendar", "/my-calendar/link", follow=False).get_data(as_text=True)
    path = re.search(r"/calendar/[\w-]+\.ics", page)[0]
    reader = app.test_client()
    for _time in range(2):  # read many times
        answer = reader.get(path)
        assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    calendar = icalendar.Calendar.from_ical(answer.get_data())
    events = list(calendar.walk("VEVENT"))
    ours = next(event for event in events if str(event["uid"]).startswith(str(visit.id)))
    assert ours.decoded("dtstart").replace(tzinfo=None) == datetime.combine(visit.day, datetime.min.time()) + timedelta(
        minutes=visit.start
    )
    assert ours.decoded("dtstart").utcoffset() == timedelta(hours=8)
    text = answer.get_data(as_text=True)
    assert "冉**" in text and "冉䶮一" not in text and "孤独症" not in text
    assert teacher.get("/my-calendar.ics").get_data(as_text=True) == text
    teacher.submit("/my-calendar", "/my-calendar/revoke")
    assert reader.get(path).status_code == 404


# --- bookings -------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_of_fifty_parallel_bookings_one_stands(app, district):
    """Fifty transactions take overlapping times of one teacher at the same moment."""
    import threading

    with app.app_context():
        db.write()
        visit = make_visit(district)
        db.session.commit()
        visit_id, holder = visit.id, district.teachers[0].id
    start, done = threading.Barrier(50), []

    def take(number: int) -> None:
        start.wait()
        with app.app_context():
            try:
                db.write()
                begins = datetime(2026, 11, 3, 9, 0) + timedelta(minutes=number % 45)
                db.session.add(
                    Booking(
                        visit_id=visit_id, holder_id=holder, starts_at=begins, ends_at=begins + timedelta(minutes=90)
                    )
                )
                db.session.commit()
                done.append(number)
            except Exception:  # refused: an overlap, or a deadlock that PostgreSQL ended
                db.session.rollback()

    threads = [threading.Thread(target=take, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Booking)) == len(done) == 1


def make_visit(district) -> Visit:
    from datetime import UTC

    from app.timetables.models import Timetable
    from app.timetables.types import TimetableState, VisitOrigin

    version = district.versions[district.children[0].id]
    table = Timetable(
        unit_id=district.unit.id,
        month="2026-11",
        first_on=date(2026, 11, 1),
        last_on=date(2026, 11, 30),
        state=TimetableState.DRAFT,
        figures=Figures(),
        created_by_name="向主任",
        created_at=datetime.now(UTC),
    )
    db.session.add(table)
    db.session.flush()
    visit = Visit(
        timetable_id=table.id,
        child_id=version.child_id,
        team_id=district.team.id,
        plan_version_id=version.id,
        service_key=uuid.uuid4(),
        day=date(2026, 11, 3),
        start=540,
        end=630,
        origin=VisitOrigin.TEMPLATE,
    )
    db.session.add(visit)
    db.session.flush()
    return visit
