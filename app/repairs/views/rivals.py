"""Another repair of the same month, and what became of one, in words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, url_for

from app.repairs.queries.repairs import happenings_of, names_of_happenings
from app.repairs.queries.rivals import Ended, how_it_ended, rivals_of, to_call_back
from app.repairs.types import Happening
from app.web.reading import as_uuid


@dataclass(frozen=True)
class Rival:
    """Another repair whose draft waits to be published."""

    id: uuid.UUID
    by: str
    at: datetime
    happened: Sequence[tuple[Happening, str]]
    url: str


def rival_words(timetable: Any, repair: Any = None) -> list[Rival]:
    """The others of a timetable's month, each with what it repairs."""
    return [
        Rival(
            one.id,
            one.created_by_name,
            one.created_at,
            names_of_happenings(g.actor, happenings_of(one)),
            url_for("repairs.show_repair", repair_id=one.id),
        )
        for one in rivals_of(timetable, repair)
    ]


def named_rivals(text: str) -> list[uuid.UUID]:
    """The ids that a form carries of the repairs that its page named."""
    return [one for part in text.split() if (one := as_uuid(part))]


@dataclass(frozen=True)
class EndedWords:
    """How a repair came to nothing, where the one in its place is, how many are still to be called back."""

    ended: Ended
    url: str | None
    back: int


def ended_words(repair: Any) -> EndedWords | None:
    """None for a repair whose draft can be published or was."""
    ended = how_it_ended(repair)
    if ended is None:
        return None
    url = url_for("repairs.show_repair", repair_id=ended.repair_id) if ended.repair_id else None
    return EndedWords(ended, url, len(to_call_back(repair)))
