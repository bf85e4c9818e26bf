"""Changing the disabilities of a child, and the doctor's words beside them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app

from app.access import Actor, Permission, require
from app.children.actions.files import Changed
from app.children.bulk import (
    DisabilityOf,
    Ended,
    KeptDisability,
    NewDiagnosis,
    NewDisability,
    end_disabilities,
    insert_diagnoses,
    insert_disabilities,
    keep_disabilities,
)
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
from app.kernel.problems import N_, S_, Problem, Refused, errors, refuse_if, warnings

Follower = Callable[[Actor, Mapping[uuid.UUID, DisabilityFacts | None], date], None]
_followers: list[Follower] = []


def follows_disabilities(follower: Follower) -> None:
    """Let a slice above be told of a change in its transaction: `follower(actor, said, today)`. `said` has every entry
    that was there or is there now, by its id, with what is said of it now; None of one that was taken away."""
    if follower not in _followers:
        _followers.append(follower)


def change_disabilities(
    actor: Actor, child: Child, rows: tuple[DisabilityFacts, ...], *, revision: int | None, today: date
) -> tuple[Problem, ...]:
    """Make the disabilities of a child what `rows` say, the first being the main one. Return the warnings.

    A changed category, grade, certificate or suspicion ends the old row and begins a new one, so that history stays.
    An empty certificate keeps the one that is there; saying what stands there changes nothing. Raises Refused, or
    Changed (see change_basics).
    """
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    live = {row.id: row for row in list_disabilities(child.id)}
    kept = tuple(_with_certificate(row, live) for row in rows)
    if revision is not None and _unchanged(live, kept):
        return ()
    if revision is not None and child.revision != revision:
        raise Changed(child.revision)
    refuse_if(check_row_ids([row.disability_id for row in rows], live))
    rows = kept
    facts, found = _checked(child, rows, today)
    _write(child, live, facts, today)
    _index(child, [one.certificate for one in facts])
    child.revision += revision is not None
    audit.record(actor, "change_disabilities", "child", child.id, child_id=child.id, count=len(rows))
    if revision is not None:
        tell(
            actor,
            child.id,
            EventKind.FILE,
            S_("told.disabilities_changed", "Disability entries were changed."),
            on=today,
        )
    db.session.flush()
    said = _said(child, live, facts)
    for follower in _followers:
        follower(actor, said, today)
    return warnings(found)


def _checked(child: Child, rows: Sequence[DisabilityFacts], today: date) -> tuple[list[DisabilityFacts], list[Problem]]:
    checked = [
        check_disability(row, child.document_number, today=today, allow_demo=bool(current_app.config["DEMO"]))
        for row in rows
    ]
    found = [
        problem.on(f"disabilities-{place}-{problem.field}")
        for place, one in enumerate(checked)
        for problem in one.problems
    ]
    if errors(found):
        raise Refused(found)
    return [one.needed() for one in checked], found


def _unchanged(live: Mapping[uuid.UUID, Disability], rows: Sequence[DisabilityFacts]) -> bool:
    """True when the entries say just what stands in the file, in the same order."""
    present = sorted(live.values(), key=lambda row: row.position)
    if [row.id for row in present] != [row.disability_id for row in rows]:
        return False
    pairs = list(zip(present, rows, strict=True))
    return all(_same(row, said) for row, said in pairs) and all(
        (getattr(row, name) or None) == (value or None) for row, said in pairs for name, value in _beside(said).items()
    )


def _write(child: Child, live: dict[uuid.UUID, Disability], facts: list[DisabilityFacts], today: date) -> None:
    kept = set()
    for position, one in enumerate(facts, 1):
        present = live.get(one.disability_id) if one.disability_id else None
        if present is not None and _same(present, one):
            kept.add(present.id)
            keep_disabilities(db.session, [KeptDisability(present.id, position, **_beside(one))])
        else:
            insert_disabilities(db.session, [DisabilityOf(child.id, position, _new(one))], on=today)
    gone = [row for row in live.values() if row.id not in kept]
    end_disabilities(db.session, [Ended(row.id, today) for row in gone])
    for row in live.values():
        db.session.expire(row)


def _said(
    child: Child, live: dict[uuid.UUID, Disability], facts: list[DisabilityFacts]
) -> dict[uuid.UUID, DisabilityFacts | None]:
    """What is said now of each entry that was there, and of each that is."""
    said: dict[uuid.UUID, DisabilityFacts | None] = dict.fromkeys(live)
    said |= {one.disability_id: one for one in facts if one.disability_id}
    return said | {row.id: facts[row.position - 1] for row in list_disabilities(child.id)}


def add_diagnosis(actor: Actor, child: Child, facts: DiagnosisFacts, *, today: date) -> Diagnosis:
    """Add a doctor's words to the file. Raises Refused when they are empty or dated in the future."""
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    if not facts.words:
        raise Refused(Problem("diagnosis_words", N_("Write the diagnosis as the doctor worded it."), field="words"))
    if facts.found_on and facts.found_on > today:
        raise Refused(Problem("diagnosis_future", N_("The date lies in the future. Check the year."), field="found_on"))
    refuse_twin(
        Diagnosis,
        Problem("diagnosis_there", N_("This diagnosis is in the file already."), field="words"),
        child_id=child.id,
        words=facts.words,
        source=facts.source,
        found_on=facts.found_on,
    )
    made = insert_diagnoses(db.session, [NewDiagnosis(child.id, facts.words, facts.source, facts.found_on)])
    row = db.session.get_one(Diagnosis, uuid.UUID(hex=made[0]))
    audit.record(actor, "add_diagnosis", "diagnosis", row.id, child_id=child.id)
    tell(
        actor,
        child.id,
        EventKind.FILE,
        S_("told.diagnosis_added", "A diagnosis was added."),
        on=today,
        subject_id=row.id,
    )
    db.session.flush()
    return row


def _with_certificate(row: DisabilityFacts, live: dict) -> DisabilityFacts:
    present = live.get(row.disability_id)
    return replace(row, certificate=present.certificate) if present is not None and not row.certificate else row


def _same(present: Disability, facts: DisabilityFacts) -> bool:
    """Whether the entry goes on; another category, grade, certificate or suspicion is another entry."""
    told = (facts.category, facts.grade, facts.certificate, facts.suspected)
    return (present.category, present.grade, present.certificate, present.suspected) == told


def _beside(facts: DisabilityFacts) -> dict[str, Any]:
    """What may change of an entry that goes on."""
    return {name: getattr(facts, name) for name in KeptDisability._fields[2:]}


def _new(facts: DisabilityFacts) -> NewDisability:
    assert facts.category  # check_disability refuses a row without one
    return NewDisability(facts.category, facts.grade, facts.certificate, **_beside(facts))


def _index(child: Child, certificates: list[str | None]) -> None:
    """Endings of the first certificate are found by search; further ones carry the same ID inside."""
    set_tails(child.id, "certificate", next(filter(None, certificates), None))
