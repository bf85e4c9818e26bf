"""Where a doubtful row and a file that may be its child's differ, column by column, so that a person can choose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import current_app

from app.access import Actor
from app.db import db
from app.imports.answers import SAME, choices_of
from app.imports.comparing import find_changes
from app.imports.existing import load_known
from app.imports.rules import check_child_row
from app.imports.types import CheckedRow, RowOutcome

Differences = dict[tuple[int, str], dict[str, tuple[object, object]]]
"""(line, file) → column → (ours, the sheet's)."""


def find_differences(actor: Actor, rows: Sequence[CheckedRow], *, today: date) -> Differences:
    """The differences of every doubtful row and each file in question that the actor may write."""
    asked = [row for row in rows if row.outcome is RowOutcome.DOUBTFUL and SAME in choices_of(row)]
    keys = list(dict.fromkeys(key for row in asked for key in row.candidates))
    known = {key: one for key, one in load_known(db.session, keys, actor).items() if one.held} if keys else {}
    found: Differences = {}
    for row in asked:
        said = check_child_row(row.line, row.cells, today=today, allow_demo=bool(current_app.config["DEMO"]))
        if said.outcome is not RowOutcome.REFUSED:
            found |= {(row.line, key): find_changes(said, known[key]) for key in row.candidates if key in known}
    return found
