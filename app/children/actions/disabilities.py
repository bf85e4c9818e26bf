"""Changing the disabilities of a child, and the doctor's words beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import current_app

from app.access import Actor, Permission, require
from app.children.actions.files import Changed
from app.children.facts import DiagnosisFacts, DisabilityFacts
from app.children.models import Child, Diagnosis, Disability
from app.children.queries import list_disabilities
from app.children.rules import check_disability, check_row_ids
from app.children.sight import require_write
from app.children.tails import set_tails
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.db.twins import refuse_twin
from app.kernel.problems import N_, Problem, Refused, errors, refuse_if, warnings


def change_disabilities(actor: Actor, child: Child, rows: tuple[DisabilityFacts, ...], *, revision: int | None,
                        today: date) -> tuple[Problem, ...]:
    """Make the disabilities of a child what `rows` say, the first being the main one. Return the warnings.

    A changed category, grade, certificate or suspicion ends the old row and begins a new one, so that history stays.
    An empty certificate keeps the one that is there. Raises Refused, or Changed (see change_basics).
    """
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    if revision is not None and child.revision != revision:
        raise Changed(child.revision)
    live = {row.id: row for row in list_disabilities(child.id)}
    refuse_if(check_row_ids([row.disability_id for row in rows], live))
    rows = tuple(_with_certificate(row, live) for row in rows)
    checked = [check_disability(row, child.document_number, today=today, allow_demo=bool(current_app.config["DEMO"]))
               for row in rows]
    found = [problem.on(f"disabilities-{place}-{problem.field}")
             for place, one in enumerate(checked) for problem in one.problems]
    if errors(found):
        raise Refused(found)
    kept = set()
    for position, one in enumerate(checked, 1):
        kept.add(_keep(child, live.get(one.value.disability_id), one.value, position, today).id)
    for row in live.values():
        if row.id not in kept:
            row.valid_to = today
    _index(child, [one.value.certificate for one in checked])
    child.revision += revision is not None
    audit.record(actor, "change_disabilities", "child", child.id, child_id=child.id, count=len(rows))
    if revision is not None:
        tell(actor, child.id, EventKind.FILE, N_("Disability entries were changed."), on=today)
    db.session.flush()
    return warnings(found)


def add_diagnosis(actor: Actor, child: Child, facts: DiagnosisFacts, *, today: date) -> Diagnosis:
    """Add a doctor's words to the file. Raises Refused when they are empty or dated in the future."""
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    if not facts.words:
        raise Refused(Problem("diagnosis_words", N_("Write the diagnosis as the doctor worded it."), field="words"))
    if facts.found_on and facts.found_on > today:
        raise Refused(Problem("diagnosis_future", N_("The date lies in the future. Check the year."),
                              field="found_on"))
    refuse_twin(Diagnosis, Problem("diagnosis_there", N_("This diagnosis is in the file already."), field="words"),
                child_id=child.id, words=facts.words, source=facts.source, found_on=facts.found_on)
    row = Diagnosis(child_id=child.id, words=facts.words, source=facts.source, found_on=facts.found_on)
    db.session.add(row)
    audit.record(actor, "add_diagnosis", "diagnosis", row.id, child_id=child.id)
    tell(actor, child.id, EventKind.FILE, N_("A diagnosis was added."), on=today, subject_id=row.id)
    db.session.flush()
    return row


def _with_certificate(row: DisabilityFacts, live: dict) -> DisabilityFacts:
    present = live.get(row.disability_id)
    return replace(row, certificate=present.certificate) if present is not None and not row.certificate else row


def _keep(child: Child, present: Disability | None, facts: DisabilityFacts, position: int, today: date) -> Disability:
    told = (facts.category, facts.grade, facts.certificate, facts.suspected)
    if present is None or (present.category, present.grade, present.certificate, present.suspected) != told:
        if present is not None:
            present.valid_to = today
        present = Disability(child_id=child.id, category=facts.category, grade=facts.grade, valid_from=today)
        present.certificate = facts.certificate
        db.session.add(present)
    present.position, present.certificate_ends_on = position, facts.certificate_ends_on
    present.certificate_issuer = facts.certificate_issuer
    present.screening_due_on, present.screening_by = facts.screening_due_on, facts.screening_by
    return present


def _index(child: Child, certificates: list[str | None]) -> None:
    """Endings of the first certificate are found by search; further ones carry the same ID inside."""
    set_tails(child.id, "certificate", next(filter(None, certificates), None))
