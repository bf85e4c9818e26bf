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


describe(PlacementKind, regular_class=N_("Learning in a regular class"), special_class=N_("Special class"),
         special_school=N_("Special school"), home=N_("Home-delivered teaching"), remote=N_("Remote teaching"),
         welfare=N_("Class in a welfare or rehabilitation institution"), deferred=N_("Deferred entry"))
describe(Agreement, agree=N_("Agrees"), partly=N_("Agrees in part"), disagree=N_("Disagrees"))
