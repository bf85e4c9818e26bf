"""Suspected dropouts: a child taught at home whom nobody meets any more.

What the product records today and what it makes of it:
- visits that fell out because nobody was home or the family called them off, two or more, without one that was given
  or that fell out for another reason since, over four weeks: here, of the roll school;
- a suspension or deferral that ran out without the child's return: `study_break_end` of the roll, which rises to the
  district on the day after;
- a confirmed dropout, a child that is missing, abroad or gone: a state of the roll, decided, and no suspicion.
Attendance in class is not recorded yet.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, exists, select

from app.children.models import Child
from app.children.sight import kept_file
from app.kernel.problems import N_
from app.roll.models import Membership, RollState
from app.roll.steps import in_force, roll_school
from app.roll.types import AWAY
from app.steps.kinds import StepKind, asked
from app.steps.types import Clock, Ended
from app.timetables.models import Visit
from app.visits.queries.unmet import unmet

DROPOUT_SUSPECTED = "dropout_suspected"
ABSENT = 28
"""Days without cause after which a dropout is suspected: four weeks in a row (the number of Liaoning; Chongqing has
published none that is known)."""
DAYS = 10
"""Working days in which the school finds the child, or reports it."""


def suspected(day: date) -> Select:
    """Children whose visits of four weeks all fell out without cause, asked of the school of their roll; by the first
    of these visits, as far as was known on the day."""
    return (
        asked(
            subject_id=Child.id,
            child_id=Child.id,
            unit_id=Child.unit_id,
            school_id=Membership.school_id,
            from_on=Visit.day,
        )
        .select_from(Visit)
        .join(Child, Child.id == kept_file(Visit.child_id))
        .outerjoin(Membership, roll_school(day))
        .where(*unmet(day, ABSENT), ~_is_away(day))
    )


def _is_away(day: date) -> ColumnElement[bool]:
    return exists(
        select(RollState.id)
        .where(RollState.child_id == Child.id, in_force(RollState, day), RollState.status.in_(AWAY))
        .correlate(Child)
    )


STEPS = (
    StepKind(
        code=DROPOUT_SUSPECTED,
        words=N_("Find the child: a dropout is suspected"),
        subject="child",
        endpoint="visits.show_child_visits",
        takes="child_id",
        clock=Clock.WORKING,
        days=DAYS,
        after=ABSENT,
        amber=3,
        reminds=(3, 0),
        escalates=(1, DAYS),
        unsettled=Ended.LAPSED,
        ought=suspected,
    ),
)
"""The four weeks are counted from the first visit; the ten working days are those of the other answers on the roll."""
