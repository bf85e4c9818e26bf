"""The deadlines of a plan in force: its review, and its end while no other follows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, and_, case, exists, or_
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.children.models import Child
from app.kernel.dates import add_days
from app.kernel.problems import N_
from app.plans.models import PlanForce, PlanVersion
from app.plans.queries.lists import DUE_DAYS, EXPIRING_DAYS
from app.plans.queries.versions import holds_on
from app.plans.types import VersionState
from app.roll.models import Membership
from app.roll.types import SchoolLink
from app.steps.kinds import Column, StepKind, asked
from app.steps.types import Clock, Ended

PLAN_REVIEW = "plan_review"
PLAN_END = "plan_end"


def reviews(day: date) -> Select:
    """Plans to be reviewed within a fortnight; in the last thirty days of a plan the next one is asked for instead."""
    return _in_force(day, PlanVersion.review_on).where(
        PlanVersion.review_on <= add_days(day, DUE_DAYS), PlanVersion.ends_on > add_days(day, EXPIRING_DAYS)
    )


def ends(day: date) -> Select:
    """Plans that end within thirty days, or have ended and nothing came after."""
    return _in_force(day, PlanVersion.ends_on).where(PlanVersion.ends_on <= add_days(day, EXPIRING_DAYS))


def _in_force(day: date, due_on: Column) -> Select:
    """Versions in force on a day that no approved one follows: whoever wrote it answers, else the child's school, else
    its district."""
    later = aliased(PlanForce)
    on_roll = and_(
        Membership.child_id == Child.id,
        Membership.link == SchoolLink.ROLL,
        Membership.valid_from <= day,
        or_(Membership.valid_to.is_(None), Membership.valid_to > day),
    )
    return (
        asked(
            subject_id=PlanVersion.id,
            child_id=PlanVersion.child_id,
            unit_id=Child.unit_id,
            school_id=Membership.school_id,
            user_id=case((User.active, User.id)),
            from_on=PlanForce.valid_from,
            due_on=due_on,
        )
        .select_from(PlanVersion)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .join(Child, Child.id == PlanVersion.child_id)
        .outerjoin(User, User.id == PlanVersion.author_id)
        .outerjoin(Membership, on_roll)
        .where(
            PlanVersion.state == VersionState.APPROVED,
            *holds_on(day),
            ~exists().where(later.child_id == PlanVersion.child_id, later.valid_from > day),
        )
    )


STEPS = (
    StepKind(
        code=PLAN_REVIEW,
        words=N_("Review the plan"),
        subject="plan_version",
        endpoint="plans.show_plans",
        takes="child_id",
        clock=Clock.CALENDAR,
        ahead=DUE_DAYS,
        amber=DUE_DAYS,
        reminds=(DUE_DAYS, 0),
        escalates=(14, 44),
        pausable=True,
        unsettled=Ended.LAPSED,
        ought=reviews,
    ),
    StepKind(
        code=PLAN_END,
        words=N_("Write the next plan: this one ends"),
        subject="plan_version",
        endpoint="plans.show_plans",
        takes="child_id",
        clock=Clock.CALENDAR,
        ahead=EXPIRING_DAYS,
        amber=EXPIRING_DAYS,
        reminds=(EXPIRING_DAYS, 7, 0),
        escalates=(1, 31),
        unsettled=Ended.LAPSED,
        ought=ends,
    ),
)
"""The days are those of the lists of plans."""
