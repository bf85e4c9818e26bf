"""The deadlines of disabilities: a certificate that ends, a screening.

Both are the child's, but whose business they are says the roll: the school of its roll, else the district, and no one
who left.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, exists, select

from app.children.models import Child, Disability
from app.children.screening import SOON
from app.kernel.dates import add_days
from app.kernel.problems import N_
from app.roll import rules
from app.roll.models import Membership, RollState
from app.roll.steps.holding import in_force, roll_school
from app.steps.kinds import Column, StepKind, asked
from app.steps.types import Clock, Ended

CERTIFICATE_END = "certificate_end"
SCREENING = "screening"
CERTIFICATE_DAYS = (90, 30, 0)
"""Days before a certificate ends on which it is reminded of."""


def certificates_ending(day: date) -> Select:
    """Certificates that end within ninety days or have ended."""
    return _disabilities(day, Disability.certificate_ends_on, CERTIFICATE_DAYS[0])


def screenings(day: date) -> Select:
    """Suspected disabilities that nobody has assessed, to be screened within a month or overdue."""
    return _disabilities(day, Disability.screening_due_on, SOON.days)


def _disabilities(day: date, due_on: Column, ahead: int) -> Select:
    """Entries in force with a day that is near or over, of children who have not left for good."""
    left = exists(
        select(RollState.id)
        .where(RollState.child_id == Child.id, in_force(RollState, day), RollState.status.in_(rules.TERMINAL))
        .correlate(Child)
    )
    return (
        asked(
            subject_id=Disability.id,
            child_id=Disability.child_id,
            unit_id=Child.unit_id,
            school_id=Membership.school_id,
            from_on=Disability.valid_from,
            due_on=due_on,
        )
        .select_from(Disability)
        .join(Child, Child.id == Disability.child_id)
        .outerjoin(Membership, roll_school(day))
        .where(in_force(Disability, day), due_on <= add_days(day, ahead), ~left, Child.merged_into.is_(None))
    )


STEPS = (
    StepKind(
        code=CERTIFICATE_END,
        words=N_("Have the disability certificate renewed"),
        subject="disability",
        endpoint="children.edit_disabilities",
        takes="child_id",
        clock=Clock.CALENDAR,
        ahead=CERTIFICATE_DAYS[0],
        amber=CERTIFICATE_DAYS[1],
        reminds=CERTIFICATE_DAYS,
        escalates=(30,),
        ought=certificates_ending,
    ),
    StepKind(
        code=SCREENING,
        words=N_("Have the suspected disability screened"),
        subject="disability",
        endpoint="children.edit_disabilities",
        takes="child_id",
        clock=Clock.CALENDAR,
        ahead=SOON.days,
        amber=SOON.days,
        reminds=(SOON.days, 7, 0),
        escalates=(30,),
        unsettled=Ended.LAPSED,
        ought=screenings,
    ),
)
"""The days of a certificate are habit in the field; a screening is asked for as long ahead as its list does."""
