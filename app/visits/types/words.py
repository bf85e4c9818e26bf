"""The enumerations of visits with their words."""

from __future__ import annotations

from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


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


class TimesGiven(StrEnum):
    """Whether a visit took place when it was planned; a teacher has to say so."""

    PLANNED = "planned"
    OTHER = "other"


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
describe(TimesGiven, planned=N_("At the planned time"), other=N_("At another time"))
describe(OwedBy, school=N_("to be made up"), nobody=N_("excused"))
describe(LeftOut, no_home=N_("Where the home is has not been entered."),
         no_times=N_("When the family can receive a visit has not been entered."),
         not_on_roll=N_("The child is suspended, missing or no longer on the roll: no visits meanwhile."))
describe(RoadServiceKind, osrm=N_("OSRM"), valhalla=N_("Valhalla"))
describe(LegSource, entered=N_("entered"), roads=N_("by road"), estimate=N_("estimate"))
describe(LegHalf, day=N_("the whole day"), morning=N_("in the morning only"), afternoon=N_("in the afternoon only"))
describe(TeamLack, no_member=N_("The team has no teacher."), no_hours=N_("The teachers have no hours in common."),
         no_place=N_("The school's place on the map has not been entered."))
