"""What the family's link says of visits that will not take place, and of those that have begun."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.db import db
from app.repairs.models import MoveRequest
from app.timetables.models import Visit, VisitRecord
from app.timetables.types import Confirmation, MissedReason, RecordOutcome
from app.visits.queries.children import next_visits
from tests.repairs.steps import FRIDAY, MONDAY, begin, choose, draft_of, leader, live
from tests.repairs.test_family_link import _form_of, ask, make_link, phone, slots_of
from tests.support.client import ORIGIN

__all__ = ["phone"]

AHEAD = timedelta(days=21)


@pytest.fixture
def link(town, coordinator):
    return make_link(coordinator, town.children[0])


def of_child(app, town) -> list[Visit]:
    """The visits of the first child that the link shows."""
    with app.app_context():
        return [v for v in live(app, town) if v.child_id == town.children[0].id and FRIDAY <= v.day <= FRIDAY + AHEAD]


def confirm(phone, link: str, visit):
    action, fields = _form_of(phone.get(link).get_data(as_text=True), visit)
    return phone.post(action, data={**fields, "form_key": str(uuid.uuid4())}, headers={"Origin": ORIGIN})


def page_of(phone, link: str) -> str:
    return phone.get(link).get_data(as_text=True)


def gone_of(page: str) -> list[str]:
    """The text of every visit that is struck through."""
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one))
        for one in re.findall(r'<div class="sheet stack gone".*?</div>', page, re.S)
    ]


def clock_of(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def repair(app, coordinator, town, kind: str, with_=None, **values) -> None:
    """Enter what happened, choose the first way and publish it."""
    path = begin(app, coordinator, town, kind, with_, **values)
    assert choose(coordinator, path).status_code == 200
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)


@pytest.mark.both_databases
def test_a_day_that_the_family_cancels_stays_visible_with_the_reason(app, town, coordinator, phone, link):
    visit = next(v for v in of_child(app, town) if v.day > FRIDAY)
    assert confirm(phone, link, visit).status_code == 303
    shown = len(of_child(app, town))
    assert f"{shown} visits in the next 3 weeks" in page_of(phone, link)
    day = visit.day.isoformat()
    repair(app, coordinator, town, "family_cancels", child_id=str(visit.child_id), first_on=day, last_on=day)
    left = of_child(app, town)
    (gone,) = [one for one in gone_of(page_of(phone, link)) if clock_of(visit.start) in one][:1]
    assert "You cannot receive a visit on this day." in gone and "You had said: this suits us" in gone
    assert ("In its place: " in gone) != ("Nothing comes in its place yet" in gone)
    ahead = [v for v in left if v.day > FRIDAY or v.start >= 9 * 60]
    assert f"{len(ahead)} visit" in page_of(phone, link), "the number is of visits that stand"


def test_a_teachers_leave_is_told_without_saying_whose_or_why(app, town, coordinator, phone, link):
    visit = next(v for v in of_child(app, town) if v.day >= MONDAY)
    teacher = leader(town, visit.team_id)
    repair(
        app,
        coordinator,
        town,
        "teacher_away",
        teacher_id=str(teacher.id),
        first_on=visit.day.isoformat(),
        last_on=visit.day.isoformat(),
        note="住院",
    )
    page = page_of(phone, link)
    gone = gone_of(page)
    still = [v for v in of_child(app, town) if (v.day, v.start) == (visit.day, visit.start)]
    assert len(gone) == (0 if still else 1) and "住院" not in page
    if gone:
        assert "A teacher cannot come on this day." in gone[0]


def test_a_visit_moved_at_the_familys_wish_says_where_to(app, town, coordinator, phone, link):
    visit = next(v for v in of_child(app, town) if v.day > FRIDAY)
    slot = ask(phone, link, visit)
    with app.app_context():
        wish = db.session.scalars(select(MoveRequest)).one()
    assert coordinator.submit("/wishes", f"/wishes/{wish.id}/accept").status_code == 200
    (gone,) = gone_of(page_of(phone, link))
    start = int(slot.partition("/")[2])
    assert "It was moved at your wish." in gone and f"{clock_of(start)} – {clock_of(start + 90)}" in gone


def test_a_visit_that_was_moved_twice_is_struck_once(app, town, coordinator, phone, link):
    """The card is of the place that was told last, and says where it is now."""
    visit = next(v for v in of_child(app, town) if v.day > FRIDAY)
    before = {(v.day, v.start) for v in of_child(app, town)}
    for number in range(2):
        path = f"{link}/move?visit={visit.id}"
        slots = slots_of(phone.get(path).get_data(as_text=True))
        assert phone.submit(path, "move", slot=slots[-1 - number]).status_code == 200
        with app.app_context():
            wish = db.session.scalars(select(MoveRequest).where(MoveRequest.visit_id == visit.id)).one()
        assert coordinator.submit("/wishes", f"/wishes/{wish.id}/accept").status_code == 200
        last, visit = visit, next(v for v in of_child(app, town) if (v.day, v.start) not in before)
        before.add((visit.day, visit.start))
    (card,) = gone_of(page_of(phone, link))
    assert f"{last.day.day}, 2026 {clock_of(last.start)} – {clock_of(last.end)}" in card
    assert f"{visit.day.day}, 2026, {clock_of(visit.start)} – {clock_of(visit.end)}" in card


def test_a_visit_recorded_as_not_given_before_its_day_is_over_stays(app, town, coordinator, phone, link):
    visit = next(v for v in of_child(app, town) if v.day > FRIDAY)
    noon = datetime(visit.day.year, visit.day.month, visit.day.day, 0, 30, tzinfo=UTC)
    with time_machine.travel(noon):
        with app.app_context():
            db.write()
            db.session.add(
                VisitRecord(
                    visit_id=visit.id,
                    child_id=visit.child_id,
                    key=uuid.uuid4(),
                    outcome=RecordOutcome.NOT_GIVEN,
                    day=visit.day,
                    reason=MissedReason.TEACHER_ILL,
                    confirmation=Confirmation.NOT_YET,
                    recorded_by_name="何晓燕",
                    recorded_at=noon,
                )
            )
            db.session.commit()
        (gone,) = gone_of(page_of(phone, link))
    assert clock_of(visit.start) in gone and "A teacher cannot come on this day." in gone


@pytest.mark.parametrize("after", [0, 45, 90, 300])
def test_nothing_that_has_begun_can_be_confirmed(app, town, phone, link, after):
    visit = next(v for v in of_child(app, town) if v.day > FRIDAY)
    page = page_of(phone, link)
    action, fields = _form_of(page, visit)
    when = datetime(visit.day.year, visit.day.month, visit.day.day, tzinfo=UTC) + timedelta(
        minutes=visit.start - 8 * 60 + after
    )
    with time_machine.travel(when, tick=False):
        now = page_of(phone, link)
        assert (str(visit.id) in now) is False
        assert ("The visit has begun" in now) is (after < 90)
        with app.app_context():
            upcoming = [one.id for one in next_visits(visit.child_id, visit.day)]
        assert (visit.id in upcoming) is (after < 90), "the pages of the family and of the file say the same"
        number = len([v for v in of_child_from(app, town, visit.day) if (v.day, v.start) > (visit.day, visit.start)])
        assert f"{number} visit" in now
        answer = phone.post(action, data={**fields, "form_key": str(uuid.uuid4())}, headers={"Origin": ORIGIN})
    assert answer.status_code == 409
    assert "begun already" in answer.get_data(as_text=True)


def of_child_from(app, town, day: date) -> list[Visit]:
    with app.app_context():
        return [v for v in live(app, town) if v.child_id == town.children[0].id and day <= v.day <= day + AHEAD]


def test_a_yes_to_a_visit_called_off_since_says_so_and_shows_what_holds(app, town, coordinator, phone, link):
    visit = next(v for v in of_child(app, town) if v.day > FRIDAY)
    action, fields = _form_of(page_of(phone, link), visit)
    day = visit.day.isoformat()
    repair(app, coordinator, town, "family_cancels", child_id=str(visit.child_id), first_on=day, last_on=day)
    answer = phone.post(action, data={**fields, "form_key": str(uuid.uuid4())}, headers={"Origin": ORIGIN})
    assert answer.status_code == 409 and "was called off, moved or is over" in answer.get_data(as_text=True)
    moving = phone.get(f"{link}/move?visit={visit.id}")
    assert moving.status_code == 409 and "was called off" in moving.get_data(as_text=True)
