"""Rotation of the sealing key: a new key, every sealed value sealed anew in batches, old keys forgotten later.

Each batch is one transaction, so that every row is readable at each moment and a stopped run goes on where it was.
Running pages take the new key from the file by themselves, but one of them may be in the middle of a write with the
old one: therefore the rotation never forgets a key. That is a command of its own, which looks first.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, FromClause, LargeBinary, bindparam, func, select, update

from app.db.base import Base, db
from app.db.sealed import vault


def sealed_columns() -> list[tuple[str, str]]:
    """Return (table, field) of every sealed column: those named `<field>_sealed`."""
    return [
        (table.name, column.name.removesuffix("_sealed"))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed") and isinstance(column.type, LargeBinary)
    ]


class StillNeeded(Exception):
    """Values are sealed with an old key."""


def rotate(batch: int = 500, say: Callable[[str], None] = lambda _text: None) -> int:
    """Return the number of values sealed anew. A key is only added when no rotation is under way."""
    box = vault()
    if not _left(box.active):
        say(f"new key {box.add_key()}")
    total = 0
    while _left(box.active):
        for table, field in sealed_columns():
            while done := _batch(table, field, batch):
                total += done
                say(f"{table}.{field}: {total}")
    return total


def forget() -> list[int]:
    """Forget every key but the active one; return their numbers. Raises StillNeeded when a value carries one."""
    left = _left(vault().active)
    if left:
        raise StillNeeded(f"{left} values still carry an old key: run flask keys rotate first.")
    return vault().drop_keys()


def _left(active: int) -> int:
    """Number of values that do not carry the active key's number."""
    return sum(
        db.session.scalar(select(func.count()).where(*_old(Base.metadata.tables[table], f"{field}_sealed", active)))
        for table, field in sealed_columns()
    )


def _old(table: FromClause, name: str, active: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    column = table.c[name]
    return (column.is_not(None), func.substr(column, 1, 2) != active.to_bytes(2, "big"))


def _batch(name: str, field: str, size: int) -> int:
    box, table = vault(), Base.metadata.tables[name]
    column = f"{field}_sealed"
    db.session.rollback()
    db.write()
    rows = db.session.execute(
        select(table.c.id, table.c[column]).where(*_old(table, column, box.active)).limit(size)
    ).all()
    made = [
        {"row": row.id, "value": box.seal_bytes(name, field, row.id, box.open_bytes(name, field, row.id, row[1]))}
        for row in rows
    ]
    if made:
        db.session.connection().execute(
            update(table).where(table.c.id == bindparam("row")).values({column: bindparam("value")}), made
        )
    db.session.commit()
    return len(made)
