"""The student number of a second file of a child: the kept file takes it over, and gives it back."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import delete, select

from app.access import Actor, Permission, require
from app.children.sight import require_write
from app.children.tails import Tail, drop_tails
from app.db import audit, db, vault
from app.roll.bulk import NumberOf, insert_numbers
from app.roll.models import StudentNumber
from app.roll.queries import find_number


def take_number(actor: Actor, kept_id: uuid.UUID, second_id: uuid.UUID, *, today: date) -> dict[str, str] | None:
    """Give the kept file the number of the second one, where it has none: a number is found in one file only. Return
    the rows of both."""
    require(actor, Permission.ROLL_WRITE)
    require_write(actor, kept_id)
    theirs = find_number(second_id)
    if theirs is None or find_number(kept_id) is not None:
        return None
    number = theirs.number
    assert number is not None  # the column is always filled
    theirs.number_blind = vault().blind("student_number", f"second {theirs.id.hex}")
    db.session.flush()
    insert_numbers(db.session, [NumberOf(kept_id, number, today)])
    audit.record(actor, "take_number", "child", kept_id, child_id=kept_id)
    own = db.session.scalars(
        select(StudentNumber.id).where(StudentNumber.child_id == kept_id, StudentNumber.valid_to.is_(None))
    ).one()
    return {"row": own.hex, "theirs": theirs.id.hex}


def give_number_back(actor: Actor, kept_id: uuid.UUID, rows: dict[str, str]) -> None:
    """The kept file is without the number again."""
    require(actor, Permission.ROLL_WRITE)
    require_write(actor, kept_id)
    own, theirs = (db.session.get_one(StudentNumber, uuid.UUID(hex=rows[name])) for name in ("row", "theirs"))
    number = theirs.number
    assert number is not None  # the column is always filled
    drop_tails(db.session, [Tail(kept_id, "student_number", None)])
    db.session.execute(delete(StudentNumber).where(StudentNumber.id == own.id))
    theirs.number_blind = vault().blind("student_number", number)
    audit.record(actor, "give_number_back", "child", kept_id, child_id=kept_id)
    db.session.flush()
