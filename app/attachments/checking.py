"""Rows against files: which files are missing, which are damaged, which have no row."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.attachments import store
from app.attachments.copying import files_in
from app.attachments.models import Attachment, StoredFile
from app.attachments.sealing import Broken
from app.db import db

BEING_WRITTEN = 600
"""Seconds: a file as young as this may still get its row."""
A_DAY = 86_400


@dataclass
class Found:
    """How many files hold, and the paths of the others; to missing and damaged ones what they are bound to."""

    held: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    orphaned: list[Path] = field(default_factory=list)


def check_all() -> Found:
    """Read every sealed file and compare it with its row."""
    found, now = Found(), _now()
    # First what lies there, then the rows: a file is always older than its row.
    seen = [path for path in files_in(store.folder()) if now - _written(path, now) > BEING_WRITTEN]
    rows = db.session.execute(select(StoredFile.id, StoredFile.key_sealed, StoredFile.sealed_sha256)).all()
    for row in rows:
        path = store.place_in(store.folder(), row.id)
        why = _fault(row, path)
        if why:
            getattr(found, why).append(f"{path}{_bound_to(row.id)}")
        else:
            found.held += 1
    known = {store.place_in(store.folder(), row.id) for row in rows}
    found.orphaned = sorted(path for path in seen if path not in known)
    return found


def _now() -> float:
    """The time of the disk on which the files lie: the only one to which theirs compare."""
    if not store.folder().is_dir():
        return 0.0
    with tempfile.TemporaryFile(dir=store.folder()) as probe:
        return os.fstat(probe.fileno()).st_mtime


def _written(path: Path, now: float) -> float:
    """When a file was written; one that is gone meanwhile is as young as can be."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return now


def _fault(row: Any, path: Path) -> str:
    try:
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != row.sealed_sha256:
                return "damaged"
        store.open_key(row)
    except FileNotFoundError:
        return "missing"
    except Broken:
        return "damaged"
    return ""


def _bound_to(file_id: Any) -> str:
    """What a file is bound to, for the administrator: kinds and ids, nothing of a child."""
    rows = db.session.execute(select(Attachment.kind, Attachment.subject_id).where(Attachment.file_id == file_id)).all()
    return "".join(f" ({kind} {subject_id})" for kind, subject_id in rows)


def remove_orphaned(found: Found) -> int:
    """Remove files without a row that are older than a day; return how many."""
    now, removed = _now(), 0
    for path in found.orphaned:
        if now - _written(path, now) > A_DAY:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
