"""Children without a plan are not left out in silence; teachers of one name are told apart."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import delete, select

from app.access import SYSTEM, Role
from app.children.models import Child
from app.db import db
from app.kernel.twins import told_apart
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.plans.models import PlanForce
from app.teams.models import TeamMember
from app.visits.queries.claims import claims_of, visiting_teachers
from tests.factories import plans
from tests.factories import visits as make
from tests.printing.conftest import read_text  # noqa: F401  a fixture


@pytest.fixture(autouse=True)
def september(sign_in, district):
    with time_machine.travel(datetime(2026, 9, 20, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        yield


def page_of(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_children_placed_at_home_without_a_plan_are_named(app, coordinator, district):
    assert "Every child with home-delivered teaching has" in page_of(coordinator, "/timetables/new?month=2026-10")
    with app.app_context():
        db.write()
        without = plans.make_child(district.unit, district.school, "谭无计")
        inside = plans.make_child(district.unit, district.school, "石在校")
        ended = db.session.scalars(select(Decision).where(Decision.child_id == inside.id)).one()
        assert ended.kind == PlacementKind.HOME
        ended.ended_on, ended.end_reason = date(2026, 9, 10), "返校"
        db.session.execute(delete(PlanForce).where(PlanForce.child_id == district.children[1].id))
        db.session.commit()
    page = page_of(coordinator, "/timetables/new?month=2026-10")
    for child in (without, district.children[1]):
        assert f"{child.name}：in home-delivered teaching, but no plan is in force" in page
        assert f"/children/{child.id}/plans" in page
    assert "石在校" not in page and "冉䶮一" not in page
    assert "Every child with home-delivered teaching has" not in page


@pytest.mark.both_databases
def test_teachers_of_one_name_are_told_apart_in_every_choice(app, coordinator, district, make_timetable):
    with app.app_context():
        db.write()
        other = plans.make_school(district.unit, "万足镇中心校")
        other.latitude, other.longitude = make.SCHOOL_POINT
        twins = [make.make_teacher(other, "李静"), make.make_teacher(other, "李静")]
        team = make.make_team(district.unit, other, "第二组", twins)
        db.session.commit()
        numbers = [one.number for one in (*twins, district.teachers[1])]
        team_id = team.id
    choices = re.findall(r"<option[^>]*>(李静[^<]*)<", page_of(coordinator, f"/teams/new?unit={district.unit.id}"))
    assert len(set(choices)) == 3 and all(any(number in one for one in choices) for number in numbers)
    for path in (f"/teams/{team_id}", "/teams", f"/timetables/{make_timetable()}"):
        page = page_of(coordinator, path)
        assert all(f"李静（万足镇中心校，{number}）" in page for number in numbers[:2]), path
    assert "何晓燕（" not in page, "who has the name alone is not spelled out"


def test_the_role_form_begins_with_no_role(client, sign_in, district):
    sign_in(Role.ADMINISTRATOR)
    page = page_of(client, f"/people/{district.teacher_user.id}")
    select = re.search(r'<select[^>]*name="role"[^>]*>(.*?)</select>', page, re.DOTALL)[1]
    assert 'value=""' in re.search(r"<option[^>]*>", select)[0]


def test_teams_are_listed_as_people_count_them(app, coordinator, district):
    with app.app_context():
        db.write()
        for number in (10, 2, 19, 1):
            make.make_team(
                district.unit,
                district.school,
                f"第{number}组",
                [make.make_teacher(district.school, f"{name}{number}") for name in ("石老师", "罗老师")],
            )
        db.session.commit()
    page = coordinator.get("/teams").get_data(as_text=True)
    places = [page.index(f"第{number}组") for number in (1, 2, 10, 19)]
    assert places == sorted(places)


@pytest.mark.both_databases
def test_teachers_stand_by_sound_in_lists_and_choices(app, coordinator, district):
    names = ["安老师", "单老师", "曾老师", "翟老师"]  # shàn and zēng, as surnames are read
    with app.app_context():
        db.write()
        for name in names[::-1]:
            make.make_teacher(district.school, name)
        db.session.commit()
    for path in (f"/teams/new?unit={district.unit.id}", f"/schools/{district.school.id}"):
        page = page_of(coordinator, path)
        places = [page.rindex(name) for name in names]
        assert places == sorted(places), path


@pytest.mark.both_databases
def test_teachers_and_children_of_one_name_are_told_apart_wherever_they_are_shown(
    app, client, coordinator, sign_in, district, make_timetable, read_text
):
    with app.app_context():
        db.write()
        twin = make.make_teacher(district.school, "李静")
        db.session.add(TeamMember(team_id=district.team.id, teacher_id=twin.id, position=9))
        children = [make.add_child(district, "冉䶮一", 3)]
        children.append(db.session.get(Child, district.children[0].id))
        db.session.commit()
        numbers = [one.number[-4:] for one in (district.teachers[1], twin)]
        files = [one.file_number[-4:] for one in children]
        child = children[1].id
    made = make_timetable()
    page = page_of(coordinator, f"/timetables/{made}/calendar")
    assert all(f"冉䶮一（…{number}）" in page for number in files), "two children of one name in a choice"
    assert "田小满（" not in page
    assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    page = page_of(coordinator, f"/children/{child}/visits")
    assert all(f"李静（…{number}）" in page for number in numbers) and "何晓燕（" not in page
    with app.app_context():
        claims = {one.teacher for one in claims_of(SYSTEM, visiting_teachers(district.unit.id), "2026-10")}
    assert claims == {"何晓燕", *(f"李静（…{number}）" for number in numbers)}
    page = page_of(coordinator, "/attendance?month=2026-10")
    assert all(f"冉䶮一（…{number}）" in page for number in files)
    sheet = coordinator.get(f"/teams/{district.team.id}/routes.pdf?first={date(2026, 10, 12)}")
    words = "".join("".join(read_text(sheet.get_data())).split())
    assert all(f"李静（…{number}）" in words for number in numbers)


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ([("a", "李静", ("东小", "…0001")), ("b", "王梅", ("东小", "…0002"))], ["李静", "王梅"]),
        ([("a", "李静", ("东小", "…0001")), ("b", "李静", ("西小", "…0002"))], ["李静（东小）", "李静（西小）"]),
        ([("a", "李静", ("东小", "…0001")), ("b", "李静", ("东小", "…0002"))], ["李静（…0001）", "李静（…0002）"]),
        ([("a", "李静", ("东小", "…0001")), ("b", "李静", ("东小", "…0001"))], ["李静（东小，…0001）"] * 2),
        ([("a", "李静", ("", "")), ("b", "李静", ("东小", ""))], ["李静", "李静（东小）"]),
        ([("a", "李静", ("东小",)), ("a", "李静", ("东小",))], ["李静"]),
    ],
)
def test_the_first_mark_that_differs_is_shown_and_only_where_names_are_one(rows, labels):
    assert list(told_apart(rows).values()) == labels
