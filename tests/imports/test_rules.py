"""One row of the sheet of children: what it says and what is wrong with it."""

import pytest

from app.imports.amounts import LONGITUDE, read_kilometres, read_latitude, read_longitude, read_persons
from app.imports.cells import read_text, short_text
from app.imports.rules import check_child_row
from app.imports.types import RowOutcome
from tests.imports.samples import PRIMARY, SPECIAL, TODAY, child, second


def check(**changes):
    return check_child_row(2, child(**changes), today=TODAY, allow_demo=True)


def codes(row):
    return {found.problem.code for found in row.problems}


class TestGoodRow:
    def test_is_read_into_plain_values(self):
        row = check()
        assert row.outcome is None and not row.problems
        assert row.values["name"] == "𬱖䶮" and row.values["grade"] == 3 and row.values["sex"] == "male"
        assert row.values["entered_month"] == "2023-09" and row.values["disability"] == "intellectual"

    @pytest.mark.parametrize("text", ["20170315", "2017-03-15", "2017/3/15", "2017年3月15日", "42809"])
    def test_birth_dates_in_any_form(self, text):
        assert check(birth_on=text).values["birth_on"] == "2017-03-15"

    def test_names_are_kept_exactly(self):
        assert check(name="阿依古丽·买买提").values["name"] == "阿依古丽·买买提"
        assert check(name="王𫘧").values["name"] == "王𫘧"

    def test_a_dead_area_code_in_a_certificate_passes(self):
        found = check(
            document_number="",
            document_kind="无",
            document_missing_reason="补办中",
            student_number="",
            placement="",
            certificate="50023418900101002X52",
        )
        assert "certificate" in found.values

    def test_missing_document_with_a_reason_passes(self):
        assert check_child_row(2, second(), today=TODAY, allow_demo=True).outcome is None


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "column", "code"),
        [
            ({"document_number": "5.09999201703E+17"}, "document_number", "number_spoiled"),
            ({"document_number": "509999201703150013"}, "document_number", "id_check_wrong"),
            ({"document_number": "50999920170315001"}, "document_number", "id_length"),
            ({"document_number": "", "document_missing_reason": ""}, "document_number", "document_number_missing"),
            ({"document_kind": "无", "document_number": ""}, "document_missing_reason", "document_reason_missing"),
            ({"certificate": "50999920170315001282"}, "certificate", "certificate_category"),
            ({"certificate": "50999920170315001255"}, "certificate", "certificate_grade"),
            ({"certificate": "50999920170315001352"}, "certificate", "certificate_id_wrong"),
            ({"student_number": "X509999201703150012"}, "student_number", "student_number_shape"),
            ({"student_number": "G509999201703150013"}, "student_number", "student_number_check"),
            ({"school_code": "2151000001"}, "school_code", "school_code_province"),
            ({"birth_on": "2017-02-30"}, "birth_on", "day_impossible"),
            ({"birth_on": "2017-03-16"}, "birth_on", "birth_differs"),
            ({"disability": "不详"}, "disability", "not_in_list"),
            ({"name": "王?"}, "name", "name_character_lost"),
            ({"name": ""}, "name", "cell_empty"),
            ({"placement": "送教上门", "attendance": "送教上门"}, "delivering_code", "delivering_missing"),
            ({"placement": "送教上门", "delivering_code": SPECIAL}, "attendance", "home_attendance_differs"),
            ({"attendance": "送教上门", "placement": ""}, "placement", "home_without_placement"),
            ({"longitude": ""}, "longitude", "cell_empty"),
            ({"member1_number": "509999201703150012"}, "member1_number", "member_has_own_number"),
        ],
    )
    def test_with_its_column_and_reason(self, changes, column, code):
        row = check(**changes)
        assert row.outcome is RowOutcome.REFUSED
        assert (column, code) in {(found.column, found.problem.code) for found in row.problems}

    def test_every_changed_digit_of_the_number_fails(self):
        right = "509999201703150012"
        for place in range(18):
            wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
            assert check(document_number=wrong).outcome is RowOutcome.REFUSED

    def test_demonstration_numbers_only_in_demonstrations(self):
        assert "id_demo_area" in codes(check_child_row(2, child(), today=TODAY))


class TestDoubtfulAndWarned:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"sex": "女"}, "sex_differs"),
            ({"disability": "无残疾", "lrc": ""}, "disability_certified"),
            ({"placement": ""}, "number_without_placement"),
            ({"placement": "特殊教育学校"}, "special_in_regular"),
            ({"member1_is_guardian": "否"}, "no_guardian"),
        ],
    )
    def test_doubtful(self, changes, code):
        row = check(**changes)
        assert row.outcome is RowOutcome.DOUBTFUL and code in codes(row)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"certificate": "509999201508280022" + "52"}, "certificate_other_id"),
            ({"disability": "肢体残疾", "lrc": "其他残疾随班就读"}, "category_differs"),
            ({"disability_grade": "三级"}, "grade_differs"),
            ({"lrc": "视力残疾随班就读"}, "lrc_differs"),
            ({"phone": "13900000001、023-60000000"}, "several_phones"),
        ],
    )
    def test_warned_but_good(self, changes, code):
        row = check(**changes)
        assert row.outcome is None and code in codes(row)

    def test_l_numbers_are_never_refused_for_their_end(self):
        assert check(student_number="L509999201703159999").outcome is None

    def test_reissued_certificate(self):
        assert check(certificate="50999920170315001252B1").outcome is None

    def test_special_school_child_outside_regular_class(self):
        row = check(school_code=SPECIAL, placement="特殊教育学校", lrc="非随班就读")
        assert row.outcome is None and PRIMARY not in row.values.values()


