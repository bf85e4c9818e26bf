"""Blind indexes for search by the last four or six characters of a number."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, insert

from app.children.models import NumberTail
from app.db import db, vault
from app.kernel.identifiers import normalise_number

LENGTHS = (4, 6)


def tail_of(ending: str) -> bytes:
    """The blind index of an ending of four or six characters."""
    return vault().blind("tail", normalise_number(ending))


def tails_of(number: str | None) -> list[bytes]:
    """The blind indexes to keep for a number: of its last four and last six characters."""
    text = normalise_number(number)
    return [tail_of(text[-length:]) for length in LENGTHS if len(text) > length]


def set_tails(child_id: uuid.UUID, source: str, number: str | None) -> None:
    """Keep the endings of one number of a child (`source`: document, certificate, student_number), replacing older."""
    db.session.execute(delete(NumberTail).where(NumberTail.child_id == child_id, NumberTail.source == source))
    if tails := tails_of(number):
        db.session.flush()  # the child itself may be waiting
        db.session.execute(insert(NumberTail.__table__), [
            {"child_id": child_id, "source": source, "tail": tail} for tail in tails])
