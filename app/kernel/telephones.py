"""Telephone numbers as people in China write them: mobile, with area code, 400 and 800, abroad. One rule for forms,
sheets and files.

Kept are digits, an extension behind a dash ("02368881234-801"), and a plus in front of a number abroad. Sources: the
national numbering plan (工信部 电信网编号计划): mobiles 1[3-9] with 11 digits, area codes 010, 02x and 03xx to 09xx.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.kernel.problems import N_, Checked, Problem, Severity

LONGEST = 120
"""Characters beyond which a text is not even read as telephone numbers."""

MOBILE = re.compile(r"1[3-9][0-9]{9}")
_KNOWN = re.compile(
    r"1[3-9][0-9]{9}|(?:010|02[0-9]|0[3-9][0-9]{2})[2-8][0-9]{6,7}(?:-[0-9]{1,6})?"
    r"|[48]00[0-9]{7}(?:-[0-9]{1,6})?|[2-8][0-9]{6,7}(?:-[0-9]{1,6})?"
)
_ABROAD = re.compile(r"\+(?!86)[1-9][0-9]{6,14}")
_DAY = re.compile(
    r"(?:19|20)[0-9]{2}(?:([-/.])[0-9]{1,2}\1[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日?"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
)
_SPOILED = re.compile(r"[0-9][0-9.,]*E[+]?[0-9]+", re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー－~∼～﹣"), "-")
_APART = re.compile(r"[;,、/|\n\r\\&]+|或者?|和|及")
_EXTENSION = re.compile(r"[ \-,]*(?:转|轉|分机号?|EXT\.?|X|#|\*)+[:.\- ]*(?=[0-9]{1,6}$)", re.IGNORECASE)
_GROUPED = re.compile(r"(?<![0-9])(?:\+?[0-9(][0-9+() .\-]{5,}[0-9])(?:(?:转|分机|EXT\.?|#)[0-9]{1,6})?", re.IGNORECASE)
_MARKS = re.compile(r"[\s().·-]")

SEVERAL = Problem(
    "several_phones",
    N_("Several telephone numbers stand in this cell; the first is kept. Give the others to another family member."),
    severity=Severity.WARNING,
)
REMARK = Problem(
    "phone_remark",
    N_("Words stand beside the telephone number; the number alone is kept. Put the words into a column of their own."),
    severity=Severity.WARNING,
)
ONE_ALONE = Problem(
    "phone_alone",
    N_("Enter one telephone number alone, without words. A further number belongs to another family member."),
)


@dataclass(frozen=True)
class Telephones:
    """What a text says: the first number, whether others or words stand beside it, or what is wrong with the first."""

    number: str | None = None
    several: bool = False
    words: bool = False
    problem: Problem | None = None


def read_telephone(text: str) -> Checked[str]:
    """The first number of a cell, with a warning of what else stands there. Empty is allowed."""
    found = telephones_in(text)
    if found.problem is not None:
        return Checked(None, (found.problem,))
    return Checked(found.number, ((SEVERAL,) if found.several else ()) + ((REMARK,) if found.words else ()))


def check_telephone(text: str | None) -> Checked[str]:
    """The one number that a form's field says; several, or words beside it, are asked back. Empty is allowed."""
    found = telephones_in(text or "")
    problem = found.problem or (ONE_ALONE if found.several or found.words else None)
    return Checked(None, (problem,)) if problem else Checked(found.number)


def telephones_in(text: str) -> Telephones:
    """Read the numbers of a text."""
    if MOBILE.fullmatch(text):
        return Telephones(text)
    if len(text) > LONGEST:
        return Telephones(problem=_shape())
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf").strip(" \t\n\r;,、/|'\"`-。.")
    if not plain:
        return Telephones() if not text.strip() else Telephones(problem=_shape())
    if _SPOILED.fullmatch(plain.replace(" ", "")):
        return Telephones(problem=_spoiled())
    if _DAY.fullmatch(plain):
        return Telephones(problem=_shape())
    return _read(re.sub(r"(?<=[0-9])\.0+$", "", plain))


def _read(plain: str) -> Telephones:
    """The text as one number; else the numbers between commas, strokes, blanks and words."""
    if number := _number(plain):
        return Telephones(number)
    parts = [part.strip() for part in _APART.split(plain) if part.strip()]
    words = False
    numbers: list[str | None] = []
    for part in parts:
        pieces = [part] if _number(part) else _pieces(part)
        words = words or _has_words(part, pieces)
        numbers += [_number(piece) for piece in pieces] if pieces else []
    if not numbers or numbers[0] is None:
        return Telephones(problem=_why(plain, parts))
    return Telephones(numbers[0], len(numbers) > 1, words)


