"""What two files of one child say that decides whether they may be merged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class FileSide:
    """One of the two files, as the rules see it.

    `number` is (kind, blind index) of the identity document, if it has one; `places` names the schools that the child
    is linked to today or will be; `plans` are the first and last days of plans in force today or later; `visits` counts
    published visits to come; `submitted` that a plan waits for approval; `student_number` tells whether one counts
    today; `seconds` that files were merged into it; `merged` that it is itself a second file; `writes` that the actor
    may write in it.
    """

    number_of_file: str
    unit: str
    writes: bool
    merged: bool = False
    seconds: bool = False
    number: tuple[str, bytes] | None = None
    student_number: bool = False
    places: tuple[str, ...] = ()
    plans: tuple[tuple[date, date], ...] = ()
    visits: int = 0
    decided: bool = False
    submitted: bool = False
    transfer: bool = False
    request: bool = False
