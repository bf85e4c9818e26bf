from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ids import milliseconds_of, new_id, uuid7_from


def test_the_example_of_the_standard():
    tail = bytes.fromhex("0cc318c4dc0c0c07398f")
    assert uuid7_from(0x017F22E279B0, tail) == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


def test_new_ids_are_different_version_7_and_in_order_of_time():
    made = [new_id() for _ in range(200)]
    assert len(set(made)) == 200
    assert {(i.version, i.variant) for i in made} == {(7, "specified in RFC 4122")}
    times = [milliseconds_of(i) for i in made]
    assert times == sorted(times)


@given(st.integers(0, 2**48 - 2), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_a_later_millisecond_sorts_later(milliseconds, one, other):
    earlier, later = uuid7_from(milliseconds, one), uuid7_from(milliseconds + 1, other)
    assert earlier < later and str(earlier) < str(later)
    assert milliseconds_of(earlier) == milliseconds


def test_bad_parts_are_refused():
    with pytest.raises(ValueError, match="48 bits"):
        uuid7_from(2**48, bytes(10))
    with pytest.raises(ValueError, match="48 bits"):
        uuid7_from(0, bytes(9))
    with pytest.raises(ValueError, match="version 7"):
        milliseconds_of(UUID("00000000-0000-4000-8000-000000000000"))
