"""A new version of a published month: what it changes, whom it tells, what stays."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.children.models import TimelineEvent
from app.db import db
from app.timetables.models import Booking, Timetable, Visit, VisitChange, VisitRecord
from app.timetables.queries.live import live_visits, told_to_family
from app.timetables.types import Confirmation, RecordOutcome, TimetableState
from tests.factories import visits as make
from tests.support.client import ORIGIN, read_form

MONTH = "2026-10"
MONDAY = date(2026, 10, 12)
COPIED = (
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


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC))


@pytest.fixture
def on(sign_in, coordinator, teacher, district):
    """`with on(day):` the calendar stands on that day and both have signed in that morning."""

    @contextmanager
    def travel(day: date):
        with at(day):
            sign_in(user=district.coordinator)
            sign_in(user=district.teacher_user, client=teacher)
            yield

    return travel


@pytest.fixture
def september():
    """The calendar stands before the month begins."""
    with at(date(2026, 9, 20)):
        yield


@pytest.fixture
def in_force(september, published):
    return published


def live(app, unit_id) -> list[Visit]:
    with app.app_context():
        return live_visits(unit_id, MONTH)


def copy_from(app, timetable_id, first: date, change=lambda row, visit: True) -> uuid.UUID:
    """A draft with the visits of a timetable from a day on, changed by `change` (False leaves one out)."""
    with app.app_context():
        db.write()
        base = db.session.get(Timetable, timetable_id)
        row = Timetable(
            unit_id=base.unit_id,
            month=base.month,
            first_on=first,
            last_on=base.last_on,
            state=TimetableState.DRAFT,
            figures=base.figures,
            created_by_name="向主任",
            created_at=datetime.now(UTC),
        )
        db.session.add(row)
        db.session.flush()
        for visit in live_visits(base.unit_id, base.month):
            values = {name: getattr(visit, name) for name in COPIED}
            if visit.day >= first and change(values, visit) is not False:
                db.session.add(Visit(timetable_id=row.id, frozen=False, **values))
        db.session.commit()
        return row.id


def later(wanted_id):
    """A change that begins one visit five minutes later."""

    def change(values, visit):
        if visit.id == wanted_id:
            values["start"] += 5
            values["end"] += 5

    return change


def room_after(visits: list[Visit], first: date) -> Visit:
    """A visit in the week of `first` that can begin five minutes later: the last one before noon or evening."""
    week = [
        v for v in visits if first <= v.day < first + timedelta(days=7) and v.end + 5 <= (720 if v.end <= 720 else 1020)
    ]
    return next(v for v in week if not any(o.day == v.day and v.end <= o.start <= v.end + 60 for o in visits))


@pytest.mark.both_databases
def test_only_the_changed_visit_is_announced(app, in_force, on, coordinator, teacher, district):
    before = live(app, district.unit.id)
    moved = room_after(before, MONDAY)
    with on(MONDAY - timedelta(days=1)):
        draft = copy_from(app, in_force, MONDAY, later(moved.id))
        with app.app_context():
            told_before = db.session.scalar(select(func.count()).select_from(TimelineEvent))
        page = coordinator.get(f"/timetables/{draft}/publish").get_data(as_text=True)
        name = next(c.name for c in district.children if c.id == moved.child_id)
        other = next(c.name for c in district.children if c.id != moved.child_id)
        assert "1 child has other visits than now" in page and name in page and other not in page
        answer = coordinator.submit(f"/timetables/{draft}/publish")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        week = teacher.get(f"/my-week?week={MONDAY}").get_data(as_text=True)
        assert "Your timetable was changed" in week and "is now on" in week
    after = live(app, district.unit.id)
    assert {(v.child_id, v.day, v.start) for v in before} - {(v.child_id, v.day, v.start) for v in after} == {
        (moved.child_id, moved.day, moved.start)
    }
    assert [v.id for v in after if v.day < MONDAY] == [v.id for v in before if v.day < MONDAY]
    with app.app_context():
        change = db.session.scalars(select(VisitChange)).one()
        assert (change.kind, change.former_id, change.child_id) == ("moved", moved.id, moved.child_id)
        new = list(db.session.scalars(select(TimelineEvent).order_by(TimelineEvent.recorded_at)))[told_before:]
        assert [event.child_id for event in new] == [moved.child_id]
        assert new[0].code == "told.timetable_changed"
    # Nobody is told for ever.
    with on(MONDAY + timedelta(days=20)):
        assert "Your timetable was changed" not in teacher.get("/my-week").get_data(as_text=True)


def test_a_visit_that_another_team_gives_at_another_hour_is_told_with_that_team(
    app, in_force, on, coordinator, teacher, district
):
    with app.app_context():
        db.write()
        second = make.make_second_team(district).id
        db.session.commit()
    moved = room_after(live(app, district.unit.id), MONDAY)

    def given(values, visit):
        if visit.id == moved.id:
            later(moved.id)(values, visit)
            values["team_id"] = second

    with on(MONDAY - timedelta(days=1)):
        draft = copy_from(app, in_force, MONDAY, given)
        answer = coordinator.submit(f"/timetables/{draft}/publish")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        week = teacher.get(f"/my-week?week={MONDAY}").get_data(as_text=True)
        with app.test_request_context():
            told = told_to_family(moved.child_id, MONDAY)
    assert "is now given by 第二组, on" in week and "is now on" not in week
    assert [one.people for one in told] == ["石老师、罗老师"], "the family knows people, not teams"


def test_what_was_recorded_and_what_is_past_stays_in_the_former_version(app, in_force, on, coordinator, district):
    before = live(app, district.unit.id)
    week = [v for v in before if MONDAY <= v.day < MONDAY + timedelta(days=7)]
    moved = room_after(before, MONDAY + timedelta(days=7))
    with on(MONDAY - timedelta(days=1)):
        draft = copy_from(app, in_force, MONDAY, later(moved.id))
    called_off = next(v for v in week if v.day > MONDAY + timedelta(days=2))
    with app.app_context():
        db.write()
        db.session.add(
            VisitRecord(
                visit_id=called_off.id,
                child_id=called_off.child_id,
                key=uuid.uuid4(),
                outcome=RecordOutcome.NOT_GIVEN,
                day=MONDAY,
                minutes=0,
                reason="child_ill",
                confirmation=Confirmation.NOT_YET,
                recorded_by_name="何晓燕",
                recorded_at=datetime.now(UTC),
            )
        )
        db.session.commit()
    with on(MONDAY + timedelta(days=1)):  # the draft has waited for two days
        answer = coordinator.submit(f"/timetables/{draft}/publish")
        assert answer.status_code == 200, answer.get_data(as_text=True)
    after = live(app, district.unit.id)
    stayed = {v.id for v in before if v.day <= MONDAY + timedelta(days=1)} | {called_off.id}
    assert stayed <= {v.id for v in after} and len(after) == len(before)
    with app.app_context():
        assert db.session.get(Timetable, draft).first_on == MONDAY + timedelta(days=2)
        assert db.session.scalar(select(func.count()).select_from(VisitChange)) == 1
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 3 * len(after)


def test_a_change_that_lies_in_the_past_by_now_is_refused(app, in_force, on, coordinator, district):
    moved = room_after(live(app, district.unit.id), MONDAY)
    with on(MONDAY - timedelta(days=1)):
        draft = copy_from(app, in_force, MONDAY, later(moved.id))
        opened = read_form(coordinator.get(f"/timetables/{draft}/publish").get_data(as_text=True))[1]
    with on(moved.day):
        assert "lie in the past" in coordinator.get(f"/timetables/{draft}/publish").get_data(as_text=True)
        answer = coordinator.post(f"/timetables/{draft}/publish", data=opened, headers={"Origin": ORIGIN})
    assert answer.status_code == 422 and "lie in the past" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.get(Timetable, in_force).superseded_at is None


def test_a_draft_is_nobodys_but_the_coordinators(app, september, make_timetable, teacher, sign_in, district):
    made = make_timetable()
    assert teacher.get(f"/timetables/{made}").status_code == 404
    assert "冉䶮一" not in teacher.get(f"/my-week?week={MONDAY}").get_data(as_text=True)
    with app.app_context():
        from app.visits.queries.children import next_visits

        assert next_visits(district.children[0].id, date(2026, 9, 20)) == []
