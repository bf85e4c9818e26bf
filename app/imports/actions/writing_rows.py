"""Writing matched rows, those of a preview and those that a person has decided; nobody's change since is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from app.access import Actor
from app.children.bulk import Persons, ReadyFiles
from app.db import db
from app.imports.changing import write_changes
from app.imports.matching import match_children
from app.imports.meanwhile import Shown, hold_unseen, refuse_unseen
from app.imports.opening import write_new
from app.imports.school_matching import match_schools, save_matched
from app.imports.types import CheckedRow, RowOutcome
from app.imports.writing import Writing
from app.steps.actions import settle_children

TAKEN = (RowOutcome.NEW, RowOutcome.CHANGED)


def write_children(
    writing: Writing,
    rows: Sequence[CheckedRow],
    persons: Persons,
    shown: Mapping[int, Shown],
    ready: ReadyFiles | None = None,
) -> None:
    """Match the rows again and write them; `shown` is by line what a person saw that they would change."""
    known = match_children(
        db.session, rows, writing.actor, writing.schools, today=writing.today, empty=writing.empty, again=True
    )
    for one in rows:
        if one.line in shown:
            hold_unseen(one, shown[one.line])
    write_new(writing, [one for one in rows if one.outcome is RowOutcome.NEW], persons, ready)
    write_changes(writing, [one for one in rows if one.outcome is RowOutcome.CHANGED], known, persons)
    writing.touched.update(UUID(hex=one.child) for one in rows if one.outcome in TAKEN)


def settle_written(writing: Writing) -> None:
    """What the rows settle or ask for of the deadlines of their children is seen at once."""
    settle_children(writing.actor, writing.touched, deed="import_change", on=writing.today)


def write_schools(actor: Actor, rows: Sequence[CheckedRow], *, today: date) -> None:
    """The same for schools."""
    shown = {one.line: one.changes for one in rows}
    match_schools(db.session, rows, actor, today=today)
    for one in rows:
        refuse_unseen(one, shown[one.line])
    save_matched(actor, [one for one in rows if one.outcome in TAKEN], today=today)
