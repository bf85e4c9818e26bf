"""Taking over: one transaction from the rows of the preview; killed in the middle it has done nothing, and run again
it completes; run twice it does nothing more."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection
from datetime import date

from flask import url_for
from sqlalchemy import select, text, update

from app.access import Actor, Permission, require
from app.children.bulk import FILLED, Persons
from app.db import audit, db, vault
from app.db.bulk import Bulk
from app.imports.actions.answering import answer_row
from app.imports.actions.decided import write_answers
from app.imports.actions.previewing import Tell, silent, uncollected
from app.imports.actions.writing_rows import TAKEN, settle_written, write_children, write_schools
from app.imports.matching import has_no_children, load_schools
from app.imports.models import Import, ImportRow
from app.imports.opening import Prepared, make_ready
from app.imports.packing import pack
from app.imports.queries import get_import, refuse_discarded
from app.imports.types import CheckedRow, ImportKind, ImportState, RowOutcome
from app.imports.writing import Writing
from app.jobs.actions import queue_job
from app.jobs.models import Job, JobState
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused, to_stored
from app.roll.bulk import FILLED as ROLL_FILLED

IMPORTS_LOCK = 74_002
CHUNK = 1000
LOADING, WRITING = N_("Preparing the rows"), N_("Writing all rows in one step; this takes a few seconds")
NOT_READ = Problem(
    "reading_stopped", N_("The check of this file was stopped before its end. Choose the file again."), field="file"
)


def ask_to_apply(actor: Actor, import_id: uuid.UUID) -> Import:
    """Queue the taking over of a preview; asking again while it runs changes nothing. Raises Refused, NotFound."""
    require(actor, Permission.IMPORTS_RUN)
    row = get_import(actor, import_id)
    db.session.refresh(row, with_for_update=True)
    if row.state is ImportState.APPLIED or row.state is ImportState.APPLYING and not _stopped(row):
        return row
    refuse_discarded(row)
    if row.state not in (ImportState.PREVIEW, ImportState.APPLYING):
        raise Refused(Problem("no_preview", N_("This import has no preview to take over. Choose the file again.")))
    job = queue_job(
        actor, "imports.apply", {"import": str(row.id)}, page=url_for("imports.show_import", import_id=row.id)
    )
    row.state, row.job_id = ImportState.APPLYING, job.id
    audit.record(actor, "apply_import", "import", row.id)
    db.session.flush()
    return row


def _stopped(row: Import) -> bool:
    """True when the job that should apply it has ended without doing so."""
    state = db.session.scalar(select(Job.state).where(Job.id == row.job_id))
    return state in (None, JobState.FAILED, JobState.CANCELLED)


def give_back(import_id: uuid.UUID) -> None:
    """The taking over has ended without being done: the preview stands again, so that it can be tried anew."""
    row = db.session.get_one(Import, import_id, with_for_update=True, populate_existing=True)
    if row is not None and row.state is ImportState.APPLYING and _stopped(row):
        row.state = ImportState.PREVIEW


def give_up(import_id: uuid.UUID) -> None:
    """The reading has ended without a preview: the file counts as refused, with the reason, and can be chosen again."""
    row = db.session.get_one(Import, import_id, with_for_update=True, populate_existing=True)
    if row is not None and row.state is ImportState.READING and _stopped(row):
        job = db.session.get(Job, row.job_id) if row.job_id else None
        row.state, row.problems = ImportState.REFUSED, [to_stored(NOT_READ), *(job.problems if job else ())]


def run_apply(import_id: uuid.UUID, actor: Actor, *, today: date, tell: Tell = silent) -> dict:
    """Write what the preview promised, in one transaction that the caller commits. Return what was done.

    Every row is matched again: what has changed in our files since the preview counts. Run again after the commit it
    does nothing.
    """
    require(actor, Permission.IMPORTS_RUN)
    row = db.session.get_one(Import, import_id)
    if row.state is ImportState.APPLIED:
        return row.counts
    with uncollected():
        return _apply(row, actor, today, tell)


def _apply(row: Import, actor: Actor, today: date, tell: Tell) -> dict:
    import_id, kind = row.id, row.kind
    prepared = _prepare(row, actor, today, tell)
    tell(1, 1, WRITING)
    db.session.rollback()
    _take_lock()
    row = db.session.get_one(Import, import_id, with_for_update=True, populate_existing=True)
    if row.state is ImportState.APPLIED:
        return row.counts
    db.session.info["writing"] = True
    try:
        if db.is_sqlite:
            audit.take_chain(db.session)
        with Bulk(db.session).roomy(), Bulk(db.session).piped():
            done, writing = _write(row, kind, prepared, actor, today)
            decided = write_answers(row, actor, today)
            done = {name: count + decided[name] for name, count in done.items()}
    finally:
        db.session.info.pop("writing", None)
    if writing is not None:
        settle_written(writing)
    row.state, row.applied_at = ImportState.APPLIED, clock.now()
    row.counts = row.counts | {"done": done}
    audit.record(actor, "finish_import", "import", import_id, **done)
    db.session.flush()
    return row.counts


def answer(
    actor: Actor,
    import_id: uuid.UUID,
    row_id: uuid.UUID,
    said: str,
    child_id: uuid.UUID | None = None,
    *,
    today: date,
    sheet: Collection[str] = (),
    shown: str | None = None,
) -> None:
    """Decide a doubtful row (`answers.choices_of`). Raises NotFound, Refused."""
    answer_row(actor, import_id, row_id, said, child_id, today=today, lock=_take_lock, sheet=sheet, shown=shown)


def _take_lock() -> None:
    """One import writes at a time: two that bring the same child must see each other."""
    db.write()
    if not db.is_sqlite:
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORTS_LOCK})


def _prepare(row: Import, actor: Actor, today: date, tell: Tell) -> Prepared:
    """Open the rows of the preview and make the new files ready, before anybody has to wait for this import."""
    sealed, box = _load(row.id), vault()
    writing = Writing(session=db.session, actor=actor, today=today, import_id=row.id, schools=load_schools(db.session))
    prepared, children = Prepared(row.kind, writing.schools), row.kind is ImportKind.CHILDREN
    for at in range(0, len(sealed), CHUNK):
        part, new = [], set()
        for identifier, line, outcome, cells in sealed[at : at + CHUNK]:
            part.append((line, box.open_bytes("import_rows", "cells", identifier, cells)))
            if outcome is RowOutcome.NEW:
                new.add(line)
        prepared.add(
            part,
            len(new),
            make_ready(writing, [one for one in prepared.rows(part) if one.line in new])
            if children and _is_ahead(at)
            else None,
        )
        tell(at + len(part), len(sealed) + 1, LOADING)
    return prepared


def _is_ahead(at: int) -> bool:
    """Whether the part that begins here is made ready before the write lock. With SQLite that is every third one:
    while its other thread inserts one part, the next are made ready, so that the lock is held no longer for them.
    Elsewhere there is no such thread."""
    return not db.is_sqlite or at // CHUNK % 3 == 0


def _load(import_id: uuid.UUID) -> list[tuple]:
    """(id, line, outcome, sealed row) of what would be written, in the order of the file."""
    query = (
        select(ImportRow.id, ImportRow.line, ImportRow.outcome, ImportRow.cells_sealed)
        .where(ImportRow.import_id == import_id, ImportRow.outcome.in_(TAKEN))
        .order_by(ImportRow.line)
    )
    return [tuple(one) for one in db.session.execute(query.execution_options(yield_per=CHUNK))]


def _write(row: Import, kind: ImportKind, prepared: Prepared, actor: Actor, today: date) -> tuple[dict, Writing | None]:
    """How many rows became what, and what children were written with."""
    counted, writing = Counter[str](), None
    if kind is ImportKind.SCHOOLS:
        rows = [one for part, _ready in prepared.take() for one in part]
        write_schools(actor, rows, today=today)
        _keep_late(row.id, kind, rows)
        counted.update(one.became.value for one in rows)
    else:
        writing = Writing(
            session=db.session,
            actor=actor,
            today=today,
            import_id=row.id,
            schools=load_schools(db.session),
            empty=has_no_children(db.session),
        )
        persons, holds = Persons(), prepared.holds(writing)
        with (
            Bulk(db.session).unindexed((*FILLED, *ROLL_FILLED) if writing.empty else ()),
            writing.numbers.at_once(prepared.new),
        ):
            for rows, ready in prepared.take():
                write_children(
                    writing, rows, persons, {one.line: one.changes for one in rows}, ready if holds else None
                )
                _keep_late(row.id, kind, rows)
                counted.update(one.became.value for one in rows)
                if db.is_sqlite:  # nobody else writes anyway; elsewhere the chain stays free until the commit
                    audit.write(db.session)
    return {outcome.value: counted[outcome.value] for outcome in RowOutcome}, writing


def _keep_late(import_id: uuid.UUID, kind: ImportKind, rows: list[CheckedRow]) -> None:
    """Rows that our files overtook since the preview say so; the others stay as previewed."""
    late = {one.line: one for one in rows if one.outcome not in TAKEN}
    for line, one in late.items():
        stored = db.session.scalars(
            select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.line == line)
        ).one()
        db.session.execute(
            update(ImportRow)
            .where(ImportRow.id == stored.id)
            .values(
                outcome=one.outcome,
                problems=[[p.column, p.problem.code] for p in one.problems],
                cells_sealed=vault().seal("import_rows", "cells", stored.id, pack(kind, one)),
            )
        )
