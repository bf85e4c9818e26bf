"""What a timetable is made from, plain."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from app.plans.types import Frequency
from app.schools.types import TeacherSex
from app.visits.types.words import LegHalf


@dataclass(frozen=True)
class Stretch:
    """Weekday 0–6 and minutes of the day [start, end)."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True)
class Spot:
    """A place on the map in millionths of a degree (whole numbers, so that inputs can be hashed). `groups`: its town
    and villages as ends of legs ("town:500243100"), the widest first."""

    latitude: int
    longitude: int
    mode: str = "car"
    walk_minutes: int = 0
    closed_months: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Need:
    """A service at home of a plan in force: `minutes` each time, `times` per `frequency` from `first` to `last`.

    `held` visits of this service stand already in the month before the timetable begins; `home_team` is the team the
    child is used to.
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class LegInput:
    """Entered minutes between two ends ("school:ID", "home:CHILD", "village:ID", "town:CODE"); None leaves the minutes
    as they are. `closed` months, and `slow` months in which the leg takes `percent` of its minutes. `half` of the day
    in which it holds; there it counts before one of the same pair for the whole day."""

    start: str
    end: str
    minutes: int | None = None
    both: bool = True
    closed: tuple[int, ...] = ()
    slow: tuple[int, ...] = ()
    percent: int = 100
    half: LegHalf = LegHalf.DAY


@dataclass(frozen=True)
class RoadInput:
    """Minutes measured on roads between places (a school's or a child's id), -1 = not known, and each place's minutes
    on foot to its road."""

    places: tuple[str, ...]
    minutes: tuple[tuple[int, ...], ...]
    walk: tuple[int, ...]


@dataclass(frozen=True)
class LegFacts:
    """What somebody enters of a leg; see `LegInput`."""

    start: str
    end: str
    minutes: int | None
    both: bool = True
    closed: tuple[int, ...] = ()
    slow: tuple[int, ...] = ()
    percent: int = 100
    note: str = ""
    half: LegHalf = LegHalf.DAY


@dataclass(frozen=True)
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
