"""Writing assessments. A written one stays; a new one follows."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.assessments.instruments import BY_KEY
from app.assessments.models import Assessment
from app.assessments.queries import list_asked, list_experts
from app.assessments.rules import AssessmentFacts, check_assessment
from app.children.models import Child
from app.children.sight import end_sight, give_sight, require_write
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if

REFERRAL = "referral"
"""Why an expert sees a file: see `Sight.because`."""


def add_assessment(actor: Actor, child: Child, facts: AssessmentFacts, *, today: date) -> Assessment:
    """Add an assessment to the file of a child loaded in sight. Raises Refused."""
    require(actor, Permission.ASSESSMENTS_WRITE)
    require_write(actor, child)
    instrument = BY_KEY.get(facts.instrument)
    refuse_if(check_assessment(facts, instrument, birth=child.birth_on, today=today))
    known = {key for key, _name in instrument.domains} if instrument else set()
    scores = {key: value for key, value in facts.scores.items() if value and key in known}
    _refuse_twin(child, facts, scores)
    row = Assessment(
        child_id=child.id,
        instrument=facts.instrument,
        edition=facts.edition,
        assessed_on=facts.assessed_on,
        assessor=facts.assessor,
        assessor_id=actor.user_id,
        strengths=facts.strengths,
        needs=facts.needs,
        scores=scores,
        recorded_at=clock.now(),
    )
    db.session.add(row)
    audit.record(actor, "add_assessment", "assessment", row.id, child_id=child.id, instrument=facts.instrument)
    tell(
        actor,
        child.id,
        EventKind.ASSESSMENT,
        S_("told.assessed", "Assessed by %(who)s."),
        on=facts.assessed_on,
        subject_id=row.id,
        who=facts.assessor,
    )
    db.session.flush()
    return row


def _refuse_twin(child: Child, facts: AssessmentFacts, scores: dict) -> None:
    """The same assessment with the same findings is not kept twice."""
    there = db.session.scalars(
        select(Assessment).where(
            Assessment.child_id == child.id,
            Assessment.instrument == facts.instrument,
            Assessment.assessed_on == facts.assessed_on,
            Assessment.assessor == facts.assessor,
        )
    )
    told = facts.edition, facts.strengths, facts.needs, scores
    if any((row.edition, row.strengths, row.needs, row.scores) == told for row in there):
        raise Refused(Problem("assessment_there", N_("This assessment is in the file already.")))


def ask_expert(actor: Actor, child: Child, expert_id: uuid.UUID, *, today: date) -> None:
    """Ask an expert of the child's district to assess a child loaded in sight: the file opens to the expert at once.

    Raises Refused for somebody who is no expert there.
    """
    require(actor, Permission.PLACEMENTS_DECIDE)
    require_write(actor, child)
    names = dict(list_experts(child.unit_id, today))
    if expert_id not in names:
        raise Refused(Problem("no_expert", N_("Choose an expert of this district."), field="expert"))
    give_sight(child.id, SightKind.EXPERT, expert_id, REFERRAL, on=today)
    audit.record(actor, "ask_expert", "child", child.id, child_id=child.id, expert=str(expert_id))
    tell(
        actor,
        child.id,
        EventKind.ASSESSMENT,
        S_("told.expert_asked", "%(who)s was asked for an assessment."),
        on=today,
        who=names[expert_id],
    )


def release_expert(actor: Actor, child: Child, expert_id: uuid.UUID, *, today: date) -> None:
    """End an expert's sight of a child; it counts at once. Nothing happens when there was none."""
    require(actor, Permission.PLACEMENTS_DECIDE)
    require_write(actor, child)
    if expert_id in {asked for asked, _name, _since in list_asked(child.id)}:
        end_sight(child.id, expert_id, REFERRAL, on=today)
        audit.record(actor, "release_expert", "child", child.id, child_id=child.id, expert=str(expert_id))
