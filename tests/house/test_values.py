"""A view hands its template at most seven named values; what handed over more before is listed, and nothing new is."""

from __future__ import annotations

import ast

import pytest

from tests.house import values
from tests.house.sizes import grown, settled


@pytest.fixture(scope="module")
def found() -> dict[str, int]:
    return values.too_many()


def test_no_view_hands_over_more_than_it_did(found):
    more = grown(values.listed(), found)
    assert not more, f"give these a view-model, a frozen dataclass (at most {values.MOST} values): {more}"


def test_what_hands_over_few_enough_leaves_the_list(found):
    assert not (gone := settled(values.listed(), found)), f"run python -m tests.house.values, these may go: {gone}"


def test_a_mapping_that_is_spread_hides_how_much_it_holds():
    source = """
class A:
    def view(self):
        return render_template("a.html", one=1, two=2), render_template("b.html", **shared)
def other():
    return render_template("c.html")
"""
    assert list(values.calls(ast.parse(source))) == [("A.view", 2), ("A.view", values.UNSEEN), ("other", 0)]
