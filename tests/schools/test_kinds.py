"""A school with pupils does not become one of a kind that lacks their grades, by its form or by a sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select

from app.db import db
from app.kernel.problems import Refused
from app.roll.models import IntendedPlace, Membership
from app.schools import actions
from app.schools.models import School
from app.schools.queries import kind_problems
from app.schools.rules import check_kind
from app.schools.types import SchoolKind
from tests.closings.test_closing import facts_of, place_at
from tests.factories import roll as make
from tests.factories.roll import TODAY

K = SchoolKind


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(
    ("before", "after", "grades", "lost"),
    [
        (K.NINE_YEAR, K.JUNIOR, {3: 2, 7: 1}, "3: 2"),
        (K.NINE_YEAR, K.PRIMARY, {3: 2, 7: 1, 9: 4}, "7: 1；9: 4"),
        (K.NINE_YEAR, K.JUNIOR, {7: 1, None: 2}, None),
        (K.PRIMARY, K.NINE_YEAR, {3: 2}, None),
        (K.PRIMARY, K.TEACHING_POINT, {6: 2}, None),
        (K.PRIMARY, K.COMPLETE_SECONDARY, {6: 2}, "6: 2"),
        (K.JUNIOR, K.COMPLETE_SECONDARY, {7: 2}, None),
        (K.NINE_YEAR, K.JUNIOR, {}, None),
        (K.SPECIAL, K.SPECIAL, {3: 1}, None),
        (K.NINE_YEAR, K.SPECIAL, {3: 1}, None),
        (K.SPECIAL, K.NINE_YEAR, {}, None),
    ],
)
def test_the_kinds(before, after, grades, lost):
    found = check_kind(before, after, grades)
    assert [problem.values["grades"] for problem in found] == ([lost] if lost else [])


def test_a_special_school_with_pupils_stays_one():
    (problem,) = check_kind(K.SPECIAL, K.NINE_YEAR, {3: 1, None: 2})
    assert (problem.code, problem.values["count"], problem.field) == ("kind_special_pupils", 3, "kind")


def test_a_school_becomes_a_special_one_only_with_pupils_who_are_placed_at_one():
    (problem,) = check_kind(K.NINE_YEAR, K.SPECIAL, {3: 1, None: 2}, 2)
    assert (problem.code, problem.values["count"], problem.field) == ("kind_ordinary_pupils", 2, "kind")
    assert not check_kind(K.SPECIAL, K.SPECIAL, {3: 1}, 1) and not check_kind(K.NINE_YEAR, K.PRIMARY, {3: 1}, 1)


@pytest.mark.both_databases
def test_so_the_form_and_the_sheet_say(session):
    town = make.make_town()
    child = make.make_enrolled(town)
    town.a.code = "51" + town.a.code[2:]
    db.session.flush()
    for write in (
        lambda: turn(town.a, K.SPECIAL),
        lambda: actions.bulk_save_schools(make.of_city(), [replace(facts_of(town.a), kind=K.SPECIAL)], today=TODAY),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert [one.code for one in refused.value.problems] == ["kind_ordinary_pupils"]
    assert [one.code for one in kind_problems(town.a, K.SPECIAL)] == ["kind_ordinary_pupils"]
    place_at(child, "special_school")
    assert kind_problems(town.a, K.SPECIAL) == ()


def turn(school, kind) -> None:
    actions.save_school(make.of_city(), replace(facts_of(school), kind=kind), today=TODAY, school_id=school.id)


@pytest.mark.both_databases
def test_the_form_and_the_sheet_are_refused_and_name_the_grades(session):
    town = make.make_town()
    town.a.kind = K.NINE_YEAR
    town.a.code = "31" + town.a.code[2:]
    db.session.flush()
    make.make_enrolled(town)
    sits = make.make_enrolled(town, attending_id=town.a.id)
    for write in (
        lambda: turn(town.a, K.JUNIOR),
        lambda: actions.bulk_save_schools(make.of_city(), [replace(facts_of(town.a), kind=K.JUNIOR)], today=TODAY),
    ):
        with pytest.raises(Refused) as refused:
            write()
        (problem,) = refused.value.problems
        assert (problem.code, problem.values["grades"], problem.field) == ("kind_grades_lost", "3: 2", "kind")
        assert db.session.scalar(select(School.kind).where(School.id == town.a.id)) == K.NINE_YEAR
    for row in db.session.scalars(select(Membership).where(Membership.school_id == town.a.id)):
        row.valid_to = TODAY
    db.session.add(IntendedPlace(child_id=sits.id, school_id=town.a.id, grade=2, valid_from=TODAY))
    db.session.flush()
    with pytest.raises(Refused) as refused:
        turn(town.a, K.JUNIOR)
    assert refused.value.problems[0].values["grades"] == "2: 1"
    for row in db.session.scalars(select(IntendedPlace)):
        row.valid_to = TODAY
    db.session.flush()
    turn(town.a, K.JUNIOR)
    assert town.a.kind == K.JUNIOR
