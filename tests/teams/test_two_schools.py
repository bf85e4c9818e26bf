"""Teachers of two schools who meet at a home: each sets out from the own school."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

import numpy as np
import pytest
import time_machine
from sqlalchemy import select, update

from app.db import db
from app.jobs.runner import run_waiting
from app.repairs.models import Repair
from app.roads.models import TravelLeg
from app.roads.rules import meeting
from app.routing import NO_WAY, Travel
from app.schools.models import DistrictRule, School, Teacher
from app.schools.types import RuleName
from app.teams.models import Team
from app.teams.queries.teams import list_members
from app.timetables.models import UnservedNeed, Visit
from tests.factories import plans
from tests.factories import visits as make
from tests.printing.conftest import read_text  # noqa: F401  a fixture

NEAR, FAR = 20, 75
"""Minutes from either school to the home."""


def test_from_a_meeting_place_it_takes_as_long_as_from_the_farther_school():
    minutes = np.array([[0, 9, 20, 50], [9, 0, 75, 10], [25, 70, 0, 5], [50, 10, 5, 0]])
    travel = meeting(Travel(("a", "b", "home", "x"), minutes, minutes > 60, minutes * 2, minutes > 5), ["a+b", "a+b"])
    assert travel.places == ("a", "b", "home", "x", "a+b")
    assert travel.minutes[4].tolist() == [9, 9, 75, 50, 0] and travel.minutes[:, 4].tolist() == [9, 9, 70, 50, 0]
    assert travel.afternoon[4, 2] == 150 and travel.afternoon.dtype == minutes.dtype
    assert travel.estimated[4].tolist() == [False, False, True, False, False]
    assert (travel.minutes[:4, :4] == minutes).all()
    shut = np.where(minutes == 75, NO_WAY, minutes)
    assert meeting(Travel(("a", "b", "home", "x"), shut), ["a+b"]).minutes[4, 2] == NO_WAY
    assert meeting(travel, []) is travel


@pytest.fixture
def two_schools(app, district):
    """何晓燕 of the near school and 冉㛃 of the far one, who alone knows sign language; a child who needs both."""
    with app.app_context():
        db.write()
        far = plans.make_school(district.unit, "黄家镇小学")
        far.latitude, far.longitude = 29.32, 108.24
        teacher = make.make_teacher(far, "冉㛃")
        teacher.skills = ["手语"]
        child = make.add_child(district, "龙·阿依", 2, needs="手语 沟通", often=1)
        for school, minutes in ((district.school, NEAR), (far, FAR)):
            ends = sorted((f"school:{school.id}", f"home:{child.id}"))
            db.session.add(
                TravelLeg(
                    unit_id=district.unit.id,
                    start=ends[0],
                    end=ends[1],
                    minutes=minutes,
                    closed_months=[],
                    slow_months=[],
                    entered_by_name="向主任",
                    entered_at=datetime.now(UTC),
                )
            )
        db.session.commit()
        return child.id, far.id, teacher.id, district.teachers[0].id


def form_team(coordinator, district, lead, second, apart: str) -> uuid.UUID:
    answer = coordinator.submit(
        f"/teams/new?unit={district.unit.id}", name="手语组", lead=str(lead), second=str(second), apart=apart
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "The team was made" in page
    return uuid.UUID(re.search(r"/teams/([0-9a-f-]{36})", page)[1])


def visits_at(app, made, child_id) -> list[Visit]:
    with app.app_context():
        return list(
            db.session.scalars(
                select(Visit).where(Visit.timetable_id == made, Visit.child_id == child_id).order_by(Visit.day)
            )
        )


@pytest.mark.both_databases
def test_two_teachers_of_different_schools_meet_at_a_home(
    app, coordinator, district, two_schools, make_timetable, read_text
):
    child_id, _far, sign, lead = two_schools
    without = make_timetable()
    assert visits_at(app, without, child_id) == []
    with app.app_context():
        (lack,) = db.session.scalars(
            select(UnservedNeed).where(UnservedNeed.timetable_id == without, UnservedNeed.child_id == child_id)
        )
        assert lack.reasons[0]["code"] == "NO_SKILL"
    team = form_team(coordinator, district, lead, sign, "1")
    made = make_timetable()
    visits = visits_at(app, made, child_id)
    assert visits and {v.team_id for v in visits} == {team}
    with app.app_context():
        whole = list(db.session.scalars(select(Visit).where(Visit.timetable_id == made)))
    for visit in visits:
        same = [v for v in whole if v.day == visit.day and v.team_id == team]
        if visit.start == min(v.start for v in same):
            assert visit.travel_in == FAR and visit.start >= 480 + FAR
        # 何晓燕 is also in the first team: never out with both at once
        assert not [
            v for v in whole if v.day == visit.day and v.team_id != team and v.start < visit.end and visit.start < v.end
        ]
    assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    teams = coordinator.get("/teams").get_data(as_text=True)
    assert "each from the own school" in teams
    sheet = coordinator.get(f"/teams/{team}/routes.pdf?first={visits[0].day}&days=1")
    text = "".join("".join(read_text(sheet.get_data())).split())
    assert "冉㛃（黄家镇小学）" in text and "何晓燕（郁山镇中心校）" in text
    assert "Eachsetsoutfromtheownschool" in text
    load = coordinator.get(f"/timetables/{made}/load")
    assert load.status_code == 200 and "手语组" in load.get_data(as_text=True)


def test_a_team_that_sets_out_together_needs_only_the_way_from_the_leaders_school(
    app, coordinator, district, two_schools, make_timetable
):
    child_id, _far, sign, lead = two_schools
    team = form_team(coordinator, district, lead, sign, "0")
    made = make_timetable()
    first = visits_at(app, made, child_id)[0]
    assert first.team_id == team and first.travel_in <= NEAR
    page = coordinator.get(f"/teams/{team}").get_data(as_text=True)
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page)[1]
    answer = coordinator.submit(
        f"/teams/{team}",
        "team",
        name="手语组",
        lead=str(lead),
        second=str(sign),
        apart="1",
        active="1",
        revision=revision,
    )
    assert answer.status_code == 200
    with app.app_context():
        assert db.session.get(Team, team).apart
    again = visits_at(app, make_timetable(), child_id)
    assert again and all(v.travel_in == FAR for v in again if v.start - v.travel_in < 600)


def test_the_far_school_without_a_place_on_the_map_is_named(app, coordinator, district, two_schools, make_timetable):
    _child, far, sign, lead = two_schools
    form_team(coordinator, district, lead, sign, "1")
    with app.app_context():
        db.write()
        school = db.session.get(School, far)
        school.latitude = school.longitude = None
        db.session.commit()
    asking = coordinator.get(f"/timetables/new?unit={district.unit.id}&month=2026-10").get_data(as_text=True)
    assert "手语组" in asking and "on the map" in asking
    made = make_timetable()
    assert visits_at(app, made, _child) == []


def test_the_far_school_is_among_the_places_of_ways(coordinator, district, two_schools):
    before = coordinator.get(f"/legs?unit={district.unit.id}").get_data(as_text=True)
    _child, _far, sign, lead = two_schools
    assert before.count("黄家镇小学") < 2
    form_team(coordinator, district, lead, sign, "1")
    page = coordinator.get(f"/legs/new?unit={district.unit.id}").get_data(as_text=True)
    assert "黄家镇小学" in page


def test_when_one_of_the_two_is_away_the_month_is_repaired(
    app, sign_in, coordinator, district, two_schools, make_timetable
):
    child_id, _far, sign, lead = two_schools
    with time_machine.travel(datetime(2026, 9, 20, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        team = form_team(coordinator, district, lead, sign, "1")
        made = make_timetable()
        assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
        visit = next(v for v in visits_at(app, made, child_id) if v.day.weekday() < 3)
        begun = coordinator.submit(
            f"/timetables/{made}/repair?kind=teacher_away",
            "happened",
            teacher_id=str(sign),
            first_on=visit.day.isoformat(),
            last_on=visit.day.isoformat(),
        )
        assert begun.status_code == 200, begun.get_data(as_text=True)
        run_waiting(app)
        page = coordinator.get(begun.request.path).get_data(as_text=True)
    assert "Fewest changes" in page and "龙·阿依" in page
    with app.app_context():
        row = db.session.get(Repair, uuid.UUID(begun.request.path.rpartition("/")[2]))
        moved = [v for way in row.variants for v in way["visits"] if v["child"] == str(child_id)]
    assert moved and not [v for v in moved if v["day"] == visit.day.isoformat()]
    assert {v["team"] for v in moved} == {str(team)}, "only these two have all that the child needs"


def test_the_one_who_is_left_may_come_alone_from_the_own_school(
    app, sign_in, coordinator, district, two_schools, make_timetable
):
    _other, far, sign, lead = two_schools
    with app.app_context():
        db.write()
        db.session.execute(update(DistrictRule).where(DistrictRule.name == RuleName.TWO_ADULTS).values(value=0))
        child_id = make.add_child(district, "石小米", 2, needs="手语", often=1).id
        db.session.commit()
    with time_machine.travel(datetime(2026, 9, 20, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        form_team(coordinator, district, lead, sign, "1")
        made = make_timetable()
        assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
        last = max(v.day for v in visits_at(app, made, child_id))
        begun = coordinator.submit(
            f"/timetables/{made}/repair?kind=teacher_away",
            "happened",
            teacher_id=str(lead),
            first_on="2026-10-08",
            last_on=last.isoformat(),
        )
        run_waiting(app)
    with app.app_context():
        row = db.session.get(Repair, uuid.UUID(begun.request.path.rpartition("/")[2]))
        teams = {
            v["team"]
            for way in row.variants
            for v in way["visits"]
            if v["child"] == str(child_id) and "2026-10-08" <= v["day"] <= last.isoformat()
        }
        crews = [
            (team.school_id, team.apart, team.active, [one.id for one in list_members(team.id)])
            for team in db.session.scalars(select(Team).where(Team.id.in_([uuid.UUID(one) for one in teams])))
        ]
    assert crews == [(far, False, False, [sign])]


def test_two_who_have_together_what_is_needed_are_proposed(app, coordinator, district, two_schools, make_timetable):
    child_id, _far, sign, lead = two_schools
    with app.app_context():
        db.write()
        make.make_team(district.unit, db.session.get(School, _far), "黄家镇组", [db.session.get(Teacher, sign)])
        db.session.commit()
    made = make_timetable()
    page = coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    told = re.search(r"[^<>]*have together what is needed[^<>]*", page)[0]
    assert "冉㛃 (黄家镇小学)" in told and "(郁山镇中心校)" in told
    link = re.search(r'href="(/teams/new\?[^"]*lead=[^"]+)"', page)[1].replace("&amp;", "&")
    answer = coordinator.submit(link, name="手语组")  # teachers and manner are filled in
    assert "The team was made" in answer.get_data(as_text=True)
    with app.app_context():
        team = db.session.scalar(select(Team).where(Team.name == "手语组"))
        assert team.apart and sign in [one.id for one in list_members(team.id)]
    assert visits_at(app, make_timetable(), child_id)
