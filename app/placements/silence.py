"""Schools that do not answer the question of the term: can a child who is taught at home come to school?"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Select, and_, exists, false, literal, or_, true

from app.db.remember import remembered
from app.kernel.dates import add_days
from app.kernel.problems import N_
from app.placements.models import Decision, ReturnTest
from app.placements.queries import decision_holds, running_term
from app.placements.types import PlacementKind
from app.roll.models import Membership
from app.roll.types import SchoolLink
from app.schools.models import School
from app.steps.kinds import StepKind, asked
from app.steps.types import Clock

RETURNS_SILENT = "returns_silent"
SILENT_AFTER = 30
"""Days of a term after which a school that has answered for none of its children is asked by its district."""


def _term_began(day: date) -> date:
    term = running_term(day)
    return term.starts_on if term is not None else date.max


def unanswered(day: date) -> Select:
    """Schools that have asked of none of their children taught at home whether it can come to school, thirty days into
    the term: their district asks. One answer, and the rest is the list of the school."""
    began = remembered(("term began", day), lambda: _term_began(day))
    of_school = and_(
        Membership.school_id == School.id,
        Membership.link == SchoolLink.ROLL,
        Membership.valid_from <= day,
        or_(Membership.valid_to.is_(None), Membership.valid_to > day),
    )
    at_home = and_(Decision.child_id == Membership.child_id, Decision.kind == PlacementKind.HOME, decision_holds(day))
    answered = exists().where(
        ReturnTest.child_id == Membership.child_id,
        ReturnTest.answered_on >= began,
        ReturnTest.answered_on <= day,
    )
    return (
        asked(subject_id=School.id, unit_id=School.unit_id, from_on=literal(began, Date))
        .select_from(School)
        .where(
            true() if began <= add_days(day, -SILENT_AFTER) else false(),
            exists().where(of_school, at_home, Decision.valid_from <= add_days(day, -SILENT_AFTER)),
            ~exists().where(of_school, at_home, answered),
        )
    )


STEPS = (
    StepKind(
        code=RETURNS_SILENT,
        words=N_("Ask the school: it has not said of one child taught at home whether it can come to school"),
        subject="school",
        endpoint="schools.show_school",
        takes="school_id",
        clock=Clock.CALENDAR,
        days=14,
        after=SILENT_AFTER,
        amber=7,
        reminds=(7, 0),
        escalates=(14,),
        ought=unanswered,
    ),
)
