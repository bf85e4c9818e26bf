"""Schools that go to homes and say nothing of it: the district asks them.

What a school must record today and can be silent about: the visits of its teams (here), and each term whether a child
taught at home can come to school (app/placements/silence.py). Attendance in class, the ledger of who answers (1+N) and
the monthly report of dropout control are not in the product yet; they will be kinds of their own.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Date, Select, exists, func, literal, select

from app.kernel.dates import add_days
from app.kernel.problems import N_
from app.schools.models import School
from app.steps.kinds import StepKind, asked
from app.steps.types import Clock
from app.teams.models import Team
from app.timetables.models import Visit, VisitRecord
from app.timetables.queries.standing import stands
from app.visits.queries.known import known_on

SCHOOL_SILENT = "school_silent"
SILENT_AFTER = 30
"""Days from the first visit of which nothing is recorded, and nothing of any after it."""
DAYS = 14
"""Days in which the district asks the school."""


def silent(day: date) -> Select:
    """Schools of whose visits of the last thirty days not one is recorded, as far as was known on the day: their
    district asks. A visit that was recorded as not given is no silence."""
    last = _of_school(func.max(Visit.day), day, exists().where(VisitRecord.visit_id == Visit.id, known_on(day)))
    first = _of_school(func.min(Visit.day), day, Visit.day > func.coalesce(last, literal(date.min, Date)))
    return (
        asked(subject_id=School.id, unit_id=School.unit_id, from_on=first)
        .select_from(School)
        .where(exists().where(Team.school_id == School.id), first <= add_days(day, -SILENT_AFTER))
    )


def _of_school(what: ColumnElement, day: date, *tests: ColumnElement[bool]) -> ColumnElement[date]:
    """Something about the visits of a school's teams that were over on a day and stand."""
    return (
        select(what)
        .select_from(Visit)
        .join(Team, Team.id == Visit.team_id)
        .where(Team.school_id == School.id, Visit.day < day, stands(), *tests)
        .correlate(School)
        .scalar_subquery()
    )


STEPS = (
    StepKind(
        code=SCHOOL_SILENT,
        words=N_("Ask the school: none of its visits of the last thirty days is recorded"),
        subject="school",
        endpoint="schools.show_school",
        takes="school_id",
        clock=Clock.CALENDAR,
        days=DAYS,
        after=SILENT_AFTER,
        amber=7,
        reminds=(7, 0),
        escalates=(14,),
        ought=silent,
    ),
)
"""The days are a rule of this house; dropout control asks every school to report monthly (教育部办公厅, April 2024)."""
