"""Names in the order in which people count: 第9组 before 第10组."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\d+)")


def counted(name: str) -> tuple[tuple[str, int], ...]:
    """A key to sort names by: numbers inside them by their value, all else sign by sign."""
    parts = _NUMBER.split(name)
    return tuple((text, int(number)) for text, number in zip(parts[::2], [*parts[1::2], "-1"], strict=True))
