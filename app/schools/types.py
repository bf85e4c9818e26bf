"""The language of the slice: kinds of schools, units and days."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_, S_


class DivisionLevel(StrEnum):
    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    TOWN = "town"


class UnitKind(StrEnum):
    DISTRICT = "district"
    COUNTY = "county"
    AUTONOMOUS_COUNTY = "autonomous_county"
    FUNCTIONAL_ZONE = "functional_zone"


class SchoolKind(StrEnum):
    """办学类型; the first two digits of the school code must agree (facts 2.3)."""

    PRIMARY = "primary"
    TEACHING_POINT = "teaching_point"
    JUNIOR = "junior"
    NINE_YEAR = "nine_year"
    COMPLETE_SECONDARY = "complete_secondary"
    SPECIAL = "special"
    OTHER = "other"


class AreaKind(StrEnum):
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"


class DayKind(StrEnum):
    """What a row of the calendar says of a day."""

    HOLIDAY = "holiday"
    WORKED = "worked"
    CLOSED = "closed"
    TEACHING = "teaching"


class RuleName(StrEnum):
    """Rules a district sets (facts 4.2); their value types stand in `unit_rules.RULES`."""

    VISITS_PER_WEEK = "visits_per_week"
    VISITS_PER_MONTH = "visits_per_month"
    LESSONS_PER_VISIT = "lessons_per_visit"
    LESSON_MINUTES = "lesson_minutes"
    YEARLY_LESSONS = "yearly_lessons"
    TWO_ADULTS = "two_adults"
    REMOTE_SHARE = "remote_share"
    VISIT_ALLOWANCE_FEN = "visit_allowance_fen"
    REGISTRATION_MONTHS = "registration_months"
    SUSPENSION_MONTHS = "suspension_months"
    DAY_CAP_MINUTES = "day_cap_minutes"
    DAY_VISITS = "day_visits"
    DAY_TRAVEL_MINUTES = "day_travel_minutes"
    DARK_MARGIN_MINUTES = "dark_margin_minutes"
    NOON_BREAK_MINUTES = "noon_break_minutes"
    NOON_BREAK_FROM = "noon_break_from"
    NOON_BREAK_TO = "noon_break_to"


@dataclass(frozen=True, kw_only=True)
class SchoolFacts:
    """What is known of a school, as a form or a row of the schools sheet says it.

    `unit_id` is the managing unit; `successor_code` the school into which a closed one was merged. `opened_on` is
    its first day, `closed_on` the first on which it is not there any more: a school is open on days in between.
    """

    code: str
    name: str
    kind: SchoolKind
    unit_id: uuid.UUID
    division_code: str
    town_code: str | None = None
    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    area: AreaKind | None = None
    principal: str | None = None
    telephone: str | None = None
    receives: bool = True
    resource_room: bool | None = None
    special_teachers: int | None = None
    special_places: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    successor_code: str | None = None
    former_name: str | None = None


@dataclass(frozen=True)
class SchoolFilters:
    """What a list of schools is narrowed to. `text`: part of a name, pinyin, initials, code or former name."""

    text: str = ""
    unit_id: uuid.UUID | None = None
    kind: SchoolKind | None = None
    receives: bool | None = None
    living: bool = True


class TeacherSex(StrEnum):
    """Whether a teacher is a woman or a man, where it is known: some families wish the one or the other."""

    FEMALE = "female"
    MALE = "male"


describe(TeacherSex, female=N_("a woman"), male=N_("a man"))


@dataclass(frozen=True, kw_only=True)
class TeacherFacts:
    """A teacher as the form says it. `skills` are words, languages among them; `phone` is kept sealed."""

    name: str
    number: str
    skills: tuple[str, ...] = ()
    phone: str | None = None
    active: bool = True
    sex: TeacherSex | None = None


@dataclass(frozen=True)
class CalendarFacts:
    """The days of one year that differ from Monday to Friday, each with the holiday it belongs to, and the notice."""

    year: int
    holidays: Mapping[date, str]
    worked: Mapping[date, str]
    source: str


@dataclass(frozen=True)
class BulkResult:
    """How many schools of a sheet were made, changed and left as they were."""

    new: int
    changed: int
    same: int


HOLIDAYS = (
    S_("holiday.new_year", "New Year's Day"),
    S_("holiday.spring_festival", "Spring Festival"),
    S_("holiday.tomb_sweeping", "Tomb-Sweeping Day"),
    S_("holiday.labour_day", "Labour Day"),
    S_("holiday.dragon_boat", "Dragon Boat Festival"),
    S_("holiday.mid_autumn", "Mid-Autumn Festival"),
    S_("holiday.national_day", "National Day"),
)
"""Names of the national holidays as the reference data write them."""

SOURCES = (
    S_("source.assumed_default", "Assumed default; set your own"),
    S_("source.assumed", "Assumed; please confirm"),
    S_("source.school_calendar", "School calendar of the municipal commission"),
)
"""Sources that the reference data name; other sources are somebody's own words and are shown as written."""

describe(DivisionLevel, municipality=N_("Municipality"), district=N_("District or county"), town=N_("Town or street"))
describe(
    UnitKind,
    district=N_("District"),
    county=N_("County"),
    autonomous_county=N_("Autonomous county"),
    functional_zone=N_("Functional zone"),
)
describe(
    SchoolKind,
    primary=N_("Primary school"),
    teaching_point=N_("Teaching point"),
    junior=N_("Junior secondary school"),
    nine_year=N_("Nine-year school"),
    complete_secondary=N_("Complete secondary school"),
    special=N_("Special school"),
    other=N_("Other school"),
)
describe(AreaKind, city=N_("City area"), town=N_("Town area"), village=N_("Village area"))
describe(
    DayKind,
    holiday=N_("Holiday"),
    worked=N_("Shifted working day"),
    closed=N_("Schools closed"),
    teaching=N_("Make-up teaching day"),
)
describe(
    RuleName,
    visits_per_week=N_("Visits a week"),
    visits_per_month=N_("Visits a month"),
    lessons_per_visit=N_("Lessons a visit"),
    lesson_minutes=N_("Minutes of a lesson"),
    yearly_lessons=N_("Lessons a year, at least"),
    two_adults=N_("Two adults at every visit"),
    remote_share=N_("Remote teaching, at most (percent of lessons)"),
    visit_allowance_fen=N_("Allowance for a visit (yuan)"),
    registration_months=N_("Months to register on the roll"),
    suspension_months=N_("Months of a suspension, at most"),
    day_cap_minutes=N_("Minutes of work on a visiting day, at most"),
    day_visits=N_("Visits of a team on a day, at most"),
    day_travel_minutes=N_("Minutes on the way on a visiting day, at most"),
    dark_margin_minutes=N_("Back so many minutes before sunset"),
    noon_break_minutes=N_("Minutes of break at noon on a visiting day, at least"),
    noon_break_from=N_("Break at noon not before"),
    noon_break_to=N_("Break at noon not after"),
)
