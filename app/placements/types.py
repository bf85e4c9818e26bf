"""The language of placement (facts 1.4)."""

from enum import StrEnum


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
