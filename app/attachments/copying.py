"""Sealed files in a backup: a folder that all backups beside it share, into which only new files are copied.

A sealed file never changes, so one that lies there with its whole size is not copied again. Rows are read of the copy
of the database: it is of one moment, and every file of its rows was on the disk before.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path

from app.attachments.sealing import sealed_size
from app.attachments.store import ENDING, folder, place_in, settle

FOLDER = "attachments"
TOGETHER = 2000
"""Files that wait for the disk together: one by one it takes many times as long."""
FEW = 300
"""Up to so many are waited for one by one."""
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """What a row says of its sealed file."""

    id: uuid.UUID
    size: int
    sha256: str


@dataclass
class Copied:
    """What became of a copy: files and bytes in it, how many were new, and what is wrong with which."""

    files: int = 0
    bytes: int = 0
    new: int = 0
    faults: list[str] = field(default_factory=list)


def list_of(target: Path) -> Path:
    """The list of hashes beside a backup, as `sha256sum --check` reads it."""
    return target.with_name(f"{target.name}.{FOLDER}.sha256")


def rows_in(copy: Path) -> list[Row]:
    """The files of a copy of an embedded database; none where it is of before there were any."""
    with closing(sqlite3.connect(copy)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'stored_files'").fetchone():
            return []
        found = database.execute("SELECT id, size, sealed_sha256 FROM stored_files ORDER BY id")
        return [Row(uuid.UUID(key), sealed_size(size), sha) for key, size, sha in found]


def missing_bytes(copy: Path, target: Path) -> int:
    """How many bytes the folder beside `target` still lacks."""
    base = target.parent / FOLDER
    return sum(row.size for row in rows_in(copy) if not _is_there(place_in(base, row.id), row.size))


def copy_beside(copy: Path, target: Path) -> Copied:
    """Copy what the folder beside `target` lacks, and write the list of hashes. Raises OSError."""
    rows = rows_in(copy)
    if not rows:
        return Copied()
    done = copy_into(target.parent / FOLDER, rows)
    with os.fdopen(os.open(list_of(target), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        for row in rows:
            file.write(f"{row.sha256}  {place_in(Path(FOLDER), row.id)}\n")
        file.flush()
        os.fsync(file.fileno())
    return done


def copy_into(base: Path, rows: Iterable[Row]) -> Copied:
    """Copy the sealed files of rows into a folder, new ones only, each under its name when it is whole. A file that is
    missing or damaged here is named and not copied. Raises OSError."""
    done, parts = Copied(), []
    base.mkdir(mode=0o700, exist_ok=True)
    try:
        for row in rows:
            target = place_in(base, row.id)
            if not _is_there(target, row.size):
                if fault := _copy(row, part := target.with_suffix(".part")):
                    part.unlink(missing_ok=True)
                    done.faults.append(fault)
                    continue
                parts.append((part, target))
                done.new += 1
            done.files, done.bytes = done.files + 1, done.bytes + row.size
            if len(parts) >= TOGETHER:
                _give_names(parts)
        _give_names(parts)
    finally:
        for part, _target in parts:
            part.unlink(missing_ok=True)
    return done


def _copy(row: Row, part: Path) -> str:
    """Copy one file; return what is wrong with it, or nothing."""
    part.parent.mkdir(mode=0o700, exist_ok=True)
    hashed = sha256()
    try:
        source = place_in(folder(), row.id).open("rb")
    except FileNotFoundError:
        return f"missing: {row.id}"
    with source, os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        try:
            while piece := source.read(_PIECE):
                hashed.update(piece)
                file.write(piece)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    return "" if hashed.hexdigest() == row.sha256 else f"damaged: {row.id}"


def _give_names(parts: list[tuple[Path, Path]]) -> None:
    """Wait for the disk, then name them."""
    if not parts:
        return
    if len(parts) > FEW:
        os.sync()  # one wait for all of them, and for whatever else is on its way to the disk
    else:
        for part, _target in parts:
            settle(part)
    for part, target in parts:
        os.rename(part, target)
    for inside in {target.parent for _part, target in parts}:
        settle(inside)
    parts.clear()


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def faults_in(target: Path) -> tuple[int, list[str]]:
    """Read every sealed file of a backup against its list: (how many hold, what is wrong with which)."""
    held, faults = 0, []
    with list_of(target).open() as lines:
        for line in lines:
            wanted, _blank, name = line.rstrip("\n").partition("  ")
            why = _wrong_with(target.parent / name, wanted)
            if why:
                faults.append(f"{why}: {Path(name).name.removesuffix(ENDING)}")
            else:
                held += 1
    return held, faults


def _wrong_with(path: Path, wanted: str) -> str:
    try:
        with path.open("rb") as file:
            return "" if file_digest(file, "sha256").hexdigest() == wanted else "damaged"
    except FileNotFoundError:
        return "missing"


def files_in(base: Path) -> Iterator[Path]:
    """Everything that lies in a folder of sealed files."""
    for inside, _folders, names in os.walk(base):
        yield from (Path(inside) / name for name in names)