def _pieces(part: str) -> list[str]:
    """The stretches of digits in a text; two numbers with a blank or a dash between them are two."""
    found: list[str] = []
    for match in _GROUPED.finditer(part):
        piece = match[0].strip(" .-")
        mobiles = re.findall(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", piece)
        blanks = piece.split()
        if _number(piece):
            found.append(piece)
        elif len(blanks) > 1 and _number(blanks[0]):
            found += blanks
        else:
            found += mobiles if len(mobiles) > 1 else [piece.replace("(", "").replace(")", "")]
    return found


def _has_words(part: str, pieces: list[str]) -> bool:
    if len(pieces) == 1 and pieces[0] == part:
        return False
    rest = part
    for piece in pieces:
        rest = rest.replace(piece, "", 1)
    return any(sign.isalnum() for sign in rest)


def _number(text: str) -> str | None:
    """The one number that a text is, as it is kept; None when it is none."""
    text = _EXTENSION.sub("-", text.strip())
    text = re.sub(r"^(?:电话|手机|座机|TEL|联系电话|手机号码?|电话号码?)[:. ]*", "", text, flags=re.IGNORECASE)
    head, extension = text, ""
    if (
        (match := re.fullmatch(r"(.*[0-9)])-([0-9]{1,6})", text))
        and _known(_MARKS.sub("", match[1]))
        and not _known(_MARKS.sub("", text))
    ):
        head, extension = match[1], f"-{match[2]}"
    digits = _known(_MARKS.sub("", head))
    if digits is None or extension and MOBILE.fullmatch(digits):
        return None
    return digits + extension


def _known(text: str) -> str | None:
    """The digits of a number without its marks and the 86 of China; None when no number looks like it."""
    if text.startswith("00") and len(text) > 9:
        text = "+" + text[2:]
    if text.startswith("+86"):
        text = text[3:]
        # Abroad the zero of the area code is dropped: +86 23 6888 1234.
        if not _KNOWN.fullmatch(text) and _KNOWN.fullmatch("0" + text):
            text = "0" + text
    elif re.fullmatch(r"861[3-9][0-9]{9}", text):
        text = text[2:]
    return text if _KNOWN.fullmatch(text) or _ABROAD.fullmatch(text) else None


# --- what is wrong ----------------------------------------------------------------------------------------------------


def _why(plain: str, parts: list[str]) -> Problem:
    """What to do about a text that is no number."""
    for part in parts:
        if _SPOILED.fullmatch(part.replace(" ", "")):
            return _spoiled()
    first = next((part for part in parts if any(sign.isdecimal() for sign in part)), "")
    digits = "".join(re.findall("[0-9]", first))
    if not digits:
        return Problem("phone_none", N_("No telephone number stands here. Enter one, or leave it empty."))
    if "*" in first or re.search(r"[0-9]X{2,}|X{3,}", first, re.IGNORECASE):
        return Problem("phone_masked", N_("Digits of this telephone number are hidden. Enter it in full."))
    bare = digits[2:] if digits.startswith("86") and len(digits) > 9 else digits
    if re.match(r"1[3-9]", bare) and 8 <= len(bare) <= 14 and len(bare) != 11:
        return Problem(
            "phone_mobile_length",
            N_("A mobile number has 11 digits; this one has %(count)s. Compare it with the family's paper."),
            {"count": len(bare)},
        )
    if _KNOWN.fullmatch("0" + digits) and len(digits) >= 9:
        return Problem(
            "phone_zero_missing",
            N_("The 0 of the area code is missing. Enter %(number)s if that is meant."),
            {"number": spaced("0" + digits)},
        )
    if len(bare) == 11 and bare[0] == "1":
        return Problem(
            "phone_mobile_start",
            N_("No mobile number begins with %(start)s. Compare it with the family's paper."),
            {"start": bare[:2]},
        )
    return _shape()


def _shape() -> Problem:
    return Problem(
        "phone_shape",
        N_(
            "This is not a telephone number. Enter a mobile number of 11 digits like 13812345678, or area code and "
            "number like 023-68881234, in digits."
        ),
    )


def _spoiled() -> Problem:
    return Problem(
        "phone_spoiled",
        N_(
            "The spreadsheet has shortened this number (like 1.38E+10), so digits are lost. Make the column text and "
            "enter the telephone number again."
        ),
    )


def spaced(number: str | None) -> str:
    """A kept number as people read it: 023-68881234."""
    match = re.fullmatch(r"(010|02[0-9]|0[3-9][0-9]{2})([2-8][0-9]{6,7}.*)", number or "")
    return f"{match[1]}-{match[2]}" if match else number or ""
