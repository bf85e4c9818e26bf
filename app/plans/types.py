"""The language of plans (facts 5)."""

from enum import StrEnum


class VersionState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class SectionKey(StrEnum):
    """Sections of facts 5.2 that are words; goals, objectives and services have tables of their own.

    Basic information and assessment are taken from the file when the version is frozen, never retyped.
    """

    STRENGTHS = "strengths"
    NEEDS = "needs"
    CHILD_WORDS = "child_words"
    FAMILY_WORDS = "family_words"
    CURRICULUM = "curriculum"
    STRATEGIES = "strategies"
    ENVIRONMENT = "environment"
    BEHAVIOUR = "behaviour"
    HOME_PRACTICE = "home_practice"
    EVALUATION = "evaluation"
    TRANSITION = "transition"
    PARTICIPANTS = "participants"


class PromptLevel(StrEnum):
    """辅助程度: from no help to full help."""

    INDEPENDENT = "independent"
    VERBAL = "verbal"
    GESTURE = "gesture"
    MODEL = "model"
    PHYSICAL = "physical"


class ServiceKind(StrEnum):
    HOME_TEACHING = "home_teaching"
    REMOTE_TEACHING = "remote_teaching"
    RESOURCE_ROOM = "resource_room"
    REHABILITATION = "rehabilitation"
    PSYCHOLOGY = "psychology"
    SPEECH = "speech"
    TRANSPORT = "transport"
    OTHER = "other"


class ServicePlace(StrEnum):
    HOME = "home"
    CLASSROOM = "classroom"
    RESOURCE_ROOM = "resource_room"
    CENTRE = "centre"
    ONLINE = "online"


class Frequency(StrEnum):
    """`times` visits or lessons per week, per two weeks or per month (four weeks)."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


WEEKS = {Frequency.WEEK: 1, Frequency.FORTNIGHT: 2, Frequency.MONTH: 4}
