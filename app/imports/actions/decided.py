"""Writing the rows about which a person has decided; what changed in a file since then waits for a person again."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date

from flask import current_app
from sqlalchemy import select

from app.access import Actor
from app.children.bulk import Persons
from app.db import db, vault
from app.imports.actions.writing_rows import settle_written, write_children
from app.imports.answers import SAME, TAKE, settle
from app.imports.matching import load_schools
from app.imports.models import Import, ImportRow
from app.imports.packing import pack
from app.imports.queries import opened
from app.imports.rules import check_child_row
from app.imports.types import CheckedRow, ImportKind, RowOutcome
from app.imports.writing import Writing

DONE = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.SAME)


def write_answers(row: Import, actor: Actor, today: date) -> Counter:
    """Write the rows that were decided and not yet written; return how many of each outcome. The caller commits."""
    waiting = (
        list(
            db.session.scalars(
                select(ImportRow)
                .where(
                    ImportRow.import_id == row.id,
                    ImportRow.outcome == RowOutcome.DOUBTFUL,
                    ImportRow.answer.in_([TAKE, SAME]),
                )
                .order_by(ImportRow.line)
            )
        )
        if row.kind is ImportKind.CHILDREN
        else []
    )
    if not waiting:
        return Counter()
    decided = [opened(row.kind, one) for one in waiting]
    rows = [_again(one, today) for one in decided]
    writing, persons = (
        Writing(session=db.session, actor=actor, today=today, import_id=row.id, schools=load_schools(db.session)),
        Persons(),
    )
    write_children(writing, rows, persons, {one.line: one.changes for one in decided if one.changes})
    for kept, one in zip(waiting, rows, strict=True):
        _keep(row.kind, kept, one)
    settle_written(writing)
    return Counter(one.became.value for one in rows)


def _again(before: CheckedRow, today: date) -> CheckedRow:
    """The row read again from its cells, without the doubts that were decided."""
    one = check_child_row(before.line, before.cells, today=today, allow_demo=bool(current_app.config["DEMO"]))
    one.ours = before.ours
    settle(one, before.answer or "", before.subject)
    return one


def _keep(kind: ImportKind, kept: ImportRow, one: CheckedRow) -> None:
    """What became of the row; one that is held back for another reason now can be decided again."""
    kept.outcome = one.became
    kept.problems = [[found.column, found.problem.code] for found in one.problems]
    kept.cells_sealed = vault().seal("import_rows", "cells", kept.id, pack(kind, one))
    if one.outcome in DONE:
        kept.subject_id = uuid.UUID(hex=one.subject) if one.subject else kept.subject_id
    else:
        kept.answer = None
