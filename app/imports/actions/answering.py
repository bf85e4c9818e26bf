"""Deciding about a doubtful row: kept, written to the trail, and written into the files in the one transaction of the
import; where the import was taken over before, at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.queries import find_child
from app.children.sight import require_write
from app.db import audit, db, vault
from app.errors import NotFound
from app.imports.actions.decided import write_answers
from app.imports.answers import SAME, SKIP, choices_of, decided_meanwhile, shown_answer
from app.imports.columns import SHEETS
from app.imports.differences import find_differences
from app.imports.models import Import, ImportRow
from app.imports.packing import pack
from app.imports.queries import get_import, opened, refuse_discarded
from app.imports.types import CheckedRow, ImportState, RowOutcome
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused


def answer_row(
    actor: Actor,
    import_id: uuid.UUID,
    row_id: uuid.UUID,
    answer: str,
    child_id: uuid.UUID | None = None,
    *,
    today: date,
    lock: Callable[[], None],
    sheet: Collection[str] = (),
    shown: str | None = None,
) -> None:
    """Decide a doubtful row; the same answer again changes nothing.

    `sheet` are columns in which the sheet's words are taken when it is the same child; in all others the file keeps its
    own. `shown` is the answer that the page showed (answers.shown_answer); another one that came meanwhile stands.
    Raises NotFound, Refused.
    """
    require(actor, Permission.IMPORTS_RUN)
    row = get_import(actor, import_id)
    kept = db.session.scalar(
        select(ImportRow).where(ImportRow.id == row_id, ImportRow.import_id == import_id).with_for_update()
    )
    if kept is None:
        raise NotFound
    child = child_id if answer == SAME else None
    said = opened(row.kind, kept)
    if (kept.answer, kept.subject_id if answer == SAME else None) == (answer, child) and _takes(said, sheet):
        return
    _check_answer(actor, row, kept, said, answer, child, shown)
    if child is not None:
        require_write(actor, child)
    said.changes = find_differences(actor, [said], today=today).get((said.line, child.hex)) if child else None
    ours = tuple(key for key in SHEETS[row.kind].by_key if key in said.differs and key not in sheet)
    if child is not None:
        _check_document(said, find_child(actor, child), set(said.differs) - set(ours))
    kept.answer, kept.subject_id, said.ours = answer, child, ours
    kept.cells_sealed = vault().seal("import_rows", "cells", kept.id, pack(row.kind, said))
    kept.answered_by_name, kept.answered_at = actor.name, clock.now()
    audit.record(
        actor,
        "answer_import_row",
        "import",
        import_id,
        child_id=child,
        line=kept.line,
        answer=answer,
        **({"ours": list(ours)} if ours else {}),
    )
    db.session.flush()
    if row.state is ImportState.APPLIED and answer != SKIP:
        lock()
        done = write_answers(row, actor, today)
        told = row.counts.get("done", {})
        row.counts = row.counts | {"done": told | {name: told.get(name, 0) + count for name, count in done.items()}}
        db.session.flush()


def _takes(said: CheckedRow, sheet: Collection[str]) -> bool:
    """Whether the row was decided with the sheet's words in just these columns, as far as they differ."""
    return set(said.differs) - set(said.ours) <= set(sheet) and not set(said.ours) & set(sheet)


def _check_document(said: CheckedRow, file: Child | None, taken: Collection[str]) -> None:
    """Kind and number of a document go together: a kind without its number would lose the number on file."""
    number = "document_number" in taken
    if number:
        apart = "document_kind" in said.differs and "document_kind" not in taken
    else:
        comes = bool(said.cells.get("document_number")) and "document_number" not in said.differs
        stored = file is not None and file.document_number
        apart = "document_kind" in taken and bool(stored) and not comes
    if apart:
        raise Refused(
            Problem(
                "document_apart",
                N_(
                    "The kind of a document and its number are taken over together, and a number on file never gives "
                    "way to a kind without one. Choose the file for both, or the row for both when it gives a number."
                ),
            )
        )


def _check_answer(
    actor: Actor,
    row: Import,
    kept: ImportRow,
    said: CheckedRow,
    answer: str,
    child: uuid.UUID | None,
    shown: str | None,
) -> None:
    refuse_discarded(row)
    if kept.outcome is not RowOutcome.DOUBTFUL or row.state not in (ImportState.PREVIEW, ImportState.APPLIED):
        raise Refused(Problem("row_decided", N_("This row is decided and taken over already. Look at the file.")))
    if shown is not None and shown != shown_answer(said):
        raise Refused(decided_meanwhile(said))
    if (
        answer not in choices_of(said)
        or answer == SAME
        and (child is None or child.hex not in said.candidates or find_child(actor, child) is None)
    ):
        raise Refused(
            Problem(
                "answer_unknown",
                N_(
                    "This cannot be decided here. Put the row right in the sheet, or ask the coordinator of the other "
                    "district."
                ),
            )
        )
