from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.kernel.identifiers import (
    DisabilityCategory,
    IdKind,
    Sex,
    StudentNumberKind,
    check_certificate,
    check_resident_id,
    check_student_number,
    has_valid_check,
    normalise_number,
    resident_check,
)
from app.kernel.problems import Severity
from app.kernel.school_codes import SchoolKind, check_school_code

BOY = "509999201703150012"
GIRL = "509999201508280022"
VALID = [
    "11010519491231002X",
    "440524188001010014",
    BOY,
    GIRL,
    "50999920181104003X",
    "509999201602290040",
    "50023418900101002X",
]


def code_of(value, **options):
    checked = check_resident_id(value, **{"allow_demo": True, **options})
    assert (checked.value is None) == (checked.problem is not None)
    return checked.problem and checked.problem.code


def with_check(first17: str) -> str:
    return first17 + resident_check(first17)


@pytest.mark.parametrize("number", VALID)
def test_valid_numbers_pass(number):
    assert check_resident_id(number, allow_demo=True).value.number == number


def test_the_parts_of_a_number():
    boy, girl = (check_resident_id(n, allow_demo=True).value for n in (BOY, GIRL))
    assert (boy.area, boy.birth, boy.sequence, boy.sex) == ("509999", date(2017, 3, 15), 1, Sex.MALE)
    assert (girl.birth, girl.sex, girl.is_demo) == (date(2015, 8, 28), Sex.FEMALE, True)


def test_a_dead_area_code_is_accepted():
    assert check_resident_id("50023418900101002X").value.area == "500234"


def test_the_demonstration_area_only_where_it_is_allowed():
    assert check_resident_id(BOY).problem.code == "id_demo_area"
    assert check_resident_id(BOY, allow_demo=True).ok


@pytest.mark.parametrize(
    ("first17", "kind"),
    [
        ("81000020100101001", IdKind.HK_MACAO_TAIWAN),
        ("82000020100101001", IdKind.HK_MACAO_TAIWAN),
        ("83000020100101001", IdKind.HK_MACAO_TAIWAN),
        ("91100020100101001", IdKind.FOREIGN_PERMANENT),
        ("50010320100101001", IdKind.RESIDENT),
    ],
)
def test_permits_and_permanent_cards_have_the_same_shape(first17, kind):
    assert check_resident_id(with_check(first17)).value.kind is kind


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_change_of_one_character_fails(number, place, character):
    assume(number[place] != character)
    assert not check_resident_id(number[:place] + character + number[place + 1 :], allow_demo=True).ok


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(1, 999), st.integers(0, 16), st.integers(1, 9))
def test_any_valid_number_changed_in_one_digit_fails(birth, sequence, place, step):
    number = with_check(f"509999{birth:%Y%m%d}{sequence:03}")
    assert check_resident_id(number, allow_demo=True).value.birth == birth
    changed = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not check_resident_id(changed, allow_demo=True).ok
    assert not has_valid_check(changed)


@pytest.mark.parametrize(
    "text",
    [
        "50999920181104003x",
        " 509999 20181104 003X ",
        "５０９９９９２０１８１１０４００３ｘ",
        "'50999920181104003X",
        "\ufeff509999\u200b20181104003X",
        "50999920181104003X\u3000",
    ],
)
def test_blanks_width_and_case_do_not_matter(text):
    assert check_resident_id(text, allow_demo=True).value.number == "50999920181104003X"


@pytest.mark.parametrize(
    "value",
    [
        "1.1E+17",
        "5.09999E+17",
        "5.09999e+17",
        "1.1E17",
        5.0999920170315e17,
        "509999201703150012.0",
        "509999201703150000",
        509999201703150000,
        1.1e17,
    ],
)
def test_a_number_that_a_spreadsheet_spoiled_says_what_to_do(value):
    checked = check_resident_id(value, allow_demo=True)
    assert checked.problem.code == "number_spoiled"
    assert "as text" in checked.problem.text()


def test_an_exact_whole_number_is_read():
    assert check_resident_id(509999201703150012, allow_demo=True).value.number == BOY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("509999170315001", "id_old"),
        ("50999920170315001", "id_length"),
        (BOY + "1", "id_length"),
        ("50999920170315O012", "id_sign"),
        ("009999201703150012", "id_characters"),
        ("X09999201703150012", "id_sign"),
        ("50999920170315001Y", "id_sign"),
        ("٥٠٩٩٩٩٢٠١٧٠٣١٥٠٠١٢", "id_sign"),
        (with_check("50999920170230001"), "id_birth_impossible"),
        (with_check("50999920171301001"), "id_birth_impossible"),
        (with_check("50999920150229001"), "id_birth_impossible"),
        (with_check("50999900000000001"), "id_birth_impossible"),
        (with_check("50999917890101001"), "id_birth_impossible"),
        ("509999201703150013", "id_check_wrong"),
        ("无", "id_length"),
    ],
)
def test_wrong_numbers_say_why(text, code):
    assert code_of(text) == code


