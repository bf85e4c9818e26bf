"""Labels of enumerations."""

from __future__ import annotations

from enum import StrEnum

import pytest

from app.kernel.labels import describe, label_of, named
from app.kernel.problems import N_, Problem, from_stored, to_stored
from app.roll.types import MovementKind, RollStatus


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


def test_a_member_among_the_values_of_a_problem_is_kept_by_its_own_code():
    """Two enumerations say "Whereabouts unknown"; a new wording of one leaves the other."""
    kept = to_stored(Problem("before", N_("It was %(state)s."), {"state": named(RollStatus.MISSING)}))
    assert kept["values"] == {"state": {"code": "RollStatus.missing", "values": {}}}
    assert from_stored(kept["values"]["state"]).text() == label_of(RollStatus.MISSING) == label_of(MovementKind.MISSING)
