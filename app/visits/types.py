"""The language of visits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_
from app.plans.types import Frequency, PromptLevel
from app.schools.types import TeacherSex


class TimetableState(StrEnum):
    QUEUED = "queued"
    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


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


class OwedBy(StrEnum):
    """Who answers for minutes that were not given."""

    SCHOOL = "school"
    NOBODY = "nobody"


class LeftOut(StrEnum):
    """Why a child with a service at home is not in the timetable at all."""

    NO_HOME = "no_home"
    NO_TIMES = "no_times"
    NOT_ON_ROLL = "not_on_roll"


class RoadServiceKind(StrEnum):
    """Programs that answer with minutes by road."""

    OSRM = "osrm"
    VALHALLA = "valhalla"


class LegSource(StrEnum):
    """Where the minutes between two places come from; the first that knows them counts."""

    ENTERED = "entered"
    ROADS = "roads"
    ESTIMATE = "estimate"


class LegHalf(StrEnum):
    """When entered minutes hold: on trips of the whole day, or of one half (by the begin of the team's hours)."""

    DAY = "day"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class RemedyWay(StrEnum):
    """Who makes a remedy true."""

    RUN = "run"
    FAMILY = "family"
    TEAM = "team"
    PINS = "pins"


class TeamLack(StrEnum):
    """Why a team cannot visit."""

    NO_MEMBER = "no_member"
    NO_HOURS = "no_hours"
    NO_PLACE = "no_place"


class ChangeKind(StrEnum):
    """What became of a published visit in a later publication."""

    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


class ClosureKind(StrEnum):
    """Why no visit can be at a home on some days."""

    FAMILY = "family"
    ROAD = "road"
    GONE = "gone"


class RepairState(StrEnum):
    ASKED = "asked"
    READY = "ready"
    CHOSEN = "chosen"
    FAILED = "failed"


class HappeningKind(StrEnum):
    """What can happen to a published month."""

    TEACHER_AWAY = "teacher_away"
    FAMILY_CANCELS = "family_cancels"
    ROAD_CLOSED = "road_closed"
    DAY_CLOSED = "day_closed"
    CHILD_ADDED = "child_added"
    CHILD_GONE = "child_gone"


class VariantName(StrEnum):
    """The ways to repair that the engine proposes."""

    FEWEST_CHANGES = "fewest_changes"
    LEAST_TRAVEL = "least_travel"
    NO_SUBSTITUTE = "no_substitute"


class MoveState(StrEnum):
    """What became of a family's wish to move a visit."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


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
    """What a teacher says of a visit. `key` is made by the phone; `corrects_id` names the record it corrects."""

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


describe(TimetableState, queued=N_("Being made"), draft=N_("Draft, not published"), published=N_("Published"),
         discarded=N_("Discarded"), failed=N_("Not made"))
describe(VisitOrigin, template=N_("Regular"), makeup=N_("Made up for a closed day"), manual=N_("Moved by hand"))
describe(RecordOutcome, given=N_("Given"), not_given=N_("Not given"))
describe(MissedReason, family_cancelled=N_("The family cancelled"), child_ill=N_("The child was ill"),
         child_in_hospital=N_("The child was in hospital"), nobody_home=N_("Nobody was at home"),
         teacher_ill=N_("A teacher was ill"), teacher_duty=N_("A teacher had other duties"),
         road_closed=N_("The road was closed"), weather=N_("Weather: rain, flood, heat"), other=N_("Another reason"))
describe(Confirmation, on_phone=N_("On this phone"), on_paper=N_("Signed on paper"), not_yet=N_("Not yet confirmed"))
describe(ChangeKind, moved=N_("Moved"), added=N_("New"), removed=N_("Called off"))
describe(ClosureKind, family=N_("The family cancelled"), road=N_("The road to the home is closed"),
         gone=N_("The child is gone"))
describe(RepairState, asked=N_("Being computed"), ready=N_("Ready to choose"), chosen=N_("Chosen"),
         failed=N_("Not made"))
describe(HappeningKind, teacher_away=N_("A teacher is away"), family_cancels=N_("A family cancels"),
         road_closed=N_("The road to a home is closed"), day_closed=N_("The schools are closed"),
         child_added=N_("A child is newly taught at home"), child_gone=N_("A child is gone"))
describe(VariantName, fewest_changes=N_("Fewest changes"), least_travel=N_("Least travel"),
         no_substitute=N_("No other team"))
describe(MoveState, open=N_("Waits for an answer"), accepted=N_("Moved"), refused=N_("Not possible"),
         withdrawn=N_("Taken back"))
describe(OwedBy, school=N_("to be made up"), nobody=N_("excused"))
describe(LeftOut, no_home=N_("Where the home is has not been entered."),
         no_times=N_("When the family can receive a visit has not been entered."),
         not_on_roll=N_("The child is suspended, missing or no longer on the roll: no visits meanwhile."))
describe(RoadServiceKind, osrm=N_("OSRM"), valhalla=N_("Valhalla"))
describe(LegSource, entered=N_("entered"), roads=N_("by road"), estimate=N_("estimate"))
describe(LegHalf, day=N_("the whole day"), morning=N_("in the morning only"), afternoon=N_("in the afternoon only"))
describe(TeamLack, no_member=N_("The team has no teacher."), no_hours=N_("The teachers have no hours in common."),
         no_place=N_("The school's place on the map has not been entered."))
