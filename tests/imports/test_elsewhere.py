"""A known ID number of a child of another school or district: that reason comes first, as far as the role may know."""

import uuid

import pytest

from app.access import Actor, Grant, Role
from app.imports import queries
from app.imports.types import RowOutcome
from tests.imports.samples import OTHER, PRIMARY, SPECIAL, child, make_schools, xlsx
from tests.imports.test_actions import bring, preview


@pytest.fixture
def schools(session):
    return make_schools()


def district(schools):
    return Actor(uuid.uuid4(), "district", (Grant(Role.DISTRICT_COORDINATOR, unit_id=schools[PRIMARY].unit_id),))


def school(schools, code=PRIMARY):
    return Actor(uuid.uuid4(), "school", (Grant(Role.SCHOOL_COORDINATOR, school_id=schools[code].id),))


def reasons(row):
    (one,) = queries.list_rows(row, RowOutcome.REFUSED)
    return [found.problem for found in one.problems], one


WORSE = [
    {},
    {"name": "完全不同", "member1_name": "别人", "member1_phone": "13977777777", "certificate": ""},
    {"phone": "1381234567"},
    {"sex": "女"},
    {"placement": "特教班"},
    {"name": "张三（低保）"},
    {"member1_number": "440524188001010014", "member1_name": "某某"},
    {"student_number": "", "placement": ""},
]


@pytest.mark.parametrize("worse", WORSE)
def test_a_district_hears_which_unit_answers(session, schools, worse):
    bring([child(school_code=OTHER)])
    told, row = reasons(preview(xlsx([child(**worse)]), district(schools)))
    assert told[0].code == "child_elsewhere" and told[0].values == {"unit": "乙区"} and not row.candidates


@pytest.mark.parametrize("worse", WORSE[:4])
@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"school_code": OTHER}, "another district"),
        ({"school_code": SPECIAL, "placement": "特殊教育学校", "lrc": ""}, "another school of your district"),
    ],
)
def test_a_school_hears_no_unit(session, schools, worse, where, words):
    bring([child(**where)])
    told, _row = reasons(preview(xlsx([child(**worse)]), school(schools)))
    assert told[0].code == "child_elsewhere" and words in told[0].text() and "乙区" not in told[0].text()


def test_what_else_is_wrong_with_a_refused_row_is_said_after_it(session, schools):
    bring([child(school_code=OTHER)])
    told, _row = reasons(preview(xlsx([child(phone="1381234567")]), district(schools)))
    assert [one.code for one in told] == ["child_elsewhere", "phone_mobile_length"]


def test_ones_own_child_is_not_elsewhere(session, schools):
    bring([child()])
    for actor in (district(schools), school(schools)):
        told, _row = reasons(preview(xlsx([child(phone="1381234567")]), actor))
        assert [one.code for one in told] == ["phone_mobile_length"]
