"""One rule for telephone numbers in forms, sheets and files."""

import pytest

from app.kernel.telephones import check_telephone, read_telephone, spaced

SAME_EVERYWHERE = {
    "13812345678": "13812345678",
    "138 1234 5678": "13812345678",
    "138-1234-5678": "13812345678",
    "１３８１２３４５６７８": "13812345678",
    "+86 138 1234 5678": "13812345678",
    "8613812345678": "13812345678",
    "0086-13812345678": "13812345678",
    "（+86）13812345678": "13812345678",
    "\u202a13812345678\u202c": "13812345678",
    "13812345678.0": "13812345678",
    "'13812345678": "13812345678",
    "~13812345678": "13812345678",
    "手机：13812345678": "13812345678",
    "138\u00a01234\u30005678": "13812345678",
    "138—1234—5678": "13812345678",
    "19912345678": "19912345678",
    "13812345678;": "13812345678",
    "023-68881234": "02368881234",
    "02368881234": "02368881234",
    "(023)68881234": "02368881234",
    "023 6888 1234": "02368881234",
    "+86 23 6888 1234": "02368881234",
    "+86-023-68881234": "02368881234",
    "010-62345678": "01062345678",
    "0851-85812345": "085185812345",
    "0876-2123456": "08762123456",
    "023－68881234": "02368881234",
    "0２3—6888１２34": "02368881234",
    "023-68881234-801": "02368881234-801",
    "023-68881234转801": "02368881234-801",
    "(023)6888 1234 转 801": "02368881234-801",
    "02368881234 分机801": "02368881234-801",
    "023-68881234 ext. 801": "02368881234-801",
    "023-68881234*801": "02368881234-801",
    "68881234-801": "68881234-801",
    "68881234": "68881234",
    "7878123": "7878123",
    "6888-1234": "68881234",
    "400-820-8820": "4008208820",
    "4008208820": "4008208820",
    "800-810-1234": "8008101234",
    "400-820-8820转1": "4008208820-1",
    "+852 9123 4567": "+85291234567",
    "00852-91234567": "+85291234567",
    "+1 (212) 555-0123": "+12125550123",
}


@pytest.mark.parametrize(("text", "number"), SAME_EVERYWHERE.items())
def test_one_number_is_read_alike_at_a_form_and_in_a_cell(text, number):
    assert read_telephone(text).value == check_telephone(text).value == number
    assert not read_telephone(text).problems
    assert read_telephone(number).value == number  # what is kept is read again as itself


@pytest.mark.parametrize(
    ("text", "number", "codes"),
    [
        ("13812345678/023-68881234", "13812345678", {"several_phones"}),
        ("023-68881234/13812345678", "02368881234", {"several_phones"}),
        ("13812345678、13912345678", "13812345678", {"several_phones"}),
        ("13812345678，13912345678", "13812345678", {"several_phones"}),
        ("13812345678 13912345678", "13812345678", {"several_phones"}),
        ("13812345678-13912345678", "13812345678", {"several_phones"}),
        ("13812345678\n13912345678", "13812345678", {"several_phones"}),
        ("13812345678或13912345678", "13812345678", {"several_phones"}),
        ("13812345678(13912345678)", "13812345678", {"several_phones"}),
        ("13812345678（妈妈）", "13812345678", {"phone_remark"}),
        ("妈妈13812345678", "13812345678", {"phone_remark"}),
        ("138 1234 5678 李四", "13812345678", {"phone_remark"}),
        ("13812345678（父）13912345678（母）", "13812345678", {"several_phones", "phone_remark"}),
        ("父：13812345678；母：13912345678", "13812345678", {"several_phones", "phone_remark"}),
        ("023-68881234 68885678", "02368881234", {"several_phones"}),
    ],
)
def test_several_and_words_are_said_in_a_cell_and_asked_back_at_a_form(text, number, codes):
    found = read_telephone(text)
    assert found.value == number and {one.code for one in found.problems} == codes
    assert check_telephone(text).problem.code == "phone_alone"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.38123E+10", "phone_spoiled"),
        ("1.38E+10", "phone_spoiled"),
        ("1.38123e10", "phone_spoiled"),
        ("１.３８Ｅ+１０", "phone_spoiled"),
        ("1.38123E+10/13812345678", "phone_spoiled"),
        ("1381234567", "phone_mobile_length"),
        ("138123456789", "phone_mobile_length"),
        ("86138123456789", "phone_mobile_length"),
        ("1381234567/13812345678", "phone_mobile_length"),
        ("12345678901", "phone_mobile_start"),
        ("10812345678", "phone_mobile_start"),
        ("2368881234", "phone_zero_missing"),
        ("85185812345", "phone_zero_missing"),
        ("138****5678", "phone_masked"),
        ("023-68xxxxxx", "phone_masked"),
        ("无", "phone_none"),
        ("-", "phone_shape"),
        ("没有电话", "phone_none"),
        ("9999-12-31", "phone_shape"),
        ("2016/9/1", "phone_shape"),
        ("2016年9月1日", "phone_shape"),
        ("20160901", "phone_shape"),
        ("99991231", "phone_shape"),
        ("0123456", "phone_shape"),
        ("12", "phone_shape"),
        ("123456789012345678901234", "phone_shape"),
        ("1" * 5000, "phone_shape"),
        ("0000000", "phone_shape"),
        ("500243199001011234", "phone_shape"),
        ("G509999201703150012", "phone_shape"),
        ("+86", "phone_shape"),
    ],
)
def test_what_is_none_is_refused_with_what_to_do(text, code):
    assert read_telephone(text).problem.code == check_telephone(text).problem.code == code


@pytest.mark.parametrize("text", ["", "  ", None])
def test_empty_says_nothing(text):
    assert check_telephone(text).ok and check_telephone(text).value is None


def test_shown_with_its_area_code_apart():
    assert [spaced(one) for one in ("02368881234-801", "13812345678", "4008208820", None)] == [
        "023-68881234-801",
        "13812345678",
        "4008208820",
        "",
    ]
