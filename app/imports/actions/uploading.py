"""Keeping an uploaded file, sealed, and asking for its preview."""

from __future__ import annotations

import base64
import unicodedata
from hashlib import sha256

from flask import current_app, url_for

from app.access import Actor, Permission, require
from app.db import audit, db, vault
from app.imports.models import Import
from app.imports.reader import refusal
from app.imports.types import ImportKind, ImportState
from app.jobs.actions import queue_job
from app.kernel import clock
from app.kernel.ids import new_id
from app.kernel.problems import N_, Problem, Refused


def upload(actor: Actor, kind: ImportKind, file_name: str, content: bytes) -> Import:
    """Keep the file and queue its preview. Raises Refused: an empty or too large file, and schools by a school."""
    row = keep_file(actor, kind, file_name, content)
    job = queue_job(
        actor, "imports.preview", {"import": str(row.id)}, page=url_for("imports.show_import", import_id=row.id)
    )
    row.job_id = job.id
    db.session.flush()
    return row


def keep_file(actor: Actor, kind: ImportKind, file_name: str, content: bytes) -> Import:
    """Keep the file with its hash; the caller runs the preview."""
    require(actor, Permission.IMPORTS_RUN)
    if kind is ImportKind.SCHOOLS and not actor.may(Permission.SCHOOLS_WRITE):
        raise Refused(
            Problem(
                "schools_by_district",
                N_("Schools are imported by the district or the city. Send the file to your district's coordinator."),
                field="kind",
            )
        )
    most = int(current_app.config["UPLOAD_MB"])
    if len(content) > most * 1024 * 1024:
        raise refusal("upload_large", most=most)
    if not content:
        raise refusal("empty")
    identifier = new_id()
    row = Import(
        id=identifier,
        kind=kind,
        state=ImportState.READING,
        file_name=_plain(file_name)[-200:],
        created_by_id=actor.user_id,
        file_hash=sha256(content).hexdigest(),
        unit_id=next(iter(sorted(actor.unit_ids)), None),
        sheets=[],
        columns=[],
        file_sealed=vault().seal("imports", "file", identifier, base64.b64encode(content).decode()),
        ignored_columns=[],
        counts={},
        problems=[],
        created_by_name=actor.name,
        created_at=clock.now(),
    )
    db.session.add(row)
    audit.record(actor, "upload_import", "import", identifier, kind=kind.value, hash=row.file_hash)
    db.session.flush()
    return row


def _plain(name: str) -> str:
    """A file's name without signs that no name has."""
    return "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cs"))


def content_of(row: Import) -> bytes:
    """The file as it was uploaded."""
    return base64.b64decode(vault().open("imports", "file", row.id, row.file_sealed))
