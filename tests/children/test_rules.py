"""What a file may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.children.facts import ChildFacts, DisabilityFacts, HomeFacts
from app.children.rules import check_basics, check_disability, check_home
from app.children.types import DisabilityCategory, DocumentKind, HomeMode, Sex
from app.kernel.telephones import check_telephone

TODAY = date(2026, 9, 1)
GOOD = ChildFacts(
    name="冉䶮一",
    sex=Sex.MALE,
    birth_on=date(2017, 3, 15),
    document_kind=DocumentKind.RESIDENT_ID,
    document_number="509999201703150012",
)


def codes(facts, **more):
    return {problem.code for problem in check_basics(facts, today=TODAY, allow_demo=True, **more)}


def test_a_right_number_passes_and_demo_numbers_only_in_demonstration():
    assert codes(GOOD) == set()
    assert {p.code for p in check_basics(GOOD, today=TODAY)} == {"id_demo_area"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"birth_on": date(2017, 3, 16)}, "birth_differs"),
        ({"sex": Sex.FEMALE}, "sex_differs"),
        ({"document_number": None}, "document_reason"),
        ({"document_kind": DocumentKind.NONE}, "document_kind"),
        ({"document_kind": DocumentKind.PASSPORT, "document_number": "E1"}, "document_shape"),
        ({"distance_km": 501}, "distance"),
        ({"phone": "12"}, "phone_shape"),
        ({"name": ""}, "name_missing"),
    ],
)
def test_each_refusal(change, code):
    assert code in codes(replace(GOOD, **change))


def test_no_number_is_accepted_with_a_reason_or_when_one_is_kept():
    nothing = replace(GOOD, document_number=None)
    assert codes(replace(nothing, document_missing_reason="尚未上户")) == set()
    assert codes(nothing, number_kept=True) == set()


def test_the_certificate_fills_category_and_grade():
    checked = check_disability(
        DisabilityFacts(category=None, grade=None, certificate="50999920170315001261"),
        "509999201703150012",
        today=TODAY,
        allow_demo=True,
    )
    assert (checked.value.category, checked.value.grade) == (DisabilityCategory.PSYCHIATRIC, 1)


def test_anothers_certificate_and_one_run_out_are_only_warned_of():
    row = DisabilityFacts(
        category=None, grade=None, certificate="50999920170315001261", certificate_ends_on=date(2026, 8, 31)
    )
    checked = check_disability(row, "509999201508280022", today=TODAY, allow_demo=True)
    assert checked.ok and {p.code for p in checked.problems} == {"certificate_other_id", "certificate_over"}


def test_a_disability_needs_a_category_but_no_certificate():
    assert not check_disability(DisabilityFacts(category=None), None, today=TODAY).ok
    assert check_disability(DisabilityFacts(category=DisabilityCategory.SPEECH), None, today=TODAY).ok


def test_home_points_lie_in_and_around_chongqing():
    home = HomeFacts(longitude=108.1, latitude=29.2, mode=HomeMode.CAR, walk_minutes=301)
    assert {p.code for p in check_home(home)} == {"walk_minutes"}
    assert {p.code for p in check_home(replace(home, longitude=29.2, latitude=108.1, walk_minutes=0))} == {
        "longitude",
        "latitude",
    }


def test_phones_lose_their_separators():
    assert check_telephone("138-1234 5678").value == "13812345678"


SUSPECTED = DisabilityFacts(
    category=DisabilityCategory.INTELLECTUAL,
    suspected=True,
    screening_due_on=date(2026, 10, 1),
    screening_by="特教资源中心",
)


def test_a_suspicion_keeps_its_day_and_person():
    checked = check_disability(SUSPECTED, None, today=TODAY)
    assert checked.ok and checked.value == SUSPECTED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"screening_due_on": None}, "screening_due"),
        ({"screening_by": None}, "screening_by"),
        ({"grade": 2}, "suspected_certified"),
        ({"certificate_issuer": "彭水县残联"}, "suspected_certified"),
        ({"suspected": False}, "not_suspected"),
    ],
)
def test_a_suspicion_is_whole_and_has_no_certificate(change, code):
    found = check_disability(replace(SUSPECTED, **change), None, today=TODAY).problems
    assert [problem.code for problem in found] == [code]


def test_an_assessment_ends_the_suspicion():
    checked = check_disability(replace(SUSPECTED, suspected=False, grade=2), None, today=TODAY)
    assert checked.ok and (checked.value.screening_due_on, checked.value.screening_by) == (None, None)
