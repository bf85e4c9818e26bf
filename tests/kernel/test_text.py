import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import canonical_json, content_hash


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Goal:
    text: str
    due: date


def test_keys_are_sorted_without_blanks_and_text_is_kept():
    assert canonical_json({"b": [1, True, None], "a": "冉䶮·𬱖"}) == '{"a":"冉䶮·𬱖","b":[1,true,null]}'.encode()


def test_plain_values_of_the_house():
    beijing = timezone(timedelta(hours=8))
    value = {
        "d": date(2026, 2, 28),
        "t": datetime(2026, 2, 28, 8, tzinfo=beijing),
        "c": Colour.RED,
        "n": Decimal("1.50"),
        "s": {"y", "x"},
        "g": Goal("坐稳", date(2026, 7, 1)),
        "u": UUID(int=1),
    }
    assert json.loads(canonical_json(value)) == {
        "d": "2026-02-28",
        "t": "2026-02-28T00:00:00+00:00",
        "c": "red",
        "n": "1.50",
        "s": ["x", "y"],
        "g": {"text": "坐稳", "due": "2026-07-01"},
        "u": "00000000-0000-0000-0000-000000000001",
    }


def test_one_moment_in_two_zones_is_one_content():
    utc = datetime(2026, 1, 1, tzinfo=UTC)
    assert canonical_json(utc) == canonical_json(utc.astimezone(timezone(timedelta(hours=8))))


@pytest.mark.parametrize("value", [1.5, object(), {1: "a"}, b"x"])
def test_what_is_not_stable_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_a_datetime_needs_a_zone():
    with pytest.raises(ValueError, match="zone"):
        canonical_json(datetime(2026, 1, 1))


def test_the_hash_is_sha_256():
    assert content_hash(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6))
def test_the_order_of_entry_does_not_matter(value):
    turned = dict(reversed(list(value.items())))
    assert content_hash(canonical_json(value)) == content_hash(canonical_json(turned))
