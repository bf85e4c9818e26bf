"""Reading imports: the city sees all, everybody else the own ones and, in a district, those of the same district."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, func, or_, select, true

from app.access import Actor
from app.children.models import Child, Guardian, Guardianship
from app.children.sight import in_sight
from app.db import db, vault
from app.errors import NotFound
from app.imports.models import Import, ImportRow
from app.imports.packing import unpack
from app.imports.types import CheckedRow, ImportKind, ImportState, RowOutcome
from app.jobs.models import Job, JobState
from app.kernel.clock import today
from app.kernel.masks import mask_id, mask_phone
from app.kernel.problems import N_, Problem, Refused, from_stored
from app.schools.models import Unit


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


def refuse_discarded(row: Import) -> None:
    """Raises Refused for an import that was discarded."""
    if row.discarded_at is not None:
        raise Refused(
            Problem(
                "discarded",
                N_("%(name)s discarded this sheet. Choose the file again if it is to be taken over after all."),
                {"name": row.discarded_by_name or ""},
            )
        )


def count_imports(actor: Actor) -> int:
    """How many imports the actor may see."""
    return db.session.scalar(select(func.count()).select_from(Import).where(_visible(actor))) or 0


def list_imports(actor: Actor, *, offset: int = 0, limit: int = 50) -> list[Import]:
    """Imports, newest first."""
    return list(
        db.session.scalars(
            select(Import)
            .where(_visible(actor))
            .order_by(Import.created_at.desc(), Import.id)
            .offset(offset)
            .limit(limit)
        )
    )


def find_earlier(row: Import) -> Import | None:
    """The last import of exactly the same file that was taken over before this one."""
    found = db.rows(_EARLIER, {"hash": row.file_hash, "kind": row.kind, "own": row.id, "made": row.created_at}).first()
    return db.session.get(Import, found.id) if found else None


def count_rows(row: Import) -> dict[RowOutcome, int]:
    """How many rows there are of each outcome now: what was decided counts where it went."""
    return count_each([row])[row.id]


def count_each(rows: Sequence[Import]) -> dict[uuid.UUID, dict[RowOutcome, int]]:
    """The same of several imports, by id. Rows that were unchanged at once are counted, not kept."""
    counted = {(key, outcome): count for key, outcome, count in db.rows(_COUNTS, {"keys": [row.id for row in rows]})}
    return {
        row.id: {
            outcome: counted.get((row.id, outcome), 0)
            + (row.counts.get("same", 0) if outcome is RowOutcome.SAME else 0)
            for outcome in RowOutcome
        }
        for row in rows
    }


def list_rows(row: Import, outcome: RowOutcome, *, offset: int = 0, limit: int | None = 50) -> list[CheckedRow]:
    """Kept rows of one outcome in the order of the file; the caller has the import in scope."""
    asked = {"key": row.id, "outcome": outcome, "first": offset} | ({"most": limit} if limit else {})
    return [opened(row.kind, one) for one in db.rows(_LISTED if limit else _ALL, asked)]


def opened(kind: ImportKind, one: ImportRow | Row) -> CheckedRow:
    """A kept row, with what was decided about it."""
    found = unpack(
        kind,
        one.line,
        one.outcome,
        one.subject_id.hex if one.subject_id else None,
        vault().open("import_rows", "cells", one.id, one.cells_sealed),
    )
    found.key, found.answer = one.id, one.answer
    found.answered = (one.answered_by_name, one.answered_at) if one.answer else None
    return found


def count_answers(rows: Sequence[Import]) -> dict[uuid.UUID, Counter[str | None]]:
    """How many doubtful rows of several imports have each answer, by id; under None those still to be decided."""
    found: dict[uuid.UUID, Counter[str | None]] = {row.id: Counter() for row in rows}
    for key, answer, count in db.rows(_ANSWERS, {"keys": list(found)}):
        found[key][answer] = count
    return found


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A file that may be of the child of a row; outside the actor's sight only its unit is told."""

    unit: str
    child_id: uuid.UUID | None = None
    name: str = ""
    birth_on: date | None = None
    file_number: str = ""
    number: str = ""
    guardians: tuple[tuple[str, str], ...] = ()


