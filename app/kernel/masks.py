"""Numbers, phones and addresses as lists may show them.

Three numbers contain the resident ID: the ID itself, the student number and the certificate number. All are masked by
the same rule, first and last character, because masking one and printing another would give it away.
"""

from __future__ import annotations

import re

STAR = "*"

_VILLAGE = re.compile(r"^.*?(?<![区县镇乡])(?:村|社区|居委会|村委会)(?!小学|中学|医院|卫生|路|街|道)")
_TOWN = re.compile(r"^.*?(?:街道|(?<!城)镇(?!街)|乡)")
_COUNTY = re.compile(r"^(?:重庆市)?.*?(?:自治县|新区|区|县)")


def _ends(text: object) -> str:
    """Return first and last character with stars between; short texts are hidden whole."""
    number = "" if text is None else str(text).strip()
    return STAR * len(number) if len(number) < 4 else number[0] + STAR * (len(number) - 2) + number[-1]


def mask_id(number: object) -> str:
    """Return a resident ID with its first and last character only: ``5****************4``, 18 characters."""
    return _ends(number)


def mask_certificate(number: object) -> str:
    """Return a certificate number with its first character and the last one of the ID inside.

    Its last characters are category and grade (or the re-issue), which a list must not tell, so the end that shows is
    the last character of the ID inside.
    """
    text = "" if number is None else str(number).strip()
    return _ends(text[:18]) + STAR * len(text[18:])


def mask_student_number(number: object) -> str:
    """Return a student number (a letter and an ID) by the rule of the ID that it contains: first and last character."""
    return _ends(number)


def mask_phone(number: object) -> str:
    """Return a phone number as ``138****1234``; a shorter one keeps its last two digits; separators are dropped."""
    digits = re.sub(r"[^0-9]", "", "" if number is None else str(number))
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) >= 11:
        return digits[:3] + STAR * (len(digits) - 7) + digits[-4:]
    return STAR * max(len(digits) - 2, 0) + digits[-2:] if len(digits) > 4 else STAR * len(digits)


def mask_address(address: object) -> str:
    """Return an address down to the village or residents' committee, the rest as ``***``.

    Without a village it stops at the town or street office, else at the district; an address in which none of them
    is found is hidden whole.
    """
    text = "" if address is None else str(address).strip()
    if not text:
        return ""
    for level in (_VILLAGE, _TOWN, _COUNTY):
        if match := level.match(text):
            return match[0] if match[0] == text else match[0] + STAR * 3
    return STAR * 3
