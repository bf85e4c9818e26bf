"""A row as the page shows it: line, name, problems with column and value, what would change, numbers masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.imports.columns import SHEETS, wording
from app.imports.places import place_of, with_places
from app.imports.types import CheckedRow, ImportKind
from app.jobs.actions import LABELS
from app.jobs.models import Job, JobState
from app.kernel.masks import mask_address, mask_certificate, mask_id, mask_phone, mask_student_number
from app.kernel.problems import Problem

MASKS = {
    "document_number": mask_id, "member1_number": mask_id, "member2_number": mask_id, "certificate": mask_certificate,
    "student_number": mask_student_number, "phone": mask_phone, "member1_phone": mask_phone,
    "member2_phone": mask_phone, "address": mask_address, "member1_address": mask_address,
    "member2_address": mask_address,
}
LONGEST = 60


@dataclass(frozen=True)
class ShownProblem:
    """A problem with its column's heading and the text of the cell, as it stood in the file."""

    heading: str
    value: str
    problem: Problem


@dataclass(frozen=True)
class ShownChange:
    """A column with the words before and after."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownRow:
    """One row of the preview; `child_id` is the file it was matched with, `sheet` is named when there are several."""

    sheet: str
    line: int
    label: str
    problems: tuple[ShownProblem, ...]
    changes: tuple[ShownChange, ...]
    child_id: str | None


def show_row(kind: ImportKind, row: CheckedRow, sheets: Sequence[str] = ()) -> ShownRow:
    """The row for the page; `sheets` are the names of the file's sheets."""
    columns = SHEETS[kind].by_key
    problems = tuple(ShownProblem(
        columns[p.column].heading if p.column in columns else "", _cell(row, p.column), with_places(sheets, p.problem))
        for p in row.problems)
    changes = tuple(
        ShownChange(columns[key].heading if key in columns else key, _masked(columns.get(key), key, before),
                    _masked(columns.get(key), key, after))
        for key, (before, after) in (row.changes or {}).items())
    label = str(row.values.get("name") or row.cells.get("name") or "")
    return ShownRow(*place_of(sheets, row.line), label, problems, changes, row.subject)


def _cell(row: CheckedRow, column: str | None) -> str:
    """What stands in the cell. A wrong number is shown as it is: it must be compared with the card."""
    text = row.cells.get(column or "", "")
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _masked(column, key: str, value: object) -> str:
    words = wording(column, value) if column is not None else str(value or "")
    return MASKS[key](words) if key in MASKS and words else words


def show_job(job: Job) -> dict:
    """The job as components/progress.html wants it; its result is the page that shows it."""
    over = job.state not in (JobState.QUEUED, JobState.RUNNING)
    return {
        "id": job.id, "label": gettext(LABELS[job.kind]), "text": job.message, "done": over,
        "ok": job.state is JobState.DONE, "fraction": min(1.0, job.done / job.total) if job.total else None,
        "url": url_for("jobs.show_progress", job_id=job.id), "cancel_url": url_for("jobs.cancel", job_id=job.id),
        "result_url": job.page,
    }
