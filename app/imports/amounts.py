"""Reading cells of numbers: 13, １３, 13.0, and 13人 or 5公里 where the unit is the column's own. Pure.

A unit that says nothing new is left out, and the preview says so; what is not one whole number for certain (约13,
13-15, 一三, 500米) is refused with what to enter instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from app.imports.cells import LONGEST, Reader, folded
from app.kernel.problems import N_, S_, Checked, Problem, Severity, refused

MOST = 9999

_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0{1,6})?([^\d.]*)")
_DECIMAL = re.compile(r"[0-9]{1,9}\.[0-9]*[1-9]")
PERSONS = frozenset({"", "人", "名", "个", "位"})
KILOMETRES = frozenset({"", "公里", "千米", "km", "KM", "Km"})
_PLAIN_DEGREES = re.compile(r"[0-9]{2,3}\.[0-9]{1,15}", re.ASCII)
_DEGREES = re.compile(r"(?:东经|北纬|[ENen])?([0-9]{1,3}(?:\.[0-9]{1,15})?)[°度]?(?:[ENen])?")


def _plain(text: str) -> str:
    """The text half wide and without blanks; nothing where folding would make another number of it (5² is not 52)."""
    short = text[:LONGEST]
    return "" if not short.isascii() and any(unicodedata.category(sign) == "No" for sign in short) else folded(short)


def _whole(units: frozenset[str], unit: str) -> Callable[[str], Checked]:
    @lru_cache(maxsize=2048)
    def read(text: str) -> Checked:
        plain = _plain(text)
        match = _WHOLE.fullmatch(plain)
        if match is not None and match[2] in units and int(match[1]) <= MOST:
            value = int(match[1])
            return Checked(value, (_read_as(text, value),) if match[2] else ())
        if unit == "公里" and match is not None and match[2] in ("米", "m", "M"):
            return refused("in_metres", N_("The distance is given in metres. Enter whole kilometres, digits only."))
        if _DECIMAL.match(plain):
            return refused(
                "not_whole",
                S_("not_whole.point", "Only whole numbers are kept here. Round it: enter digits without a point."),
            )
        return refused(
            "not_whole",
            N_("This is not one whole number from 0 to %(most)s. Enter it in digits only, for example 13."),
            most=MOST,
        )

    return read


def _read_as(text: str, value: object) -> Problem:
    return Problem(
        "read_as",
        N_('"%(text)s" is read as %(value)s.'),
        {"text": text.strip(), "value": value},
        severity=Severity.WARNING,
    )


read_persons, read_kilometres = _whole(PERSONS, "人"), _whole(KILOMETRES, "公里")


def _degrees(low: int, high: int) -> Reader:
    @lru_cache(maxsize=2048)
    def read(text: str) -> Checked:
        match = _DEGREES.fullmatch(_plain(text))
        value = float(match[1]) if match else 0.0
        if not low <= value <= high:
            return refused(
                "degrees_outside",
                N_(
                    "This is not a place in or near Chongqing: the value lies between "
                    "%(low)s and %(high)s (WGS 84, degrees with decimals)."
                ),
                low=low,
                high=high,
            )
        return Checked(round(value, 6))

    def quick(text: str) -> float | None:
        """Nearly every place has numbers of its own, and nearly all are written so."""
        if _PLAIN_DEGREES.fullmatch(text) and low <= (value := float(text)) <= high:
            return round(value, 6)
        return None

    return Reader(read, quick)


LONGITUDE, LATITUDE = _degrees(104, 112), _degrees(27, 34)
read_longitude, read_latitude = LONGITUDE.read, LATITUDE.read
