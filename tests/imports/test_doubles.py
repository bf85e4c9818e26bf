"""Form and sheet know the same doubles: what one warns of, the other takes as the same child or asks a person about."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.access import SYSTEM
from app.children.bulk import NewChild, NewGuardian, insert_children
from app.children.doubles.matches import find_matches
from app.children.doubles.rules import Likeness
from app.children.doubles.search import Asked, find_alike
from app.children.models import Guardianship
from app.db import db
from app.imports.identities import find_owners
from app.imports.types import CheckedRow
from app.kernel.ids import new_id
from tests.imports.samples import PRIMARY, make_schools

NAMES = ["张二", "张ニ", "王㛃"]
"""The first two look alike: the second ends in a sign of Kana."""
BIRTHS = [date(2017, 3, 15), date(2016, 2, 29)]
NUMBERS = [None, "509999201703150012", "509999201602290011"]
PEOPLE = [("冉土家", "13900000002"), ("冉土家", None), ("李强", "13900000003"), ("李弱", "13900000003")]

families = st.lists(st.sampled_from(PEOPLE), max_size=2)
persons = st.tuples(st.sampled_from(NAMES), st.sampled_from(BIRTHS), st.sampled_from(NUMBERS), families)
files = st.lists(st.tuples(persons, st.booleans()), min_size=1, max_size=3)


@pytest.fixture
def unit(session):
    return make_schools()[PRIMARY].unit_id


def open_files(unit, made):
    """Open the files of `made`; each says whether its guardians are still such. A number belongs to one child."""
    taken, rows, former = set(), [], []
    for (name, birth, number, family), ended in made:
        number = None if number in taken else number
        taken.add(number)
        child = new_id()
        rows.append(
            NewChild(
                child,
                f"YA26{len(rows):06d}",
                unit,
                name,
                "male",
                birth,
                "resident_id" if number else "none",
                number,
                guardians=[NewGuardian(who, "father", phone=phone) for who, phone in family],
            )
        )
        former += [child] if ended else []
    insert_children(db.session, rows, on=date(2020, 1, 1))
    db.session.execute(
        update(Guardianship).where(Guardianship.child_id.in_(former)).values(valid_to=date(2021, 1, 1)),
        execution_options={"synchronize_session": False},
    )


def asked_of(person):
    name, birth, number, family = person
    return Asked(
        name, birth, number, tuple(who for who, _phone in family), tuple(phone for _who, phone in family if phone)
    )


def row_of(person):
    name, birth, number, family = person
    values = {"name": name, "birth_on": birth.isoformat()} | ({"document_number": number} if number else {})
    for place, (who, phone) in enumerate(family, 1):
        values |= {f"member{place}_name": who} | ({f"member{place}_phone": phone} if phone else {})
    return CheckedRow(line=2, cells={}, values=values)


@given(files, persons)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_form_and_sheet_agree_about_every_child(app_context, unit, made, person):
    db.session.rollback()
    db.write()
    open_files(unit, made)
    warned = {one.child_id.hex for one in find_matches(SYSTEM, asked_of(person))}
    alike = {one.child_id.hex: one.likeness for one in find_alike(db.session, [asked_of(person)])[0]}
    row = row_of(person)
    find_owners(db.session, [row])
    held = {one for one in (row.subject, *row.candidates) if one}
    db.session.rollback()
    assert warned == set(alike)
    assert bool(held) == bool(warned) and held <= warned
    if row.subject is not None:  # what is taken without asking is the same by its number, or surely the same
        same = [child for child, like in alike.items() if like is Likeness.SAME]
        by_number = person[2] is not None and alike[row.subject] in (
            Likeness.SAME,
            Likeness.RENAMED,
            Likeness.OTHER_CHILD,
        )
        assert same == [row.subject] or by_number
    else:
        assert row.problems or not warned


def test_a_guardian_of_before_still_tells_who_it_is(app_context, unit):
    """The sheet looked at present guardians only and opened a second file; the form warned."""
    db.write()
    known = ("王㛃", BIRTHS[0], None, [("冉土家", None)])
    open_files(unit, [(known, True)])
    said = ("王㛃", BIRTHS[0], NUMBERS[1], [("冉土家", None)])
    row = row_of(said)
    find_owners(db.session, [row])
    assert row.subject is not None and find_matches(SYSTEM, asked_of(said))


def test_a_telephone_tells_who_it_is_on_the_form_too(app_context, unit):
    """The form looked at names only, and did not warn where the guardian was written differently."""
    db.write()
    open_files(unit, [(("王㛃", BIRTHS[0], None, [("李强", "13900000003")]), False)])
    said = ("王㛃", BIRTHS[0], NUMBERS[1], [("李弱", "13900000003")])
    row = row_of(said)
    find_owners(db.session, [row])
    assert row.candidates and find_matches(SYSTEM, asked_of(said))


def test_many_are_asked_about_at_once(app_context, unit):
    db.write()
    everybody = [(name, birth, None, [PEOPLE[0]]) for name in NAMES for birth in BIRTHS]
    open_files(unit, [(one, False) for one in everybody])
    alone = [find_alike(db.session, [asked_of(one)])[0] for one in everybody]
    assert find_alike(db.session, [asked_of(one) for one in everybody]) == alone
    assert [len(one) for one in alone] == [4, 4, 4, 4, 2, 2]
    assert find_alike(db.session, [Asked("", None), Asked("王㛃", None)]) == [[], []]
