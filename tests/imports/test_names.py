"""Names in sheets: what would be changed by other programs is asked once, what is known is not asked again."""

import pytest
from sqlalchemy import select

from app.access import SYSTEM
from app.children.models import Child
from app.imports import queries
from app.imports.types import RowOutcome
from tests.imports.samples import child, make_schools, xlsx
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
