"""What may carry attachments. Each slice says it once, at setup; nothing here knows any of them.

    carries("decision", N_("Placement decision"), bearing)

`bearing(actor, subject_id)` finds the thing with the slice's own queries: a `Bearing` for whoever may read it, None for
everybody else and for what is not there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from app.access import Actor
from app.attachments.types import Bearing
from app.errors import NotFound

Bears = Callable[[Actor, uuid.UUID], Bearing | None]


@dataclass(frozen=True)
class Subject:
    """A kind of thing: its code, which rows keep, and its words (a msgid)."""

    kind: str
    words: str
    bearing: Bears


_subjects: dict[str, Subject] = {}


def carries(kind: str, words: str, bearing: Bears) -> None:
    """Let things of a kind carry attachments. Raises ValueError when another slice has said so of this kind."""
    made = Subject(kind, words, bearing)
    if _subjects.setdefault(kind, made) != made:
        raise ValueError(f"{kind}: another slice carries attachments under this name")


def words_of(kind: str) -> str:
    """The words of a kind (a msgid)."""
    return _subjects[kind].words


def bearing_of(actor: Actor, kind: str, subject_id: uuid.UUID) -> Bearing:
    """What the actor may do with the attachments of a thing. Raises NotFound for who may not read it."""
    subject = _subjects.get(kind)
    found = subject.bearing(actor, subject_id) if subject else None
    if found is None:
        raise NotFound
    return found
