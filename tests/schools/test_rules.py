"""Pure rules of schools."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest

from app.schools import rules, unit_rules
from app.schools.types import RuleName, SchoolFacts, SchoolKind

TODAY = date(2026, 11, 23)
GOOD = SchoolFacts(
    code="2150000001", name="郁山镇中心校", kind=SchoolKind.PRIMARY, unit_id=uuid.UUID(int=1), division_code="500243"
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("2150000001", SchoolKind.PRIMARY),
        ("2150000001", SchoolKind.TEACHING_POINT),
        ("3150000001", SchoolKind.JUNIOR),
        ("3150000001", SchoolKind.NINE_YEAR),
        ("2150000001", SchoolKind.NINE_YEAR),
        ("5150000001", SchoolKind.SPECIAL),
        ("3450000001", SchoolKind.COMPLETE_SECONDARY),
        ("3650000001", SchoolKind.OTHER),
    ],
)
def test_codes_that_fit(code, kind):
    assert rules.check_code(code, kind).value == code


@pytest.mark.parametrize(
    ("code", "kind", "problem"),
    [
        ("2150000001", SchoolKind.JUNIOR, "school_code_other_kind"),
        ("5150000001", SchoolKind.PRIMARY, "school_code_other_kind"),
        ("5150000001", SchoolKind.NINE_YEAR, "school_code_other_kind"),
        ("2151000001", SchoolKind.PRIMARY, "school_code_province"),
        ("215000001", SchoolKind.PRIMARY, "school_code_shape"),
        ("", SchoolKind.PRIMARY, "school_code_missing"),
    ],
)
def test_codes_that_do_not(code, kind, problem):
    assert rules.check_code(code, kind).problem.code == problem


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"code": "5150000001"}, "code"),
        ({"longitude": 29.5, "latitude": 106.5}, "longitude"),
        ({"longitude": 106.5}, "latitude"),
        ({"special_places": -1}, "special_places"),
        ({"opened_on": date(2020, 9, 1), "closed_on": date(2019, 9, 1)}, "closed_on"),
        ({"closed_on": date(2027, 1, 1)}, "closed_on"),
        ({"successor_code": "2150000002"}, "closed_on"),
        ({"successor_code": "2150000001", "closed_on": date(2026, 1, 1)}, "successor_code"),
    ],
)
def test_what_is_wrong_names_its_field(changes, field):
    assert rules.school_problems(GOOD, TODAY) == []
    assert field in [problem.field for problem in rules.school_problems(replace(GOOD, **changes), TODAY)]


def test_a_ring_of_successors_is_seen():
    a, b, c, d = (uuid.UUID(int=n) for n in range(4))
    assert rules.leads_back(a, b, {b: c, c: a})
    assert not rules.leads_back(a, b, {b: c, c: d})
    assert not rules.leads_back(a, b, {b: c, c: b})


def test_an_empty_cell_of_a_sheet_changes_nothing():
    told = replace(GOOD, address="老街1号")
    assert rules.changed_fields(told, GOOD) == {"address": None}
    assert rules.changed_fields(told, GOOD, keep_missing=True) == {}


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        (RuleName.VISITS_PER_WEEK, 2, True),
        (RuleName.VISITS_PER_WEEK, 0, False),
        (RuleName.VISITS_PER_WEEK, None, True),
        (RuleName.LESSON_MINUTES, None, False),
        (RuleName.TWO_ADULTS, 0, True),
        (RuleName.TWO_ADULTS, 2, False),
        (RuleName.REMOTE_SHARE, 100, True),
        (RuleName.REMOTE_SHARE, 101, False),
    ],
)
def test_values_of_rules(name, value, right):
    assert unit_rules.check_rule_value(name, value).ok is right


def test_every_rule_has_a_shape_and_every_preset_fits():
    assert set(unit_rules.RULES) == set(RuleName)
    assert len({preset.key for preset in unit_rules.PRESETS}) == len(unit_rules.PRESETS)
    for preset in unit_rules.PRESETS:
        assert all(unit_rules.check_rule_value(name, value).ok for name, value in preset.values.items())
    shandong = unit_rules.find_preset("shandong").values
    assert (shandong[RuleName.VISITS_PER_WEEK], shandong[RuleName.YEARLY_LESSONS]) == (2, 216)
    assert unit_rules.find_preset("nowhere") is None
