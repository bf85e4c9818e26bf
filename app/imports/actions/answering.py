"""Deciding about a doubtful row: kept, written to the trail, and written into the files in the one transaction of the
import; where the import was taken over before, at once."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date

from flask import current_app
from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.bulk import Persons
from app.children.queries import find_child
from app.children.sight import require_write
from app.db import audit, db, vault
from app.errors import NotFound
from app.imports.answers import SAME, SKIP, TAKE, choices_of, decided_meanwhile, settle, shown_answer
from app.imports.changing import write_changes
from app.imports.columns import SHEETS
from app.imports.matching import load_schools, match_children
from app.imports.models import Import, ImportRow
from app.imports.opening import write_new
from app.imports.packing import pack
from app.imports.queries import get_import, opened
from app.imports.rules import check_child_row
from app.imports.types import CheckedRow, ImportKind, ImportState, RowOutcome
from app.imports.writing import Writing
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused

DONE = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.SAME)


def answer_row(actor: Actor, import_id: uuid.UUID, row_id: uuid.UUID, answer: str,
               child_id: uuid.UUID | None = None, *, today: date, lock: Callable[[], None],
               ours: Collection[str] = (), shown: str | None = None) -> None:
    """Decide a doubtful row; the same answer again changes nothing. `ours` are columns in which the file keeps its
    words when it is the same child; `shown` is the answer that the page showed (answers.shown_answer), and another one
    that came meanwhile stands. Raises NotFound, Refused."""
    require(actor, Permission.IMPORTS_RUN)
    row = get_import(actor, import_id)
    kept = db.session.scalar(select(ImportRow).where(ImportRow.id == row_id, ImportRow.import_id == import_id)
                             .with_for_update())
    if kept is None:
        raise NotFound
    child = child_id if answer == SAME else None
    said = opened(row.kind, kept)
    ours = tuple(key for key in SHEETS[row.kind].by_key if key in ours) if answer == SAME else ()
    if (kept.answer, kept.subject_id if answer == SAME else None, said.ours) == (answer, child, ours):
        return
    if kept.outcome is not RowOutcome.DOUBTFUL or row.state not in (ImportState.PREVIEW, ImportState.APPLIED):
        raise Refused(Problem("row_decided", N_("This row is decided and taken over already. Look at the file.")))
    if shown is not None and shown != shown_answer(said):
        raise Refused(decided_meanwhile(said))
    if answer not in choices_of(said) or answer == SAME and (
            child is None or child.hex not in said.candidates or find_child(actor, child) is None):
        raise Refused(Problem("answer_unknown", N_(
            "This cannot be decided here. Put the row right in the sheet, or ask the coordinator of the other "
            "district.")))
    if child is not None:
        require_write(actor, child)
    kept.answer, kept.subject_id, said.ours = answer, child, ours
    kept.cells_sealed = vault().seal("import_rows", "cells", kept.id, pack(row.kind, said))
    kept.answered_by_name, kept.answered_at = actor.name, clock.now()
    audit.record(actor, "answer_import_row", "import", import_id, child_id=child, line=kept.line, answer=answer,
                 **({"ours": list(ours)} if ours else {}))
    db.session.flush()
    if row.state is ImportState.APPLIED and answer != SKIP:
        lock()
        done = write_answers(row, actor, today)
        told = row.counts.get("done", {})
        row.counts = row.counts | {"done": told | {name: told.get(name, 0) + count for name, count in done.items()}}
        db.session.flush()


def write_answers(row: Import, actor: Actor, today: date) -> Counter:
    """Write the rows that were decided and not yet written; return how many of each outcome. The caller commits."""
    waiting = list(db.session.scalars(select(ImportRow).where(
        ImportRow.import_id == row.id, ImportRow.outcome == RowOutcome.DOUBTFUL,
        ImportRow.answer.in_([TAKE, SAME])).order_by(ImportRow.line))) if row.kind is ImportKind.CHILDREN else []
    if not waiting:
        return Counter()
    rows = [_again(row.kind, one, today) for one in waiting]
    writing, persons = Writing(db.session, actor, today, row.id, load_schools(db.session)), Persons()
    known = match_children(db.session, rows, actor, writing.schools, today=today, again=True)
    write_new(writing, [one for one in rows if one.outcome is RowOutcome.NEW], persons)
    write_changes(writing, [one for one in rows if one.outcome is RowOutcome.CHANGED], known, persons)
    for kept, one in zip(waiting, rows, strict=True):
        _keep(row.kind, kept, one)
    return Counter(one.outcome.value for one in rows)


def _again(kind: ImportKind, kept: ImportRow, today: date) -> CheckedRow:
    """The row read again from its cells, without the doubts that were decided."""
    before = opened(kind, kept)
    one = check_child_row(kept.line, before.cells, today=today, allow_demo=bool(current_app.config["DEMO"]))
    one.ours = before.ours
    settle(one, kept.answer, kept.subject_id.hex if kept.subject_id else None)
    return one


def _keep(kind: ImportKind, kept: ImportRow, one: CheckedRow) -> None:
    """What became of the row; one that is held back for another reason now can be decided again."""
    kept.outcome = one.outcome
    kept.problems = [[found.column, found.problem.code] for found in one.problems]
    kept.cells_sealed = vault().seal("import_rows", "cells", kept.id, pack(kind, one))
    if one.outcome in DONE:
        kept.subject_id = uuid.UUID(hex=one.subject) if one.subject else kept.subject_id
    else:
        kept.answer = None
