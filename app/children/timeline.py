"""The child's timeline: written by the actions of all slices, one sentence each."""

from __future__ import annotations

import uuid
from datetime import date

from app.access import Actor
from app.children.models import TimelineEvent
from app.children.types import EventKind
from app.db import db
from app.kernel import clock


def tell(actor: Actor, child_id: uuid.UUID, kind: EventKind, sentence: str, *, on: date,
         subject_id: uuid.UUID | None = None, **values: object) -> None:
    """Add a line. `sentence` is a msgid (marked with N_) with %(name)s placeholders; `values` are plain and fill it."""
    db.session.add(TimelineEvent(
        child_id=child_id, kind=kind, happened_on=on, recorded_at=clock.now(), sentence=sentence,
        values={name: str(value) for name, value in values.items()}, subject_id=subject_id, by_name=actor.name))
