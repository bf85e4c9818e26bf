"""The language of placement (facts 1.4)."""

from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


class PlacementKind(StrEnum):
    REGULAR_CLASS = "regular_class"
    SPECIAL_CLASS = "special_class"
    SPECIAL_SCHOOL = "special_school"
    HOME = "home"
    REMOTE = "remote"
    WELFARE = "welfare"
    DEFERRED = "deferred"


class Agreement(StrEnum):
    """What a guardian says; a disagreement never blocks the child's rights."""

    AGREE = "agree"
    PARTLY = "partly"
    DISAGREE = "disagree"


class ReturnAnswer(StrEnum):
    """Can the child come to school now? Asked each term of every child who is taught at home."""

    NO = "no"
    PARTLY = "partly"
    YES = "yes"


class HomeList(StrEnum):
    """What home-delivered teaching lacks or asks for: no answer in the running term, the answer yes, too few
    documents."""

    UNASKED = "unasked"
    CAN_COME = "can_come"
    EVIDENCE = "evidence"


describe(
    PlacementKind,
    regular_class=N_("Learning in a regular class"),
    special_class=N_("Special class"),
    special_school=N_("Special school"),
    home=N_("Home-delivered teaching"),
    remote=N_("Remote teaching"),
    welfare=N_("Class in a welfare or rehabilitation institution"),
    deferred=N_("Deferred entry"),
)
describe(Agreement, agree=N_("Agrees"), partly=N_("Agrees in part"), disagree=N_("Disagrees"))
describe(
    ReturnAnswer,
    no=N_("Cannot come yet"),
    partly=N_("Can come on some days or for some hours"),
    yes=N_("Can come to school"),
)
describe(
    HomeList, unasked=N_("Not asked this term"), can_come=N_("Could come to school"), evidence=N_("Evidence missing")
)
