"""The content of a version: everything that stands on its paper, as plain values.

For an approved version this is what was frozen, read back from the stored bytes; for a draft it is put together from
the tables and the child's file as they are now. Pages, papers and the family's summary all read this one thing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, overload

from sqlalchemy import Row, select

from app.assessments.models import Assessment
from app.children.aliases import of_child
from app.children.models import Child, Diagnosis, Disability, Guardian, Guardianship
from app.db import db
from app.kernel.masks import mask_id, mask_phone
from app.kernel.text import canonical_json
from app.placements.models import Decision
from app.plans.models import PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion
from app.roll.queries import places_on
from app.roll.types import Place, SchoolLink
from app.schools.models import Unit
from app.web.filters import today

FORM = 1  # number of the layout of the content; a paper of an old form keeps its own template


@dataclass(frozen=True)
class Parts:
    """The rows of one version, in their order."""

    sections: tuple[PlanSection, ...]
    goals: tuple[PlanGoal, ...]
    objectives: dict[uuid.UUID, tuple[PlanObjective, ...]]
    services: tuple[PlanService, ...]


def parts_of(version_id: uuid.UUID) -> Parts:
    """Load the parts of a version: four queries. The caller has checked that it is in sight."""

    def rows(model: Any, *order: Any) -> tuple[Any, ...]:
        return tuple(db.session.scalars(select(model).where(model.version_id == version_id).order_by(*order)))

    objectives: dict[uuid.UUID, list[PlanObjective]] = {}
    for row in rows(PlanObjective, PlanObjective.position, PlanObjective.id):
        objectives.setdefault(row.goal_id, []).append(row)
    return Parts(
        rows(PlanSection, PlanSection.id),
        rows(PlanGoal, PlanGoal.position, PlanGoal.id),
        {goal: tuple(found) for goal, found in objectives.items()},
        rows(PlanService, PlanService.position, PlanService.id),
    )


def content_of(version: PlanVersion | Row[*tuple[Any, ...]]) -> dict:
    """The content of a version as JSON values (days as ISO text, enumerations as their values)."""
    if version.content is not None:
        return json.loads(version.content)
    assert isinstance(version, PlanVersion)  # a row is one of an approved version
    return json.loads(canonical_json(make_content(version, parts_of(version.id))))


def make_content(version: PlanVersion, parts: Parts) -> dict:
    """Put the content together from the tables and the child's file. No floats, so that its hash is stable."""
    child = db.session.get_one(Child, version.child_id)
    return assemble(version, _child(child), _assessment(child.id), parts)


def assemble(version: PlanVersion, child: dict, assessment: dict | None, parts: Parts) -> dict:
    """The same from facts of the child's file that are at hand already (bulk work)."""
    return {
        "form": FORM,
        "child": child,
        "assessment": assessment,
        "plan": {
            "id": version.id,
            "number": version.number,
            "starts_on": version.starts_on,
            "ends_on": version.ends_on,
            "review_on": version.review_on,
            "curriculum": version.curriculum,
            "author": version.author_name,
            "no_words_reason": version.no_words_reason,
            "below_rule_reason": version.below_rule_reason,
        },
        "sections": {row.key.value: row.body for row in parts.sections if row.body.strip()},
        "goals": [_goal(row, parts.objectives.get(row.id, ())) for row in parts.goals],
        "services": [_service(row) for row in parts.services],
        "guardian": {
            "answer": version.guardian_answer,
            "name": version.guardian_name,
            "words": version.guardian_words,
            "on": version.guardian_on,
        },
        "approval": {"by": version.approved_by_name, "at": version.approved_at},
    }


def _child(child: Child) -> dict:
    places = places_on(child.id, today())
    number = child.document_number
    return {
        "file_number": child.file_number,
        "name": child.name,
        "sex": child.sex,
        "birth_on": child.birth_on,
        "document_kind": child.document_kind,
        "document_number": mask_id(number) if number else None,
        "ethnic_group": child.ethnic_group,
        "unit": db.session.scalar(select(Unit.name).where(Unit.id == child.unit_id)),
        "roll": _place(places.get(SchoolLink.ROLL)),
        "attending": _place(places.get(SchoolLink.ATTENDING)),
        "delivering": _place(places.get(SchoolLink.DELIVERING)),
        "disabilities": _disabilities(child.id),
        "diagnoses": _diagnoses(child.id),
        "guardians": _guardians(child.id),
        "placement": _placement(child.id),
    }


