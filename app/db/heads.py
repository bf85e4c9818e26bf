"""Heads of the audit trail kept outside of the database: a file for each day. They show later that an end was cut off.

The chain alone proves that no row in the middle was changed; a trail without its last rows is a whole chain too. The
folder is `audit-heads` in the instance folder, or what YIAN_AUDIT_HEADS names: better on another machine, where whoever
owns the database cannot write.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, current_app

from app.db import audit
from app.db.base import db
from app.kernel import clock

FORM = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def parse_head(text: str) -> tuple[int, str] | None:
    """Read "row:hash" as it is printed; None when it is not that."""
    found = FORM.fullmatch(text.strip().lower())
    return (int(found[1]), found[2]) if found else None


def _folder() -> Path:
    return Path(current_app.config["AUDIT_HEADS"])


def kept_heads() -> dict[int, str]:
    """Every head that was kept: row → hash. Lines that are none are left out (`damage` names them)."""
    return dict(found for _place, found in _lines() if isinstance(found, tuple))


def damage() -> list[str]:
    """Where the files of heads hold something else, and why: somebody may have wanted them not to be read."""
    return [f"{place}: {found or 'not a head'}" for place, found in _lines() if not isinstance(found, tuple)]


def _lines() -> Iterator[tuple[str, tuple[int, str] | str | None]]:
    """Every line that was kept: where it stands, and the head; None when it is none, words when a file is no text."""
    for file in sorted(_folder().glob("*.txt")):
        try:
            lines = file.read_bytes().splitlines()
        except OSError as error:
            yield file.name, f"cannot be read ({error.strerror})"
            continue
        if not lines:
            yield file.name, "empty"
        for number, line in enumerate(lines, 1):
            yield f"{file.name}, line {number}", parse_head(line.decode("utf-8", "replace"))


def keep_head(rows: int, head: str) -> Path:
    """Write a head down for today, beside those of today that are there. Raises OSError."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{clock.today().isoformat()}.txt"
    line = f"{rows}:{head}"
    if parse_head(line) is None:
        raise ValueError("not a head")
    before = file.read_bytes() if file.exists() else b""
    if rows and line.encode() not in before.splitlines():
        _append(file, (line + "\n" if not before or before.endswith(b"\n") else f"\n{line}\n").encode())
    return file


def _append(file: Path, text: bytes) -> None:
    """Write the whole text or none of it: half a line is a damaged file."""
    number = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(number).st_size
        try:
            if os.write(number, text) != len(text):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(number)
        except OSError:
            os.ftruncate(number, size)
            if not size:
                file.unlink()
            raise
    finally:
        os.close(number)


def quick_look() -> tuple[int, str, audit.Broken | None]:
    """Number and hash of the newest row, and whether the heads that were kept still stand where they stood: three
    rows are read, not the whole trail."""
    with db.engine.connect() as connection:
        rows, head = audit.end_of(connection)
        if parse_head(f"{rows}:{head}") is None:
            return 0, head, audit.Broken(rows, "unreadable")
        known = kept_heads()
        for seq in sorted(known)[-1:]:
            if audit.hash_at(connection, seq) != known[seq]:
                return rows, head, audit.Broken(seq, "cut off" if seq > rows else "changed")
    return rows, head, None


def keep_todays(app: Flask) -> None:
    """Keep a head for today unless one is there; for a process that lives on (a worker). Nothing is kept over a trail
    that has lost its end, so that the loss stays visible."""
    with app.app_context():
        if (_folder() / f"{clock.today().isoformat()}.txt").exists():
            return
        rows, head, broken = quick_look()
        if broken:
            if app.extensions.get("yian.told_of_trail") == broken:
                return
            app.extensions["yian.told_of_trail"] = broken
            app.logger.error(
                "the audit trail has lost its end: row %s is %s. Run: flask audit verify", broken.seq, broken.why
            )
            return
        keep_head(rows, head)
