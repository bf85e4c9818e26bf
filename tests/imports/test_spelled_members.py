"""A family member whose name a sheet spells with another dot is the same person; the file's spelling stays."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.children.models import Guardian, Guardianship
from app.db import db
from app.imports import queries
from app.imports.answers import choices_of
from app.imports.family import seats_of, spelled_otherwise
from app.imports.types import RowOutcome
from tests.imports.samples import child, make_schools, second, xlsx
from tests.imports.test_actions import bring, preview

SPELLINGS = ["冉土家", "冉•土家", "冉ㆍ土家", "冉　土家", "冉．土家", "冉 · 土家"]


@pytest.fixture
def schools(session):
    return make_schools()


def persons() -> list[str]:
    return sorted(db.session.scalars(select(Guardian.name)))


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_second_sheet_brings_nobody_new_and_keeps_the_spelling(session, schools, name):
    bring([child()])
    row = preview(xlsx([child(member1_name=name)]))
    assert (row.counts["same"], row.counts.get("changed", 0)) == (1, 0)
    row = preview(xlsx([child(member1_name=name, member1_number="", class_name="3班")]))
    assert row.counts["changed"] == 1
    (one,) = queries.list_rows(row, RowOutcome.CHANGED)
    assert set(one.differs) == {"class_name"}
    bring([child(member1_name=name, member1_number="", class_name="3班")])
    assert persons() == ["冉·土家"]
    assert db.session.scalar(select(func.count()).select_from(Guardianship)) == 1


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("number", ["440524188001010014", ""])
def test_brothers_and_sisters_share_the_person(session, schools, name, number):
    phone = child()["member1_phone"]
    one = child(member1_number=number)
    other = second(member1_name=name, member1_relation="父亲", member1_phone=phone, member1_number=number)
    bring([one, other])
    assert persons() == ["冉·土家"], "in one sheet"
    third = second(name="王三", birth_on="2015-03-01", member1_name=name, member1_phone=phone, member1_number=number)
    bring([third])
    assert persons() == ["冉·土家"], "in a later one"


def test_another_telephone_too_is_asked_about(session, schools):
    bring([child(member1_number="")])
    row = preview(xlsx([child(member1_name="冉土家", member1_number="", member1_phone="13900000077")]))
    (one,) = queries.list_rows(row, RowOutcome.DOUBTFUL)
    assert {found.problem.code for found in one.problems if found.doubtful} == {"member_spelled"}
    assert choices_of(one) == ("same", "skip")


def test_another_name_is_another_person(session, schools):
    bring([child()])
    bring([child(member1_name="冉土家琴", member1_number="")])
    assert persons() == ["冉·土家", "冉土家琴"]


def test_two_spellings_in_one_family_keep_their_seats():
    facts = {"member1_name": "冉·土家", "member2_name": "冉土家"}
    assert seats_of({"member1_name": "冉土家", "member2_name": "冉·土家"}, facts, {1, 2}) == {1: 2, 2: 1}
    assert spelled_otherwise({"member1_name": "冉土家"}, facts, {1, 2}) == []
    assert spelled_otherwise({"member2_name": "冉•土家"}, {"member1_name": "冉·土家"}, {1}) == [(2, "冉·土家", False)]
