"""A day that is closed after its visits were published: everybody who would set out or wait reads it at once."""

from __future__ import annotations

import io
import re
import uuid
from datetime import date, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.access import SYSTEM
from app.db import db
from app.repairs.models import VisitAnswer
from app.schools.actions import close_days, import_calendar_year, open_day, save_term
from app.schools.models import CalendarDay
from app.schools.queries import calendar_facts
from app.schools.types import CalendarFacts
from app.timetables.models import Visit, VisitRecord
from app.visits.queries.attendance import list_attendance
from tests.home.test_today import numbers
from tests.repairs.test_family_link import _form_of, first_of, link, phone, town  # noqa: F401
from tests.support.client import ORIGIN, read_form
from tests.timetables.test_versions import MONDAY, in_force, live, on, september  # noqa: F401
from tests.visits.test_feed import read

SUNDAY = MONDAY - timedelta(days=1)
WORDS = "Schools closed: 暴雨"
TASK = "stands? on (?:a day|days) without school: repair the timetable"


@pytest.fixture
def day(app, in_force, district) -> date:
    """A day of the coming week with visits."""
    return next(v.day for v in live(app, district.unit.id) if v.day >= MONDAY)


def change(app, act, *values):
    with app.test_request_context():
        db.write()
        act(SYSTEM, *values)
        db.session.commit()


def close(app, unit_id, day: date, reason: str = "暴雨"):
    change(app, close_days, unit_id, day, day, reason)


def visits_on(app, unit_id, day: date) -> list[Visit]:
    return [v for v in live(app, unit_id) if v.day == day]


def task(page: str) -> tuple[int, str] | None:
    """The number of the task to repair, and where it leads."""
    found = re.search(r'<a href="([^"]+)">(\d+) visits? ' + TASK, page)
    return (int(found[2]), found[1].replace("&amp;", "&")) if found else None


def printed(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.get_data())).pages)


@pytest.mark.both_databases
def test_whoever_would_set_out_reads_that_the_day_is_closed(app, day, on, coordinator, teacher, district):
    visit = visits_on(app, district.unit.id, day)[0]
    pages = {"/my-week": f"/my-week?week={day}", "record": f"/visits/{visit.id}/record"}
    seen = {"month": f"/children/{visit.child_id}/visits?month=2026-10", "visit": f"/visits/{visit.id}"}
    with on(SUNDAY):
        for path in (*pages.values(), *seen.values()):
            assert "Schools closed" not in teacher.get(path).get_data(as_text=True), path
        close(app, district.unit.id, day)
        week = teacher.get(pages["/my-week"]).get_data(as_text=True)
        assert week.count(WORDS) == len(visits_on(app, district.unit.id, day))
        record = teacher.get(pages["record"]).get_data(as_text=True)
        assert WORDS in record and "Do not set out" in record
        for path in seen.values():
            assert WORDS in coordinator.get(path).get_data(as_text=True), path


@pytest.mark.both_databases
def test_the_district_has_a_task_that_leads_to_the_repair(app, day, on, coordinator, district):
    with on(SUNDAY):
        assert task(coordinator.get("/").get_data(as_text=True)) is None
        close(app, district.unit.id, day)
        number, url = task(coordinator.get("/").get_data(as_text=True))
        assert number == len(visits_on(app, district.unit.id, day))
        assert "/repair?" in url and "kind=day_closed" in url
        assert f'value="{day}"' in coordinator.get(url).get_data(as_text=True)
        other = next(v.day for v in live(app, district.unit.id) if v.day > day)
        close(app, None, other, "高温")
        number, url = task(coordinator.get("/").get_data(as_text=True))
        assert number == sum(v.day in (day, other) for v in live(app, district.unit.id))
        assert coordinator.get(url).get_data(as_text=True).count("Repair this day") == 2
    with on(other + timedelta(days=1)):  # what is over is not to be repaired any more
        assert task(coordinator.get("/").get_data(as_text=True)) is None