def test_words_in_a_sheet_take_plain_signs_and_name_what_cannot_be_printed():
    assert read_text("\uf0b7 过桥\uf0e0右转 ✔").value == "• 过桥→右转 ✓"
    found = read_text("花生 🥜")
    assert found.value is None and found.problems[0].values["signs"].values["code_point"] == "U+1F95C"
    assert short_text(5)("土家族").value == "土家族"


@pytest.mark.parametrize("column", ["address", "member1_address", "diagnosis", "class_name"])
def test_what_cannot_be_printed_is_named_in_every_column_of_free_words(column):
    row = check(**{column: "花生 🥜"})
    assert row.outcome is RowOutcome.REFUSED and [found.column for found in row.problems] == [column]
    assert check(**{column: "过桥\uf0e0右转"}).values[column] == "过桥→右转"


@pytest.mark.parametrize(
    "text",
    [
        "108.25",
        "108.123456789",
        "104.0",
        "112.0",
        "99.5",
        "112.01",
        "1.5",
        "108",
        "",
        "１０８.５",
        "108.5°",
        "0108.5",
        "108.5 ",
    ],
)
def test_degrees_are_the_same_the_quick_way(text):
    quick = LONGITUDE.quick(text)
    assert quick is None or quick == read_longitude(text).value


@pytest.mark.parametrize(
    ("changes", "column", "values"),
    [
        ({"sex": "女"}, "sex", {"sex": "女", "said": "男", "digit": "1"}),
        ({"birth_on": "2017-03-16"}, "birth_on", {"day": "2017-03-16", "inside": "2017-03-15"}),
        ({"disability": "肢体残疾", "lrc": "其他残疾随班就读"}, "disability", {"said": "智力残疾", "kept": "肢体残疾"}),
        ({"disability_grade": "三级"}, "disability_grade", {"said": "二级", "kept": "三级"}),
    ],
)
def test_where_two_cells_differ_both_are_told(changes, column, values):
    (found,) = check(**changes).problems
    assert (found.column, dict(found.problem.values)) == (column, values)
    assert "orrect" in found.problem.message


class TestAmounts:
    @pytest.mark.parametrize("text", ["13", "１３", "13.0", "１３．００", " 13 ", "013"])
    def test_a_plain_number_needs_no_word(self, text):
        assert (read_persons(text).value, read_persons(text).problems) == (13, ())

    @pytest.mark.parametrize(
        ("read", "text"),
        [
            (read_persons, "13人"),
            (read_persons, "13 人"),
            (read_persons, "１３　名"),
            (read_persons, "13个"),
            (read_persons, "13位"),
            (read_kilometres, "13公里"),
            (read_kilometres, "13 KM"),
            (read_kilometres, "13㎞"),
            (read_kilometres, "13.0千米"),
        ],
    )
    def test_a_unit_of_the_column_is_left_out_and_that_is_said(self, read, text):
        found = read(text)
        assert found.value == 13
        (told,) = found.problems
        assert (told.code, told.is_error, told.values) == ("read_as", False, {"text": text.strip(), "value": 13})

    @pytest.mark.parametrize(
        "text",
        [
            "约13",
            "13左右",
            "13-15",
            "13～15人",
            "一三",
            "十三",
            "13+",
            "-13",
            "13公里",
            "13人次",
            "13%",
            "1,300",
            "10000",
            "12345678901",
            "1e3",
            "人",
            "13人2",
            "5²",
            "①",
            "٣",
            "1_3",
        ],
    )
    def test_what_is_no_one_number_for_certain_is_refused_with_an_example(self, text):
        found = read_persons(text)
        assert found.value is None and "for example 13" in found.problems[0].message

    def test_decimals_and_metres_have_their_own_advice(self):
        assert "Round it" in read_persons("13.5").problems[0].message
        assert "Round it" in read_kilometres("2.5公里").problems[0].message
        assert "metres" in read_kilometres("500米").problems[0].message
        assert read_kilometres("13人").value is None

    def test_degrees_with_their_sign(self):
        for text in ("108.5", "108.5°", "东经108.5度", "108.5E", "１０８．５"):
            assert read_longitude(text).value == 108.5
        assert read_latitude("北纬29.5°").value == 29.5
        assert not any(read_longitude(text).value for text in ("108°30′", "29.5", "nan", "inf", "1_08.5", "1e2"))
