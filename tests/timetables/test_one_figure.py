"""Visits by the child's own team: one figure, wherever a timetable is named; and why a child gets another team."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine

from app.db import db
from app.teams.models import Team
from app.timetables.models import Timetable, Visit
from app.timetables.queries.continuity import own_share
from app.timetables.queries.placed import visits_of_month
from tests.factories import visits as make
from tests.support.client import ORIGIN, read_form


@pytest.fixture(autouse=True)
def september(sign_in, district):
    with time_machine.travel(datetime(2026, 9, 20, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        yield


@pytest.fixture
def second(app, district):
    """A second team, so that a child can change."""
    with app.app_context():
        db.write()
        people = [make.make_teacher(district.school, "石老师"), make.make_teacher(district.school, "罗老师")]
        team = make.make_team(district.unit, district.school, "第二组", people)
        db.session.commit()
        return team.id


@pytest.fixture
def months(app, coordinator, district, make_timetable, second):
    """October published, November a draft that goes on from it; one child was handed to another team by hand."""
    october = make_timetable()
    assert coordinator.submit(f"/timetables/{october}/publish").status_code == 200
    november = make_timetable("2026-11", keep="former")
    with app.app_context():
        db.write()
        child = district.children[0].id
        usual = next(v.team_id for v in visits_of_month(october) if v.child_id == child)
        other = second if usual != second else district.team.id
        for visit in visits_of_month(november):
            if visit.child_id == child:
                visit.team_id, visit.start, visit.end = other, 840, 840 + visit.end - visit.start
        db.session.commit()
    return october, november


def percent(app, timetable) -> str:
    with app.app_context():
        own, all_of_them = own_share(db.session.get_one(Timetable, timetable))
    assert own < all_of_them
    return f"{100 * own / all_of_them:.0f}"


def test_a_timetable_has_one_share_of_own_teams_on_every_page(app, coordinator, months, make_timetable):
    october, november = months
    share = percent(app, november)
    assert f">{share}%<" in coordinator.get(f"/timetables/{november}").get_data(as_text=True)
    term = coordinator.get("/timetables/term?month=2026-11").get_data(as_text=True)
    assert f">{share}%<" in term
    assert coordinator.submit(f"/timetables/{november}/publish").status_code == 200
    draft = make_timetable("2026-11")
    beside = coordinator.get(f"/timetables/{draft}").get_data(as_text=True)
    assert f"published, 2026-11: {share}%" in beside
    compared = coordinator.get(f"/timetables/compare?a={november}&b={draft}").get_data(as_text=True)
    row = re.search(r"by the child&#39;s own team.*?</tr>", compared, re.S) or re.search(
        r"by the child's own team.*?</tr>", compared, re.S
    )
    assert round(float(re.findall(r"([\d.]+)%", row[0])[0])) == int(share)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("ended", "visits no more"),
        ("leave", "on leave on"),
        ("hand", "moved by hand"),
        ("free", "it can be moved back"),
    ],
)
def test_publishing_tells_why_a_child_gets_another_team(app, coordinator, district, months, what, words):
    from datetime import date

    from app.teams.models import Leave, TeamMember
    from app.timetables.types import VisitOrigin

    october, november = months
    with app.app_context():
        db.write()
        child = district.children[0].id
        usual = next(v.team_id for v in visits_of_month(october) if v.child_id == child)
        if what == "ended":
            db.session.get_one(Team, usual).active = False
        if what == "leave":
            teacher = db.session.query(TeamMember.teacher_id).filter(TeamMember.team_id == usual).first()[0]
            db.session.add(Leave(teacher_id=teacher, first_on=date(2026, 11, 1), last_on=date(2026, 12, 31)))
        if what == "hand":
            for visit in db.session.query(Visit).filter(Visit.timetable_id == november, Visit.child_id == child):
                visit.origin = VisitOrigin.MANUAL
        db.session.commit()
    page = coordinator.get(f"/timetables/{november}/publish").get_data(as_text=True)
    told = re.search(r'id="handed".*?</section>', page, re.S)[0]
    assert "Why: " in told and words in told, told


def test_a_page_that_was_overtaken_tells_first_what_was_done_since(app, coordinator, district, months):
    _october, november = months
    opened = read_form(coordinator.get(f"/timetables/{november}/publish").get_data(as_text=True))[1]
    with app.app_context():
        visit = visits_of_month(november)[-1]
    for hour in range(8, 17):
        answer = coordinator.post(
            f"/visits/{visit.id}/drop",
            data={"csrf_token": opened["csrf_token"], "day": visit.day.isoformat(), "start": f"{hour:02d}:30"},
            headers={"Origin": ORIGIN, "HX-Request": "true"},
        )
        if answer.status_code == 200:
            break
    assert answer.status_code == 200
    answer = coordinator.post(f"/timetables/{november}/publish", data=opened, headers={"Origin": ORIGIN})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    told = page.split("What was done since you opened this page")[1].split("</section>")[0]
    assert "was moved from" in told and f"{hour:02d}:30" in told
    assert page.index("What was done since") < page.index('id="handed"')
