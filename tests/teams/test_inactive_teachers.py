"""Who teaches no more sees nothing of the children taught before, though the account stays enabled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from app.db import db
from app.schools.models import Teacher
from app.teams.models import Team
from app.timetables.models import Visit


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 10, 9, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def doors(app, made, district) -> dict[str, str]:
    """Every page on which a teacher comes to a child of the own team."""
    with app.app_context():
        team = db.session.scalar(select(Team.id))
        visit = db.session.scalar(select(Visit).where(Visit.timetable_id == made).order_by(Visit.day))
        return {
            "file": f"/children/{visit.child_id}",
            "visits": f"/children/{visit.child_id}/visits",
            "record": f"/visits/{visit.id}/record",
            "missed": f"/visits/{visit.id}/missed",
            "packet": f"/teams/{team}/packet.pdf?first={visit.day}",
            "routes": f"/teams/{team}/routes.pdf?first={visit.day}",
            "map": f"/timetables/{made}/map",
            "week": f"/my-week?week={visit.day}",
        }


def set_active(coordinator, teacher: Teacher, active: bool) -> None:
    """On the page of the school, as its district does it."""
    answer = coordinator.submit(
        f"/schools/{teacher.school_id}/teachers/{teacher.id}", **({"active": "y"} if active else {"active": None})
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)


@pytest.mark.both_databases
def test_sight_ends_with_the_teaching_and_comes_back_with_it(app, coordinator, teacher, published, district):
    pages = doors(app, published, district)
    with app.app_context():
        row = db.session.scalar(select(Teacher).where(Teacher.user_id == district.teacher_user.id))
        db.session.expunge_all()
    names = [child.name for child in district.children]
    before = {name: teacher.get(url).status_code for name, url in pages.items()}
    assert {before[name] for name in ("file", "visits", "record", "missed", "packet", "week")} == {200}
    set_active(coordinator, row, False)
    for name, url in pages.items():
        answer = teacher.get(url)
        assert answer.status_code == (200 if name == "week" else 404), name
        assert not any(one in answer.get_data(as_text=True) for one in names), name
    for url in ("/", "/children", "/my-calendar", "/my-calendar.ics", "/search?q=" + names[0][0]):
        assert not any(one in teacher.get(url).get_data(as_text=True) for one in names), url
    week = teacher.get(pages["week"]).get_data(as_text=True)
    assert "You are not entered as a teacher who teaches today" in week and "/my-claim" not in week
    set_active(coordinator, row, True)
    assert {name: teacher.get(url).status_code for name, url in pages.items()} == before
