"""A second thread that inserts while the first one still prepares (SQLite only).

The driver lets go of Python's lock while the database works on one statement. So that this is worth a thread, a
statement inserts hundreds of rows; its form is the same for every number of rows, short ones are filled with empty
rows that it leaves out. SQLite also checks lists of allowed values once in a statement, not once in a row.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from types import TracebackType

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

VALUES = 1_500
"""Values in one statement: a step still takes longer than handing it over, and all of it stays in the processor's
cache (with 12,000 the same rows took a tenth more of its time)."""
WAITING = 128
"""Statements that may wait, so that memory stays bounded."""
SWITCH = 0.0002
"""Seconds after which a waiting thread gets Python's lock; the usual 5 ms would be lost at every statement."""


@lru_cache(maxsize=64)
def many_rows(table: str, columns: tuple[str, ...]) -> tuple[str, int]:
    """An INSERT of many rows and how many; the first column is never NULL in a row that counts."""
    rows = max(1, VALUES // len(columns))
    marks = "(" + ",".join("?" * len(columns)) + ")"
    names = ",".join(f'"{name}"' for name in columns)
    # Names come from the models, values are bound.
    return (
        f"INSERT INTO {table} ({names}) SELECT * FROM (VALUES {','.join([marks] * rows)}) "  # noqa: S608
        "WHERE column1 IS NOT NULL"
    ), rows


class Basket:
    """Rows put in are kept, to be inserted later: (table, columns, rows) in their order."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, tuple[str, ...], Sequence[tuple]]] = []

    def put(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple]) -> None:
        """Keep the rows."""
        if rows:
            self.parts.append((table, columns, rows))


class Pipe:
    """Rows put in are inserted in their order by another thread, in the transaction of the connection.

    Any other statement on the connection waits until everything is in. An error of the database comes out of the next
    call; after it nothing more is inserted, and the caller rolls back. Use it as a context.
    """

    def __init__(self, connection: Connection):
        self.connection = connection
        raw = connection.connection.dbapi_connection
        assert raw is not None  # only of a connection that is closed
        self._raw = raw
        self._queue: queue.Queue[tuple[str, list] | None] = queue.Queue(WAITING)
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._insert, name="inserting", daemon=True)

    def __enter__(self) -> Pipe:
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        event.listen(self.connection, "before_cursor_execute", self._before)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is not None and self._failed is None:
            self._failed = RuntimeError("left because of another error")
        self._queue.put(None)
        self._thread.join()
        event.remove(self.connection, "before_cursor_execute", self._before)
        sys.setswitchinterval(self._interval)
        if kind is None:
            self._complain()

    def put(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple]) -> None:
        """Have the rows inserted."""
        statement, most = many_rows(table, columns)
        for at in range(0, len(rows), most):
            self._complain()
            part = rows[at : at + most]
            values = list(chain.from_iterable(part))
            values += [None] * (len(columns) * (most - len(part)))
            self._queue.put((statement, values))

    def wait(self) -> None:
        """Return when everything put in is in the database. Raises what the database said against it."""
        self._queue.join()
        self._complain()

    def _before(self, *_told: object) -> None:
        self.wait()

    def _complain(self) -> None:
        if (failed := self._failed) is not None:
            if isinstance(failed, self.connection.dialect.loaded_dbapi.Error):
                raise DBAPIError.instance(
                    "INSERT of many rows",
                    (),
                    failed,
                    self.connection.dialect.loaded_dbapi.Error,
                    dialect=self.connection.dialect,
                ) from failed
            raise failed

    def _insert(self) -> None:
        cursor = self._raw.cursor()
        while (entry := self._queue.get()) is not None:
            if self._failed is None:
                try:
                    cursor.execute(*entry)
                except BaseException as error:  # handed to the thread that waits
                    self._failed = error
            self._queue.task_done()
        cursor.close()
        self._queue.task_done()
