"""A copy of the embedded database while it is in use. PostgreSQL has its own tool for this (pg_dump)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from flask import current_app
from sqlalchemy import NullPool, create_engine

from app.db import audit
from app.db.base import db
from app.db.sealed import vault


class NoBackup(Exception):
    """Why no backup was made, in a sentence."""


def backup(target: Path) -> tuple[int, str]:
    """Copy the SQLite database to the new file `target` and check the copy; return (rows, head) of its audit trail.

    The copy is of one moment, and nobody who writes meanwhile has to wait: a reader of a write-ahead log sees the
    moment it began. The file appears under its name only when it is whole. Raises NoBackup when there is a file of this
    name, when the database is PostgreSQL, or when the copy does not hold.
    """
    if not db.is_sqlite:
        raise NoBackup("This database is PostgreSQL: make the backup with pg_dump, as docs/administrator.md says.")
    if target.exists():
        raise NoBackup(f"{target} is there already: name a new file.")
    if not target.parent.is_dir():
        raise NoBackup(f"There is no folder {target.parent}.")
    target = target.absolute()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _copy(part)
        rows, head = _check(part)
        _settle(part)
        os.link(part, target)  # unlike a renaming, it fails when somebody made a file of this name meanwhile
    finally:
        part.unlink()
    _settle(target.parent)
    return rows, head


def _copy(part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy:
        source = current_app.extensions["yian.engine"].raw_connection()
        try:
            # All pages in one step: in several, each write between them would begin the copy anew.
            source.driver_connection.backup(copy, pages=-1)
        finally:
            source.close()
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def _check(part: Path) -> tuple[int, str]:
    with closing(sqlite3.connect(part)) as copy:
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise NoBackup(f"The database does not hold: {found}")
    engine = create_engine(f"sqlite:///{part}", poolclass=NullPool)
    with engine.connect() as connection:
        rows, head, broken = audit.verify(connection, vault().audit_key)
    if broken:
        raise NoBackup(f"Row {broken.seq} of the audit trail is {broken.why}.")
    return rows, head


def _settle(path: Path) -> None:
    """Wait until the disk has it."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
