"""What families wish of the teachers who come: a must is kept, a wish is met where it costs little."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.schools.models import Teacher
from app.teams.models import FamilyWish
from app.timetables.models import Visit
from tests.factories import visits as make


@pytest.fixture
def crews(app, district):
    """A second team next to the first: a woman and a man who speak Miao. Returns (first, second) ids."""
    with app.app_context():
        db.write()
        two = [make.make_teacher(district.school, name) for name in ("龙·阿朵", "石根")]
        two[0].sex, two[1].sex = "female", "male"
        for one in two:
            one.skills = ["沟通", "苗语"]
        second = make.make_team(district.unit, district.school, "第二组", two)
        for one in district.teachers:
            db.session.get(Teacher, one.id).sex = "male"
        db.session.commit()
        return district.team.id, second.id


@pytest.fixture
def wish(coordinator, district):
    """wish(child number, **fields): enter it on the page."""

    def enter(number: int = 0, **fields) -> str:
        answer = coordinator.submit(
            f"/children/{district.children[number].id}/visits/wishes",
            **{"sex": "", "sex_firm": "wish", "words": "", "words_firm": "wish"} | fields,
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    return enter


@pytest.fixture
def teams_of(app, district):
    """teams_of(timetable, child number) -> ids of the teams that come."""

    def read(timetable, number: int = 0) -> set:
        with app.app_context():
            return set(
                db.session.scalars(
                    select(Visit.team_id).where(
                        Visit.timetable_id == timetable, Visit.child_id == district.children[number].id
                    )
                )
            )

    return read


@pytest.mark.parametrize("firm", ["wish", "must"])
def test_a_woman_and_a_language_are_met(wish, make_timetable, teams_of, crews, coordinator, firm):
    page = wish(sex="female", sex_firm=firm)
    assert "a woman" in page
    wish(1, words="苗语", words_firm=firm)
    made = make_timetable()
    assert teams_of(made, 0) == teams_of(made, 1) == {crews[1]}
    assert re.search(
        r"2 / 2\s*</[^>]+>\s*<[^>]+>\s*families whose wishes are met",
        coordinator.get(f"/timetables/{made}").get_data(as_text=True),
    )


def test_a_must_that_nobody_meets_says_why_the_visits_are_missing(wish, make_timetable, teams_of, crews, coordinator):
    wish(sex="female", sex_firm="must", words="手语", words_firm="must")
    made = make_timetable()
    assert teams_of(made, 0) == set() and teams_of(made, 1)
    assert "a woman, 手语" in coordinator.get(f"/timetables/{made}").get_data(as_text=True)


def test_a_wish_that_nobody_meets_keeps_nobody_away(wish, make_timetable, teams_of, crews):
    wish(words="手语", words_firm="wish")
    assert teams_of(make_timetable(), 0)


def test_a_visit_is_not_moved_to_a_team_that_a_must_forbids(app, wish, make_timetable, crews, coordinator, district):
    wish(sex="female", sex_firm="must")
    wish(1, words="自理", words_firm="must")
    made = make_timetable()
    with app.app_context():
        one = db.session.scalars(
            select(Visit).where(Visit.timetable_id == made, Visit.child_id == district.children[0].id).limit(1)
        ).one()
        visit, day, start = one.id, one.day, one.start
    answer = coordinator.submit(
        f"/visits/{visit}/move", day=day.isoformat(), start=f"{start // 60:02d}:{start % 60:02d}", team_id=str(crews[0])
    )
    assert answer.status_code == 422 and "女教师" in answer.get_data(as_text=True)


def test_wishes_are_taken_back(app, wish, crews):
    wish(sex="female", sex_firm="must")
    assert "No wish was entered" in wish()
    with app.app_context():
        assert db.session.scalars(select(FamilyWish)).all() == []


def test_a_teacher_is_a_woman_who_speaks_miao(app, coordinator, district):
    address = f"/schools/{district.school.id}/teachers/{district.teachers[0].id}"
    answer = coordinator.submit(address, name="何晓燕", number="T1", skills="沟通，苗语", sex="female", active="y")
    assert answer.status_code == 200
    with app.app_context():
        saved = db.session.get(Teacher, district.teachers[0].id)
        assert saved.sex == "female" and saved.skills == ["沟通", "苗语"]
