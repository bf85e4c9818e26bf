"""Rows of the roll, many at once: states, school links with what their schools see, student numbers, intended places.

The caller has checked the facts, asked for permission and writes movements and the audit trail. Keys are UUIDs or 32
hexadecimal characters; days are dates or ISO text; enumerations may be their values.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.children.bulk import Ended, NewSight, insert_sights
from app.children.tails import Tail, drop_tails, insert_tails
from app.db import vault
from app.db.bulk import Bulk, dashed, day, key, new_keys, ready
from app.roll.models import IntendedPlace, Membership, RollState, StudentNumber

Key = uuid.UUID | str
REGISTERED_BY = "registered by"


class NewLink(NamedTuple):
    """A school link of a child; `link` is a value of SchoolLink, `until` an end that is agreed already."""

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


class LinkOf(NamedTuple):
    """A link that a child has from a day on; its school sees the file from `seen_from`, by default the same day."""

    child_id: Key
    said: NewLink
    since: date | str
    seen_from: date | str | None = None


class NumberOf(NamedTuple):
    """A student number that a child has from a day on, in its right shape."""

    child_id: Key
    number: str
    since: date | str


class EndedNumber(NamedTuple):
    """A student number that a child has no more from a day on."""

    child_id: Key
    id: Key
    on: date | str


class NewRoll(NamedTuple):
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


class NewIntended(NamedTuple):
    """Where a child without a roll is meant to be from `since` on; `details` are the columns of the row that are
    known (grade, class, mode of attendance ...)."""

    child_id: Key
    since: date | str
    school_id: Key | None
    attending_id: Key | None = None
    delivering_id: Key | None = None
    details: Mapping[str, object] = {}


FILLED = (Membership.__table__,)
"""Tables whose indexes take longer than their rows, when many children come on the roll."""
DETAILS = ("grade", "class_name", "class_number", "entered_month", "entry_kind", "pupil_source", "attendance", "lrc")
_INTENDED = ("id", "child_id", "school_id", "attending_id", "delivering_id", *DETAILS, "valid_from")
_LINK = (
    "id",
    "child_id",
    "school_id",
    "link",
    "grade",
    "class_name",
    "class_number",
    "entered_month",
    "entry_kind",
    "pupil_source",
    "attendance",
    "lrc",
    "valid_from",
    "valid_to",
)
_STATE = ("id", "child_id", "status", "due_on", "valid_from")
_NUMBER = ("id", "child_id", "kind", "number_sealed", "number_blind", "valid_from")


def insert_states(session: Session, rows: Sequence[NewRoll]) -> None:
    """Begin states of children who have none at present."""
    Bulk(session).insert(
        RollState.__table__,
        _STATE,
        [
            (new, key(row.child_id), ready(row.status), day(row.due_on), day(row.since))
            for new, row in zip(new_keys(len(rows)), rows, strict=True)
        ],
    )


def end_states(session: Session, rows: Sequence[Ended]) -> None:
    """States that hold no more."""
    Bulk(session).end(RollState.__table__, rows)


def insert_links(session: Session, rows: Sequence[LinkOf], *, seen: bool = True) -> None:
    """Begin school links, and open the files to their schools where they are `seen`."""
    made, sights = [], []
    for new, (child_id, one, since_on, seen_from) in zip(new_keys(len(rows)), rows, strict=True):
        child, school, since = key(child_id), key(one.school_id), day(since_on)
        made.append(
            (
                new,
                child,
                school,
                ready(one.link),
                one.grade,
                one.class_name,
                one.class_number,
                one.entered_month,
                ready(one.entry_kind),
                ready(one.pupil_source),
                ready(one.attendance),
                ready(one.lrc),
                since,
                day(one.until),
            )
        )
        if one.until is None:
            sights.append(NewSight(child, "school", school, str(one.link), new, day(seen_from or since_on)))
    Bulk(session).insert(Membership.__table__, _LINK, made)
    if seen:
        insert_sights(session, sights)


def end_links(session: Session, rows: Sequence[Ended]) -> None:
    """School links that hold no more; what the schools see because of them is `children.sight.end_sight`'s."""
    Bulk(session).end(Membership.__table__, rows)


def insert_intended(session: Session, rows: Sequence[NewIntended]) -> None:
    """Keep where children without a roll, of whom nothing is kept at present, are meant to be."""
    Bulk(session).insert(
        IntendedPlace.__table__,
        _INTENDED,
        [
            (
                new,
                key(row.child_id),
                key(row.school_id),
                key(row.attending_id),
                key(row.delivering_id),
                *map(row.details.get, DETAILS),
                day(row.since),
            )
            for new, row in zip(new_keys(len(rows)), rows, strict=True)
        ],
    )


def end_intended(session: Session, rows: Sequence[Ended]) -> None:
    """Places that are not meant any more."""
    Bulk(session).end(IntendedPlace.__table__, rows)


def insert_numbers(session: Session, rows: Sequence[NumberOf]) -> None:
    """Give student numbers to children who have none at present, and keep their endings."""
    box, made = vault(), []
    seal, blind = box.sealer("student_numbers", "number", len(rows)), box.blinder("student_number")
    for new, (child, number, since) in zip(new_keys(len(rows)), rows, strict=True):
        made.append((new, key(child), number[0], seal(dashed(new), number), blind(number), day(since)))
    Bulk(session).insert(StudentNumber.__table__, _NUMBER, made)
    insert_tails(session, [Tail(row.child_id, "student_number", row.number) for row in rows])


def end_numbers(session: Session, rows: Sequence[EndedNumber]) -> None:
    """Student numbers that are history from a day on: they are not found by their endings any more."""
    Bulk(session).end(StudentNumber.__table__, [(row.id, row.on) for row in rows])
    drop_tails(session, [Tail(row.child_id, "student_number", None) for row in rows])
