"""Printed papers that are kept: the stored bytes are the paper; each handing-out is logged.

A paper of a fixed source (an approved version) is rendered once; from then on everybody is handed the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.access import Actor
from app.db import audit, db
from app.db.sealed import vault
from app.kernel import clock
from app.printing.ahead import notes
from app.printing.models import Paper, PrintLog
from app.printing.types import Printed


def paper_of(
    actor: Actor, kind: str, source_id: uuid.UUID, edition: str, child_id: uuid.UUID | None, make: Callable[[], Printed]
) -> bytes:
    """Return the stored bytes of a paper, or render it with `make`, seal and store it; log the handing-out.

    `edition` names everything else that the bytes depend on: template, language, size. The page that calls this writes,
    but for the time of `ahead.typeset` without the lock.
    """
    row = db.session.scalar(
        select(Paper)
        .options(undefer(Paper.bytes_sealed))
        .where(Paper.kind == kind, Paper.source_id == source_id, Paper.edition == edition)
    )
    if row is None:
        printed = make()
        if not notes():
            return printed.pdf
        row = _store(kind, source_id, edition, child_id, printed)
    log_print(actor, kind, source_id, child_id)
    return vault().open_bytes("papers", "bytes", row.id, row.bytes_sealed)


def _store(kind: str, source_id: uuid.UUID, edition: str, child_id: uuid.UUID | None, printed: Printed) -> Paper:
    row = Paper(
        kind=kind,
        source_id=source_id,
        edition=edition,
        child_id=child_id,
        pages=printed.pages,
        sha256=sha256(printed.pdf).hexdigest(),
        created_at=clock.now(),
    )
    row.bytes_sealed = vault().seal_bytes("papers", "bytes", row.id, printed.pdf)
    db.session.add(row)
    db.session.flush()
    return row


def log_print(actor: Actor, kind: str, source_id: uuid.UUID, child_id: uuid.UUID | None, copies: int = 1) -> None:
    """Remember that a paper was handed to the actor (drafts too, though their bytes are not kept)."""
    if not notes():
        return
    db.session.add(
        PrintLog(
            kind=kind,
            source_id=source_id,
            child_id=child_id,
            user_id=actor.user_id,
            user_name=actor.name,
            copies=copies,
            at=clock.now(),
        )
    )
    audit.record(actor, "print", kind, source_id, child_id=child_id)
    db.session.flush()
