"""Names in the order in which people count: 第9组 before 第10组, 第二小学 before 第十小学, 三中 before 十一中.

The rest goes by sound and tone, as the names of children do: 安 before 张, however the computer numbers the signs.
Persons are sorted by `pinyin.sort_key`, which knows surnames.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.kernel.sounds import sound_of

_NUMBER = re.compile(r"(\d+)")
_HAN = "〇零一二三四五六七八九十百千两"
_COUNTED = re.compile(  # a number is what stands behind 第 or before what is counted; 三峡 and 千秋 are names
    f"(?<=第)[{_HAN}]+|[{_HAN}]+(?=年级|班|组|队|村|社|号|中(?!心)|小(?!区)|幼|校|期|届|大队|街|单元|楼)"
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


@lru_cache(maxsize=8192)
def counted(name: str) -> tuple[tuple[str, int], ...]:
    """A key to sort names by: numbers inside them, written in digits or in characters, by their value, all else by
    its sound."""
    parts = _NUMBER.split(_COUNTED.sub(lambda found: str(_value(found[0])), name))
    return tuple(
        (sound_of(text) if text else "", int(number))
        for text, number in zip(parts[::2], [*parts[1::2], "-1"], strict=True)
    )


def _value(han: str) -> int:
    """What a number in characters counts: 二十三 is 23, 一百零五 is 105, 二〇二六 is 2026."""
    if not any(sign in _UNITS for sign in han):
        return int("".join(str(_DIGITS[sign]) for sign in han))
    whole, digit = 0, 0
    for sign in han:
        if sign in _UNITS:
            whole, digit = whole + (digit or 1) * _UNITS[sign], 0
        else:
            digit = _DIGITS[sign]
    return whole + digit
