"""What happened at a visit and what was given, plain."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_
from app.plans.types import PromptLevel
from app.timetables.types import Confirmation, MissedReason, RecordOutcome


class TimesGiven(StrEnum):
    """Whether a visit took place when it was planned; a teacher has to say so."""

    PLANNED = "planned"
    OTHER = "other"


class OwedBy(StrEnum):
    """Who answers for minutes that were not given."""

    SCHOOL = "school"
    NOBODY = "nobody"


describe(TimesGiven, planned=N_("At the planned time"), other=N_("At another time"))


describe(OwedBy, school=N_("to be made up"), nobody=N_("excused"))


@dataclass(frozen=True)
class Given:
    """One planned visit with what became of it: the minutes given, or why not; both None while nothing is told."""

    minutes: int
    day: date
    given: int | None = None
    reason: MissedReason | None = None


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """A child's service in a period, in minutes. `due` by the plan; `open` still to come or to be recorded; `excused`
    fell out for reasons of the family; `owed` is to be made up. due + extra = given + excused + open + owed."""

    due: int
    planned: int
    given: int
    excused: int
    open: int
    owed: int
    extra: int


@dataclass(frozen=True)
class PointInput:
    """One objective worked at a visit."""

    objective_key: uuid.UUID
    prompt: PromptLevel | None
    done: int | None
    trials: int


@dataclass(frozen=True, kw_only=True)
class RecordInput:
    """What a teacher says of a visit. `key` is made by the phone; `corrects_id` names the record it corrects,
    `version_id` the plan version that was at hand; `explanation` says why it comes late or differs widely."""

    key: uuid.UUID
    outcome: RecordOutcome
    day: date
    start: int | None = None
    end: int | None = None
    reason: MissedReason | None = None
    note: str = ""
    practice: str = ""
    confirmation: Confirmation = Confirmation.NOT_YET
    confirmed_by: str = ""
    points: tuple[PointInput, ...] = ()
    corrects_id: uuid.UUID | None = None
    version_id: uuid.UUID | None = None
    explanation: str = ""
