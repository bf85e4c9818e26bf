"""Writing schools, rules and teachers; one test for each refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.access import SYSTEM, Role
from app.db import audit, db
from app.errors import NotFound
from app.kernel.problems import Refused
from app.schools import actions, queries
from app.schools.models import DistrictRule, School, Teacher
from app.schools.queries.found import facts_of
from app.schools.reference import LIANGJIANG, unit_id
from app.schools.types import RuleName, SchoolFilters, TeacherFacts
from tests.factories.schools import (
    BEIBEI,
    PENGSHUI,
    TODAY,
    actor_of,
    actor_of_school,
    actor_of_unit,
    facts,
    make_school,
)


@pytest.fixture(autouse=True)
def writing(app_context):
    db.write()


def refusal(function, *args, **values):
    with pytest.raises(Refused) as refused:
        function(*args, **values)
    problem = refused.value.problems[0]
    return problem.code, problem.field


def found(text: str, **filters) -> list[str]:
    rows = queries.list_schools(SYSTEM, SchoolFilters(text=text, **filters), today=TODAY)
    return [school.name for school in rows]


def test_a_school_is_found_by_everything_it_is_called():
    school = make_school("郁山镇中心校", former_name="郁山小学")
    for text in ("郁山", "yushan", "yu shan", "yszzxx", "YSZ", "郁山小学", school.code, school.code[:6]):
        assert found(text) == ["郁山镇中心校"], text
    assert found("汉葭") == [] and found("%") == []


def test_a_renamed_school_keeps_its_code_and_is_found_by_both_names():
    school = make_school("郁山小学")
    actions.save_school(
        actor_of_unit(), replace(facts_of(school), name="郁山镇中心校"), today=TODAY, school_id=school.id
    )
    assert found("郁山小学") == found("郁山镇") == ["郁山镇中心校"]
    assert [(row.name, row.valid_to) for row in queries.list_former_names(school.id)] == [("郁山小学", TODAY)]


def test_the_code_stays_for_life_and_is_never_given_twice():
    school = make_school()
    other = replace(facts_of(school), code="2150999999")
    assert refusal(actions.save_school, SYSTEM, other, today=TODAY, school_id=school.id) == (
        "school_code_fixed",
        "code",
    )
    assert refusal(actions.save_school, SYSTEM, facts(code=school.code), today=TODAY) == ("school_code_taken", "code")


def test_a_merged_school_leads_to_the_one_that_goes_on():
    last = make_school("第三小学")
    middle = make_school("第二小学", closed_on=date(2026, 8, 31), successor_code=last.code)
    first = make_school("第一小学", closed_on=date(2020, 8, 31), successor_code=middle.code)
    school = queries.find_school_by_code(first.code)
    assert [row.name for row in queries.list_successors(school)] == ["第二小学", "第三小学"]
    assert queries.current_school(school) == last and queries.current_school(last) == last
    assert found("小学") == ["第三小学"] and len(found("小学", living=False)) == 3
    ring = replace(facts_of(last), closed_on=date(2026, 9, 1), successor_code=first.code)
    assert refusal(actions.save_school, SYSTEM, ring, today=TODAY, school_id=last.id) == (
        "successor_ring",
        "successor_code",
    )


def test_an_unknown_successor_is_refused():
    gone = facts(closed_on=date(2026, 8, 31), successor_code="2150888888")
    assert refusal(actions.save_school, SYSTEM, gone, today=TODAY) == ("successor_unknown", "successor_code")


def test_a_district_writes_its_own_schools_only():
    school = make_school(unit=BEIBEI)
    for act in (
        lambda: actions.save_school(actor_of_unit(), facts(unit=BEIBEI), today=TODAY),
        lambda: actions.save_school(actor_of_unit(), facts_of(school), today=TODAY, school_id=school.id),
        lambda: actions.move_school(actor_of_unit(BEIBEI), school.id, unit_id(PENGSHUI), on=TODAY, today=TODAY),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Refused):
        actions.save_school(actor_of_school(school), facts_of(school), today=TODAY, school_id=school.id)


def test_a_move_keeps_the_history_of_units():
    school = make_school(unit="500112")
    actions.move_school(SYSTEM, school.id, unit_id(LIANGJIANG), on=date(2025, 11, 6), today=TODAY)
    assert [(row.name, row.valid_to) for row in queries.units_of_school(school.id)] == [
        ("两江新区", None),
        ("渝北区", date(2025, 11, 6)),
    ]
    assert school.unit_id == unit_id(LIANGJIANG)


@pytest.mark.parametrize(
    ("unit", "on", "code"),
    [
        (LIANGJIANG, date(2026, 12, 1), "move_later"),
        (LIANGJIANG, date(2025, 11, 5), "unit_not_there"),
        ("500105", TODAY, "unit_not_there"),
        (PENGSHUI, date(2009, 1, 1), "move_before_last"),
    ],
)
def test_moves_that_are_refused(unit, on, code):
    school = make_school(unit="500112")
    assert refusal(actions.move_school, SYSTEM, school.id, unit_id(unit), on=on, today=TODAY)[0] == code


@pytest.mark.both_databases
def test_many_schools_of_a_sheet_twice(app_context):
    sheet = [facts(f"第{n}小学", former_name=f"第{n}村小") for n in range(60)]
    sheet[1] = replace(sheet[1], closed_on=date(2026, 8, 31), successor_code=sheet[0].code)
    first = actions.bulk_save_schools(SYSTEM, sheet, today=TODAY)
    again = actions.bulk_save_schools(SYSTEM, sheet, today=TODAY)
    assert (first.new, first.changed, first.same) == (60, 0, 0)
    assert (again.new, again.changed, again.same) == (0, 0, 60)
    sheet[2] = replace(sheet[2], name="新名小学", address="老街1号")
    sheet[3] = replace(sheet[3], opened_on=None)
    changed = actions.bulk_save_schools(SYSTEM, sheet, today=TODAY)
    assert (changed.new, changed.changed) == (0, 1)
    assert found("第2小学") == ["新名小学"]
    assert queries.current_school(queries.find_school_by_code(sheet[1].code)).code == sheet[0].code
    db.session.commit()
    noted = select(func.count()).select_from(audit.AuditEntry).where(audit.AuditEntry.verb == "save_school")
    assert db.session.scalar(noted) == 61


def test_a_sheet_with_a_school_of_another_district_is_refused_whole():
    with pytest.raises(NotFound):
        actions.bulk_save_schools(actor_of_unit(), [facts(), facts(unit=BEIBEI)], today=TODAY)
    assert db.session.scalar(select(func.count()).select_from(School)) == 0


# --- rules ----------------------------------------------------------------------------------------------------------


def test_a_district_rule_goes_before_the_default():
    unit, other, name = unit_id(PENGSHUI), unit_id(BEIBEI), RuleName.LESSONS_PER_VISIT
    default = queries.rule_value(None, name, TODAY)
    actions.set_rule(actor_of_unit(), unit, name, 3, source="彭水教委〔2026〕5号", valid_from=date(2026, 9, 1))
    actions.set_rule(actor_of_unit(), unit, name, 4, source="彭水教委〔2026〕9号", valid_from=date(2026, 11, 1))
    days = date(2026, 8, 31), date(2026, 9, 1), date(2026, 10, 31), date(2026, 11, 1)
    assert [queries.rule_value(unit, name, day) for day in days] == [default, 3, 3, 4]
    assert queries.rule_value(other, name, TODAY) == default
    assert [row.value for row in queries.rule_history(unit)] == [4, 3]


def test_setting_visits_a_week_empties_visits_a_month():
    unit = unit_id(PENGSHUI)
    actions.apply_preset(actor_of_unit(), unit, "shandong", source="彭水教委", valid_from=TODAY)
    values = queries.rule_values(unit, TODAY)
    assert values[RuleName.VISITS_PER_WEEK] == 2 and values[RuleName.VISITS_PER_MONTH] is None
    assert values[RuleName.YEARLY_LESSONS] == 216
    actions.set_rule(actor_of_unit(), unit, RuleName.VISITS_PER_MONTH, 3, source="x", valid_from=TODAY)
    values = queries.rule_values(unit, TODAY)
    assert values[RuleName.VISITS_PER_WEEK] is None and values[RuleName.VISITS_PER_MONTH] == 3


def test_rules_that_are_refused():
    unit, name = unit_id(PENGSHUI), RuleName.LESSON_MINUTES
    say = {"source": "x", "valid_from": TODAY}
    assert refusal(actions.set_rule, SYSTEM, unit, name, 5, **say) == ("rule_value_out_of_range", "value")
    assert refusal(actions.set_rule, SYSTEM, unit, name, 40, source=" ", valid_from=TODAY)[0] == "rule_source_missing"
    actions.set_rule(SYSTEM, unit, name, 40, **say)
    assert refusal(actions.set_rule, SYSTEM, unit, name, 45, source="x", valid_from=date(2026, 1, 1)) == (
        "rule_before_last",
        "valid_from",
    )


def test_who_may_set_what():
    unit, name, say = unit_id(PENGSHUI), RuleName.LESSON_MINUTES, {"source": "x", "valid_from": TODAY}
    for actor, where in ((actor_of_unit(), None), (actor_of_unit(BEIBEI), unit)):
        with pytest.raises(NotFound):
            actions.set_rule(actor, where, name, 40, **say)
    for role in (Role.CITY_COORDINATOR, Role.ADMINISTRATOR):
        actions.set_rule(actor_of(role), None, name, 40, **say)
    with pytest.raises(Refused):
        actions.set_rule(actor_of(Role.AUDITOR), unit, name, 40, **say)


@pytest.mark.both_databases
@pytest.mark.parametrize("code", [None, PENGSHUI])
def test_the_database_refuses_two_live_values_of_a_rule(app_context, session, code):
    def make():
        return DistrictRule(
            unit_id=unit_id(code) if code else None,
            name=RuleName.DAY_CAP_MINUTES,
            value=400,
            source="x",
            valid_from=TODAY,
        )

    if code:
        session.add(make())
        session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(make())
        session.flush()


# --- teachers -------------------------------------------------------------------------------------------------------


def test_a_school_keeps_its_own_teachers():
    school, other = make_school(), make_school("汉葭小学")
    given = TeacherFacts(name="龚㛃", number="T1", skills=("语言训练", "康复"), phone="13800001234")
    teacher = actions.save_teacher(actor_of_school(school), school.id, given)
    assert queries.list_teachers(school_id=school.id) == [teacher] and teacher.phone == "13800001234"
    assert b"13800001234" not in teacher.phone_sealed
    with pytest.raises(NotFound):
        actions.save_teacher(actor_of_school(other), school.id, given)
    with pytest.raises(NotFound):
        actions.save_teacher(actor_of_school(other), other.id, given, teacher_id=teacher.id)
    assert refusal(actions.save_teacher, actor_of_unit(), school.id, TeacherFacts(name="马·陈", number="T1")) == (
        "teacher_number_taken",
        "number",
    )
    assert refusal(actions.save_teacher, actor_of_unit(), school.id, TeacherFacts(name="陈", number=" "))[1] in {
        "name",
        "number",
    }


@pytest.mark.both_databases
def test_the_database_refuses_a_code_or_a_staff_number_twice(app_context, session):
    school = make_school()
    session.add(Teacher(school_id=school.id, number="T1", name="龚㛃", skills=[]))
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(Teacher(school_id=school.id, number="T1", name="陈老师", skills=[]))
        session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(
            School(
                code=school.code,
                name="x",
                name_pinyin="x",
                name_initials="x",
                kind=school.kind,
                unit_id=school.unit_id,
                division_code="500243",
            )
        )
        session.flush()
