"""Many rows at once: values go to the driver as they are, in one statement for all rows.

The type machinery of the ORM costs more than the insert itself when there are hundreds of thousands of rows. Values
must be *ready*: a key as 32 hexadecimal characters (`key`, `new_keys`), a day as ISO text, a moment by `Bulk.moment`,
an enumeration as its value, JSON by `as_json`. Both databases read these forms.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from typing import cast, overload

from sqlalchemy import FromClause, Table
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.piping import Basket, Pipe
from app.kernel import clock

CHUNK = 5_000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_VARIANT = dict(zip("0123456789abcdef", "89ab89ab89ab89ab", strict=True))


@overload
def key(identifier: uuid.UUID | str) -> str: ...
@overload
def key(identifier: None) -> None: ...
@overload
def key(identifier: uuid.UUID | str | None) -> str | None: ...
def key(identifier: uuid.UUID | str | None) -> str | None:
    """A key as both databases read it: 32 hexadecimal characters."""
    return identifier.hex if isinstance(identifier, uuid.UUID) else identifier


def new_keys(count: int) -> list[str]:
    """New version 7 keys (see kernel.ids) in rising order, so that indexes grow at their end."""
    stamp, noise = f"{clock.milliseconds():012x}", os.urandom(10 * count).hex()
    return sorted(
        f"{stamp}7{noise[at : at + 3]}{_VARIANT[noise[at + 3]]}{noise[at + 4 : at + 19]}"
        for at in range(0, 20 * count, 20)
    )


def dashed(ready: str) -> str:
    """A ready key in the usual form with dashes, to which sealed columns are bound."""
    return f"{ready[:8]}-{ready[8:12]}-{ready[12:16]}-{ready[16:20]}-{ready[20:]}"


@overload
def day(value: date | str) -> str: ...
@overload
def day(value: None) -> None: ...
@overload
def day(value: date | str | None) -> str | None: ...
def day(value: date | str | None) -> str | None:
    """A day as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def ready(value: object) -> object:
    """A value of a column as both databases read it: any but a moment (`Bulk.moment`) and JSON (`as_json`)."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value.hex if isinstance(value, uuid.UUID) else value


_PLAIN = (str, int, bool)


@lru_cache(maxsize=64)
def _moment(value: datetime, is_sqlite: bool) -> str:
    utc = value.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if is_sqlite else utc.isoformat()


def as_json(value: object) -> str:
    """A JSON column's text."""
    return _encode(value)


