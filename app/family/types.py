"""The language of the family's pages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.access.actor import Role
from app.children.types import GuardianRelation
from app.kernel.labels import describe
from app.kernel.problems import N_
from app.placements.types import Agreement


class LetterState(StrEnum):
    """What became of a printed invitation."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    OVER = "over"


@dataclass(frozen=True)
class Letter:
    """One printed invitation; its secret is on the paper only."""

    id: uuid.UUID
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    state: LetterState


@dataclass(frozen=True, kw_only=True)
class Member:
    """A family member as the coordinator sees it: access, entry (account), sessions open now, letters."""

    guardianship_id: uuid.UUID
    guardian_id: uuid.UUID
    name: str
    relation: GuardianRelation
    is_guardian: bool
    may_see: bool
    username: str | None = None
    has_password: bool = False
    sessions: int = 0
    letters: tuple[Letter, ...] = field(default=())


@dataclass(frozen=True)
class Opening:
    """How often people of one role opened a child's file on one day. `role` is None for the program itself."""

    day: date
    role: Role | None
    times: int


@dataclass(frozen=True)
class MonthMinutes:
    """Minutes of home-delivered teaching in one month, all services together; the same figures as the staff sees."""

    first: date
    due: int
    given: int
    open: int
    excused: int
    owed: int


@dataclass(frozen=True)
class Disagreement:
    """A guardian's newest answer to a plan in force that is not a plain yes."""

    child_id: uuid.UUID
    child_name: str
    file_number: str
    unit: str
    version_id: uuid.UUID
    guardian_name: str
    answer: Agreement
    comment: str | None
    at: datetime


describe(LetterState, open=N_("Can be used"), used=N_("Used"), revoked=N_("Taken back"), over=N_("Too old"))
