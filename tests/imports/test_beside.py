"""Lines below the list that are no children: totals, signatures, notes. They are passed over and named."""

from __future__ import annotations

import pytest

from app.imports.columns import CHILDREN
from app.imports.types import RowOutcome
from tests.imports.samples import child, make_schools, second, table
from tests.imports.test_actions import counts, preview

HEADINGS = [column.heading for column in CHILDREN.columns]


def line(row) -> list:
    return [row.get(column.key, "") for column in CHILDREN.columns]


@pytest.mark.parametrize(
    "below",
    [
        ["合计", 2],
        ["", "合 计", "", 2],
        ["小计：", "", "2人"],
        ["填表人：冉某", "", "审核人：田某"],
        ["注：以上均已核实"],
    ],
)
def test_a_line_of_totals_or_signatures_is_no_child(session, below):
    make_schools()
    row = preview(table([HEADINGS, line(child()), line(second()), below]))
    assert counts(row) == {"new": 2}
    assert [(one["code"], one["values"]["lines"]) for one in row.problems] == [("lines_beside", "4")]


def test_a_child_that_lacks_nearly_everything_is_not_passed_over(session):
    make_schools()
    row = preview(table([HEADINGS, line(child()), line({"name": "合欢", "school_code": "2150000001"})]))
    assert counts(row) == {"new": 1, RowOutcome.REFUSED: 1}
