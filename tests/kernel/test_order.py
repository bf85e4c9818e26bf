"""Numbers inside names are sorted as numbers."""

from __future__ import annotations

import pytest

from app.kernel.order import counted


@pytest.mark.parametrize("names", [
    ["第1组", "第2组", "第9组", "第10组", "第19组", "第21组", "第100组"],
    ["A", "A1", "A1b2", "A1b10", "A2", "B"],
    ["", "1", "2", "１０", "甲"],
    ["第一组", "第二组1", "第二组12"],
])
def test_names_stand_in_the_order_in_which_people_count(names):
    turned = names[::-1]
    turned.sort(key=counted)
    assert turned == names
