"""What is derived when files are written, one or many: the same by the form's actions and by the bulk writer."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.access import SYSTEM
from app.children.actions import change_basics, open_file
from app.children.bulk import (
    FACTS,
    ChangedDuty,
    ChangedHome,
    ChildChange,
    DisabilityOf,
    Ended,
    HomeOf,
    KeptDisability,
    NewChild,
    NewDisability,
    NewFamily,
    NewGuardian,
    NewHome,
    PersonFacts,
    Persons,
    ReadyFiles,
    change_children,
    change_duties,
    change_homes,
    end_disabilities,
    end_duties,
    insert_children,
    insert_disabilities,
    insert_families,
    insert_homes,
    keep_disabilities,
    seal_families,
    update_persons,
)
from app.children.facts import ChildFacts
from app.children.models import (
    Child,
    Disability,
    FormerIdentity,
    Guardian,
    Guardianship,
    HomePoint,
    NumberTail,
    ResponsibleUnit,
)
from app.children.tails import tails_of
from app.children.types import DocumentKind, HomeMode, Sex
from app.db import db, vault
from app.db.bulk import Bulk
from app.kernel.ids import new_id
from app.kernel.pinyin import pinyin_of, sort_key
from tests.children.factory import make_unit, resident_id

BIRTH, DAY, LATER = date(2016, 3, 5), date(2026, 9, 1), date(2026, 11, 23)
NUMBER, OTHER = resident_id(BIRTH, 11), resident_id(BIRTH, 13)


@pytest.fixture
def unit(app_context):
    db.write()
    unit = make_unit()
    db.session.commit()
    db.write()
    return unit


def new_child(unit, number=NUMBER, **values):
    said = {"name": "冉䶮一", "sex": "female", "birth_on": BIRTH, "document_kind": "resident_id"} | values
    return NewChild(new_id(), f"YA26{abs(hash(number)) % 10**6:06d}", unit.id, document_number=number, **said)


def opened(unit, **values):
    row = new_child(unit, **values)
    insert_children(db.session, [row], on=DAY)
    return db.session.get_one(Child, row.id)


def changed(child, **said):
    change_children(db.session, [ChildChange(child.id, child.revision, said)], on=LATER)
    db.session.refresh(child)
    return child


def tails(child, source="document"):
    return set(
        db.session.scalars(select(NumberTail.tail).where(NumberTail.child_id == child.id, NumberTail.source == source))
    )


def rows(model, **values):
    return list(db.session.scalars(select(model).filter_by(**values).order_by(model.id)))


# --- one and many ---------------------------------------------------------------------------------------------------

DERIVED = ("name_pinyin", "name_initials", "sort_key", "document_number_blind")
facts_of = st.builds(
    ChildFacts,
    name=st.sampled_from(["冉䶮一", "单雄", "买买提·吐尔逊", "欧阳娜娜", "Anna Li"]),
    sex=st.just(Sex.FEMALE),
    birth_on=st.just(BIRTH),
    document_kind=st.just(DocumentKind.PASSPORT),
    document_number=st.sampled_from(["E12345678", "ab-12345", "G 9876543"]),
    phone=st.sampled_from([None, "13900000001", "139 0000 0002"]),
    address=st.sampled_from([None, "熊家镇古城村2组"]),
    town_code=st.sampled_from([None, "500243100"]),
    left_behind=st.none(),
    distance_km=st.sampled_from([None, 0, 12]),
)


@given(facts_of, facts_of)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_file_is_derived_like_one_that_was_opened_so(unit, first, then):
    """However a file came to say something: its sealed values open, and everything derived is the same."""
    db.session.rollback()
    db.write()
    child = open_file(SYSTEM, first, unit_id=unit.id, confirmed=True, today=DAY)
    change_basics(SYSTEM, child, then, revision=child.revision, confirmed=True, today=DAY)
    seen = {name: getattr(child, name) for name in DERIVED}
    kept, ends = {name: getattr(child, name) for name in ("document_number", "address", "phone")}, tails(child)
    phone = then.phone or first.phone
    assert kept["document_number"].replace(" ", "") == then.document_number.upper().replace(" ", "")
    assert kept["address"] == (then.address or first.address)
    assert child.phone_blind == (vault().blind("phone", kept["phone"]) if phone else None)
    assert ends == set(tails_of(kept["document_number"]))
    db.session.rollback()
    db.write()
    again = open_file(SYSTEM, then, unit_id=unit.id, confirmed=True, today=DAY)
    assert {name: getattr(again, name) for name in DERIVED} == seen
    assert tails(again) == ends
    assert seen["name_pinyin"] == pinyin_of(then.name).full
    assert seen["sort_key"] == sort_key(then.name)
    db.session.rollback()


# --- changing -------------------------------------------------------------------------------------------------------


class TestChanging:
    @pytest.mark.both_databases
    def test_another_name_becomes_the_name_and_the_old_one_the_former(self, unit):
        child = changed(opened(unit), name="冉一")
        assert (child.name, child.former_name, child.name_pinyin) == ("冉一", "冉䶮一", "ran yi")
        (before,) = rows(FormerIdentity, child_id=child.id)
        assert (before.name, before.changed_on) == ("冉䶮一", LATER)
        assert child.revision == 2

    def test_a_former_name_that_is_said_stands(self, unit):
        child = changed(opened(unit), name="冉一", former_name="冉小一")
        assert child.former_name == "冉小一"

    def test_a_number_that_is_there_needs_no_reason_any_more(self, unit):
        child = opened(unit, number=None, document_kind="none", facts={"document_missing_reason": "无户籍"})
        assert tails(child) == set() and child.document_missing_reason == "无户籍"
        changed(child, document_kind=DocumentKind.RESIDENT_ID, document_number=OTHER)
        assert (child.document_number, child.document_missing_reason) == (OTHER, None)
        assert child.document_number_blind == vault().blind("document", OTHER) and tails(child) == set(tails_of(OTHER))

    def test_another_number_is_found_by_its_own_endings_only(self, unit):
        child = changed(opened(unit), document_number=OTHER)
        assert tails(child) == set(tails_of(OTHER))

    def test_no_document_has_no_number(self, unit):
        child = changed(opened(unit), document_kind="none", document_number=None, document_missing_reason="无户籍")
        assert (child.document_number, child.document_number_blind, tails(child)) == (None, None, set())

    def test_another_town_leaves_the_days_before_their_town(self, unit):
        child = changed(opened(unit, facts={"town_code": "500243100"}), town_code="500243101")
        assert child.town_code == "500243101"
        assert {(row.town_code, row.valid_to) for row in rows(ResponsibleUnit, child_id=child.id)} == {
            ("500243100", LATER),
            ("500243101", None),
        }

    def test_what_is_no_correction_of_who_it_is_keeps_no_identity(self, unit):
        child = changed(opened(unit), address="别处", phone=None)
        assert child.address == "别处" and child.phone_blind is None and rows(FormerIdentity) == []

    @pytest.mark.both_databases
    def test_many_with_other_facts_each(self, unit):
        first, second, third = (opened(unit, number=number) for number in (NUMBER, OTHER, resident_id(BIRTH, 15)))
        change_children(
            db.session,
            [
                ChildChange(first.id, 1, {"migrant": True}),
                ChildChange(second.id.hex, 1, {"migrant": False, "distance_km": 3}),
                ChildChange(third.id, 1, {}),
            ],
            on=LATER,
        )
        for child in (first, second, third):
            db.session.refresh(child)
        assert [(one.migrant, one.distance_km, one.revision) for one in (first, second, third)] == [
            (True, None, 2),
            (False, 3, 2),
            (None, None, 2),
        ]


# --- family ---------------------------------------------------------------------------------------------------------


class TestFamilies:
    def test_a_person_is_known_by_number_else_by_name_and_telephone(self):
        known = Persons()
        known.learn("a", "冉父", b"1", b"p")
        assert known.find("别名", b"1", None) == "a"
        assert known.find("冉父", None, b"p") == "a"
        assert known.find("冉母", None, b"p") is None and known.find("冉父", None, None) is None

    def test_two_people_of_one_name_and_telephone_with_two_numbers_are_two(self):
        known = Persons()
        known.learn("a", "冉父", b"1", b"p")
        assert known.find("冉父", b"2", b"p") is None

    def test_brothers_and_sisters_share_a_person(self, unit):
        first, second = opened(unit), opened(unit, number=OTHER)
        father = NewGuardian("冉父", "father", phone="13900000001")
        keys = insert_families(db.session, [NewFamily(first.id, [father]), NewFamily(second.id, [father], 2)], on=DAY)
        assert keys[0] == keys[1] and len(rows(Guardian)) == 1
        assert sorted(row.position for row in rows(Guardianship)) == [1, 2]

    @pytest.mark.both_databases
    def test_a_person_who_has_a_row_keeps_it_and_says_more(self, unit):
        child = opened(unit)
        (person,) = insert_families(db.session, [NewFamily(child.id, [NewGuardian("冉父", "father")])], on=DAY)
        update_persons(db.session, {person: PersonFacts(name="冉大", phone="13900000001")})
        update_persons(db.session, {person.hex: PersonFacts(address="古城村")})
        row = db.session.get_one(Guardian, person)
        assert (row.name, row.phone, row.address, row.document_number) == ("冉大", "13900000001", "古城村", None)
        assert row.phone_blind == vault().blind("phone", "13900000001")
        again = insert_families(
            db.session, [NewFamily(child.id, [NewGuardian("冉大", "other", guardian_id=person)], 2)], on=DAY
        )
        assert again == [person] and len(rows(Guardian)) == 1

    def test_a_duty_changes_and_ends(self, unit):
        child = opened(unit)
        insert_families(db.session, [NewFamily(child.id, [NewGuardian("冉父", "father")])], on=DAY)
        (duty,) = rows(Guardianship)
        change_duties(db.session, [ChangedDuty(duty.id, "other", False)])
        db.session.refresh(duty)
        assert (duty.relation, duty.is_guardian, duty.position, duty.may_see) == ("other", False, 1, True)
        change_duties(db.session, [ChangedDuty(duty.id, "father", True, 2, False)])
        end_duties(db.session, [Ended(duty.id, LATER)])
        db.session.refresh(duty)
        assert (duty.position, duty.may_see, duty.valid_to) == (2, False, LATER)


# --- beside ---------------------------------------------------------------------------------------------------------


def test_a_disability_goes_on_or_ends(unit):
    child = opened(unit)
    insert_disabilities(db.session, [DisabilityOf(child.id, 1, NewDisability("hearing", 2, f"{NUMBER}22"))], on=DAY)
    (row,) = rows(Disability)
    assert row.certificate == f"{NUMBER}22" and row.certificate_blind == vault().blind("certificate", f"{NUMBER}22")
    keep_disabilities(db.session, [KeptDisability(row.id, 2, "万州区残联", LATER, None, None)])
    end_disabilities(db.session, [Ended(row.id, LATER)])
    db.session.refresh(row)
    assert (row.position, row.certificate_issuer, row.certificate_ends_on, row.valid_to) == (
        2,
        "万州区残联",
        LATER,
        LATER,
    )


@pytest.mark.both_databases
def test_a_home_is_set_and_set_anew(unit):
    child = opened(unit)
    insert_homes(db.session, [HomeOf(child.id, NewHome(108.4, 30.8, "walk", 20, "过桥左转", (12, 1, 12)))])
    (row,) = rows(HomePoint)
    assert (row.degrees, row.way, row.closed_months, row.revision) == ((108.4, 30.8), "过桥左转", [1, 12], 1)
    change_homes(db.session, [ChangedHome(row.id, 1, {"longitude": 108.5, "latitude": 30.9})])
    db.session.refresh(row)
    assert (row.degrees, row.way, row.walk_minutes, row.revision) == ((108.5, 30.9), "过桥左转", 20, 2)
    change_homes(db.session, [ChangedHome(row.id, 2, {"way": None, "mode": HomeMode.CAR, "closed_months": ()})])
    db.session.refresh(row)
    assert (row.way, row.mode, row.closed_months, row.revision) == (None, HomeMode.CAR, [], 3)


def test_files_made_ready_are_packed_parted_and_written(unit):
    made = [new_child(unit, number) for number in (NUMBER, OTHER)]
    with Bulk(db.session).gathered() as basket:
        insert_children(db.session, [one._replace(file_number="") for one in made], on=DAY)
    people = seal_families([NewFamily(one.id, [NewGuardian(f"家长{at}", "father")]) for at, one in enumerate(made)])
    ready = ReadyFiles({2: made[0].id.hex, 3: made[1].id.hex}, basket.parts, people)
    again = ReadyFiles.unpack(ready.pack())
    assert again.only([2, 3]) is again and rows(Child) == []
    again.only([3]).insert(db.session, ["YA26000007"], on=DAY, persons=Persons())
    (child,) = rows(Child)
    assert (child.id, child.file_number, child.document_number) == (made[1].id, "YA26000007", OTHER)
    assert tails(child) == set(tails_of(OTHER)) and [row.name for row in rows(Guardian)] == ["家长1"]


def test_every_fact_of_a_form_has_its_place():
    """A field that is added to the form is kept, or this fails."""
    assert {one.name for one in fields(ChildFacts)} <= {*FACTS, *NewChild._fields}
