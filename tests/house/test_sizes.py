"""A module has at most 400 lines, a function 40, a module 12 imports of the house; what had more before is listed."""

from __future__ import annotations

import ast

import pytest

from tests.house import sizes


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, int]]:
    return sizes.too_long()


@pytest.mark.parametrize("what", sizes.MOST)
def test_nothing_new_is_too_long_and_nothing_listed_grows(what, found):
    grown = sizes.grown(sizes.listed()[what], found[what])
    assert not grown, f"divide these by idea ({what}: at most {sizes.MOST[what]}): {grown}"


@pytest.mark.parametrize("what", sizes.MOST)
def test_what_is_no_longer_too_long_leaves_the_list(what, found):
    settled = sizes.settled(sizes.listed()[what], found[what])
    assert not settled, f"run python -m tests.house.sizes, these may go: {settled}"


def test_what_is_exempt_is_still_there_and_still_long():
    for place in sizes.EXEMPT:
        assert sizes.measured("modules", (sizes.ROOT / place).read_text(encoding="utf-8"))[""] > sizes.MOST["modules"]


SOURCE = '''
from __future__ import annotations
import app.models
import apple
from app import kernel, db
from sqlalchemy import select

class House:
    @property
    def door(self):
        """Two lines."""
        from app.kernel import clock

        def inner():
            return clock
        return inner

if True:
    async def roof():
        pass
'''


def test_every_function_is_measured_from_its_def_to_its_end():
    assert dict(sizes.functions(ast.parse(SOURCE))) == {"House.door": 7, "House.door.inner": 2, "roof": 2}


def test_only_imports_of_the_house_are_counted_each_statement_once():
    assert sizes.measured("imports", SOURCE) == {"": 3}


def test_lines_of_a_module_are_counted_as_an_editor_numbers_them():
    assert sizes.measured("modules", SOURCE) == {"": 20}


def test_the_list_refuses_new_ones_and_growth_and_only_becomes_shorter():
    known, found = {"a": 50, "b": 60, "c": 70}, {"a": 51, "b": 45, "d": 41}
    assert sizes.grown(known, found) == {"a": 51, "d": 41}
    assert sizes.settled(known, found) == ["c"]
    assert sizes.lowered(known, found) == {"a": 50, "b": 45}
