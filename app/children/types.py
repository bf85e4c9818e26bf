"""The language of the slice; Chinese wordings of the national roll sheet stand in app/imports/columns.py."""

from enum import StrEnum


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class DocumentKind(StrEnum):
    """身份证件类型 of the national roll sheet."""

    RESIDENT_ID = "resident_id"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_CARD = "foreign_card"
    PASSPORT = "passport"
    NONE = "none"
    OTHER = "other"


class DisabilityCategory(StrEnum):
    """残疾类别, GB/T 26341-2010; `OTHER` only from the roll sheet's 其他残疾."""

    VISUAL = "visual"
    HEARING = "hearing"
    SPEECH = "speech"
    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    PSYCHIATRIC = "psychiatric"
    MULTIPLE = "multiple"
    OTHER = "other"


class GuardianRelation(StrEnum):
    FATHER = "father"
    MOTHER = "mother"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    OTHER = "other"


class HukouKind(StrEnum):
    RURAL = "rural"
    URBAN = "urban"
    OTHER = "other"


class Health(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    CHRONIC = "chronic"
    DISABLED = "disabled"


class LeftBehind(StrEnum):
    NO = "no"
    ONE_PARENT = "one_parent"
    BOTH_PARENTS = "both_parents"


class TravelMode(StrEnum):
    WALK = "walk"
    BICYCLE = "bicycle"
    PUBLIC = "public"
    PARENT = "parent"
    SCHOOL_BUS = "school_bus"
    OTHER = "other"


class HomeMode(StrEnum):
    """How the visiting teacher gets to the home."""

    WALK = "walk"
    MOTORBIKE = "motorbike"
    CAR = "car"
    BUS = "bus"
    FERRY = "ferry"


class SightKind(StrEnum):
    SCHOOL = "school"
    TEACHER = "teacher"
    EXPERT = "expert"
    GUARDIAN = "guardian"


class EventKind(StrEnum):
    """Kinds of the timeline."""

    FILE = "file"
    ASSESSMENT = "assessment"
    PLACEMENT = "placement"
    PLAN = "plan"
    ROLL = "roll"
    VISIT = "visit"
    FAMILY = "family"