def _place(place: Place | None) -> dict | None:
    return {"name": place.name, "grade": place.grade} if place else None


def _disabilities(child_id: uuid.UUID) -> list[dict]:
    rows = db.session.execute(
        select(Disability.category, Disability.grade, Disability.screening_due_on)
        .where(Disability.child_id == child_id, Disability.valid_to.is_(None))
        .order_by(Disability.position, Disability.id)
    )
    return [
        {"category": row.category, "grade": row.grade} | ({"suspected": True} if row.screening_due_on else {})
        for row in rows
    ]


def _diagnoses(child_id: uuid.UUID) -> list[str]:
    return list(
        db.session.scalars(
            select(Diagnosis.words)
            .where(of_child(Diagnosis.child_id, child_id))
            .order_by(Diagnosis.found_on, Diagnosis.id)
        )
    )


def _guardians(child_id: uuid.UUID) -> list[dict]:
    rows = db.session.execute(
        select(Guardian, Guardianship.relation)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .where(Guardianship.child_id == child_id, Guardianship.valid_to.is_(None), Guardianship.is_guardian)
        .order_by(Guardianship.position, Guardianship.id)
    )
    return [
        {"name": guardian.name, "relation": relation, "phone": mask_phone(guardian.phone)}
        for guardian, relation in rows
    ]


def find_open_decision(child_id: uuid.UUID) -> Decision | None:
    """The placement decision that holds now."""
    return db.session.scalar(select(Decision).where(Decision.child_id == child_id, Decision.ended_on.is_(None)))


def _placement(child_id: uuid.UUID) -> dict[str, object] | None:
    row = find_open_decision(child_id)
    return (
        row
        if row is None
        else {
            "kind": row.kind,
            "decided_on": row.decided_on,
            "home_reason": row.home_reason,
            "review_on": row.review_on,
        }
    )


def _assessment(child_id: uuid.UUID) -> dict | None:
    row = db.session.scalar(
        select(Assessment)
        .where(of_child(Assessment.child_id, child_id))
        .order_by(Assessment.assessed_on.desc(), Assessment.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return {
        "instrument": row.instrument,
        "edition": row.edition,
        "assessed_on": row.assessed_on,
        "assessor": row.assessor,
        "scores": [[name, str(value)] for name, value in row.scores.items()],
        "strengths": row.strengths,
        "needs": row.needs,
    }


def _goal(row: PlanGoal, objectives: Iterable[PlanObjective]) -> dict:
    return {
        "key": row.goal_key,
        "area": row.area,
        "domain": row.domain,
        "words": row.words,
        "baseline": row.baseline,
        "target": row.target,
        "measure": row.measure,
        "due_on": row.due_on,
        "objectives": [_objective(one) for one in objectives],
    }


def _objective(row: PlanObjective) -> dict:
    return {
        "key": row.objective_key,
        "condition": row.condition,
        "behaviour": row.behaviour,
        "criterion": row.criterion,
        "baseline": row.baseline,
        "plain_words": row.plain_words,
        "prompt": row.prompt,
        "starts_on": row.starts_on,
        "due_on": row.due_on,
        "person": row.person,
    }


def _service(row: PlanService) -> dict:
    return {
        "key": row.service_key,
        "kind": row.kind,
        "minutes": row.minutes,
        "times": row.times,
        "frequency": row.frequency,
        "place": row.place,
        "provider": row.provider,
        "needs": row.needs,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


@overload
def as_day(text: str) -> date: ...
@overload
def as_day(text: str | None) -> date | None: ...
def as_day(text: str | None) -> date | None:
    """A day of the content, which is JSON."""
    return date.fromisoformat(text) if text else None
