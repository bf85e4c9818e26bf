"""Rows that are held back, handed out as a sheet: they hold numbers in full."""

from __future__ import annotations

from app.access import Actor, Permission, require
from app.db import audit
from app.imports.models import Import


def note_handed(actor: Actor, row: Import, rows: int) -> None:
    """Write down who took so many held-back rows of a sheet in full. The caller has checked the scope."""
    require(actor, Permission.IMPORTS_RUN)
    audit.record(actor, "download_held_back", "import", row.id, rows=rows)