def test_a_holiday_or_a_term_announced_later_closes_a_day_too(app, day, on, coordinator, teacher, district):
    with on(SUNDAY):
        with app.app_context():
            known = calendar_facts(2026)
        change(app, import_calendar_year, CalendarFacts(2026, {**known.holidays, day: "国庆节"}, known.worked, "x"))
        assert "Schools closed: 国庆节" in teacher.get(f"/my-week?week={day}").get_data(as_text=True)
        assert task(coordinator.get("/").get_data(as_text=True))[0]
        change(app, import_calendar_year, CalendarFacts(2026, known.holidays, known.worked, "x"))
        assert task(coordinator.get("/").get_data(as_text=True)) is None
        change(app, save_term, district.unit.id, 2026, 1, date(2026, 8, 31), day - timedelta(days=1), "")
        assert "Schools closed" in teacher.get(f"/my-week?week={day}").get_data(as_text=True)


@pytest.mark.both_databases
def test_the_feed_marks_it_and_its_number_never_falls(app, day, on, teacher, district):
    uids = {f"{v.id}@yian" for v in visits_on(app, district.unit.id, day)}
    with on(SUNDAY):
        _text, before = read(teacher)
        close(app, district.unit.id, day)
        _text, shut = read(teacher)
        assert {uid for uid, event in shut.items() if event["status"] == "TENTATIVE"} == uids & set(shut) != set()
        with app.app_context():
            row = db.session.scalar(select(CalendarDay.id).where(CalendarDay.day == day))
        change(app, open_day, row)
        _text, again = read(teacher)
    for uid in uids & set(before):
        states = [(str(events[uid]["status"]), int(events[uid]["sequence"])) for events in (before, shut, again)]
        assert [state for state, _n in states] == ["CONFIRMED", "TENTATIVE", "CONFIRMED"]
        assert [n for _state, n in states] == [0, 1, 2]
        assert WORDS in str(shut[uid]["summary"]) and WORDS not in str(again[uid]["summary"])
        assert shut[uid].decoded("last-modified") > before[uid].decoded("last-modified")
    for uid in set(before) - uids:
        assert int(again[uid]["sequence"]) == 0


def test_the_papers_of_the_day_say_it(app, day, on, coordinator, district):
    visit = visits_on(app, district.unit.id, day)[0]
    with on(SUNDAY):
        close(app, district.unit.id, day)
        for paper in ("routes", "packet"):
            text = printed(coordinator, f"/teams/{visit.team_id}/{paper}.pdf?first={day}&days=1")
            assert "Schools closed" in text, paper


def test_a_recorded_visit_was_given_all_the_same(app, day, on, coordinator, teacher, district):
    with on(day):
        for visit in visits_on(app, district.unit.id, day):
            assert teacher.submit(f"/visits/{visit.id}/missed", reason="child_ill").status_code in (200, 404)
        close(app, district.unit.id, day)
        assert "Schools closed" not in teacher.get(f"/my-week?week={day}").get_data(as_text=True)


def test_todays_own_list_of_the_teacher_says_not_to_set_out(app, day, on, teacher, district):
    with on(day):
        assert any("today" in text for text in numbers(teacher.get("/").get_data(as_text=True)))
        close(app, district.unit.id, day)
        found = numbers(teacher.get("/").get_data(as_text=True))
        assert any("do not set out" in text for text in found)
        assert "visit today" not in found and "visits today" not in found


def test_the_family_reads_it_by_its_link_and_on_its_paper(app, town, coordinator, phone, link):
    visit = first_of(app, town)
    assert "Schools closed" not in phone.get(link).get_data(as_text=True)
    close(app, town.unit.id, visit.day)
    page = phone.get(link).get_data(as_text=True)
    shown = re.search(rf'aria-label="[^"]*{visit.day.day}, 2026">.*?</section>', page, re.S)[0]
    assert WORDS in shown and "The teachers do not come on this day" in shown
    assert "will come and stay" not in shown and "Yes, this suits us" not in shown


def test_a_yes_from_a_page_that_is_older_than_the_closing_is_refused_with_words(app, town, phone, link):
    visit = first_of(app, town)
    action, fields = _form_of(phone.get(link).get_data(as_text=True), visit)
    close(app, town.unit.id, visit.day)
    answer = phone.post(action, data={**fields, "form_key": str(uuid.uuid4())}, headers={"Origin": ORIGIN})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "the teachers do not come" in page and WORDS in page
    with app.app_context():
        assert db.session.scalars(select(VisitAnswer)).all() == []


