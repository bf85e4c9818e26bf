"""Attachments of a municipality kept two ways: sealed files in a folder, as Yian does, or blobs in the database.

    python -m benchmarks.attachments [--files 90000] [--kb 20] [--large 30] [--large-mb 3] [--folder FOLDER]

A sample is added as a form sends it: three files together, with their rows and one commit that the disk has. The others
are laid without waiting for the disk. Then each way is measured by what it costs: the size of the database, one file
opened, a backup with its check, and the next backup a day later with 90 files more. Needs about four times the size of
all files in FOLDER; they are removed at the end. Ends with an error where the database of the folder's way grows by
more than a kilobyte a file, or where the next backup copies more than the new files.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

A_DAY = 90
TOGETHER = 3
SAMPLE = 900
AT_ONCE = 3000
"""Rows in one transaction where nobody waits for the disk."""


class Sealed:
    """As Yian does: `store.keep` and a row for each file."""

    name = "sealed files in a folder"

    def __init__(self, base: Path):
        from app import create_app
        from app.db import migrations

        self.base = base
        self.app = create_app({"INSTANCE": base, "KEYS": base / "keys.json", "TESTING": True})
        migrations.upgrade(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.ids: list = []

    def add(self, contents: list[bytes]) -> None:
        from app.attachments import store

        self._rows([store.keep(io.BytesIO(content), len(content)) for content in contents])

    def fill(self, contents: list[bytes]) -> None:
        """The same without waiting for the disk."""
        wait, os.fsync = os.fsync, lambda _number: None
        try:
            self.add(contents)
        finally:
            os.fsync = wait

    def _rows(self, kept: list) -> None:
        from app.attachments import store
        from app.attachments.models import StoredFile
        from app.attachments.types import FileType
        from app.db import db, vault
        from app.kernel import clock

        db.write()
        for one in kept:
            db.session.add(
                StoredFile(
                    id=one.id,
                    type=FileType.PDF,
                    size=one.size,
                    content_blind=vault().blind("attachment", one.content_sha256),
                    sealed_sha256=one.sealed_sha256,
                    key_sealed=store.seal_key(one),
                    kept_at=clock.now(),
                )
            )
            self.ids.append(one.id)
        db.session.commit()
        db.session.expunge_all()

    def open(self, file_id) -> int:
        from app.attachments import store
        from app.attachments.models import StoredFile
        from app.db import db

        row = db.session.get_one(StoredFile, file_id)
        store.check(row)
        with closing(store.Content(row)) as content:
            size = sum(map(len, content))
        db.session.expunge_all()
        return size

    def backup(self, target: Path) -> int:
        """Return the bytes that were written."""
        from app.db.backup import backup

        before = written(target.parent)
        assert not backup(target).beside["attachments"].faults
        return written(target.parent) - before

    def check(self) -> None:
        from app.attachments.checking import check_all

        found = check_all()
        assert found.held == len(self.ids) and not found.missing and not found.damaged

    def database(self) -> int:
        from app.db import db

        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return (self.base / "yian.db").stat().st_size

    def end(self) -> None:
        self.app.extensions["yian.engine"].dispose()
        self.context.pop()


class Blobs:
    """The other way: the same rows, the sealed bytes in a column."""

    name = "blobs in the database"

    def __init__(self, base: Path):
        from app.db.base import PRAGMAS
        from app.db.sealed import open_vault

        self.vault, self.file = open_vault(base / "keys.json"), base / "blobs.db"
        self.database_ = sqlite3.connect(self.file, isolation_level=None)
        for pragma in PRAGMAS:
            self.database_.execute(f"PRAGMA {pragma}")
        self.database_.execute("CREATE TABLE files (id BLOB PRIMARY KEY, size INT, blind BLOB, bytes BLOB) STRICT")
        self.ids: list = []

    def add(self, contents: list[bytes]) -> None:
        from hashlib import sha256

        from app.kernel.ids import new_id

        made = []
        for content in contents:
            key = new_id()
            blind = self.vault.blind("attachment", sha256(content).hexdigest())
            made.append((key.bytes, len(content), blind, self.vault.seal_bytes("files", "bytes", key, content)))
            self.ids.append(key)
        self.database_.execute("BEGIN IMMEDIATE")
        self.database_.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", made)
        self.database_.execute("COMMIT")

    def fill(self, contents: list[bytes]) -> None:
        self.add(contents)

    def open(self, file_id) -> int:
        (sealed,) = self.database_.execute("SELECT bytes FROM files WHERE id = ?", (file_id.bytes,)).fetchone()
        return len(self.vault.open_bytes("files", "bytes", file_id, sealed))

    def backup(self, target: Path) -> int:
        from hashlib import file_digest

        with closing(sqlite3.connect(target)) as copy:
            self.database_.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            assert copy.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        with target.open("rb") as file:
            file_digest(file, "sha256")
            os.fsync(file.fileno())
        return target.stat().st_size

    def check(self) -> None:
        for key in self.ids:
            self.open(key)

    def database(self) -> int:
        self.database_.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.file.stat().st_size

    def end(self) -> None:
        self.database_.close()


def written(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def timed(work, *values):
    """Return (seconds, result)."""
    began = time.perf_counter()
    result = work(*values)
    return time.perf_counter() - began, result


def timed_both(work, *values):
    """Return (seconds, seconds of processor, result)."""
    began = time.process_time()
    seconds, result = timed(work, *values)
    return seconds, time.process_time() - began, result


def measure(kind, base: Path, asked) -> list[str]:
    """Fill, open, back up twice and check one way; print it. Return what is wrong."""
    base.mkdir(mode=0o700)
    (base / "backups").mkdir(mode=0o700)
    way, dice = kind(base), random.Random(20261129)
    empty, size = way.database(), asked.kb * 1024

    def files(count: int, of: int = size) -> list[bytes]:
        return [dice.randbytes(of) for _file in range(count)]

    sample = min(SAMPLE, asked.files)
    added = [timed(way.add, files(TOGETHER))[0] / TOGETHER for _form in range(sample // TOGETHER)]
    for at in range(sample, asked.files, AT_ONCE):
        way.fill(files(min(AT_ONCE, asked.files - at)))
    grown = (way.database() - empty) / asked.files
    large = [timed(way.add, files(1, asked.large_mb << 20))[0] for _file in range(asked.large)]
    opened = median(timed(way.open, one)[0] for one in dice.sample(way.ids[: asked.files], min(300, asked.files)))
    opened_large = median(timed(way.open, one)[0] for one in way.ids[-asked.large :])
    first, first_cpu, first_bytes = timed_both(way.backup, base / "backups/1.db")
    for _form in range(A_DAY // TOGETHER):
        way.add(files(TOGETHER))
    second, second_cpu, second_bytes = timed_both(way.backup, base / "backups/2.db")
    checked, checked_cpu, _nothing = timed_both(way.check)
    small, big = f"{asked.kb} KB", f"{asked.large_mb} MB"
    print(f"\n{way.name}: {asked.files:,} files of {small}, {asked.large} of {big}")
    print(
        f"  {small} added, {TOGETHER} a form: {1000 * median(added):.1f} ms each; {big}: {1000 * median(large):.0f} ms"
    )
    print(f"  {small} opened: {1000 * opened:.2f} ms; {big}: {1000 * opened_large:.0f} ms")
    print(f"  database: {way.database() / 2**20:,.0f} MB, {grown:,.0f} bytes a file of {small}")
    print(f"  first backup: {first:.1f} s ({first_cpu:.1f} of processor), {first_bytes / 2**20:,.0f} MB written")
    print(
        f"  next backup, {A_DAY} files later: {second:.1f} s ({second_cpu:.1f}), {second_bytes / 2**20:,.0f} MB written"
    )
    print(f"  every file checked: {checked:.1f} s ({checked_cpu:.1f})", flush=True)
    most = A_DAY * (size + 1024) + way.database() + 130 * len(way.ids) + 2**20
    way.end()
    if kind is Blobs:
        return []
    wrong = ["the database grows by more than a kilobyte a file"] if grown > 1024 else []
    return wrong + ["the next backup copies more than the new files"] * (second_bytes > most)


def main(words: list[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 where a bound is not kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.attachments", description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=90_000)
    parser.add_argument("--kb", type=int, default=20)
    parser.add_argument("--large", type=int, default=30, help="files of --large-mb beside them")
    parser.add_argument("--large-mb", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the files lie meanwhile; by default a temporary folder")
    asked = parser.parse_args(words)
    base, wrong = Path(tempfile.mkdtemp(prefix="yian-attachments-", dir=asked.folder)), []
    try:
        for kind in (Sealed, Blobs):
            wrong += measure(kind, base / kind.__name__, asked)
            shutil.rmtree(base / kind.__name__)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    for one in wrong:
        print(f"NOT KEPT: {one}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