class Bulk:
    """Inserts and updates of ready values in the session's transaction."""

    def __init__(self, session: Session):
        session.flush()
        self.connection = session.connection()
        self.is_sqlite = self.connection.dialect.name == "sqlite"
        self._mark = "?" if self.is_sqlite else "%s"
        self._pipe: Pipe | Basket | None = session.info.get("pipe")
        self._info = session.info

    def moment(self, value: datetime) -> str:
        """A moment in UTC as the database keeps it."""
        return _moment(value, self.is_sqlite)

    @contextmanager
    def roomy(self) -> Iterator[None]:
        """Give SQLite 72 MB of cache instead of its usual 32: a big transaction does not go through the disk twice."""
        if self.is_sqlite:
            self.connection.exec_driver_sql("PRAGMA cache_size=-73728")
        try:
            yield
        finally:
            if self.is_sqlite:
                self.connection.exec_driver_sql("PRAGMA cache_size=-32000")

    @contextmanager
    def unindexed(self, tables: Iterable[FromClause]) -> Iterator[None]:
        """Fill those of the tables that are empty without their indexes, which are made at the end (SQLite only).

        Sorting once takes a third of the time of finding the place of every row. Indexes that keep a rule (unique ones)
        stay, and those that begin with a row's child, which grow at their end and which the guards ask. All of it
        belongs to the transaction: others see the indexes at any moment, and a transaction given up has kept them.
        """
        put_off = self._put_off(tables) if self.is_sqlite else {}
        for name in put_off:
            self.connection.exec_driver_sql(f'DROP INDEX "{name}"')
        yield
        for made_by in put_off.values():
            self.connection.exec_driver_sql(made_by)

    def _put_off(self, tables: Iterable[FromClause]) -> dict[str, str]:
        """Name of each index to make later, and the statement that made it."""
        found: dict[str, str] = {}
        for table in cast(Iterable[Table], tables):
            if self.connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM {table.name})").scalar():  # noqa: S608
                continue
            for name, made_by in self.connection.exec_driver_sql(
                "SELECT l.name, m.sql FROM pragma_index_list(?) l JOIN sqlite_master m ON m.name = l.name "
                'WHERE NOT l."unique" AND m.sql IS NOT NULL AND (SELECT c.name FROM pragma_index_info(l.name) c '
                "WHERE c.seqno = 0) IS NOT 'child_id'",
                (table.name,),
            ).all():
                found[name] = made_by
        return found

    @contextmanager
    def piped(self) -> Iterator[None]:
        """Let another thread insert what any `Bulk` of the session inserts, as far as the database is SQLite.

        At the end everything is in. Other statements of the session wait for what was inserted before them.
        """
        if not self.is_sqlite or self._pipe is not None:
            yield
            return
        with Pipe(self.connection) as pipe:
            self._info["pipe"] = pipe
            try:
                yield
            finally:
                del self._info["pipe"]

    @contextmanager
    def gathered(self) -> Iterator[Basket]:
        """Only gather what any `Bulk` of the session would insert: it is made ready before the write lock is taken."""
        kept, basket = self._pipe, Basket()
        self._info["pipe"] = basket
        try:
            yield basket
        finally:
            self._info["pipe"] = kept

    def insert(self, table: FromClause, columns: Sequence[str], rows: Sequence[tuple]) -> None:
        """Insert the rows; each is a tuple of ready values in the order of `columns`, the first one not None."""
        name = self._known(table, columns)
        if self._pipe is not None:
            self._pipe.put(name, tuple(columns), rows)
            return
        marks = ", ".join([self._mark] * len(columns))
        # Names come from the models, values are bound.
        self._many(f"INSERT INTO {name} ({_names(columns)}) VALUES ({marks})", rows)  # noqa: S608

    def update(self, table: FromClause, columns: Sequence[str], rows: Sequence[tuple]) -> None:
        """Set `columns` of rows by id; each tuple is the values in their order and then the row's key."""
        name = self._known(table, columns)
        sets = ", ".join(f'"{name}" = {self._mark}' for name in columns)
        self._many(f"UPDATE {name} SET {sets} WHERE id = {self._mark}", rows)  # noqa: S608

    def end(self, table: FromClause, rows: Iterable[tuple[uuid.UUID | str, date | str]]) -> None:
        """Let rows hold until a day: (key, day) each."""
        self.update(table, ("valid_to",), [(day(on), key(one)) for one, on in rows])

    def insert_into(self, table: str, columns: Sequence[str], rows: Sequence[tuple]) -> None:
        """`insert` for what `gathered` has caught, which names its table."""
        self.insert(Base.metadata.tables[table], columns, rows)

    def delete(self, table: FromClause, column: str, keys: Iterable[str]) -> None:
        """Delete the rows whose `column` is one of the keys."""
        name = self._known(table, (column,))
        self._many(f'DELETE FROM {name} WHERE "{column}" = {self._mark}', [(one,) for one in keys])  # noqa: S608

    def _many(self, statement: str, rows: Sequence[tuple]) -> None:
        for at in range(0, len(rows), CHUNK):
            self.connection.exec_driver_sql(statement, list(rows[at : at + CHUNK]))

    @staticmethod
    def _known(table: FromClause, columns: Sequence[str]) -> str:
        """The table's name."""
        known = cast(Table, table)
        for name in columns:
            if name not in known.c:
                raise KeyError(f"{known.name} has no column {name}")
        return known.name


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
