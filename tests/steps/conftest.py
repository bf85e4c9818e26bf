"""A town whose children have deadlines."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.children.models import Child, Disability
from app.db import db
from app.steps.actions import tick_until
from app.steps.models import Step
from app.web.filters import today
from tests.factories import roll as make


@pytest.fixture
def town(session):
    db.write()
    return make.make_town()


def with_certificate(town, ends_on: date, *, since: date = date(2025, 9, 1)) -> Child:
    """A child on the roll of school a whose certificate ends."""
    child = make.make_enrolled(town, today=today())
    row = db.session.scalars(select(Disability).where(Disability.child_id == child.id)).one()
    row.certificate_ends_on, row.valid_from = ends_on, since
    db.session.flush()
    return child


def tick(day: date) -> None:
    """What stands there is kept, then the tick of a day runs (it begins by giving up what is not)."""
    db.session.commit()
    tick_until(day)


def steps_of(child: Child) -> list[Step]:
    return list(db.session.scalars(select(Step).where(Step.child_id == child.id).order_by(Step.opened_on, Step.id)))


def told(step: Step) -> tuple:
    """What a step says, without its key."""
    return (
        step.kind,
        step.subject_id,
        step.part,
        step.opened_on,
        step.due_on,
        step.reminded_on,
        step.escalated_to,
        step.escalated_on,
        step.ended_on,
        step.ended_as,
    )