def own_visit(app, teacher, unit_id, day: date) -> Visit:
    return next(v for v in visits_on(app, unit_id, day) if str(v.id) in teacher.get(f"/my-week?week={day}").text)


def recorded(app) -> list[VisitRecord]:
    with app.app_context():
        return list(db.session.scalars(select(VisitRecord)))


@pytest.mark.both_databases
def test_a_record_from_a_page_that_is_older_than_the_closing_is_asked_again(app, day, on, teacher, district):
    """Somebody may have been there all the same: then it is said how, and what was typed stays."""
    with on(day):
        path = f"/visits/{own_visit(app, teacher, district.unit.id, day).id}/record"
        fields = read_form(teacher.get(path).get_data(as_text=True), "record")[1]
        assert "explanation" not in fields
        close(app, district.unit.id, day)
        fields |= {"times": "planned", "note": "很专心"}
        answer = teacher.post(path, headers={"Origin": ORIGIN}, data=fields)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409 and "took place all the same" in page and "很专心" in page
        assert recorded(app) == []
        fields = read_form(page, "record")[1]
        assert teacher.post(path, headers={"Origin": ORIGIN}, data=fields).status_code == 422
        fields |= {"explanation": "雨停了，家长来接"}
        assert teacher.post(path, headers={"Origin": ORIGIN}, data=fields).status_code == 303
    (row,) = recorded(app)
    assert (row.note, row.explanation) == ("很专心", "雨停了，家长来接")


@pytest.mark.both_databases
def test_nobody_misses_a_visit_on_a_closed_day(app, day, on, coordinator, teacher, district):
    """It is neither recorded as missed nor waited for, and its minutes are owed."""
    with on(day):
        visit = own_visit(app, teacher, district.unit.id, day)
        path = f"/visits/{visit.id}/missed"
        fields = read_form(teacher.get(path).get_data(as_text=True), "missed")[1]
    tab = f"/children/{visit.child_id}/visits?month=2026-10"
    with on(day + timedelta(days=1)):
        waiting = unrecorded(teacher)
        before = coordinator.get(tab).get_data(as_text=True)
        planned = attended(app, visit.child_id)
        close(app, district.unit.id, day)
        after = attended(app, visit.child_id)
        assert (after.planned, after.open) == (planned.planned - 1, planned.open - 1), "nobody waits for its record"
        shut = len([v for v in visits_on(app, district.unit.id, day) if str(v.id) in week_of(teacher, day)])
        assert unrecorded(teacher) == waiting - shut and shut
        assert "not recorded" not in part_of(week_of(teacher, day), visit)
        answer = teacher.post(path, headers={"Origin": ORIGIN}, data={**fields, "reason": "child_ill"})
        assert answer.status_code == 409 and "nobody missed this visit" in answer.get_data(as_text=True)
        assert recorded(app) == []
        assert WORDS in teacher.get(path).get_data(as_text=True)
        assert coordinator.get(tab).get_data(as_text=True) != before


def attended(app, child_id):
    with app.test_request_context():
        return next(one.counts for one in list_attendance(SYSTEM, "2026-10") if one.child_id == child_id)


def week_of(teacher, day: date) -> str:
    return teacher.get(f"/my-week?week={day}").get_data(as_text=True)


def part_of(page: str, visit: Visit) -> str:
    """The article of one visit."""
    return next(one for one in page.split("<article") if str(visit.id) in one)


def unrecorded(teacher) -> int:
    found = re.search(r"(\d+) visits? (?:is|are) not recorded yet", teacher.get("/my-week").get_data(as_text=True))
    return int(found[1]) if found else 0


def test_the_form_that_closes_a_day_says_that_the_reason_is_required(app, day, on, coordinator, in_force):
    with on(SUNDAY):
        page = coordinator.get(f"/timetables/{in_force}/repair?kind=day_closed").get_data(as_text=True)
        assert re.search(r'<label for="note">Reason <span class="must">', page)
        page = coordinator.get(f"/timetables/{in_force}/repair?kind=teacher_away").get_data(as_text=True)
        assert not re.search(r'<label for="note">Reason <span class="must">', page)
