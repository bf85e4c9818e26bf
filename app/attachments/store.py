"""The folder of sealed files. A file comes whole under its name or not at all, and never changes afterwards.

It lies at `…/xx/ID.sealed`, xx being the last two signs of its id. Its key stands in its row, sealed with the key of
the vault: a rotation seals the keys anew and touches no file.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Protocol

from flask import current_app

from app.attachments.sealing import Broken, seal, unseal
from app.attachments.types import Sealed
from app.db import vault
from app.db.room import MARGIN, free_at
from app.db.sealed import SealBroken
from app.kernel.ids import new_id

ENDING = ".sealed"


class Kept(Protocol):
    """What a row says of its file."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def key_sealed(self) -> bytes: ...


def folder() -> Path:
    """Where sealed files lie."""
    return Path(current_app.config["ATTACHMENTS"])


def place_in(base: Path, file_id: uuid.UUID) -> Path:
    """The path of a file below a folder: the instance's own, or that of a backup."""
    return base / file_id.hex[-2:] / f"{file_id}{ENDING}"


def keep(stream: IO[bytes], size: int) -> Sealed:
    """Seal a stream of `size` bytes into the folder; when it returns, the disk has it. Raises OSError, and then nothing
    is left behind."""
    file_id, key = new_id(), os.urandom(32)
    target = place_in(folder(), file_id)
    _make_folder(target.parent)
    if free_at(target.parent) < size + 2 * MARGIN:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target.parent))
    part = target.with_suffix(".part")
    stream.seek(0)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            read, content, sealed = seal(stream, file, key, _bound(file_id))
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, target)
        settle(target.parent)
    except BaseException:
        for left in (part, target):
            left.unlink(missing_ok=True)
        raise
    return Sealed(file_id, read, content, sealed, key)


def _make_folder(path: Path) -> None:
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        settle(path.parent)


def settle(path: Path) -> None:
    """Wait until the disk has the names in a folder."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def drop(file_id: uuid.UUID) -> None:
    """Take away a file that has no row."""
    with suppress(OSError):
        place_in(folder(), file_id).unlink(missing_ok=True)


def seal_key(sealed: Sealed) -> bytes:
    """The file's key as its row keeps it."""
    return vault().seal_bytes("stored_files", "key", sealed.id, sealed.key)


def open_key(row: Kept) -> bytes:
    """The file's key. Raises Broken."""
    try:
        return vault().open_bytes("stored_files", "key", row.id, row.key_sealed)
    except SealBroken as error:
        raise Broken(str(error)) from None


class Content:
    """The content of a file in chunks; the file is open and its key known before the first is asked for. Iterating
    raises Broken where it is not what was sealed."""

    def __init__(self, row: Kept) -> None:
        key = open_key(row)
        try:
            self._file = place_in(folder(), row.id).open("rb")
        except FileNotFoundError:
            raise Broken("missing") from None
        self._chunks = unseal(self._file, key, _bound(row.id))

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        self._file.close()


def check(row: Kept) -> None:
    """Read it to its end, before the first byte of it is handed out. Raises Broken."""
    with closing(Content(row)) as content:
        for _chunk in content:
            pass


def is_intact(row: Kept) -> bool:
    """Whether it opens from its first byte to its last."""
    try:
        check(row)
    except (Broken, OSError):
        return False
    return True


def _bound(file_id: uuid.UUID) -> bytes:
    return f"stored_files|{file_id}".encode()
