"""The language of visits."""

from enum import StrEnum


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
