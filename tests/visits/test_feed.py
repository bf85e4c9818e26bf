"""The calendar of a teacher's phone: every visit keeps its identity over moves, and says when it vanished."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from app.db import db
from app.timetables.models import Visit
from app.visits.documents import calendar_file
from app.visits.queries.feed import FeedVisit
from tests.timetables.test_versions import MONDAY, copy_from, in_force, later, live, on, room_after, september  # noqa: F401

SUNDAY = MONDAY - timedelta(days=1)


def read(client) -> tuple[str, dict]:
    """The file as text, and its events by UID."""
    answer = client.get("/my-calendar.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].lower().count("charset") == 1, answer.headers["Content-Type"]
    calendar = icalendar.Calendar.from_ical(answer.get_data())
    events = list(calendar.walk("VEVENT"))
    found = {str(event["uid"]): event for event in events}
    assert len(found) == len(events), "a UID stands for one event"
    return answer.get_data(as_text=True), found


def facts(event) -> tuple:
    return event.decoded("dtstart"), int(event["sequence"]), str(event["status"])


@pytest.mark.both_databases
def test_a_moved_visit_keeps_its_identity_and_says_that_it_changed(app, in_force, on, coordinator, teacher, district):
    moved = room_after(live(app, district.unit.id), MONDAY)
    with on(SUNDAY):
        _text, before = read(teacher)
        draft = copy_from(app, in_force, MONDAY, later(moved.id))
        assert coordinator.submit(f"/timetables/{draft}/publish").status_code == 200
        _text, after = read(teacher)
    uid = f"{moved.id}@yian"
    assert set(before) == set(after) and {event["status"] for event in after.values()} == {"CONFIRMED"}
    changed = {key for key in before if facts(before[key]) != facts(after[key])}
    assert changed == {uid}
    old, new = before[uid], after[uid]
    assert new.decoded("dtstart") - old.decoded("dtstart") == timedelta(minutes=5)
    assert int(new["sequence"]) == int(old["sequence"]) + 1
    for name in ("last-modified", "dtstamp"):
        assert new.decoded(name) > old.decoded(name)
        others = [key for key in before if key != uid]
        assert all(before[key].decoded(name) == after[key].decoded(name) for key in others)


def test_a_visit_that_vanished_is_called_off_and_comes_back_as_itself(
    app,
    in_force,
    on,
    coordinator,
    teacher,
    district,
):
    gone = room_after(live(app, district.unit.id), MONDAY)
    uid = f"{gone.id}@yian"
    place = {
        name: getattr(gone, name)
        for name in (
            "child_id",
            "team_id",
            "plan_version_id",
            "service_key",
            "day",
            "start",
            "end",
            "travel_in",
            "travel_estimated",
            "origin",
        )
    }
    with on(SUNDAY):
        draft = copy_from(app, in_force, MONDAY, lambda _values, visit: visit.id != gone.id)
        assert coordinator.submit(f"/timetables/{draft}/publish").status_code == 200
        _text, off = read(teacher)
        assert str(off[uid]["status"]) == "CANCELLED" and int(off[uid]["sequence"]) == 1
        again = copy_from(app, draft, MONDAY)
        with app.app_context():
            db.write()
            db.session.add(Visit(timetable_id=again, frozen=False, **place))
            db.session.commit()
        assert coordinator.submit(f"/timetables/{again}/publish").status_code == 200
        _text, back = read(teacher)
    assert str(back[uid]["status"]) == "CONFIRMED" and int(back[uid]["sequence"]) > int(off[uid]["sequence"])
    assert set(back) == set(off)


def test_a_visit_moved_twice_is_still_the_same(app, in_force, on, coordinator, teacher, district):
    moved = room_after(live(app, district.unit.id), MONDAY)
    with on(SUNDAY):
        first = copy_from(app, in_force, MONDAY, later(moved.id))
        coordinator.submit(f"/timetables/{first}/publish")
        now = next(v for v in live(app, district.unit.id) if (v.day, v.start) == (moved.day, moved.start + 5))

        def back(values, visit):
            if visit.id == now.id:
                values["start"] -= 5
                values["end"] -= 5

        second = copy_from(app, first, MONDAY, back)
        coordinator.submit(f"/timetables/{second}/publish")
        _text, events = read(teacher)
    assert int(events[f"{moved.id}@yian"]["sequence"]) == 2
    assert events[f"{moved.id}@yian"].decoded("dtstart").minute == moved.start % 60


def test_a_visit_that_was_not_given_is_called_off(app, in_force, on, teacher, district):
    visit = live(app, district.unit.id)[0]
    with on(visit.day):
        _text, before = read(teacher)
        answer = teacher.submit(f"/visits/{visit.id}/missed", reason="child_ill")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        _text, after = read(teacher)
    uid = f"{visit.id}@yian"
    assert (str(before[uid]["status"]), str(after[uid]["status"])) == ("CONFIRMED", "CANCELLED")
    assert int(after[uid]["sequence"]) == int(before[uid]["sequence"]) + 1
    assert after[uid].decoded("last-modified") > before[uid].decoded("last-modified")


def test_the_file_says_how_often_to_ask_and_is_folded_at_75_bytes(app, in_force, on, teacher):
    with on(SUNDAY):
        text, events = read(teacher)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text and "X-PUBLISHED-TTL:PT1H" in text
    assert re.search(r"^NAME:", text, re.M) and events
    for line in text.encode().split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    one = next(iter(events.values()))
    assert isinstance(one.decoded("dtstart"), datetime) and one.decoded("dtstart").utcoffset() == timedelta(hours=8)
    assert one.decoded("dtstart").date() >= date(2026, 9, 1)


def test_two_children_whose_masked_names_are_one_are_told_apart(app):
    at = datetime(2026, 10, 1, tzinfo=UTC)
    visits = [
        FeedVisit(
            id=uuid.uuid4(),
            sequence=0,
            modified=at,
            cancelled=False,
            name=name,
            day=MONDAY,
            start=540,
            end=600,
            team="第一组",
            file_number=number,
        )
        for name, number in (("冉小一", "YA26000001"), ("冉小一", "YA26000002"), ("田小满", "YA26000003"))
    ]
    with app.test_request_context():
        events = icalendar.Calendar.from_ical(calendar_file(visits)).walk("VEVENT")
    words = [str(event["summary"]) for event in events]
    assert [word[-7:-1] for word in words[:2]] == ["（…0001", "（…0002"] and "…" not in words[2]
    assert not any("小" in word for word in words)