def test_a_birth_after_today_is_refused():
    assert code_of(BOY, today=date(2017, 3, 14)) == "id_birth_future"
    assert code_of(BOY, today=date(2017, 3, 15)) is None


def test_empty_is_allowed():
    for check in (check_resident_id, check_certificate, check_student_number, check_school_code):
        assert check("  ").ok and check(None).value is None


def test_the_check_character_needs_17_digits():
    assert resident_check("11010519491231002") == "X"
    with pytest.raises(ValueError, match="17 digits"):
        resident_check("1101051949123100X")


def test_certificate_parts():
    plain = check_certificate(BOY + "44", BOY, allow_demo=True)
    assert (plain.value.category, plain.value.grade, plain.value.reissue) == (DisabilityCategory.PHYSICAL, 4, 0)
    assert plain.problems == ()
    assert plain.value.resident_id.number == BOY
    assert [check_certificate(f"{BOY}71b{n}", allow_demo=True).value.reissue for n in (1, 2, 10, 99)] == [1, 2, 10, 99]


def test_a_certificate_with_another_id_is_a_warning():
    checked = check_certificate(BOY + "61", GIRL, allow_demo=True)
    assert checked.ok and checked.value.category is DisabilityCategory.PSYCHIATRIC
    assert [(w.code, w.severity) for w in checked.warnings] == [("certificate_other_id", Severity.WARNING)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOY + "04", "certificate_category"),
        (BOY + "84", "certificate_category"),
        (BOY + "45", "certificate_grade"),
        (BOY + "40", "certificate_grade"),
        ("509999201703150013" + "44", "certificate_id_wrong"),
        (BOY, "certificate_shape"),
        (BOY + "44B0", "certificate_shape"),
        (BOY + "44B100", "certificate_shape"),
        (BOY + "44C1", "certificate_shape"),
        ("5.09999E+19", "number_spoiled"),
    ],
)
def test_wrong_certificates_say_why(text, code):
    assert check_certificate(text, allow_demo=True).problem.code == code


def test_the_reason_of_a_wrong_inner_id_is_told():
    text = check_certificate("509999201703150013" + "44", allow_demo=True).problem.text()
    assert "does not fit" in text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("G" + BOY, StudentNumberKind.FORMAL),
        ("j" + BOY, StudentNumberKind.WITHOUT_ID),
        ("L509999201703159999", StudentNumberKind.TEMPORARY),
        ("l50999920170315123x", StudentNumberKind.TEMPORARY),
    ],
)
def test_student_numbers(text, kind):
    checked = check_student_number(text)
    assert checked.value.kind is kind and checked.value.number == text.upper()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("G509999201703150013", "student_number_check"),
        ("J509999201703150013", "student_number_check"),
        (BOY, "student_number_shape"),
        ("A" + BOY, "student_number_shape"),
        ("G" + BOY + "1", "student_number_shape"),
        ("L50999920170315999", "student_number_shape"),
        ("L٥٠٩٩٩٩٢٠١٧٠٣١٥٠٠١٢", "student_number_shape"),
        ("5.1E+17", "number_spoiled"),
    ],
)
def test_wrong_student_numbers_say_why(text, code):
    assert check_student_number(text).problem.code == code


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2150000001", SchoolKind.PRIMARY),
        ("3150000001", SchoolKind.JUNIOR),
        ("5150000001", SchoolKind.SPECIAL),
        (2150000001, SchoolKind.PRIMARY),
        (2150000001.0, SchoolKind.PRIMARY),
        ("２１５０００００ ０１", SchoolKind.PRIMARY),
    ],
)
def test_school_codes(value, kind):
    checked = check_school_code(value, kind)
    assert (checked.value.kind, checked.value.province, len(checked.value.number)) == (kind, "50", 10)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("215000000", None, "school_code_shape"),
        ("21500000011", None, "school_code_shape"),
        ("9950000001", None, "school_code_kind_unknown"),
        ("2151000001", None, "school_code_province"),
        ("2150000001", SchoolKind.SPECIAL, "school_code_other_kind"),
    ],
)
def test_wrong_school_codes_say_why(text, kind, code):
    assert check_school_code(text, kind).problem.code == code


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_whatever_stands_in_a_cell_gives_a_result(value):
    for check in (check_resident_id, check_certificate, check_student_number, check_school_code):
        checked = check(value)
        assert checked.value is not None or checked.problem is not None or not normalise_number(value)
