"""A new month goes on from the last one; who changes team is named before it is published."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select, update

from app.db import db
from app.timetables.models import Visit
from app.timetables.queries.continuity import last_before
from app.timetables.queries.handing import new_teachers
from tests.factories import visits as make
from tests.printing.conftest import read_text  # noqa: F401


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
    assert (
        'value="former" checked' in form
        or 'checked value="former"' in form
        or "checked" in form[form.index('value="former"') - 80 : form.index('value="former"') + 40]
    )
    november = make_timetable("2026-11", keep="former")
    assert "Every child keeps the team of 2026-10." in page_of(coordinator, f"/timetables/{november}/publish")
    with app.app_context():
        db.write()
        child = district.children[0].id
        was = db.session.scalar(select(Visit.team_id).where(Visit.timetable_id == november, Visit.child_id == child))
        other = team if was != team else district.team.id
        db.session.execute(
            update(Visit).where(Visit.timetable_id == november, Visit.child_id == child).values(team_id=other)
        )
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
        of_october = dict(
            db.session.execute(select(Visit.child_id, Visit.team_id).where(Visit.timetable_id == october)).all()
        )
        for child, was in of_october.items():
            other = team if was != team else district.team.id
            db.session.execute(
                update(Visit).where(Visit.timetable_id == november, Visit.child_id == child).values(team_id=other)
            )
        db.session.commit()
    assert coordinator.submit(f"/timetables/{november}/publish").status_code == 200
    again = make_timetable("2026-11", keep="former")
    with app.app_context():  # the next draft of November is the one in force but for one child
        db.write()
        stands = db.session.scalars(select(Visit).where(Visit.timetable_id == november)).all()
        db.session.execute(delete(Visit).where(Visit.timetable_id == again))
        changed = district.children[0].id
        for visit in stands:
            values = {
                name: getattr(visit, name)
                for name in (
                    "child_id",
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
            back = of_october[visit.child_id] if visit.child_id == changed else visit.team_id
            db.session.add(Visit(timetable_id=again, team_id=back, frozen=False, **values))
        db.session.commit()
    handed = page_of(coordinator, f"/timetables/{again}/publish").split('id="handed"')[1].split("</section>")[0]
    assert "1 child gets another team than in the timetable in force:" in handed
    assert ">冉䶮一</a>" in handed and ">田小满</a>" not in handed


@pytest.mark.both_databases
def test_the_family_is_told_by_name_who_comes_from_when_once_it_is_published(
    app, coordinator, district, make_timetable, sign_in, read_text
):
    child, october = district.children[0].id, make_timetable()
    assert coordinator.submit(f"/timetables/{october}/publish").status_code == 200
    with app.app_context():
        db.write()
        second = make.make_second_team(district).id
        db.session.commit()
    november = make_timetable("2026-11", keep="former")
    given_by(app, november, child, second)

    def told() -> list[tuple]:
        with app.test_request_context():
            return [(one.day, one.names, one.before) for one in new_teachers(child, date(2026, 10, 20))]

    assert told() == [], "a draft is told nobody"
    with app.app_context():
        first = db.session.scalar(
            select(func.min(Visit.day)).where(Visit.timetable_id == november, Visit.child_id == child)
        )
    assert coordinator.submit(f"/timetables/{november}/publish").status_code == 200
    assert told() == [(first, "石老师、罗老师", "何晓燕、李静")]
    with app.test_request_context():
        assert new_teachers(child, first + timedelta(days=1)) == [], "they have come"
        assert new_teachers(district.children[1].id, date(2026, 10, 20)) == []
    with time_machine.travel(datetime(2026, 10, 25, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        path = f"/children/{child}/visit-link"
        paper = "".join(read_text(coordinator.submit(path, "print").get_data()))
        assert "石老师、罗老师" in paper and "Until then it is 何晓燕、李静." in " ".join(paper.split())
        link = coordinator.submit(path, f"{path}/make").get_data(as_text=True)
        page = (
            app.test_client()
            .get(re.search(r'value="https?://[^/]+(/v/[^"]+)"', link)[1], headers={"Accept-Language": "zh"})
            .get_data(as_text=True)
        )
        assert "起，由石老师、罗老师上门送教；在此之前仍是何晓燕、李静。" in page


def given_by(app, timetable: uuid.UUID, child: uuid.UUID, team: uuid.UUID) -> None:
    """Have one team give all of a child's visits of a draft."""
    with app.app_context():
        db.write()
        db.session.execute(
            update(Visit).where(Visit.timetable_id == timetable, Visit.child_id == child).values(team_id=team)
        )
        db.session.commit()
