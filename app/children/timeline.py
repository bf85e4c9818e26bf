"""The child's timeline: written by the actions of all slices, one sentence each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.children.models import TimelineEvent
from app.children.types import EventKind
from app.db import db
from app.kernel import clock
from app.kernel.problems import Problem, from_stored
from app.kernel.sentences import code_of, former_code


def tell(
    actor: Actor,
    child_id: uuid.UUID,
    kind: EventKind,
    sentence: str,
    *,
    on: date,
    subject_id: uuid.UUID | None = None,
    **values: object,
) -> None:
    """Add a line. `sentence` is declared by `S_` with %(name)s placeholders; `values` are plain and fill it."""
    code, words = kept(sentence)
    db.session.add(
        TimelineEvent(
            child_id=child_id,
            kind=kind,
            happened_on=on,
            recorded_at=clock.now(),
            code=code,
            sentence=words,
            values={name: str(value) for name, value in values.items()},
            subject_id=subject_id,
            by_name=actor.name,
        )
    )


def was_told(child_id: uuid.UUID, subject_id: uuid.UUID) -> bool:
    """True when a line of the child's timeline is about this thing: there was one, even where it is gone now."""
    asked = select(TimelineEvent.id).where(TimelineEvent.child_id == child_id, TimelineEvent.subject_id == subject_id)
    return db.session.scalar(asked.limit(1)) is not None


def kept(sentence: str) -> tuple[str | None, str]:
    """(code, sentence) as a line keeps them: the words only of a sentence that has no code."""
    code = code_of(sentence, "told")
    return code, "" if code else sentence


def line_of(code: str | None, sentence: str, values: Mapping) -> Problem:
    """What a line of the timeline says, in the words of today."""
    if code is None and not values and former_code(sentence) is None:
        sentence = sentence.replace("%", "%%")
    return from_stored({"code": code, "values": values} if code else {"message": sentence, "values": values})
