"""Discarding sheets that are not to be taken over: they wait for nobody any more and stay readable."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.db import audit, db
from app.imports.models import Import
from app.imports.queries import get_import
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused


def discard(actor: Actor, import_ids: Collection[uuid.UUID]) -> int:
    """Discard imports in the actor's scope, all of them or none; return how many were not discarded before. Only
    uploading the file again brings one back.

    Raises NotFound, and Refused when one is taken over or being worked on.
    """
    require(actor, Permission.IMPORTS_RUN)
    for import_id in import_ids:
        get_import(actor, import_id)
    rows = db.session.scalars(
        select(Import)
        .where(Import.id.in_(import_ids), Import.discarded_at.is_(None))
        .order_by(Import.id)
        .with_for_update(of=Import)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        if not row.discardable:
            raise Refused(
                Problem(
                    "not_discardable",
                    N_("“%(file)s” is taken over, or being worked on: it cannot be discarded. Nothing was changed."),
                    {"file": row.file_name},
                )
            )
        row.discarded_at, row.discarded_by_name = clock.now(), actor.name
        audit.record(actor, "discard_import", "import", row.id, hash=row.file_hash)
    db.session.flush()
    return len(rows)
