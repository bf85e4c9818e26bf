"""How the names of schools, teams and places are read: nothing in 乐天小学 is a surname, but 曾家镇 is named after one.

A person's name is read by `pinyin`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.kernel.name_tables import SURNAME_READINGS
from app.kernel.pinyin import words_reading

_FAMILIES = "".join(SURNAME_READINGS)
_PARTS = re.compile(f"([{_FAMILIES}])(?=家)|(?:^|(?<=[省市区县镇乡街村]))(长)")
"""What is read by itself: a surname before 家, and 长 at the beginning of a place (重庆市长寿中学 has no 市长)."""
_LONG = ("chang", "c", "chang2长")


@lru_cache(maxsize=8192)
def reading_of(name: str) -> tuple[str, str, str]:
    """(pinyin, initials, key to sort by) of a name that is no person's."""
    parts, start = [], 0
    for found in _PARTS.finditer(name):
        parts += [words_reading(name[start : found.start()]), _LONG if found[2] else _family(found[1])]
        start = found.end()
    parts = [part for part in (*parts, words_reading(name[start:])) if part[0]]
    return " ".join(part[0] for part in parts), "".join(part[1] for part in parts), " ".join(part[2] for part in parts)


def sound_of(name: str) -> str:
    """A text that orders such names by sound and tone, then by their signs."""
    return reading_of(name)[2]


def _family(sign: str) -> tuple[str, str, str]:
    reading = SURNAME_READINGS[sign].split()[0]
    return reading[:-1], reading[0], f"{reading}{sign}"
