"""Numbers of persons: resident ID, disability certificate, student number.

Nothing here infers one number from another, and the area part of an ID is never checked against today's
districts: children born before a reform carry dead codes for life.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum
from functools import lru_cache
from operator import mul

from app.kernel.problems import N_, S_, Checked, Problem, Severity, refused

DEMO_AREA = "509999"
"""An area code that was never issued; demonstration persons and tests use it."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_DIGITS_ARE_48_MORE = 48 * sum(_WEIGHTS)
_EARLIEST_BIRTH = date(1880, 1, 1)
_SPOILED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E\+?\d+|\d{15,}[.]\d+", re.IGNORECASE)
_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CERTIFICATE = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])(?:B([1-9][0-9]?))?")
_STUDENT_NUMBER = re.compile(r"[GLJ][0-9]{17}[0-9X]")
_AREA_LETTERS = ("81", "82", "83")


class Sex(Enum):
    """Sex as coded in the sequence part: odd male, even female."""

    MALE = "male"
    FEMALE = "female"


class IdKind(Enum):
    """Whose card carries the number."""

    RESIDENT = "resident"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"
    FOREIGN_PERMANENT = "foreign_permanent"


class StudentNumberKind(Enum):
    """G formal; L temporary, shaped like an ID; J formal for a pupil without an ID."""

    FORMAL = "G"
    TEMPORARY = "L"
    WITHOUT_ID = "J"


class DisabilityCategory(IntEnum):
    """The categories of GB/T 26341-2010 in the order of the certificate number."""

    VISUAL = 1
    HEARING = 2
    SPEECH = 3
    PHYSICAL = 4
    INTELLECTUAL = 5
    PSYCHIATRIC = 6
    MULTIPLE = 7


@dataclass(frozen=True)
class ResidentId:
    """A valid 18-character number: 6 area at first registration, 8 birth, 3 sequence, 1 check (GB 11643-1999)."""

    number: str

    @property
    def area(self) -> str:
        """The area code of first registration, dead ones included; never the place of residence."""
        return self.number[:6]

    @property
    def birth(self) -> date:
        """The date of birth."""
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sequence(self) -> int:
        """The three digits before the check character."""
        return int(self.number[14:17])

    @property
    def sex(self) -> Sex:
        """Odd sequence male, even female."""
        return Sex.MALE if self.sequence % 2 else Sex.FEMALE

    @property
    def kind(self) -> IdKind:
        """Resident ID, residence permit of Hong Kong, Macao and Taiwan residents, or foreign permanent card."""
        if self.number.startswith(_AREA_LETTERS):
            return IdKind.HK_MACAO_TAIWAN
        return IdKind.FOREIGN_PERMANENT if self.number[0] == "9" else IdKind.RESIDENT

    @property
    def is_demo(self) -> bool:
        """True for the never-issued area of demonstration persons."""
        return self.area == DEMO_AREA

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True)
class Certificate:
    """A disability certificate number: ID, category 1–7, grade 1 (heaviest) – 4, number of re-issues after loss."""

    number: str
    resident_id: ResidentId
    category: DisabilityCategory
    grade: int
    reissue: int = 0

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True)
class StudentNumber:
    """A national student number: a letter and 18 characters. It is for life and may differ from the current ID."""

    number: str
    kind: StudentNumberKind

    def __str__(self) -> str:
        return self.number


def normalise_number(value: object) -> str:
    """Return a number as text: half width, upper case, without any blank, invisible mark, or leading apostrophe."""
    if isinstance(value, str) and value.isascii() and value.isalnum():
        return value.upper()  # nearly all: bulk work reads hundreds of thousands of them
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).upper()
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))
    return "".join(kept).lstrip("'‘’`")


