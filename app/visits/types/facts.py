"""What happened, what was given, what a team has to do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from app.plans.types import PromptLevel
from app.visits.types.words import Confirmation, HappeningKind, MissedReason, RecordOutcome


@dataclass(frozen=True)
class Happening:
    """What happened to a published month, from `first` to `last`: whom it concerns depends on the kind."""

    kind: HappeningKind
    first: date
    last: date
    teacher_id: uuid.UUID | None = None
    child_id: uuid.UUID | None = None
    note: str = ""


@dataclass(frozen=True)
class Pin:
    """A visit that stays where it is in the next run of its unit's month."""

    child_id: uuid.UUID
    service_key: uuid.UUID
    team_id: uuid.UUID
    day: date
    start: int


@dataclass(frozen=True)
class TeamLoad:
    """What a team has to do in a timetable: visits, minutes with children, minutes on the road (the ways back to school
    too), kilometres of these ways as estimated, days out."""

    team: str
    visits: int
    minutes: int
    travel: int
    km: int
    days: int

    @property
    def load(self) -> int:
        """Minutes with children and on the road."""
        return self.minutes + self.travel


@dataclass(frozen=True)
class Given:
    """One planned visit with what became of it: the minutes given, or why not; both None while nothing is told."""

    minutes: int
    day: date
    given: int | None = None
    reason: MissedReason | None = None


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
