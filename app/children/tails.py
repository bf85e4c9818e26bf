"""Blind indexes for search by the last four or six characters of a number: the only writer of `number_tails`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from app.children.models import NumberTail
from app.db import db, vault
from app.db.bulk import Bulk, key
from app.kernel.identifiers import normalise_number

LENGTHS = (4, 6)
MOST_TAILS = 20_000
"""Endings whose blind index is remembered while many numbers are inserted."""
_TAILS = NumberTail.__table__
_DROP = delete(_TAILS).where(_TAILS.c.child_id == bindparam("child"), _TAILS.c.source == bindparam("kind"))


class Tail(NamedTuple):
    """A number of a child whose endings are kept; `source`: document, certificate, student_number. None: none."""

    child_id: uuid.UUID | str
    source: str
    number: str | None


def tail_of(ending: str) -> bytes:
    """The blind index of an ending of four or six characters."""
    return vault().blind("tail", normalise_number(ending))


def tails_of(number: str | None) -> list[bytes]:
    """The blind indexes to keep for a number: of its last four and last six characters."""
    text = normalise_number(number)
    return [tail_of(text[-length:]) for length in LENGTHS if len(text) > length]


def insert_tails(session: Session, rows: Sequence[Tail]) -> None:
    """Keep the endings of numbers, of which nothing is kept yet; they are normalised."""
    blind, made = vault().blinder("tail"), []
    known: dict[str, bytes] = session.info.setdefault("tails", {})  # the student number ends as the ID does
    if len(known) > MOST_TAILS:
        known.clear()
    for child_id, source, number in rows:
        child = key(child_id)
        for length in LENGTHS:
            if number and len(number) > length:
                ending = number[-length:]
                if (tail := known.get(ending)) is None:
                    tail = known[ending] = blind(ending)
                made.append((child, source, tail))
    Bulk(session).insert(_TAILS, ("child_id", "source", "tail"), made)


def replace_tails(session: Session, rows: Sequence[Tail]) -> None:
    """The same where older ones may be kept."""
    drop_tails(session, rows)
    insert_tails(session, rows)


def drop_tails(session: Session, rows: Sequence[Tail]) -> None:
    """Forget the endings of these kinds of numbers of children, whatever they were."""
    session.flush()
    if rows:
        session.execute(_DROP, [{"child": _uuid(row.child_id), "kind": row.source} for row in rows])


def set_tails(child_id: uuid.UUID, source: str, number: str | None) -> None:
    """Keep the endings of one number of a child, replacing older."""
    replace_tails(db.session, [Tail(child_id, source, normalise_number(number) or None)])


def _uuid(child: uuid.UUID | str) -> uuid.UUID:
    return child if isinstance(child, uuid.UUID) else uuid.UUID(hex=child)
