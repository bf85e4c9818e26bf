"""Putting many children on the roll at once, for imports: states, links, numbers, movements, and the timeline.

The caller has checked the facts, asked for permission and writes the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy.orm import Session

from app.access import Actor
from app.children.bulk import NewEvent, NewSight, insert_events, insert_sights
from app.db.bulk import Bulk, as_json, day, key, new_keys
from app.kernel import clock
from app.roll.actions.movements import SENTENCES
from app.roll.bulk import REGISTERED_BY, LinkOf, NewRoll, NumberOf, insert_links, insert_numbers, insert_states
from app.roll.models import Movement
from app.roll.types import MovementKind

_MOVEMENT = (
    "id",
    "child_id",
    "kind",
    "from_status",
    "to_status",
    "school_id",
    "effective_on",
    "reason",
    "by_id",
    "by_name",
    "recorded_at",
)


def insert_rolls(
    session: Session, rows: Sequence[NewRoll], *, actor: Actor, school_names: Mapping[str, str] | None = None
) -> None:
    """Write states, school links with their sights, student numbers, movements and the timeline of `rows`.

    The children have no live state, link of the same kind or student number. `school_names` (by 32-character key) fill
    the timeline's sentences. Nothing is committed; the database's own refusals pass through.
    """
    insert_states(session, rows)
    insert_links(session, [LinkOf(row.child_id, link, row.since, row.seen_from) for row in rows for link in row.links])
    insert_sights(
        session,
        [
            NewSight(row.child_id, "school", school, REGISTERED_BY, None, row.seen_from or row.since)
            for row in rows
            for school in row.registered_by
        ],
    )
    insert_numbers(
        session, [NumberOf(row.child_id, row.student_number, row.since) for row in rows if row.student_number]
    )
    insert_movements(session, rows, actor=actor, school_names=school_names or {})


def insert_movements(
    session: Session, rows: Sequence[NewRoll], *, actor: Actor, school_names: Mapping[str, str]
) -> None:
    """Keep the movements of `rows` and tell them on the timeline; states and links are the caller's."""
    bulk = Bulk(session)
    now, by = bulk.moment(clock.now()), key(actor.user_id)
    made, events = [], []

    @lru_cache(maxsize=4096)
    def said(reason: str, due: str, school: str) -> str:
        return as_json({"reason": reason, "due": due, "school": school, "other": ""})

    for new, row in zip(new_keys(len(rows)), rows, strict=True):
        child, school = key(row.child_id), key(row.school_id)
        made.append(
            (new, child, row.movement, row.before, row.status, school, day(row.since), row.reason, by, actor.name, now)
        )
        events.append(
            NewEvent(
                child,
                "roll",
                row.since,
                SENTENCES[MovementKind(row.movement)],
                said(row.reason, day(row.due_on) or "", school_names.get(school or "", "")),
                new,
            )
        )
    bulk.insert(Movement.__table__, _MOVEMENT, made)
    insert_events(session, events, by_name=actor.name)
