"""The preview: read, check, match, and keep what each row would do. Nothing of the files is changed."""

from __future__ import annotations

import gc
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import delete

from app.access import Actor, Permission, require
from app.db import audit, db, vault
from app.db.bulk import Bulk, as_json, dashed, key, new_keys
from app.imports.actions.uploading import content_of
from app.imports.columns import SHEETS, headings
from app.imports.matching import Known, has_no_children, load_schools, match_children
from app.imports.models import Import, ImportRow
from app.imports.packing import pack
from app.imports.reader import FileNote, SheetLeft, SheetStart, read_file, refusal
from app.imports.reading import Reading, SheetReading
from app.imports.rules import check_child_row
from app.imports.school_matching import match_schools
from app.imports.school_rules import check_school_row
from app.imports.types import CheckedRow, ImportKind, ImportState, RowOutcome
from app.kernel.problems import N_, Refused, to_stored

Tell = Callable[[int, int, str], None]
CHUNK = 1000
READING, COMPARING = N_("Reading and checking the rows"), N_("Comparing with our files")
KEEPING = N_("Keeping the preview")


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles: it would look at millions of plain values again and again and find none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def silent(_done: int, _total: int, _words: str) -> None:
    """Tell nobody."""


def run_preview(import_id: uuid.UUID, actor: Actor, *, today: date, tell: Tell = silent) -> dict:
    """Make the preview of an import that is being read; twice does nothing more. Return its counts.

    The caller commits. A file that cannot be read becomes REFUSED with its problem; nothing else is kept of it.
    """
    require(actor, Permission.IMPORTS_RUN)
    row = db.session.get_one(Import, import_id)
    if row.state is not ImportState.READING:
        return row.counts
    with uncollected():
        return _preview(row, actor, today, tell)


def _preview(row: Import, actor: Actor, today: date, tell: Tell) -> dict:
    import_id, kind, content = row.id, row.kind, content_of(row)
    try:
        done = read_checked(kind, content, today=today, tell=tell)
    except Refused as refused:
        return _refuse(import_id, actor, refused)
    del content
    rows = done.rows
    match(kind, rows, actor, today=today, tell=lambda done, total, _words: tell(done, max(total, 1), COMPARING))
    tell(0, 1, KEEPING)
    db.session.rollback()
    db.write()
    row = db.session.get_one(Import, import_id, with_for_update=True, populate_existing=True)
    if row.state is not ImportState.READING:
        return row.counts
    counts = {outcome.value: 0 for outcome in RowOutcome} | Counter(one.became.value for one in rows)
    row.state, row.counts = ImportState.PREVIEW, counts | {"rows": len(rows)}
    sheet = SHEETS[kind].by_key
    row.columns = [sheet[place].heading for place in done.places]
    row.ignored_columns = list(done.ignored)
    row.sheets = done.sheets
    row.problems = [to_stored(problem) for problem in done.warnings]
    _keep_rows(row, kind, rows)
    told: dict[str, Any] = row.counts  # words of the trail, none of its columns
    audit.record(actor, "preview_import", "import", import_id, **told)
    db.session.flush()
    return row.counts


def _refuse(import_id: uuid.UUID, actor: Actor, refused: Refused) -> dict:
    db.session.rollback()
    db.write()
    row = db.session.get_one(Import, import_id, populate_existing=True)
    row.state, row.problems = ImportState.REFUSED, [to_stored(problem) for problem in refused.problems]
    row.counts = {}
    audit.record(actor, "refuse_import", "import", import_id, codes=[problem.code for problem in refused.problems])
    db.session.flush()
    return row.counts


def read_checked(kind: ImportKind, content: bytes, *, today: date, tell: Tell = silent) -> Reading:
    """Read the file in its limited process and check every row. Raises Refused for a file that cannot be read."""
    check = (
        partial(check_child_row, today=today, allow_demo=bool(current_app.config["DEMO"]))
        if kind is ImportKind.CHILDREN
        else partial(check_school_row, today=today)
    )
    done, height = Reading(kind=kind), 0
    read: SheetReading | None = None
    for part in read_file(content, headings(kind), most_mb=int(current_app.config["UPLOAD_MB"])):
        if isinstance(part, SheetStart):
            done.end(read)
            read, height = SheetReading(kind, part, len(done.sheets), check), height + part.height
        elif isinstance(part, SheetLeft):
            done.left.append(part)
        elif isinstance(part, FileNote):
            done.notes.append(part.problem)
        elif read is not None:  # rows come behind the start of their sheet
            read.add(part)
            tell(len(done.rows) + len(read.rows), max(height, len(done.rows) + len(read.rows) + 1), READING)
    done.end(read)
    if not done.headers:
        raise done.refused or refusal("empty")
    if not done.rows:
        raise refusal("empty")
    return done


def match(
    kind: ImportKind, rows: Sequence[CheckedRow], actor: Actor, *, today: date, tell: Tell = silent
) -> dict[str, Known]:
    """Set the outcome of every row; return the files that were matched."""
    if kind is ImportKind.SCHOOLS:
        return match_schools(db.session, rows, actor, today=today)
    return match_children(
        db.session, rows, actor, load_schools(db.session), today=today, tell=tell, empty=has_no_children(db.session)
    )


def _keep_rows(row: Import, kind: ImportKind, rows: Sequence[CheckedRow]) -> None:
    """Keep every row that is not simply the same, sealed as a whole."""
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
    kept = [one for one in rows if one.outcome is not RowOutcome.SAME]
    bulk = Bulk(db.session)
    with bulk.piped():
        for at in range(0, len(kept), CHUNK):
            insert_rows(Bulk(db.session), row.id, kind, kept[at : at + CHUNK])


def insert_rows(bulk: Bulk, import_id: uuid.UUID, kind: ImportKind, rows: Sequence[CheckedRow]) -> None:
    """Insert rows of an import."""
    seal, owner, made = vault().sealer("import_rows", "cells", len(rows)), key(import_id), []
    for new, one in zip(new_keys(len(rows)), rows, strict=True):
        codes = as_json([[p.column, p.problem.code] for p in one.problems]) if one.problems else "[]"
        label = str(one.values.get("name") or one.cells.get("name") or "")[:200]
        made.append(
            (
                new,
                owner,
                one.line,
                one.became.value,
                label,
                codes,
                seal(dashed(new), pack(kind, one)),
                key(one.subject),
            )
        )
    bulk.insert(
        ImportRow.__table__,
        ("id", "import_id", "line", "outcome", "label", "problems", "cells_sealed", "subject_id"),
        made,
    )
