"""How many rows of each kind stand in a file, under its own id."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.assessments.models import Assessment
from app.children.models import TimelineEvent
from app.db import db
from app.kernel.problems import N_
from app.placements.models import Decision
from app.plans.models import PlanVersion
from app.roll.models import Membership, Movement
from app.timetables.models import Visit, VisitRecord

COUNTED = (
    ("places", N_("Places at schools"), Membership.child_id),
    ("movements", N_("Movements on the roll"), Movement.child_id),
    ("assessments", N_("Assessments"), Assessment.child_id),
    ("decisions", N_("Placement decisions"), Decision.child_id),
    ("versions", N_("Versions of the plan"), PlanVersion.child_id),
    ("visits", N_("Published visits"), Visit.child_id),
    ("records", N_("Records of visits"), VisitRecord.child_id),
    ("events", N_("Lines of the timeline"), TimelineEvent.child_id),
)


def amounts_of(child_id: uuid.UUID) -> dict[str, int]:
    """Rows of one file by kind; one query."""
    counts = (
        select(func.count())
        .where(column == child_id, *((Visit.frozen,) if name == "visits" else ()))
        .scalar_subquery()
        .label(name)
        for name, _words, column in COUNTED
    )
    return dict(db.session.execute(select(*counts)).one()._mapping)
