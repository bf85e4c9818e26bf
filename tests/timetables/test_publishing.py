"""Publishing timetables: what is frozen and booked, who is refused, what a newer one leaves standing."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.children.models import Sight, TimelineEvent
from app.db import db
from app.db.audit import AuditEntry
from app.jobs.runner import run_waiting
from app.schools.models import Term
from app.timetables.models import Booking, Timetable, Visit, VisitRecord
from app.timetables.types import Confirmation, RecordOutcome, TimetableState
from tests.factories import visits as make


def test_publishing_freezes_books_and_opens_the_files(app, published, coordinator, district, visits_of):
    with app.app_context():
        visits = visits_of(published)
        assert all(v.frozen for v in visits)
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 3 * len(visits)
        seen = set(db.session.execute(select(Sight.child_id, Sight.holder_id).where(Sight.because == "visits")).all())
        assert seen == {(c.id, t.id) for c in district.children for t in district.teachers}
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "publish_timetable")).one()
        told = db.session.scalars(select(TimelineEvent.code)).all()
        assert "told.timetable_published" in told
    assert coordinator.get(f"/timetables/{published}").status_code == 200
    page = coordinator.get(f"/timetables/{published}/calendar").get_data(as_text=True)
    assert "第一组" in page


def test_a_frozen_visit_cannot_be_moved(published, coordinator, visits_of):
    visit = visits_of(published)[0]
    answer = coordinator.submit(f"/visits/{visit.id}/move", start="10:00")
    assert answer.status_code == 422 and "Only visits of a draft can be moved" in answer.get_data(as_text=True)


def test_a_second_publishing_at_once_is_refused(app, make_timetable, coordinator):
    make_timetable(), make_timetable(seed="2")
    with app.app_context():
        one, other = db.session.scalars(select(Timetable.id).order_by(Timetable.created_at)).all()
    page_of_other = coordinator.get(f"/timetables/{other}/publish").get_data(as_text=True)
    assert coordinator.submit(f"/timetables/{one}/publish").status_code == 200
    from tests.support.client import ORIGIN, read_form

    _action, fields = read_form(page_of_other)
    answer = coordinator.post(f"/timetables/{other}/publish", data=fields, headers={"Origin": ORIGIN})
    assert answer.status_code == 409 and "published meanwhile" in answer.get_data(as_text=True)
    again = coordinator.post(
        f"/timetables/{one}/publish", data={**fields, "form_key": str(uuid.uuid4())}, headers={"Origin": ORIGIN}
    )
    assert again.status_code == 409


@pytest.mark.both_databases
@pytest.mark.parametrize("term", [False, True])
def test_nobody_publishes_what_was_moved_since_the_page_was_shown(app, make_timetable, coordinator, term):
    from tests.support.client import ORIGIN, read_form

    made = make_timetable()
    with app.app_context():
        visit = db.session.scalars(select(Visit).where(Visit.timetable_id == made).order_by(Visit.day)).first()
        month, row = db.session.get_one(Timetable, made).month, visit.id
    path = f"/timetables/term/publish?month={month}" if term else f"/timetables/{made}/publish"
    _action, fields = read_form(coordinator.get(path).get_data(as_text=True))
    with app.app_context():
        db.write()
        moved = db.session.get_one(Visit, row)
        moved.start, moved.end = moved.start + 5, moved.end + 5
        db.session.commit()
    answer = coordinator.post(path, data=fields, headers={"Origin": ORIGIN})
    assert answer.status_code == 409 and "was changed since you opened this page" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.get_one(Timetable, made).state == TimetableState.DRAFT
        db.write()
        moved = db.session.get_one(Visit, row)
        moved.start, moved.end = moved.start - 5, moved.end - 5
        db.session.commit()
    assert coordinator.submit(path).status_code == 200
    with app.app_context():
        assert db.session.get_one(Timetable, made).state == TimetableState.PUBLISHED


def next_month() -> tuple[str, date]:
    """A month of school that lies ahead."""
    from app.web.filters import today

    first = (today().replace(day=1) + timedelta(days=32)).replace(day=1)
    return f"{first:%Y-%m}", first


@pytest.fixture
def in_autumn():
    """A morning within the plans of the district, whatever day it is; asked for before anybody signs in."""
    with time_machine.travel("2026-11-25T02:00:00+00:00"):
        yield


@pytest.mark.both_databases
def test_a_newer_timetable_supersedes_and_recorded_visits_stay(
    in_autumn, app, make_timetable, coordinator, district, visits_of
):
    month, first = next_month()
    with app.app_context():
        db.write()
        db.session.add(
            Term(
                unit_id=district.unit.id,
                school_year=1999,
                number=1,
                starts_on=first,
                ends_on=first + timedelta(days=24),
            )
        )
        db.session.commit()
    old = make_timetable(month)
    assert coordinator.submit(f"/timetables/{old}/publish").status_code == 200
    with app.app_context():
        db.write()
        kept = visits_of(old)[0]
        db.session.add(
            VisitRecord(
                visit_id=kept.id,
                child_id=kept.child_id,
                key=uuid.uuid4(),
                outcome=RecordOutcome.GIVEN,
                day=kept.day,
                start=kept.start,
                end=kept.end,
                minutes=90,
                confirmation=Confirmation.NOT_YET,
                recorded_by_name="何晓燕",
                recorded_at=db.session.get(Timetable, old).created_at,
            )
        )
        db.session.commit()
        kept_id = kept.id
    coordinator.submit("/timetables/new", month=month, seconds="1", seed="5", unit_id=str(district.unit.id))
    run_waiting(app)
    with app.app_context():
        new = db.session.scalars(select(Timetable).where(Timetable.state == TimetableState.DRAFT)).one()
        clash = {(v.child_id, v.day) for v in visits_of(new.id)} & {(kept.child_id, kept.day)}
        new_id = new.id
    answer = coordinator.submit(f"/timetables/{new_id}/publish")
    with app.app_context():
        if answer.status_code == 422:  # the recorded visit's time is taken: the page names who and when
            assert clash and "has another published visit on" in answer.get_data(as_text=True)
            assert db.session.get(Timetable, old).superseded_at is None
            return
        assert db.session.get(Timetable, old).superseded_at is not None
        left = set(
            db.session.scalars(
                select(Booking.visit_id).join(Visit, Visit.id == Booking.visit_id).where(Visit.timetable_id == old)
            )
        )
        assert left == {kept_id}


def test_another_districts_timetable_does_not_exist(app, published, sign_in, visits_of):
    with app.app_context():
        db.write()
        other = make.make_district(("别区一",))
        db.session.commit()
        user = other.coordinator
        db.session.expunge_all()
    stranger = app.test_client()
    sign_in(user=user, client=stranger)
    visit = visits_of(published)[0]
    for path in (
        f"/timetables/{published}",
        f"/timetables/{published}/calendar",
        f"/timetables/{published}/publish",
        f"/visits/{visit.id}/move",
        f"/visits/{visit.id}",
        f"/teams/{visit.team_id}",
    ):
        assert stranger.get(path).status_code == 404, path
