"""The language of plans (facts 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


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


class PlanList(StrEnum):
    """The lists of the plans page."""

    DUE = "due"
    REVIEW = "review"
    DRAFTS = "drafts"
    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    MISSING = "missing"


class Standing(StrEnum):
    """How a version stands on a day, for the check of a paper and for lists."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALID = "valid"
    LATER = "later"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


REQUIRED_SECTIONS = (SectionKey.STRENGTHS, SectionKey.NEEDS)


@dataclass(frozen=True)
class ObjectiveView:
    """A short-term objective as the rules see it; `anchor` is the id of its card on the editor's page."""

    anchor: str
    condition: str = ""
    behaviour: str = ""
    criterion: str = ""
    baseline: str = ""
    plain_words: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    person: str = ""
    carried: bool = False


@dataclass(frozen=True)
class GoalView:
    """A long-term goal with its objectives."""

    anchor: str
    area: str = ""
    domain: str = ""
    words: str = ""
    baseline: str = ""
    target: str = ""
    measure: str = ""
    due_on: date | None = None
    carried: bool = False
    objectives: tuple[ObjectiveView, ...] = ()


@dataclass(frozen=True)
class ServiceView:
    """A service: `times` per `frequency`, `minutes` each."""

    anchor: str
    kind: ServiceKind
    minutes: int
    times: int
    frequency: Frequency
    place: ServicePlace
    provider: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A plan as the rules see it: plain values only."""

    curriculum: str
    starts_on: date
    ends_on: date
    review_on: date
    taught_at_home: bool = False
    sections: Mapping[SectionKey, str] = field(default_factory=dict)
    carried_sections: frozenset[SectionKey] = frozenset()
    goals: tuple[GoalView, ...] = ()
    services: tuple[ServiceView, ...] = ()
    guardian_answer: str | None = None
    no_words_reason: str = ""
    below_rule_reason: str = ""


@dataclass(frozen=True)
class HomeRule:
    """The district's least number of visits at home; None where it sets none (facts 4.2)."""

    visits_per_week: int | None = None
    visits_per_month: int | None = None


@dataclass(frozen=True)
class Completeness:
    """`done` of `whole` checks hold."""

    done: int
    whole: int


class EditConflict(Exception):
    """Somebody else saved the same part first. Both texts are carried; nothing was overwritten.

    `mine` and `theirs` are (field name, text) of the fields that differ; `version` is what to send with the next save.
    """

    def __init__(
        self, mine: list[tuple[str, str]], theirs: list[tuple[str, str]], their_name: str, version: str
    ) -> None:
        super().__init__("somebody else saved this part first")
        self.mine, self.theirs, self.their_name, self.version = mine, theirs, their_name, version


describe(VersionState, draft=N_("Draft"), submitted=N_("In review"), approved=N_("Approved"))
describe(
    SectionKey,
    strengths=N_("Strengths and interests"),
    needs=N_("Educational needs"),
    child_words=N_("The child's own words"),
    family_words=N_("The family's own words"),
    curriculum=N_("Curriculum and timetable"),
    strategies=N_("Teaching strategies"),
    environment=N_("Environment and assistive devices"),
    behaviour=N_("Behaviour support"),
    home_practice=N_("Practice at home"),
    evaluation=N_("Evaluation"),
    transition=N_("Transition"),
    participants=N_("Who took part"),
)
describe(
    PromptLevel,
    independent=N_("Independent"),
    verbal=N_("Spoken prompt"),
    gesture=N_("Gesture prompt"),
    model=N_("Shown first"),
    physical=N_("Hand over hand"),
)
describe(
    ServiceKind,
    home_teaching=N_("Home-delivered teaching"),
    remote_teaching=N_("Remote teaching"),
    resource_room=N_("Resource room teaching"),
    rehabilitation=N_("Rehabilitation training"),
    psychology=N_("Psychological support"),
    speech=N_("Speech and language training"),
    transport=N_("Transport"),
    other=N_("Other support"),
)
describe(
    ServicePlace,
    home=N_("At home"),
    classroom=N_("In the classroom"),
    resource_room=N_("In the resource room"),
    centre=N_("At a centre"),
    online=N_("Online"),
)
describe(Frequency, week=N_("a week"), fortnight=N_("every two weeks"), month=N_("every four weeks"))
describe(
    PlanList,
    due=N_("Review due"),
    review=N_("Waiting for approval"),
    drafts=N_("Drafts"),
    in_force=N_("In force"),
    expiring=N_("Ending soon"),
    missing=N_("Without a plan"),
)
describe(
    Standing,
    draft=N_("Draft"),
    submitted=N_("In review"),
    valid=N_("In force"),
    later=N_("In force later"),
    superseded=N_("Superseded"),
    unknown=N_("Unknown"),
)
