"""The break at noon as a district's rule: entered on its page, kept by every timetable."""

from __future__ import annotations

from collections import defaultdict

import pytest
from sqlalchemy import select

from app.children.models import Child
from app.db import db
from app.schools.types import RuleName
from app.teams.models import FamilyTime, TeacherHours, TeamMember
from app.timetables.models import Visit
from tests.factories import visits as make
from tests.printing.conftest import read_text  # noqa: F401  a fixture


@pytest.fixture
def rule(app, coordinator, district):
    """rule(name, value): enter a rule of the district on its page; the answer's status."""

    def put(name: RuleName, value: str, status: int = 200) -> str:
        answer = coordinator.submit(
            f"/settings/rules/{name.value}?unit={district.unit.id}",
            value=value,
            source="县教委会议",
            valid_from="2026-09-01",
        )
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    return put


@pytest.fixture
def all_day(app, district):
    """Teachers work through noon, and every family is free through noon only."""
    with app.app_context():
        db.write()
        for number in range(3):
            make.add_child(district, f"龙·阿依{number}", 2)
        for row in db.session.scalars(select(TeacherHours)):
            db.session.delete(row)
        for row in db.session.scalars(select(FamilyTime)):
            db.session.delete(row)
        db.session.flush()
        teachers = {row.teacher_id for row in db.session.scalars(select(TeamMember))}
        children = set(db.session.scalars(select(Child.id)))
        db.session.add_all(
            TeacherHours(teacher_id=one, weekday=day, start=480, end=1050)
            for one in sorted(teachers)
            for day in range(5)
        )
        db.session.add_all(
            FamilyTime(child_id=one, weekday=day, start=600, end=960) for one in sorted(children) for day in range(5)
        )
        db.session.commit()


def rests(visits):
    """Minutes without a visit between 11:30 and 14:00, the longest of each team's day."""
    days = defaultdict(list)
    for v in visits:
        days[v.team_id, v.day].append((v.start, v.end))
    found = []
    for stops in days.values():
        edges = [0, *(x for stop in sorted(stops) for x in stop), 1440]
        found.append(max(min(b, 840) - max(a, 690) for a, b in zip(edges[::2], edges[1::2], strict=True)))
    return found


def visits_of(app, made):
    with app.app_context():
        return list(db.session.scalars(select(Visit).where(Visit.timetable_id == made)))


@pytest.mark.both_databases
def test_a_timetable_keeps_the_break_that_the_district_sets(
    app, coordinator, district, all_day, rule, make_timetable, read_text
):
    before = rests(visits_of(app, make_timetable()))
    assert min(before) < 60, "without the rule some team teaches through noon"
    rule(RuleName.NOON_BREAK_MINUTES, "60")
    visits = visits_of(app, make_timetable())
    assert visits and min(rests(visits)) >= 60
    made = visits[0].timetable_id
    assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    sheet = coordinator.get(f"/teams/{visits[0].team_id}/routes.pdf?first={visits[0].day}")
    assert "Breakatnoon:60minutesbetween11:30and14:00" in "".join("".join(read_text(sheet.get_data())).split())


def test_the_rule_has_its_place_among_the_settings(coordinator, district, rule):
    rule(RuleName.NOON_BREAK_MINUTES, "60")
    assert "usually 11:30" in coordinator.get(f"/settings?unit={district.unit.id}").get_data(as_text=True)
    rule(RuleName.NOON_BREAK_FROM, "12:00")
    page = coordinator.get(f"/settings?unit={district.unit.id}").get_data(as_text=True)
    assert "Minutes of break at noon on a visiting day, at least" in page and "12:00" in page
    form = coordinator.get(f"/settings/rules/noon_break_from?unit={district.unit.id}").get_data(as_text=True)
    assert 'type="time"' in form and 'value="12:00"' in form


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (RuleName.NOON_BREAK_TO, "12:20", "A break of 60 minutes does not fit between 11:30 and 12:20."),
        (RuleName.NOON_BREAK_FROM, "13:10", "A break of 60 minutes does not fit between 13:10 and 14:00."),
        (RuleName.NOON_BREAK_FROM, "08:00", "Enter a time from 10:00 to 15:00."),
        (RuleName.NOON_BREAK_MINUTES, "170", "A break of 170 minutes does not fit between 11:30 and 14:00."),
        (RuleName.NOON_BREAK_MINUTES, "5", "Enter a number from 10 to 180."),
    ],
)
def test_a_break_that_cannot_be_is_refused_with_what_to_do(rule, name, value, told):
    rule(RuleName.NOON_BREAK_MINUTES, "60")
    assert told in rule(name, value, 422)


def test_the_rule_may_be_taken_back(app, district, all_day, rule, make_timetable):
    rule(RuleName.NOON_BREAK_MINUTES, "60")
    rule(RuleName.NOON_BREAK_MINUTES, "")
    assert min(rests(visits_of(app, make_timetable()))) < 60
