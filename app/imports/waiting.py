"""Which checked sheets wait for a person."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.access import Actor
from app.db import db
from app.imports.answers import SKIP
from app.imports.models import Import, ImportRow
from app.imports.types import ImportState, RowOutcome


def waits() -> ColumnElement[bool]:
    """The condition that a checked sheet waits for a person: it has rows to take over or to decide about, and was
    neither taken over nor discarded."""
    rows = or_(
        ImportRow.outcome.in_((RowOutcome.NEW, RowOutcome.CHANGED)),
        and_(ImportRow.outcome == RowOutcome.DOUBTFUL, ImportRow.answer.is_distinct_from(SKIP)),
    )
    return and_(
        Import.state == ImportState.PREVIEW,
        Import.discarded_at.is_(None),
        exists().where(ImportRow.import_id == Import.id, rows),
    )


def count_waiting(actor: Actor) -> int:
    """How many of the actor's own sheets wait."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Import).where(Import.created_by_id == actor.user_id, waits())
        )
        or 0
    )
