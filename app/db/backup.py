"""A copy of the embedded database while it is in use. PostgreSQL has its own tool for this (pg_dump)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app
from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from app.db import audit
from app.db.base import db
from app.db.room import FULL
from app.db.sealed import vault
from app.kernel import clock

SPARE = 1024 * 1024  # for the manifest, and what SQLite lays beside a copy while it checks it


class NoBackup(Exception):
    """Why no backup was made, in a sentence."""


class Brought(Protocol):
    """What was laid beside a copy: how many files and bytes, how many of them new, what was wrong with which."""

    files: int
    bytes: int
    new: int
    faults: list[str]


@dataclass(frozen=True)
class _Way:
    name: str
    lacks: Callable[[Path, Path], int]
    bring: Callable[[Path, Path], Brought]


@dataclass(frozen=True)
class Made:
    """A backup that was made: rows and head of its audit trail, and by name what was brought along."""

    rows: int
    head: str
    beside: dict[str, Brought]


_ways: list[_Way] = []


def brings(name: str, lacks: Callable[[Path, Path], int], bring: Callable[[Path, Path], Brought]) -> None:
    """Let files be laid beside each backup: `lacks(copy, target)` says how many bytes are to be copied, `bring(copy,
    target)` copies them; `copy` is the copied database, read for what belongs to it. Both may raise OSError."""
    way = _Way(name, lacks, bring)
    if way not in _ways:
        _ways.append(way)


def backup(target: Path) -> Made:
    """Copy the SQLite database to the new file `target`, check the copy, lay beside it what it needs (`brings`).

    The copy is of one moment, and nobody who writes meanwhile has to wait: a reader of a write-ahead log sees the
    moment it began. The file appears under its name only when it is whole, and beside it a manifest (`manifest_of`)
    with its hash and the head of its trail. Raises NoBackup when there is a file of this name, when the database is
    PostgreSQL, when the disk has no room, or when the copy does not hold; then nothing is left behind.
    """
    if not db.is_sqlite:
        raise NoBackup("This database is PostgreSQL: make the backup with pg_dump, as docs/administrator.md says.")
    if target.exists():
        raise NoBackup(f"{shown(target)} is there already: name a new file.")
    if not target.parent.is_dir():
        raise NoBackup(f"There is no folder {shown(target.parent)}.")
    target = target.absolute()
    _ask_for_room(target.parent)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(part)
        rows, head = _check(part)
        _settle(part)
        beside = _bring(part, target)
        _write_manifest(target, part, rows, head, beside)
        _give_name(part, target)
        _settle(target.parent)
    except FileExistsError:
        raise NoBackup(f"{shown(target)} is there already: name a new file.") from None
    except (OSError, sqlite3.Error, DBAPIError) as error:
        manifest_of(target).unlink(missing_ok=True)
        raise NoBackup(_why(target, error)) from None
    finally:
        for tail in ("", "-journal", "-wal", "-shm"):  # and what SQLite laid beside it
            part.with_name(part.name + tail).unlink(missing_ok=True)
    return Made(rows, head, beside)


def shown(path: Path) -> str:
    """A file's name as one line of words, whatever signs are in it."""
    text = str(path)
    return text if text.isprintable() else repr(text)


def _ask_for_room(folder: Path) -> None:
    """Refuse before the copy fills the disk, perhaps that of the pages. Raises NoBackup."""
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    free = shutil.disk_usage(folder).free
    if free < pages * size + SPARE:
        raise NoBackup(_no_room(folder, pages * size, free))


def _no_room(folder: Path, needed: int, free: int) -> str:
    return (
        f"There is no room for the copy in {shown(folder)}: it needs {_mib(needed + SPARE)} MiB, and "
        f"{free // 2**20:,} are free. No backup was made; free some room or name a file on another disk."
    )


def _bring(part: Path, target: Path) -> dict[str, Brought]:
    needed = sum(way.lacks(part, target) for way in _ways)
    free = shutil.disk_usage(target.parent).free
    if free < needed + SPARE:
        raise NoBackup(_no_room(target.parent, needed, free))
    return {way.name: way.bring(part, target) for way in _ways}


def _mib(size: int) -> str:
    return f"{-(-size // 2**20):,}"


def _give_name(part: Path, target: Path) -> None:
    """Unlike a renaming, a link fails when somebody made a file of this name meanwhile; some disks know none."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        os.rename(part, target)


def _why(target: Path, error: Exception) -> str:
    full = isinstance(error, OSError) and error.errno in FULL
    cause = getattr(error, "orig", error)
    if full or getattr(cause, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return (
            f"There is no room for the copy in {shown(target.parent)}: the disk was full, or a file may not grow "
            "so large there. No backup was made; free some room or name a file on another disk."
        )
    return f"The copy could not be made: {cause}. No backup was made."


def manifest_of(target: Path) -> Path:
    """The file beside a backup that tells what it is."""
    return target.with_name(f"{target.name}.manifest.json")


def _write_manifest(target: Path, part: Path, rows: int, head: str, beside: dict[str, Brought]) -> None:
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    told = {
        "file": target.name,
        "bytes": part.stat().st_size,
        "sha256": found,
        "audit_head": f"{rows}:{head}",
        **{name: {"files": one.files, "bytes": one.bytes} for name, one in beside.items() if one.files},
        "made_at": clock.now().isoformat(timespec="seconds"),
    }
    with os.fdopen(os.open(manifest_of(target), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


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
    engine = create_engine(URL.create("sqlite", database=str(part)), poolclass=NullPool)
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
