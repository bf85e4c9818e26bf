"""The language of the slice: kinds of schools, units and days."""

from enum import StrEnum


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
    """Rules a district sets (facts 4.2); their value types stand in `rules.RULES`."""

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
