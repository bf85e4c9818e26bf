"""What a database error means: whether waiting helps, and whether the disk is full."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from app.db.room import FULL

DISK_FULL = "53100"
"""PostgreSQL's code of a full disk."""

Fault = (DBAPIError, TimeoutError)
"""What the database or the wait for one of its connections can raise."""


def is_passing(error: BaseException | None) -> bool:
    """True when the database is away, full, locked or too busy: nothing is wrong with the question itself.

    SQLite reports a mistake in the SQL by the same class of errors; that does not pass.
    """
    if isinstance(error, TimeoutError) or isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return (
        isinstance(error, (OperationalError, InterfaceError))
        and getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    )


def may_be_full(error: BaseException) -> bool:
    """True when SQLite could not lay or write a file: on a full disk it says so with these words too."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def is_full(error: BaseException) -> bool:
    """True when there is no room left where the database, or a file of ours, is written."""
    if isinstance(error, OSError):
        return error.errno in FULL
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return (
        code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", None) == DISK_FULL or "no space" in str(cause).lower()
    )