def resident_check(first17: str) -> str:
    """Return the check character (ISO 7064 MOD 11-2) of 17 digits. Raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("17 digits are needed")
    total = sum(map(mul, _WEIGHTS, map(int, first17)))
    return _CHECK_CHARACTERS[total % 11]


def has_valid_check(number: str) -> bool:
    """True when ``number`` is 17 digits and their right check character."""
    return bool(re.fullmatch(r"[0-9]{17}[0-9X]", number)) and resident_check(number[:17]) == number[17]


def _spoiled(value: object, text: str) -> Problem | None:
    """Return a Problem when a spreadsheet has cut the number: 15 significant digits are all that it keeps."""
    is_long_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 1e14
    lost_digits = re.fullmatch(r"[0-9]{15}0{3,}", text) and not has_valid_check(text)
    if not (_SPOILED.fullmatch(text) or isinstance(value, float) and is_long_number or lost_digits):
        return None
    return Problem(
        "number_spoiled",
        N_(
            'A spreadsheet has turned this number into "%(text)s" and its last digits are lost. '
            "Format the column as text and fill in the numbers again."
        ),
        {"text": text},
    )


def check_resident_id(value: object, *, allow_demo: bool = False, today: date | None = None) -> Checked[ResidentId]:
    """Check a resident ID number (GB 11643-1999), or a permit or permanent card of the same shape.

    Normalises blanks, full-width digits and a lower-case x. Empty input gives no value and no problem. Refuses a
    number that a spreadsheet spoiled, a 15-digit one, a wrong shape, an impossible birth date, one after ``today``
    (when given), a wrong check character, and the demonstration area unless ``allow_demo``. Dead area codes pass.
    """
    text = normalise_number(value)
    if not text:
        return Checked(None)
    if (found := _right_id(text, allow_demo, today)) is not None:
        return found
    problem = _spoiled(value, text) or _id_shape_problem(text) or _birth_problem(text, today)
    if problem is None and not has_valid_check(text):
        problem = Problem(
            "id_check_wrong",
            N_("The last character of this ID number does not fit the others. Compare every digit with the card."),
        )
    if problem is None and text.startswith(DEMO_AREA) and not allow_demo:
        problem = Problem(
            "id_demo_area",
            N_("Numbers starting with %(area)s are only for demonstration. Enter the number on the card."),
            {"area": DEMO_AREA},
        )
    return Checked(None, (problem,)) if problem else Checked(ResidentId(text))


def right_number(text: str, *, allow_demo: bool = False) -> str | None:
    """A number in its plain form with nothing wrong, else None: then `check_resident_id` says more."""
    return text if _right_id(text, allow_demo, None) is not None else None


def right_certificate(text: str, resident_id: str | None) -> str | None:
    """A certificate number in its plain form with this very ID number, which is right, inside; else None."""
    match = _CERTIFICATE.fullmatch(text)
    return text if match is not None and match[1] == resident_id else None


def right_student_number(text: str) -> str | None:
    """A student number in its plain form with its right check character, else None."""
    return text if _STUDENT_NUMBER.fullmatch(text) and _is_right(text[1:]) else None


@lru_cache(maxsize=256)  # a row of a sheet says the child's number three times
def _right_id(text: str, allow_demo: bool, today: date | None) -> Checked[ResidentId] | None:
    """The result for a number with nothing wrong."""
    if _is_right(text) and (allow_demo or not text.startswith(DEMO_AREA)) and _birth_problem(text, today) is None:
        return Checked(ResidentId(text))
    return None


@lru_cache(maxsize=256)
def _is_right(text: str) -> bool:
    """True for the shape with its right check character: nearly all numbers, and no spreadsheet spoiled them."""
    if not _ID.fullmatch(text):
        return False
    # Codes of the digits instead of the digits: 48 more for each, which is taken off again.
    return _CHECK_CHARACTERS[(sum(map(mul, _WEIGHTS, text.encode())) - _DIGITS_ARE_48_MORE) % 11] == text[17]


def _id_shape_problem(text: str) -> Problem | None:
    if re.fullmatch(r"[0-9]{15}", text):
        return Problem("id_old", N_("This is an old number with 15 digits. Enter the 18-character number of the card."))
    if len(text) != 18:
        return Problem("id_length", N_("An ID number has 18 characters; this one has %(count)s."), {"count": len(text)})
    place, sign = next(
        ((at, one) for at, one in enumerate(text, 1) if one not in "0123456789X" or one == "X" and at < 18), (0, "")
    )
    if place:
        return Problem(
            "id_sign",
            N_("Sign %(place)s of this ID number is “%(text)s”. Enter a digit there, or as the very last a Latin X.")
            if place == 18
            else S_(
                "id_sign.digit", "Sign %(place)s of this ID number is “%(text)s”. Enter the digit of the card there."
            ),
            {"place": place, "text": sign},
        )
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text):
        return Problem("id_characters", N_("An ID number has 17 digits and then a digit or X. Check what was typed."))
    return None


def _birth_problem(text: str, today: date | None) -> Problem | None:
    try:
        birth = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        birth = None
    if birth is None or birth < _EARLIEST_BIRTH:
        return Problem(
            "id_birth_impossible",
            N_("The birth date %(digits)s in this ID number cannot be right. Compare the digits with the card."),
            {"digits": text[6:14]},
        )
    if today is not None and birth > today:
        return Problem(
            "id_birth_future",
            N_("The birth date %(day)s in this ID number lies in the future. Compare the digits with the card."),
            {"day": birth.isoformat()},
        )
    return None


def check_certificate(
    value: object, resident_id: ResidentId | str | None = None, *, allow_demo: bool = False, today: date | None = None
) -> Checked[Certificate]:
    """Check a disability certificate number: ID + category 1–7 + grade 1–4, then B1, B2 … after a loss.

    Empty is allowed. An inner ID other than ``resident_id`` is a warning, because the ID may have been corrected.
    Source: rules on the disability certificate (2017).
    """
    text = normalise_number(value)
    if not text:
        return Checked(None)
    match = _CERTIFICATE.fullmatch(text)
    if match is None and (spoiled := _spoiled(value, text)):
        return Checked(None, (spoiled,))
    if match is None:
        return Checked(None, (_certificate_shape_problem(text),))
    inner = check_resident_id(match[1], allow_demo=allow_demo, today=today)
    if inner.value is None:
        why = Problem(
            "certificate_id_wrong",
            N_("The ID number inside the certificate number is wrong. %(reason)s"),
            {"reason": inner.problem},
        )
        return Checked(None, (why,))
    certificate = Certificate(text, inner.value, DisabilityCategory(int(match[2])), int(match[3]), int(match[4] or 0))
    return Checked(certificate, _inner_id_warning(certificate, resident_id))


def _certificate_shape_problem(text: str) -> Problem:
    if re.fullmatch(r"[0-9]{17}[0-9X][0-9]{2}(B[1-9][0-9]?)?", text):
        if text[18] not in "1234567":
            return Problem(
                "certificate_category",
                N_("Character 19 of a certificate number is the category, 1 to 7; here it is %(digit)s."),
                {"digit": text[18]},
            )
        return Problem(
            "certificate_grade",
            N_("Character 20 of a certificate number is the grade, 1 to 4; here it is %(digit)s."),
            {"digit": text[19]},
        )
    return Problem(
        "certificate_shape",
        N_(
            "A certificate number is the ID number, one digit for the category and one "
            "for the grade (20 characters), after a loss followed by B1, B2 …"
        ),
    )


def _inner_id_warning(certificate: Certificate, resident_id: ResidentId | str | None) -> tuple[Problem, ...]:
    if not resident_id or certificate.resident_id.number == normalise_number(resident_id):
        return ()
    return (
        Problem(
            "certificate_other_id",
            N_(
                "The ID number inside the certificate number differs from the child's. "
                "Check whether the ID was corrected or the certificate is another's."
            ),
            severity=Severity.WARNING,
        ),
    )


def check_student_number(value: object) -> Checked[StudentNumber]:
    """Check a national student number: G, L or J and 18 characters shaped like an ID.

    The check character counts for G and J; the last characters of L are random. Empty is allowed. The number is never
    compared with the ID: it is for life, the ID may change.
    """
    text = normalise_number(value)
    if not text:
        return Checked(None)
    if not _STUDENT_NUMBER.fullmatch(text):
        if spoiled := _spoiled(value, text):
            return Checked(None, (spoiled,))
        return refused("student_number_shape", N_("A student number is the letter G, L or J and 18 characters."))
    kind = StudentNumberKind(text[0])
    if kind is not StudentNumberKind.TEMPORARY and not _is_right(text[1:]) and not has_valid_check(text[1:]):
        return refused(
            "student_number_check",
            N_(
                "The last character of this student number does not fit the others. "
                "Compare it with the national system."
            ),
        )
    return Checked(StudentNumber(text, kind))
