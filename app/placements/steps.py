"""The deadline of a placement: the day on which it is to be looked at again."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import Select

from app.access import Actor
from app.children.models import Child
from app.kernel.dates import add_days
from app.kernel.problems import N_
from app.placements.models import Decision
from app.placements.queries import decision_holds
from app.steps.actions import settle
from app.steps.kinds import StepKind, asked
from app.steps.types import Clock

PLACEMENT_REVIEW = "placement_review"
AHEAD = 30
"""Days before the review day from which it is asked for: the committee has to be called."""


def settle_review(actor: Actor, decision_id: uuid.UUID, today: date) -> None:
    """Another decision follows this one, today or later: its review is done."""
    settle(actor, PLACEMENT_REVIEW, decision_id, deed="decide_placement", on=today)


def reviews(day: date) -> Select:
    """Decisions in force, with none to follow, whose review day is near or over; the district of the child answers."""
    return (
        asked(
            subject_id=Decision.id,
            child_id=Decision.child_id,
            unit_id=Child.unit_id,
            from_on=Decision.valid_from,
            due_on=Decision.review_on,
        )
        .select_from(Decision)
        .join(Child, Child.id == Decision.child_id)
        .where(decision_holds(day), Decision.ended_on.is_(None), Decision.review_on <= add_days(day, AHEAD))
    )


STEPS = (
    StepKind(
        code=PLACEMENT_REVIEW,
        words=N_("Review the placement and decide anew"),
        subject="decision",
        endpoint="placements.new_decision",
        takes="child_id",
        clock=Clock.CALENDAR,
        ahead=AHEAD,
        amber=AHEAD,
        reminds=(AHEAD, 7, 0),
        escalates=(30,),
        ought=reviews,
    ),
)
"""Source: home-delivered teaching is asked again within twelve months (see rules.py)."""
