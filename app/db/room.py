"""Room that is kept back on the disk of the embedded database, for what must go on when that disk is full.

A file of some size lies beside the database. When the disk runs full it is given up, and what needs a few rows only
goes on in its place: signing in, the note of each look into a child's file. Everything else is refused at once, with
words, instead of failing half-way and eating what is left. When there is room again the file is laid anew.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import OperationalError

RESERVE = 16 * 1024 * 1024
MARGIN = 4 * 1024 * 1024
"""Free below this, the disk counts as full: the log of a write grows before it is put into its place."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def free_at(folder: Path) -> int:
    """Bytes that we may still write in a folder; 0 where it holds no more files or cannot be asked."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0
    return 0 if found.f_files and not found.f_favail else found.f_bavail * found.f_frsize


def fullest(*folders: Path) -> Path:
    """The folder with the least room; of two on one disk the first."""
    return min(folders, key=free_at)


class OwnFault(sqlite3.OperationalError):
    """A fault of the database that we have found ourselves; its words are for the administrator."""

    tells_no_child = True


class Room:
    """The room of one database file. Every question costs two calls of the system."""

    def __init__(self, database: Path):
        self.folder, self.file = database.parent, database.with_name("reserve")

    def free(self) -> int:
        """Bytes that we may still write."""
        try:
            found = os.statvfs(self.folder)
        except OSError:
            return 0
        return found.f_bavail * found.f_frsize

    def is_short(self) -> bool:
        """Whether the disk is full: what was kept back is being used, or would be needed now."""
        if self.file.exists():
            return self.free() < MARGIN
        return self.free() < RESERVE + 2 * MARGIN

    def goes_on(self) -> bool:
        """Whether small writes still have room; asked when the disk is full."""
        return self.file.exists() or self.free() >= MARGIN // 8

    def give_up(self) -> None:
        """Let small writes have what was kept back."""
        with suppress(OSError):
            self.file.unlink(missing_ok=True)

    def make_way(self) -> None:
        """Before a file is laid beside the database: give up what was kept when the disk is full."""
        if self.is_short():
            self.give_up()

    def ask(self, *, small: bool) -> None:
        """Before a write. Raises OperationalError when the disk is full and it is not a small one."""
        if not self.is_short():
            return
        self.give_up()
        if not small:
            raise OperationalError(
                "BEGIN",
                None,
                OwnFault(f"no space left in {self.folder}: only signing in and notes of looks are written"),
            )

    def keep(self) -> None:
        """Lay the file when there is room for it and more; for a process that lives on (a worker), and at the start."""
        if self.file.exists() or self.free() < 2 * RESERVE + 2 * MARGIN:
            return
        part = self.file.with_name(f"reserve.{os.getpid()}.part")
        try:
            number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.posix_fallocate(number, 0, RESERVE)
            finally:
                os.close(number)
            os.replace(part, self.file)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
