"""A new month goes on from the last one; who changes team is named before it is published."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import delete, select, update

from app.db import db
from app.visits.models import Visit
from app.visits.queries.continuity import last_before
from tests.factories import visits as make


@pytest.fixture(autouse=True)
def september(sign_in, district):
    with time_machine.travel(datetime(2026, 9, 20, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        yield


def page_of(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


@pytest.mark.both_databases
def test_who_changes_team_is_named_and_counted(app, coordinator, district, make_timetable):
    with app.app_context():
        db.write()
        team = make.make_second_team(district).id
        db.session.commit()
    october = make_timetable()
    assert "Every child keeps the team" not in page_of(coordinator, f"/timetables/{october}/publish"), "the first month"
    assert coordinator.submit(f"/timetables/{october}/publish").status_code == 200
    form = page_of(coordinator, "/timetables/new?month=2026-11")
    assert 'value="former" checked' in form or 'checked value="former"' in form or "checked" in form[
        form.index('value="former"') - 80:form.index('value="former"') + 40]
    november = make_timetable("2026-11", keep="former")
    assert "Every child keeps the team of 2026-10." in page_of(coordinator, f"/timetables/{november}/publish")
    with app.app_context():
        db.write()
        child = district.children[0].id
        was = db.session.scalar(select(Visit.team_id).where(Visit.timetable_id == november, Visit.child_id == child))
        other = team if was != team else district.team.id
        db.session.execute(update(Visit).where(Visit.timetable_id == november, Visit.child_id == child).values(
            team_id=other))
        db.session.commit()
        assert last_before(district.unit.id, "2027-03").id == october, "over a gap of months too"
        assert last_before(uuid.uuid4(), "2027-03") is None
    page = page_of(coordinator, f"/timetables/{november}/publish")
    assert "1 child gets another team than in 2026-10:" in page and "冉䶮一" in page and "第二组" in page
    assert "50%" in page_of(coordinator, f"/timetables/{november}"), "the same team is that of the month before"
    term = page_of(coordinator, "/timetables/term?month=2026-10")
    assert "50%" in term and "Children whose team changes" in term
    assert "冉䶮一" in page_of(coordinator, "/timetables/term/publish?month=2026-10")


def test_a_draft_of_a_published_month_names_only_what_it_changes(app, coordinator, district, make_timetable):
    with app.app_context():
        db.write()
        team = make.make_second_team(district).id
        db.session.commit()
    october = make_timetable()
    coordinator.submit(f"/timetables/{october}/publish")
    november = make_timetable("2026-11", keep="former")
    with app.app_context():  # all of November comes with another team than October
        db.write()
        of_october = dict(db.session.execute(select(Visit.child_id, Visit.team_id).where(
            Visit.timetable_id == october)).all())
        for child, was in of_october.items():
            other = team if was != team else district.team.id
            db.session.execute(update(Visit).where(Visit.timetable_id == november, Visit.child_id == child).values(
                team_id=other))
        db.session.commit()
    assert coordinator.submit(f"/timetables/{november}/publish").status_code == 200
    again = make_timetable("2026-11", keep="former")
    with app.app_context():  # the next draft of November is the one in force but for one child
        db.write()
        stands = db.session.scalars(select(Visit).where(Visit.timetable_id == november)).all()
        db.session.execute(delete(Visit).where(Visit.timetable_id == again))
        changed = district.children[0].id
        for visit in stands:
            values = {name: getattr(visit, name) for name in (
                "child_id", "plan_version_id", "service_key", "day", "start", "end", "travel_in", "travel_estimated",
                "origin")}
            back = of_october[visit.child_id] if visit.child_id == changed else visit.team_id
            db.session.add(Visit(timetable_id=again, team_id=back, frozen=False, **values))
        db.session.commit()
    handed = page_of(coordinator, f"/timetables/{again}/publish").split('id="handed"')[1].split("</section>")[0]
    assert "1 child gets another team than in the timetable in force:" in handed
    assert "冉䶮一" in handed and "田小满" not in handed
