"""The language of the today page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Press(IntEnum):
    """How pressing a piece of work is; the list stands in this order."""

    OVERDUE = 0
    WAITING = 1
    SOON = 2


@dataclass(frozen=True)
class Work:
    """One line of the today page: how many, of what (a translated sentence), and the list that it opens."""

    count: int
    text: str
    url: str
    press: Press
