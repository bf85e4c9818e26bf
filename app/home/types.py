"""The language of the today page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Press(IntEnum):
    """How pressing a piece of work is; the list stands in this order. Overdue is only what has a day that is past."""

    OVERDUE = 0
    URGENT = 1
    WAITING = 2
    SOON = 3


@dataclass(frozen=True)
class Work:
    """One line of the today page: how many, of what (a translated sentence), and the list that it opens. `about` names
    what the steps with clocks may say too (see `deadlines`)."""

    count: int
    text: str
    url: str
    press: Press
    about: str = ""
