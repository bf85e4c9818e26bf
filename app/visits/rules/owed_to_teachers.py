"""What a visiting teacher is owed: the rate of the district for every visit that was given and confirmed, in fen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.timetables.types import Confirmation
from app.visits.rules.attendance import CONFIRMED


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """One given visit of a teacher. `fen`: the district's allowance on its day; it counts only when `confirmed`."""

    visit_id: uuid.UUID
    child_name: str
    day: date
    start: int
    minutes: int
    team: str
    confirmation: Confirmation
    explanation: str | None
    fen: int

    @property
    def confirmed(self) -> bool:
        return self.confirmation in CONFIRMED


@dataclass(frozen=True)
class Claim:
    """A teacher's month: the confirmed lines make the total, the others wait for the guardian's confirmation."""

    teacher_id: uuid.UUID
    teacher: str
    school: str
    lines: tuple[ClaimLine, ...]
    waiting: tuple[ClaimLine, ...]

    @property
    def fen(self) -> int:
        """The total: the sum of the confirmed visits."""
        return sum(line.fen for line in self.lines)


def claim_of(teacher_id: uuid.UUID, teacher: str, school: str, lines: Iterable[ClaimLine]) -> Claim:
    """The claim of a teacher from all its given visits of a month, in their order."""
    lines = tuple(lines)
    return Claim(
        teacher_id,
        teacher,
        school,
        tuple(line for line in lines if line.confirmed),
        tuple(line for line in lines if not line.confirmed),
    )
