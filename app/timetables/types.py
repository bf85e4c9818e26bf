"""What a timetable is made from and what it says, plain, with the words of its enumerations."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_
from app.plans.types import Frequency
from app.roads.types import LegInput, RoadInput, Spot
from app.teams.types import FamilyWishes, Member, Stretch


class TimetableState(StrEnum):
    QUEUED = "queued"
    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


class MonthKind(StrEnum):
    """What a month is to a unit's timetables: one with days of school, one without, one of a term that is not entered
    yet."""

    TAUGHT = "taught"
    FREE = "free"
    AWAITED = "awaited"


class VisitOrigin(StrEnum):
    TEMPLATE = "template"
    MAKEUP = "makeup"
    MANUAL = "manual"


class RecordOutcome(StrEnum):
    GIVEN = "given"
    NOT_GIVEN = "not_given"


class MissedReason(StrEnum):
    """Why a visit did not happen; who owes the minutes is a rule (`rules.OWED_BY`)."""

    FAMILY_CANCELLED = "family_cancelled"
    CHILD_ILL = "child_ill"
    CHILD_IN_HOSPITAL = "child_in_hospital"
    NOBODY_HOME = "nobody_home"
    TEACHER_ILL = "teacher_ill"
    TEACHER_DUTY = "teacher_duty"
    ROAD_CLOSED = "road_closed"
    WEATHER = "weather"
    OTHER = "other"


class Confirmation(StrEnum):
    """How the guardian confirmed the visit."""

    ON_PHONE = "on_phone"
    ON_PAPER = "on_paper"
    NOT_YET = "not_yet"


class LeftOut(StrEnum):
    """Why a child with a service at home is not in the timetable at all."""

    NO_HOME = "no_home"
    NO_TIMES = "no_times"
    NOT_ON_ROLL = "not_on_roll"


class RemedyWay(StrEnum):
    """Who makes a remedy true."""

    RUN = "run"
    FAMILY = "family"
    TEAM = "team"
    PINS = "pins"


class ChangeKind(StrEnum):
    """What became of a published visit in a later publication."""

    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


class Beyond(StrEnum):
    """What is told of a called off visit beside its kind; never kept, for the plan may change again."""

    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class PlanNow:
    """How often a plan in force asks for visits; `often` None where it asks for none."""

    times: int
    often: Frequency | None


describe(Beyond, not_asked=N_("Not in the plan any more"))


describe(
    TimetableState,
    queued=N_("Being made"),
    draft=N_("Draft, not published"),
    published=N_("Published"),
    discarded=N_("Discarded"),
    failed=N_("Not made"),
)


describe(VisitOrigin, template=N_("Regular"), makeup=N_("Made up for a closed day"), manual=N_("Moved by hand"))


describe(RecordOutcome, given=N_("Given"), not_given=N_("Not given"))


describe(
    MissedReason,
    family_cancelled=N_("The family cancelled"),
    child_ill=N_("The child was ill"),
    child_in_hospital=N_("The child was in hospital"),
    nobody_home=N_("Nobody was at home"),
    teacher_ill=N_("A teacher was ill"),
    teacher_duty=N_("A teacher had other duties"),
    road_closed=N_("The road was closed"),
    weather=N_("Weather: rain, flood, heat"),
    other=N_("Another reason"),
)


describe(Confirmation, on_phone=N_("On this phone"), on_paper=N_("Signed on paper"), not_yet=N_("Not yet confirmed"))


describe(ChangeKind, moved=N_("Moved"), added=N_("New"), removed=N_("Called off"))


describe(
    LeftOut,
    no_home=N_("Where the home is has not been entered."),
    no_times=N_("When the family can receive a visit has not been entered."),
    not_on_roll=N_("The child is suspended, missing or no longer on the roll: no visits meanwhile."),
)


@dataclass(frozen=True, kw_only=True)
class TeamInput:
    """A team as the timetable needs it; `spot` is its school's. `others`: the other schools, each with its place, from
    which teachers of the team set out to meet at the home; none where all set out together."""

    id: uuid.UUID
    name: str
    school_id: uuid.UUID
    members: tuple[Member, ...]
    spot: Spot | None
    others: tuple[tuple[uuid.UUID, Spot | None], ...] = ()

    @property
    def place(self) -> str:
        """The engine's name for where the team sets out: its school, or all its schools together."""
        return "+".join(str(one) for one in (self.school_id, *(school for school, _spot in self.others)))

    @property
    def spots(self) -> dict[str, Spot | None]:
        """The place of each of its schools, by the school's id."""
        return {str(self.school_id): self.spot} | {str(school): spot for school, spot in self.others}


@dataclass(frozen=True, kw_only=True)
class Need:
    """A service at home of a plan in force: `minutes` each time, `times` per `frequency` from `first` to `last`.

    `held` visits of this service stand already in the month before the timetable begins, on the days `held_on`;
    `home_team` is the team the child is used to.
    """

    child_id: uuid.UUID
    version_id: uuid.UUID
    service_key: uuid.UUID
    minutes: int
    times: int
    frequency: Frequency
    needs: tuple[str, ...]
    first: date
    last: date
    held: int = 0
    home_team: uuid.UUID | None = None
    held_on: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChildInput:
    """A child with services at home: where, when, and whether two adults must come."""

    id: uuid.UUID
    name: str
    spot: Spot | None
    times: tuple[Stretch, ...]
    two_adults: bool
    on_roll: bool = True
    closed: tuple[tuple[date, date], ...] = ()
    """Days (first and last) on which no visit can be at the home."""
    wishes: FamilyWishes | None = None


@dataclass(frozen=True)
class CalendarInput:
    """A date of the timetable and the weekday (0–6) it acts as; None = no visits. `reason` a holiday's name, if any."""

    day: date
    acts_as: int | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Everything a timetable is made from, plain and in a fixed order. `month_days`: teaching days of the whole month;
    `not_skills`: words of plans' needs that no teacher anywhere has as a skill (materials to bring, for example).
    Minutes of travel: `legs` before `roads` before estimates. A team's day has at most `day_visits` visits and
    `day_travel` minutes on the way, and ends at `back_by` (minutes of the day); None = no such limit. `noon_break`:
    (minutes, from, to) of the break at noon, None = no such rule."""

    days: tuple[CalendarInput, ...]
    month: int
    teams: tuple[TeamInput, ...]
    children: tuple[ChildInput, ...]
    needs: tuple[Need, ...]
    day_cap: int
    two_adults: bool
    month_days: int = 0
    not_skills: tuple[str, ...] = ()
    legs: tuple[LegInput, ...] = ()
    roads: RoadInput | None = None
    day_visits: int | None = None
    day_travel: int | None = None
    back_by: int | None = None
    noon_break: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Pin:
    """A visit that stays where it is in the next run of its unit's month."""

    child_id: uuid.UUID
    service_key: uuid.UUID
    team_id: uuid.UUID
    day: date
    start: int


@dataclass(frozen=True, kw_only=True)
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