def find_candidates(actor: Actor, rows: Sequence[CheckedRow]) -> dict[str, Candidate]:
    """The files that are in question for the rows, by key, as far as the actor may see them."""
    keys = list(dict.fromkeys(uuid.UUID(hex=key) for row in rows for key in row.candidates))
    found: dict[str, Candidate] = {}
    if not keys:
        return found
    files = db.rows(_in_question(actor, today()), {"keys": keys}).all()
    families, box = _families([row.id for row in files if row.seen]), vault()
    for row in files:
        number = (
            row.seen
            and row.document_number_sealed
            and box.open("children", "document_number", row.id, row.document_number_sealed)
        )
        found[row.id.hex] = (
            Candidate(
                unit=row.unit,
                child_id=row.id,
                name=row.name,
                birth_on=row.birth_on,
                file_number=row.file_number,
                number=mask_id(number or ""),
                guardians=tuple(families[row.id]),
            )
            if row.seen
            else Candidate(unit=row.unit)
        )
    return found


def _families(children: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """(name, masked telephone) of today's family members of children, in their order."""
    found: dict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
    box = vault()
    for row in db.rows(_FAMILY, {"keys": children}):
        phone = row.phone_sealed and box.open("guardians", "phone", row.id, row.phone_sealed)
        found[row.child_id].append((row.name, mask_phone(phone or "")))
    return found


def find_job(row: Import) -> Job | None:
    """The job that works, or worked last, on an import."""
    return db.session.get(Job, row.job_id) if row.job_id else None


def is_stuck(row: Import, job: Job | None) -> bool:
    """True when the import waits for a job that has ended without doing it."""
    waits = row.state in (ImportState.READING, ImportState.APPLYING)
    return waits and (job is None or job.state in (JobState.FAILED, JobState.CANCELLED))


def why_stopped(row: Import, job: Job | None) -> tuple[Problem, ...] | None:
    """Why the last work on an import ended without doing it, () when only the program knows; None when it did not."""
    undone = (
        row.state is ImportState.PREVIEW
        and job is not None
        and job.kind == "imports.apply"
        and job.state in (JobState.FAILED, JobState.CANCELLED)
    )
    if not (undone or is_stuck(row, job)):
        return None
    if job is not None and job.state is JobState.CANCELLED:
        return (Problem("job_stopped", N_("%(name)s stopped it."), {"name": job.user_name}),)
    return tuple(from_stored(one) for one in job.problems) if job else ()


# --- the statements, kept: making one takes longer than running it ----------------------------------------------------

_KEYS, _KEY = bindparam("keys", expanding=True, type_=Uuid()), bindparam("key", type_=Uuid())
_COUNTS = (
    select(ImportRow.import_id, ImportRow.outcome, func.count())
    .where(ImportRow.import_id.in_(_KEYS))
    .group_by(ImportRow.import_id, ImportRow.outcome)
)
_ALL = (
    select(ImportRow.__table__)
    .where(ImportRow.import_id == _KEY, ImportRow.outcome == bindparam("outcome", type_=ImportRow.outcome.type))
    .order_by(ImportRow.line)
    .offset(bindparam("first"))
)
_LISTED = _ALL.limit(bindparam("most"))
_ANSWERS = (
    select(ImportRow.import_id, ImportRow.answer, func.count())
    .where(ImportRow.import_id.in_(_KEYS), ImportRow.outcome == RowOutcome.DOUBTFUL)
    .group_by(ImportRow.import_id, ImportRow.answer)
)
_EARLIER = (
    select(Import.id)
    .where(
        Import.file_hash == bindparam("hash"),
        Import.kind == bindparam("kind", type_=Import.kind.type),
        Import.state == ImportState.APPLIED,
        Import.id != bindparam("own", type_=Uuid()),
        Import.created_at < bindparam("made", type_=Import.created_at.type),
    )
    .order_by(Import.applied_at.desc())
    .limit(1)
)
_FAMILY = (
    select(Guardianship.child_id, Guardian.id, Guardian.name, Guardian.phone_sealed)
    .join(Guardian, Guardian.id == Guardianship.guardian_id)
    .where(Guardianship.child_id.in_(_KEYS), Guardianship.valid_to.is_(None))
    .order_by(Guardianship.position, Guardianship.id)
)


@lru_cache(maxsize=256)
def _in_question(actor: Actor, _day: date) -> Select:
    return (
        select(
            Child.id,
            Child.name,
            Child.birth_on,
            Child.file_number,
            Child.document_number_sealed,
            Unit.name.label("unit"),
            in_sight(actor).label("seen"),
        )
        .join(Unit, Unit.id == Child.unit_id)
        .where(Child.id.in_(_KEYS))
    )
