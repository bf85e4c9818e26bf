"""Labels of enumerations."""

from __future__ import annotations

from enum import StrEnum

import pytest

from app.kernel.labels import describe, label_of


class Fruit(StrEnum):
    OTHER = "other"


class Stone(StrEnum):
    OTHER = "other"


def test_equal_values_of_two_enumerations_keep_their_own_labels():
    describe(Fruit, other="Another fruit")
    describe(Stone, other="Another stone")
    assert (label_of(Fruit.OTHER), label_of(Stone.OTHER)) == ("Another fruit", "Another stone")


def test_a_forgotten_member_is_an_error():
    with pytest.raises(ValueError, match="other"):
        describe(Fruit)
