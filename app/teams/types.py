"""What a team and a family are to a timetable, plain."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_
from app.schools.types import TeacherSex


class TeamLack(StrEnum):
    """Why a team cannot visit."""

    NO_MEMBER = "no_member"
    NO_HOURS = "no_hours"
    NO_PLACE = "no_place"


class ClosureKind(StrEnum):
    """Why no visit can be at a home on some days."""

    FAMILY = "family"
    ROAD = "road"
    GONE = "gone"


describe(
    ClosureKind,
    family=N_("The family cancelled"),
    road=N_("The road to the home is closed"),
    gone=N_("The child is gone"),
)


describe(
    TeamLack,
    no_member=N_("The team has no teacher."),
    no_hours=N_("The teachers have no hours in common."),
    no_place=N_("The school's place on the map has not been entered."),
)


@dataclass(frozen=True)
class Stretch:
    """Weekday 0–6 and minutes of the day [start, end)."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Member:
    """A teacher of a team: hours by weekday, days of leave (first and last), skills, sex where it is known."""

    teacher_id: uuid.UUID
    name: str
    skills: tuple[str, ...]
    hours: tuple[Stretch, ...]
    leave: tuple[tuple[date, date], ...] = ()
    sex: TeacherSex | None = None


@dataclass(frozen=True)
class FamilyWishes:
    """What a family wishes of the teachers who come: one of them a woman or a man, one who has certain words among the
    skills and languages. Each is a wish, or a must without which nobody comes."""

    sex: TeacherSex | None = None
    sex_must: bool = False
    words: tuple[str, ...] = ()
    words_must: bool = False
