"""More than five values are given by name: two of one kind that change places make no error and a wrong paper."""

from __future__ import annotations

from tests.house import constructors


def test_no_new_data_class_of_many_values_takes_them_by_place():
    assert sorted(set(constructors.found()) - set(constructors.listed())) == [], "write kw_only=True"


def test_what_is_mended_leaves_the_list():
    gone = sorted(set(constructors.listed()) - set(constructors.found()))
    assert gone == [], "python -m tests.house.constructors"
