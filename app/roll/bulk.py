"""Putting many children on the roll at once, for imports and demonstration data.

The caller has checked the facts, asked for permission and writes the audit trail. Keys are UUIDs or 32 hexadecimal
characters; days are dates or ISO text; enumerations may be their values.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlalchemy.orm import Session

from app.access import Actor
from app.children.bulk import insert_events, insert_sights, insert_tails
from app.db import vault
from app.db.bulk import Bulk, as_json, dashed, day, key, new_keys
from app.kernel import clock
from app.roll.actions.movements import SENTENCES
from app.roll.models import IntendedPlace, Membership, Movement, RollState, StudentNumber
from app.roll.types import MovementKind

Key = uuid.UUID | str
REGISTERED_BY = "registered by"


@dataclass(slots=True)
class NewLink:
    """A school link of a child from `since` on; `link` is a value of SchoolLink."""

    link: str
    school_id: Key
    grade: int | None = None
    class_name: str | None = None
    class_number: str | None = None
    entered_month: str | None = None
    entry_kind: str | None = None
    pupil_source: str | None = None
    attendance: str | None = None
    lrc: str | None = None
    until: date | str | None = None


@dataclass(slots=True)
class NewRoll:
    """The state of one child on the roll from `since` on, and the movement that brought it there.

    `registered_by` are schools that see the file without a link. `seen_from` is the day from which schools see the
    file, by default `since`. `before` is the state that the movement left, for children who had one.
    """

    child_id: Key
    status: str
    movement: str
    since: date | str
    school_id: Key | None = None
    student_number: str | None = None
    links: Sequence[NewLink] = ()
    registered_by: Sequence[Key] = ()
    due_on: date | str | None = None
    reason: str = ""
    before: str | None = None
    seen_from: date | str | None = None


@dataclass(slots=True)
class NewIntended:
    """Where a child without a roll is meant to be from `since` on; `details` are the columns of the row that are
    known (grade, class, mode of attendance ...)."""

    child_id: Key
    since: date | str
    school_id: Key
    attending_id: Key | None = None
    delivering_id: Key | None = None
    details: Mapping[str, object] = field(default_factory=dict)


DETAILS = ("grade", "class_name", "class_number", "entered_month", "entry_kind", "pupil_source", "attendance", "lrc")
_INTENDED = ("id", "child_id", "school_id", "attending_id", "delivering_id", *DETAILS, "valid_from")
_LINK = ("id", "child_id", "school_id", "link", "grade", "class_name", "class_number", "entered_month", "entry_kind",
         "pupil_source", "attendance", "lrc", "valid_from", "valid_to")
_STATE = ("id", "child_id", "status", "due_on", "valid_from")
_NUMBER = ("id", "child_id", "kind", "number_sealed", "number_blind", "valid_from")
_MOVEMENT = ("id", "child_id", "kind", "from_status", "to_status", "school_id", "effective_on", "reason", "by_id",
             "by_name", "recorded_at")


def insert_rolls(session: Session, rows: Sequence[NewRoll], *, actor: Actor,
                 school_names: Mapping[str, str] | None = None, told: bool = True) -> None:
    """Write states, school links with their sights, student numbers, movements and the timeline of `rows`.

    The children have no live state, link of the same kind or student number. `school_names` (by 32-character key) fill
    the timeline's sentences. Nothing is committed; the database's own refusals pass through.
    """
    bulk = Bulk(session)
    states = [(new, key(row.child_id), row.status, day(row.due_on), day(row.since))
              for new, row in zip(new_keys(len(rows)), rows, strict=True)]
    bulk.insert(RollState.__table__, _STATE, states)
    insert_links(session, [(row.child_id, link, row.since, row.seen_from) for row in rows for link in row.links])
    insert_sights(session, [(row.child_id, "school", school, REGISTERED_BY, None, row.seen_from or row.since)
                            for row in rows for school in row.registered_by])
    insert_numbers(session, [(row.child_id, row.student_number, row.since) for row in rows if row.student_number])
    insert_movements(session, rows, actor=actor, school_names=school_names or {}, told=told)


def insert_links(session: Session, rows: Sequence[tuple[Key, NewLink, date | str, date | str | None]], *,
                 seen: bool = True) -> None:
    """Begin school links (child, link, since, day from which the school sees the file or None for the same)."""
    made, sights = [], []
    for new, (child, one, since, seen_from) in zip(new_keys(len(rows)), rows, strict=True):
        child, school, since = key(child), key(one.school_id), day(since)
        made.append((new, child, school, one.link, one.grade, one.class_name, one.class_number, one.entered_month,
                     one.entry_kind, one.pupil_source, one.attendance, one.lrc, since, day(one.until)))
        if one.until is None:
            sights.append((child, "school", school, str(one.link), new, day(seen_from) or since))
    Bulk(session).insert(Membership.__table__, _LINK, made)
    if seen:
        insert_sights(session, sights)


def insert_intended(session: Session, rows: Sequence[NewIntended]) -> None:
    """Keep where children without a roll, of whom nothing is kept at present, are meant to be."""
    Bulk(session).insert(IntendedPlace.__table__, _INTENDED, [
        (new, key(row.child_id), key(row.school_id), key(row.attending_id), key(row.delivering_id),
         *map(row.details.get, DETAILS), day(row.since))
        for new, row in zip(new_keys(len(rows)), rows, strict=True)])


def end_intended(session: Session, rows: Sequence[tuple[Key, date | str]]) -> None:
    """End rows of `intended_places` (key, day)."""
    Bulk(session).update(IntendedPlace.__table__, ("valid_to",), [(day(on), key(row)) for row, on in rows])


def insert_numbers(session: Session, rows: Sequence[tuple[Key, str, date | str]]) -> None:
    """Give student numbers (child, number, since) to children who have none at present, and keep their endings."""
    box, made = vault(), []
    seal, blind = box.sealer("student_numbers", "number", len(rows)), box.blinder("student_number")
    for new, (child, number, since) in zip(new_keys(len(rows)), rows, strict=True):
        made.append((new, key(child), number[0], seal(dashed(new), number),
                     blind(number), day(since)))
    Bulk(session).insert(StudentNumber.__table__, _NUMBER, made)
    insert_tails(session, [(child, "student_number", number) for child, number, _since in rows])


def insert_movements(session: Session, rows: Sequence[NewRoll], *, actor: Actor, school_names: Mapping[str, str],
                     told: bool = True) -> None:
    """Keep the movements of `rows` and tell them on the timeline; states and links are the caller's."""
    bulk = Bulk(session)
    now, by = bulk.moment(clock.now()), key(actor.user_id)
    made, events = [], []

    @lru_cache(maxsize=4096)
    def said(reason: str, due: str, school: str) -> str:
        return as_json({"reason": reason, "due": due, "school": school, "other": ""})

    for new, row in zip(new_keys(len(rows)), rows, strict=True):
        child, school = key(row.child_id), key(row.school_id)
        made.append((new, child, row.movement, row.before, row.status, school, day(row.since), row.reason, by,
                     actor.name, now))
        if told:
            events.append((child, "roll", row.since, SENTENCES[MovementKind(row.movement)],
                           said(row.reason, day(row.due_on) or "", school_names.get(school, "")), new))
    bulk.insert(Movement.__table__, _MOVEMENT, made)
    insert_events(session, events, by_name=actor.name)
