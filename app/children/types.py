"""The language of the slice; Chinese wordings of the national roll sheet stand in app/imports/columns.py."""

from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


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
    UNIT = "unit"
    SCHOOL = "school"
    TEACHER = "teacher"
    EXPERT = "expert"
    GUARDIAN = "guardian"


class SightRight(StrEnum):
    """What a holder may do with a file in its sight: a former school, teacher or district only reads."""

    READ = "read"
    WRITE = "write"


class EventKind(StrEnum):
    """Kinds of the timeline."""

    FILE = "file"
    ASSESSMENT = "assessment"
    PLACEMENT = "placement"
    PLAN = "plan"
    ROLL = "roll"
    VISIT = "visit"
    FAMILY = "family"


describe(Sex, male=N_("Male"), female=N_("Female"))
describe(
    DocumentKind,
    resident_id=N_("Resident ID card"),
    hk_macao_permit=N_("Permit of Hong Kong and Macao residents"),
    taiwan_permit=N_("Permit of Taiwan residents"),
    residence_permit=N_("Residence permit of Hong Kong, Macao and Taiwan residents"),
    foreign_card=N_("Permanent residence card of a foreigner"),
    passport=N_("Passport"),
    none=N_("No document"),
    other=N_("Another document"),
)
describe(
    DisabilityCategory,
    visual=N_("Visual disability"),
    hearing=N_("Hearing disability"),
    speech=N_("Speech disability"),
    physical=N_("Physical disability"),
    intellectual=N_("Intellectual disability"),
    psychiatric=N_("Psychiatric disability"),
    multiple=N_("Multiple disabilities"),
    other=N_("Other disability"),
)
describe(
    GuardianRelation,
    father=N_("Father"),
    mother=N_("Mother"),
    grandparent=N_("Grandparent"),
    sibling=N_("Brother or sister"),
    other=N_("Other relation"),
)
describe(HukouKind, rural=N_("Rural hukou"), urban=N_("Urban hukou"), other=N_("Other hukou"))
describe(
    Health,
    good=N_("Good health"),
    fair=N_("Fair health"),
    chronic=N_("Chronic illness"),
    disabled=N_("With a disability"),
)
describe(
    LeftBehind,
    no=N_("Not left behind"),
    one_parent=N_("One parent works away"),
    both_parents=N_("Both parents work away"),
)
describe(
    TravelMode,
    walk=N_("On foot"),
    bicycle=N_("By bicycle"),
    public=N_("By public transport"),
    parent=N_("Brought by the family"),
    school_bus=N_("By school bus"),
    other=N_("Another way"),
)
describe(
    HomeMode, walk=N_("On foot"), motorbike=N_("By motorbike"), car=N_("By car"), bus=N_("By bus"), ferry=N_("By ferry")
)
describe(
    SightKind,
    unit=N_("District"),
    school=N_("School"),
    teacher=N_("Teacher"),
    expert=N_("Expert"),
    guardian=N_("Guardian"),
)
describe(SightRight, read=N_("Reads only"), write=N_("Reads and writes"))
describe(
    EventKind,
    file=N_("File"),
    assessment=N_("Assessment"),
    placement=N_("Placement"),
    plan=N_("Plan"),
    roll=N_("School roll"),
    visit=N_("Visits"),
    family=N_("Family"),
)
