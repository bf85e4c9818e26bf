"""Names in sheets: what would be changed by other programs is asked once, what is known is not asked again."""

import pytest
from sqlalchemy import select

from app.access import SYSTEM
from app.children.models import Child
from app.imports import queries
from app.imports.rules import check_child_row
from app.imports.school_rules import check_school_row
from app.imports.types import RowOutcome
from tests.imports.samples import PRIMARY, TODAY, child, make_schools, school, xlsx
from tests.imports.test_actions import counts, held, preview, take
from tests.imports.test_twins import decide


@pytest.fixture
def schools(session):
    return make_schools()


def test_a_character_of_two_forms_is_asked_about_once_and_kept(session, schools):
    rows = xlsx([child(name="王\U0002f800")])
    row = preview(rows)
    assert held(row, RowOutcome.DOUBTFUL) == {(2, "name_compatibility")}
    assert take(row)["new"] == 0
    decide(row, "take")
    assert session.scalar(select(Child.name)) == "王\U0002f800"
    assert counts(preview(rows)) == {"same": 1}


def test_so_is_one_of_the_family(session, schools):
    row = preview(xlsx([child(member1_name="冉\uf9e8")]))
    assert held(row, RowOutcome.DOUBTFUL) == {(2, "name_compatibility")}


def test_full_width_letters_are_taken_over_plain_with_a_word(session, schools):
    row = preview(xlsx([child(name="Ａｎｎａ Ｌｉ")]))
    (one,) = queries.list_rows(row, RowOutcome.NEW)
    assert [found.problem.code for found in one.problems] == ["name_full_width"]
    take(row, SYSTEM)
    assert session.scalar(select(Child.name)) == "Anna Li"
    assert counts(preview(xlsx([child(name="Anna Li")]))) == {"same": 1}


@pytest.mark.parametrize("column", ["name", "member1_name", "former_name"])
def test_a_remark_is_named_at_its_column(session, schools, column):
    row = preview(xlsx([child(**{column: "张三（低保）"})]))
    assert held(row, RowOutcome.REFUSED) == {(2, "name_remark")}


NOT_PRINTED = [
    ("扎西བཀྲ", "U+0F56"),
    ("阿依ئۇ", "U+0626"),
    ("ꆈꌠ", "U+A188"),
    ("张\uf0b7三", "U+F0B7"),
    ("张\ue863三", "U+E863"),
]


@pytest.mark.parametrize(("name", "code"), NOT_PRINTED)
@pytest.mark.parametrize("column", ["name", "former_name", "member1_name", "member2_name"])
def test_a_name_that_no_paper_can_show_is_refused_at_its_cell(name, code, column):
    row = check_child_row(2, child(**{column: name}), today=TODAY, allow_demo=True)
    assert row.outcome is RowOutcome.REFUSED and [found.column for found in row.problems] == [column]
    assert code in row.problems[0].problem.text(lambda words: words)


@pytest.mark.parametrize(("name", "code"), NOT_PRINTED)
@pytest.mark.parametrize("column", ["name", "former_name", "principal"])
def test_so_in_a_sheet_of_schools(name, code, column):
    row = check_school_row(2, school(**{column: name}), today=TODAY)
    assert row.outcome is RowOutcome.REFUSED and [found.column for found in row.problems] == [column]
    assert code in row.problems[0].problem.text(lambda words: words)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("𬱖䶮", "𬱖䶮"),
        ("\U00033479三", "\U00033479三"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("王\u3000 三", "王三"),
        ("Anna-Lí", "Anna-Lí"),
        ("O’Neil Ду", "O’Neil Ду"),
    ],
)
def test_rare_characters_and_letters_that_papers_have_stay(name, kept):
    assert check_child_row(2, child(name=name), today=TODAY).values["name"] == kept


@pytest.mark.parametrize(("name", "code"), NOT_PRINTED)
def test_the_forms_refuse_the_same_names(app, client, sign_in, name, code):
    with app.app_context():
        unit = make_schools()[PRIMARY].unit_id
    sign_in("district_coordinator", unit_id=unit)
    text = client.submit("/children/new", name=name, **{"guardians-0-name": "王五"}).get_data(as_text=True)
    assert code in text
    text = client.submit("/children/new", name="王三", **{"guardians-0-name": name}).get_data(as_text=True)
    assert code in text
    for field in ("name", "principal", "former_name"):
        answer = client.submit("/schools/new", **{"name": "大桥小学", field: name})
        assert answer.status_code == 422 and code in answer.get_data(as_text=True)


def test_a_schools_name_takes_plain_signs_but_no_private_one():
    assert check_school_row(2, school(name="大桥\u00a0小学"), today=TODAY).values["name"] == "大桥 小学"
    assert check_school_row(2, school(name="𬱖坝小学"), today=TODAY).values["name"] == "𬱖坝小学"
