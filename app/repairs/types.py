"""What happens to a published month, plain."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


class RepairState(StrEnum):
    ASKED = "asked"
    READY = "ready"
    CHOSEN = "chosen"
    FAILED = "failed"


class HappeningKind(StrEnum):
    """What can happen to a published month."""

    TEACHER_AWAY = "teacher_away"
    FAMILY_CANCELS = "family_cancels"
    ROAD_CLOSED = "road_closed"
    DAY_CLOSED = "day_closed"
    CHILD_ADDED = "child_added"
    CHILD_GONE = "child_gone"
    PLAN_CHANGED = "plan_changed"


class VariantName(StrEnum):
    """The ways to repair that the engine proposes."""

    FEWEST_CHANGES = "fewest_changes"
    LEAST_TRAVEL = "least_travel"
    NO_SUBSTITUTE = "no_substitute"


class GoneReason(StrEnum):
    """Why a published visit will not take place, as the family is told; what a record says is a MissedReason."""

    ASKED = "asked"
    TEACHER_AWAY = "teacher_away"
    FAMILY = "family"
    ROAD = "road"
    CLOSED = "closed"
    NOT_TAUGHT = "not_taught"
    PLANNED_ANEW = "planned_anew"


class MoveState(StrEnum):
    """What became of a family's wish to move a visit."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


describe(
    RepairState, asked=N_("Being computed"), ready=N_("Ready to choose"), chosen=N_("Chosen"), failed=N_("Not made")
)


describe(
    HappeningKind,
    teacher_away=N_("A teacher is away"),
    family_cancels=N_("A family cancels"),
    road_closed=N_("The road to a home is closed"),
    day_closed=N_("The schools are closed"),
    child_added=N_("A child is newly taught at home"),
    child_gone=N_("A child is gone"),
    plan_changed=N_("A child's plan has changed"),
)


describe(
    VariantName, fewest_changes=N_("Fewest changes"), least_travel=N_("Least travel"), no_substitute=N_("No other team")
)


describe(
    GoneReason,
    asked=N_("It was moved at your wish."),
    teacher_away=N_("A teacher cannot come on this day."),
    family=N_("You cannot receive a visit on this day."),
    road=N_("The road to your home is closed."),
    closed=N_("Schools are closed on this day."),
    not_taught=N_("Your child is not taught at home on this day."),
    planned_anew=N_("The visits of this month were planned anew."),
)


describe(
    MoveState,
    open=N_("Waits for an answer"),
    accepted=N_("Moved"),
    refused=N_("Not possible"),
    withdrawn=N_("Taken back"),
)


@dataclass(frozen=True)
class Happening:
    """What happened to a published month, from `first` to `last`: whom it concerns depends on the kind."""

    kind: HappeningKind
    first: date
    last: date
    teacher_id: uuid.UUID | None = None
    child_id: uuid.UUID | None = None
    note: str = ""
