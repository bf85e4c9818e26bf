"""The identification code of a school: ten digits for its kind, its province and a sequence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from app.kernel.identifiers import normalise_number
from app.kernel.problems import N_, Checked, refused

CHONGQING = "50"


class SchoolKind(Enum):
    """The first two digits of a school identification code."""

    KINDERGARTEN = "11"
    PRIMARY = "21"
    ADULT_PRIMARY = "22"
    JUNIOR = "31"
    VOCATIONAL_JUNIOR = "32"
    ADULT_JUNIOR = "33"
    SENIOR = "34"
    SECONDARY_VOCATIONAL = "36"
    SPECIALISED = "37"
    SPECIAL = "51"


@dataclass(frozen=True)
class SchoolCode:
    """A school identification code: kind, province, sequence."""

    number: str
    kind: SchoolKind

    @property
    def province(self) -> str:
        """Two digits, 50 for Chongqing."""
        return self.number[2:4]

    def __str__(self) -> str:
        return self.number


def check_school_code(
    value: object, kind: SchoolKind | None = None, *, province: str = CHONGQING
) -> Checked[SchoolCode]:
    """Check a school identification code: 10 digits, two for the kind, two for the province, six in sequence.

    Refuses a code whose kind is not ``kind`` (when given) or whose province is not ``province``. A nine-year school
    keeps whichever of the codes 21 and 31 it was given, so the caller passes no kind for it. Empty is allowed.
    """
    text = normalise_number(value).removesuffix(".0")
    if not text:
        return Checked(None)
    if not re.fullmatch(r"[0-9]{10}", text):
        return refused("school_code_shape", N_("A school identification code has 10 digits."))
    if text[:2] not in {known.value for known in SchoolKind}:
        return refused(
            "school_code_kind_unknown",
            N_("A school identification code cannot start with %(prefix)s."),
            prefix=text[:2],
        )
    if text[2:4] != province:
        return refused(
            "school_code_province", N_("Digits 3 and 4 of this code must be %(province)s."), province=province
        )
    code = SchoolCode(text, SchoolKind(text[:2]))
    if kind is not None and code.kind is not kind:
        return refused(
            "school_code_other_kind",
            N_("This code starts with %(prefix)s, but schools of this kind have codes that start with %(expected)s."),
            prefix=text[:2],
            expected=kind.value,
        )
    return Checked(code)
