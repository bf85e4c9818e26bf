"""Which row is which child, without a page: places, grades, the family inside a file, our files, what would change."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import SYSTEM, Actor, Grant, Role
from app.children.bulk import NewChild, NewGuardian, insert_children
from app.db import db
from app.imports.columns import NO_DISABILITY
from app.imports.comparing import find_changes
from app.imports.existing import Known
from app.imports.matching import (
    check_grades,
    check_places,
    has_no_children,
    load_schools,
    match_children,
)
from app.imports.members import unify_members
from app.imports.types import CheckedRow, RowOutcome, SchoolPlace
from app.kernel.ids import new_id
from app.roll.bulk import EndedNumber, NumberOf, end_numbers, insert_numbers
from app.roll.models import StudentNumber
from app.schools.types import SchoolKind
from tests.imports.samples import OTHER, PRIMARY, SPECIAL, TODAY, make_schools

NUMBER, SISTER = "509999201703150012", "509999201602290011"
UNIT = new_id()
SCHOOLS = {
    PRIMARY: SchoolPlace(id="a" * 32, unit_id=UNIT.hex, name="古城小学", closed_on=None, kind=SchoolKind.PRIMARY),
    SPECIAL: SchoolPlace(id="b" * 32, unit_id=UNIT.hex, name="特教学校", closed_on=TODAY, kind=SchoolKind.SPECIAL),
    OTHER: SchoolPlace(
        id="c" * 32, unit_id=new_id().hex, name="别区小学", closed_on=TODAY - timedelta(days=1), now="2150000009 新小学"
    ),
}


def row_of(line=2, **values):
    said = {
        "school_code": PRIMARY,
        "name": "王㛃",
        "birth_on": "2017-03-15",
        "document_kind": "none",
        "disability": NO_DISABILITY,
    }
    return CheckedRow(
        line=line, cells={}, values={name: value for name, value in (said | values).items() if value is not None}
    )


def codes(*rows):
    return [(row.line, one.column, one.problem.code) for row in rows for one in row.problems]


def coordinator(unit_id):
    return Actor(new_id(), "区管理员", (Grant(Role.DISTRICT_COORDINATOR, unit_id=unit_id),))


# --- places ---------------------------------------------------------------------------------------------------------


class TestPlaces:
    @pytest.mark.parametrize(
        ("column", "code", "found"),
        [
            ("school_code", "2150009999", "school_unknown"),
            ("school_code", SPECIAL, "school_closed_row"),
            ("attending_code", OTHER, "school_merged_row"),
            ("delivering_code", "2150009999", "school_unknown"),
        ],
    )
    def test_a_school_that_is_not_there_is_refused_at_its_cell(self, column, code, found):
        row = row_of(**{column: code})
        check_places([row], SYSTEM, SCHOOLS, TODAY)
        assert codes(row) == [(2, column, found)] and row.outcome is RowOutcome.REFUSED

    def test_a_school_is_there_until_the_day_it_closes(self):
        row = row_of(school_code=SPECIAL)
        check_places([row], SYSTEM, SCHOOLS, TODAY - timedelta(days=1))
        assert codes(row) == []

    def test_only_the_roll_school_must_be_the_actors(self):
        away = dict(SCHOOLS) | {OTHER: SchoolPlace(id="c" * 32, unit_id=new_id().hex, name="别区小学", closed_on=None)}
        own, foreign = row_of(attending_code=OTHER), row_of(3, school_code=OTHER)
        check_places([own, foreign], coordinator(UNIT), away, TODAY)
        assert codes(own, foreign) == [(3, "school_code", "school_outside")]

    def test_a_refused_row_is_not_looked_at_again(self):
        row = row_of(school_code="2150009999")
        row.outcome = RowOutcome.REFUSED
        check_places([row], SYSTEM, SCHOOLS, TODAY)
        assert codes(row) == []


class TestGrades:
    @pytest.mark.parametrize(("grade", "found"), [(6, []), (7, ["grade_not_there"])])
    def test_a_school_has_the_grade(self, grade, found):
        row = row_of(grade=grade)
        row.outcome = RowOutcome.NEW
        check_grades([row], SCHOOLS)
        assert [code for _line, _column, code in codes(row)] == found

    def test_what_the_file_says_already_stays(self):
        row = row_of(grade=7)
        row.outcome, row.changes = RowOutcome.CHANGED, {"phone": (None, "1")}
        check_grades([row], SCHOOLS)
        assert codes(row) == []
        row.changes = {"grade": (6, 7)}
        check_grades([row], SCHOOLS)
        assert codes(row) == [(2, "school_code", "grade_not_there")]


# --- the family inside a file ---------------------------------------------------------------------------------------


def member(line, name="冉父", **said):
    return row_of(line, member1_name=name, **{f"member1_{part}": value for part, value in said.items()})


class TestMembers:
    def test_the_first_rows_words_count(self):
        first, then = member(2, number=NUMBER, address="一组"), member(3, number=NUMBER, address="二组", phone="139")
        unify_members([first, then])
        assert then.values["member1_address"] == "一组" and then.values["member1_phone"] == "139"
        assert codes(first, then) == [(3, "member1_address", "member_differs")] and then.outcome is None

    def test_what_only_a_later_row_says_counts_for_those_after_it(self):
        rows = [member(2, phone="139"), member(3, phone="139", number=NUMBER), member(4, phone="139", number=SISTER)]
        unify_members(rows)
        assert [row.values.get("member1_number") for row in rows] == [None, NUMBER, SISTER] and codes(*rows) == []

    def test_one_number_with_two_names_is_asked_about(self):
        rows = [member(2, number=NUMBER), member(3, name="李母", number=NUMBER)]
        unify_members(rows)
        assert codes(*rows) == [(3, "member1_number", "member_other_name")]
        assert rows[1].outcome is RowOutcome.DOUBTFUL

    def test_a_name_alone_is_nobody_in_particular(self):
        rows = [member(2, address="一组"), member(3, address="二组")]
        unify_members(rows)
        assert [row.values["member1_address"] for row in rows] == ["一组", "二组"] and codes(*rows) == []


# --- against our files ----------------------------------------------------------------------------------------------


@pytest.fixture
def schools(app_context):
    make_schools()
    db.write()
    return load_schools(db.session)


def on_file(schools, name="王㛃", number=None, guardians=(), student=None):
    child = new_id()
    insert_children(
        db.session,
        [
            NewChild(
                child,
                f"YA26{child.int % 10**6:06d}",
                schools[PRIMARY].unit_id,
                name,
                "female",
                date(2017, 3, 15),
                "resident_id" if number else "none",
                number,
                guardians=guardians,
            )
        ],
        on=date(2026, 9, 1),
    )
    if student:
        insert_numbers(db.session, [NumberOf(child, student, date(2026, 9, 1))])
    return child


def match(rows, schools, actor=SYSTEM):
    return match_children(db.session, rows, actor, schools, today=TODAY)


class TestMatching:
    def test_where_nobody_has_a_file_every_good_row_is_new(self, schools):
        assert has_no_children(db.session)
        rows = [row_of(2), row_of(3, name="李四", school_code="2150009999")]
        assert match_children(db.session, rows, SYSTEM, schools, today=TODAY, empty=True) == {}
        assert [row.outcome for row in rows] == [RowOutcome.NEW, RowOutcome.REFUSED]

    @pytest.mark.both_databases
    def test_a_number_finds_its_file_and_what_differs(self, schools):
        child = on_file(schools, number=NUMBER)
        row = row_of(document_number=NUMBER, document_kind="resident_id", phone="13900000001", sex="female")
        known = match([row], schools)
        assert (row.subject, row.outcome) == (child.hex, RowOutcome.CHANGED)
        assert set(row.changes) == {"phone", "school_code"} and known[child.hex].id == child.hex

    def test_two_rows_of_one_child_leave_the_later_to_a_person(self, schools):
        on_file(schools, number=NUMBER, guardians=[NewGuardian("冉父", "father")])
        rows = [
            row_of(2, name="王新", document_number=NUMBER, document_kind="resident_id"),
            row_of(3, member1_name="冉父", member1_relation="father"),
        ]
        match(rows, schools)
        assert (3, "name", "file_twice") in codes(rows[1]) and rows[1].outcome is RowOutcome.DOUBTFUL

    @pytest.mark.parametrize(("name", "found"), [("李四", "student_number_taken"), ("王㛃", None)])
    def test_a_student_number_belongs_to_one_child(self, schools, name, found):
        child = on_file(schools, guardians=[NewGuardian("冉父", "father")], student="L509999201703150012")
        row = row_of(name=name, student_number="L509999201703150012", member1_name="冉父", member1_relation="father")
        match([row], schools)
        assert (found is None) == (row.subject == child.hex)
        assert found is None or (2, "student_number", found) in codes(row) and row.candidates == (child.hex,)

    def test_a_student_number_is_not_given_twice_to_one_child(self, schools):
        child = on_file(schools, guardians=[NewGuardian("冉父", "father")], student="L509999201703150012")
        kept = db.session.query(StudentNumber).one()
        end_numbers(db.session, [EndedNumber(child, kept.id, TODAY)])
        row = row_of(student_number="L509999201703150012", member1_name="冉父", member1_relation="father")
        match([row], schools)
        assert (2, "student_number", "student_number_old") in codes(row)

    def test_a_family_members_number_with_another_name_on_file_is_asked_about(self, schools):
        on_file(schools, guardians=[NewGuardian("冉父", "father", document_number=SISTER)])
        row = row_of(name="李四", member1_name="冉大", member1_relation="father", member1_number=SISTER)
        match([row], schools)
        assert codes(row) == [(2, "member1_number", "member_other_name_on_file")]

    def test_a_child_outside_the_sight_is_left_to_its_coordinator(self, schools):
        child = on_file(schools, number=NUMBER)
        row = row_of(school_code=OTHER, document_number=NUMBER, document_kind="resident_id")
        match([row], schools, coordinator(uuid.UUID(hex=schools[OTHER].unit_id)))
        assert row.subject == child.hex and row.outcome is RowOutcome.REFUSED and row.changes is None


# --- what would change ----------------------------------------------------------------------------------------------


def known(links=None, state=None, **facts):
    return Known(id="k", file_number="YA26000001", unit_id="u", facts=facts, links=links or {}, state=state)


class TestChanges:
    def test_an_empty_cell_says_nothing(self):
        assert find_changes(row_of(), known(name="王㛃", birth_on="2017-03-15", document_kind="none", phone="139")) == {
            "school_code": (None, PRIMARY)
        }

    @pytest.mark.parametrize(
        ("links", "state", "columns"),
        [
            ({"roll": {}}, {"status": "active"}, {"grade"}),
            ({}, {"status": "placed"}, {"grade", "school_code"}),
            ({}, None, {"grade", "school_code"}),
            ({}, {"status": "graduated"}, set()),
        ],
    )
    def test_the_place_is_compared_where_there_is_one_or_one_is_waited_for(self, links, state, columns):
        one = known(links, state, name="王㛃", birth_on="2017-03-15", document_kind="none", grade=2)
        assert set(find_changes(row_of(grade=3), one)) == columns

    def test_a_disability_is_compared_as_such_and_none_is_left_to_a_person(self):
        same = {"name": "王㛃", "birth_on": "2017-03-15", "document_kind": "none", "school_code": PRIMARY}
        assert find_changes(row_of(), known(**same, disability="hearing")) == {}
        assert find_changes(row_of(disability="visual"), known(**same, disability="hearing")) == {
            "disability": ("hearing", "visual")
        }

    def test_a_diagnosis_that_stands_anywhere_in_the_file_is_nothing_new(self):
        one = known(name="王㛃", birth_on="2017-03-15", document_kind="none", school_code=PRIMARY, diagnosis="脑性瘫痪")
        one.words = {"脑性瘫痪", "唐氏综合征"}
        assert find_changes(row_of(diagnosis="唐氏综合征"), one) == {}
        assert find_changes(row_of(diagnosis="孤独症"), one) == {"diagnosis": ("脑性瘫痪", "孤独症")}

    @given(st.dictionaries(st.sampled_from(["phone", "address", "sex", "migrant"]), st.sampled_from(["a", "b", None])))
    def test_what_was_written_is_the_same_the_next_time(self, said):
        """Whatever a row says: written into the file, it changes nothing more."""
        row = row_of(**said)
        one = known(name="王㛃", birth_on="2016-01-01", document_kind="none", phone="c")
        for column, (_before, after) in find_changes(row, one).items():
            one.facts[column] = after
        assert find_changes(row, one) == {}
