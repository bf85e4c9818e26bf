"""Reading assessments of a child that was loaded in sight."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.assessments.models import Assessment
from app.db import db
from app.errors import NotFound


def list_assessments_of(child_id: uuid.UUID) -> list[Assessment]:
    """All assessments of a child, newest first."""
    return list(db.session.scalars(select(Assessment).where(Assessment.child_id == child_id).order_by(
        Assessment.assessed_on.desc(), Assessment.recorded_at.desc(), Assessment.id)))


def get_assessment(child_id: uuid.UUID, assessment_id: uuid.UUID) -> Assessment:
    """One assessment of this child. Raises NotFound, also for another child's."""
    row = db.session.scalar(select(Assessment).where(Assessment.id == assessment_id, Assessment.child_id == child_id))
    if row is None:
        raise NotFound
    return row
