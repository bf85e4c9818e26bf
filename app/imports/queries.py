"""Reading imports: the city sees all, everybody else the own ones and, in a district, those of the same district."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, func, or_, select, true

from app.access import Actor
from app.db import db, vault
from app.errors import NotFound
from app.imports.models import Import, ImportRow
from app.imports.packing import unpack
from app.imports.types import CheckedRow, ImportState, RowOutcome
from app.jobs.models import Job, JobState


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.municipal:
        return true()
    own = Import.created_by_id == actor.user_id
    return or_(own, Import.unit_id.in_(actor.unit_ids)) if actor.unit_ids else own


def get_import(actor: Actor, import_id: uuid.UUID) -> Import:
    """The import, without its file's bytes. Raises NotFound outside the actor's scope."""
    row = db.session.scalar(select(Import).where(Import.id == import_id, _visible(actor)))
    if row is None:
        raise NotFound
    return row


def count_imports(actor: Actor) -> int:
    """How many imports the actor may see."""
    return db.session.scalar(select(func.count()).select_from(Import).where(_visible(actor))) or 0


def list_imports(actor: Actor, *, offset: int = 0, limit: int = 50) -> list[Import]:
    """Imports, newest first."""
    return list(db.session.scalars(select(Import).where(_visible(actor)).order_by(
        Import.created_at.desc(), Import.id).offset(offset).limit(limit)))


def find_earlier(row: Import) -> Import | None:
    """The last import of exactly the same file that was taken over before this one."""
    return db.session.scalar(select(Import).where(
        Import.file_hash == row.file_hash, Import.kind == row.kind, Import.state == ImportState.APPLIED,
        Import.id != row.id, Import.created_at < row.created_at).order_by(Import.applied_at.desc()).limit(1))


def count_rows(row: Import) -> dict[RowOutcome, int]:
    """How many kept rows there are of each outcome now."""
    counted = dict(db.session.execute(select(ImportRow.outcome, func.count()).where(
        ImportRow.import_id == row.id).group_by(ImportRow.outcome)).all())
    return {outcome: counted.get(outcome, 0) for outcome in RowOutcome}


def list_rows(row: Import, outcome: RowOutcome, *, offset: int = 0, limit: int | None = 50) -> list[CheckedRow]:
    """Kept rows of one outcome in the order of the file; the caller has the import in scope."""
    query = select(ImportRow).where(ImportRow.import_id == row.id, ImportRow.outcome == outcome).order_by(
        ImportRow.line).offset(offset)
    box = vault()
    return [unpack(row.kind, one.line, one.outcome, one.subject_id.hex if one.subject_id else None,
                   box.open("import_rows", "cells", one.id, one.cells_sealed))
            for one in db.session.scalars(query.limit(limit) if limit else query)]


def find_job(row: Import) -> Job | None:
    """The job that works, or worked last, on an import."""
    return db.session.get(Job, row.job_id) if row.job_id else None


def is_stuck(row: Import, job: Job | None) -> bool:
    """True when the import waits for a job that has ended without doing it."""
    waits = row.state in (ImportState.READING, ImportState.APPLYING)
    return waits and (job is None or job.state in (JobState.FAILED, JobState.CANCELLED))
