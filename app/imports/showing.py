"""A row as the page shows it: line, name, problems with column and value, what would change, numbers masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from app.access import Actor
from app.db.remember import remembered
from app.imports import queries
from app.imports.answers import SAME, choices_of, is_of_who, said_of, shown_answer
from app.imports.columns import SHEETS
from app.imports.differences import Differences, find_differences
from app.imports.masking import MASKS, masked
from app.imports.models import Import
from app.imports.places import place_of, with_places
from app.imports.queries import Candidate
from app.imports.types import CheckedRow, ImportKind, RowOutcome
from app.jobs.actions import LABELS
from app.jobs.models import Job, JobState
from app.kernel.problems import Problem
from app.web.paging import Page

LONGEST = 60
_LONG_NUMBER = re.compile(r"\d{14,19}[Xx]?")
"""An identity number that stands in another column."""


@dataclass(frozen=True)
class ShownProblem:
    """A problem with its column's heading and the text of the cell, as it stood in the file."""

    heading: str
    value: str
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """A column with the words before and after."""

    heading: str
    before: str
    after: str
    key: str = ""
    hidden: bool = False
    """Only the part that is not shown differs."""
    ours: bool = False
    """The file's words stay: so it stands until a person has chosen the sheet's."""


@dataclass(frozen=True)
class ShownRow:
    """One row of the preview; `child_id` is the file it was matched with, `sheet` is named when there are several."""

    sheet: str
    line: int
    label: str
    problems: tuple[ShownProblem, ...]
    changes: tuple[ShownChange, ...]
    child_id: str | None
    key: UUID | None = None
    choices: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    candidates: tuple[Candidate, ...] = ()
    differences: Mapping[str, tuple[ShownChange, ...]] = field(default_factory=dict)
    answer: str | None = None
    answered: tuple | None = None
    who: bool = True
    """It is asked which child it is; else whether the row is right."""
    shown: str = ""
    decided: str = ""


def show_rows(actor: Actor, row: Import, outcome: RowOutcome, page: Page, *, today: date) -> tuple[ShownRow, ...]:
    """A page of an import's rows, with both sides where a person decides; kept until something changes."""

    def show() -> tuple[ShownRow, ...]:
        rows = queries.list_rows(row, outcome, offset=page.offset, limit=page.size)
        candidates = queries.find_candidates(actor, rows)
        differences = find_differences(actor, rows, today=today) if row.kind is ImportKind.CHILDREN else {}
        return tuple(show_row(row.kind, one, row.sheets, candidates, differences) for one in rows)

    return remembered(("rows of an import", actor, row.id, row.state, outcome, page.offset, page.size, today), show)


def show_row(
    kind: ImportKind,
    row: CheckedRow,
    sheets: Sequence[str] = (),
    candidates: Mapping[str, Candidate] | None = None,
    differences: Differences | None = None,
) -> ShownRow:
    """The row for the page; `sheets` are the names of the file's sheets, `candidates` the files in question, with what
    they say otherwise."""
    columns = SHEETS[kind].by_key
    problems = tuple(
        ShownProblem(
            columns[p.column].heading if p.column in columns else "",
            _cell(kind, row, p.column),
            with_places(sheets, p.problem),
        )
        for p in row.problems
    )
    changes = () if row.answer else _changes(kind, row.differs)
    label = str(row.values.get("name") or row.cells.get("name") or "")
    decision = _decision(kind, row, candidates or {}, differences or {}) if row.outcome is RowOutcome.DOUBTFUL else {}
    return ShownRow(*place_of(sheets, row.line), label, problems, changes, row.subject, **decision)


BOTH_SIDES = ("name", "birth_on", "document_number", "member1_name", "member1_phone")


def _changes(kind: ImportKind, changes: Mapping[str, tuple], ours: Iterable[str] = ()) -> tuple[ShownChange, ...]:
    """Columns with both sides, numbers and addresses masked; where the masks agree, that the hidden part differs."""
    columns, found = SHEETS[kind].by_key, []
    for key, (before, after) in changes.items():
        old, new = masked(kind, key, before), masked(kind, key, after)
        found.append(
            ShownChange(
                heading=columns[key].heading if key in columns else key,
                before=old,
                after=new,
                key=key,
                hidden=old == new and before is not None,
                ours=key in ours,
            )
        )
    return tuple(found)


def _decision(
    kind: ImportKind, row: CheckedRow, candidates: Mapping[str, Candidate], differences: Differences
) -> dict[str, Any]:  # fields of ShownRow
    """What a person needs to decide: the row's side, the files' side, what can be chosen, what was chosen."""
    columns = SHEETS[kind].by_key
    said = tuple(
        (columns[key].heading, MASKS[key](text) if key in MASKS else text)
        for key in BOTH_SIDES
        if key in columns and (text := row.cells.get(key))
    )
    return {
        "key": row.key,
        "choices": choices_of(row) if kind is ImportKind.CHILDREN else (),
        "said": said,
        "candidates": tuple(candidates[key] for key in row.candidates if key in candidates),
        "differences": {
            key: _changes(kind, differences[row.line, key], _ours(row, key, differences[row.line, key]))
            for key in row.candidates
            if (row.line, key) in differences
        },
        "answer": row.answer,
        "answered": row.answered,
        "who": (who := is_of_who(row)),
        "shown": shown_answer(row),
        "decided": said_of(row.answer, who) if row.answer else "",
    }


def _ours(row: CheckedRow, child: str, differing: Iterable[str]) -> Iterable[str]:
    """The columns in which the file's words stay: as was decided for this child, else all that differ."""
    return row.ours if row.answer == SAME and row.subject == child else differing


def _cell(kind: ImportKind, row: CheckedRow, column: str | None) -> str:
    """What stands in the cell; numbers, telephones and addresses masked as everywhere. Who has to compare a wrong one
    with the card reads it in the own sheet, or in the file of held-back rows, whose download is in the trail."""
    text = row.cells.get(column or "", "")
    if kind is ImportKind.CHILDREN and column in MASKS:
        text = MASKS[column](text) if text else text
    elif kind is ImportKind.CHILDREN:
        text = _LONG_NUMBER.sub(lambda found: MASKS["document_number"](found[0]), text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def show_job(job: Job) -> dict:
    """The job as components/progress.html wants it; its result is the page that shows it."""
    over = job.state not in (JobState.QUEUED, JobState.RUNNING)
    return {
        "id": job.id,
        "label": gettext(LABELS[job.kind]),
        "text": job.message,
        "done": over,
        "ok": job.state is JobState.DONE,
        "fraction": min(1.0, job.done / job.total) if job.total else None,
        "url": url_for("jobs.show_progress", job_id=job.id),
        "cancel_url": url_for("jobs.cancel", job_id=job.id),
        "result_url": job.page,
    }
