"""What ought to be open on a day."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from app.db import db
from app.kernel.calendars import WorkingCalendar
from app.steps.kinds import StepKind
from app.steps.types import Ought


def ought_of(kind: StepKind, day: date, calendar: WorkingCalendar, subject_id: uuid.UUID | None = None) -> list[Ought]:
    """The steps of a kind that the facts ask for on a day, of one subject or of all: for the tick and for actions,
    which see everything. Some may not begin before a later day (`since`)."""
    statement = kind.ought(day)
    if subject_id is not None:
        ought = statement.subquery()
        statement = select(*ought.c).where(ought.c.subject_id == subject_id)
    return [kind.understood(row, calendar) for row in db.session.execute(statement)]


MOST_ASKED = 500
"""Children that are named in a statement; of more all are asked for, and the others passed over."""


def ought_of_children(
    kind: StepKind, day: date, calendar: WorkingCalendar, child_ids: Collection[uuid.UUID]
) -> list[Ought]:
    """The same of some children: one statement, of however many."""
    ought = kind.ought(day).subquery()
    statement = select(*ought.c)
    if len(child_ids) <= MOST_ASKED:
        statement = statement.where(ought.c.child_id.in_(child_ids))
    rows = db.session.execute(statement)
    return [kind.understood(row, calendar) for row in rows if row.child_id in child_ids]
