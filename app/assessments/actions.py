"""Writing assessments. A written one stays; a new one follows."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.access import Actor, Permission, require
from app.assessments.instruments import BY_KEY
from app.assessments.models import Assessment
from app.assessments.rules import AssessmentFacts, check_assessment
from app.children.models import Child
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel.problems import N_, refuse_if


def add_assessment(actor: Actor, child: Child, facts: AssessmentFacts, *, today: date) -> Assessment:
    """Add an assessment to the file of a child loaded in sight. Raises Refused."""
    require(actor, Permission.ASSESSMENTS_WRITE)
    instrument = BY_KEY.get(facts.instrument)
    refuse_if(check_assessment(facts, instrument, birth=child.birth_on, today=today))
    known = {key for key, _name in instrument.domains}
    row = Assessment(
        child_id=child.id, instrument=facts.instrument, edition=facts.edition, assessed_on=facts.assessed_on,
        assessor=facts.assessor, assessor_id=actor.user_id, strengths=facts.strengths, needs=facts.needs,
        scores={key: value for key, value in facts.scores.items() if value and key in known},
        recorded_at=datetime.now(UTC))
    db.session.add(row)
    audit.record(actor, "add_assessment", "assessment", row.id, child_id=child.id, instrument=facts.instrument)
    tell(actor, child.id, EventKind.ASSESSMENT, N_("Assessed by %(who)s."), on=facts.assessed_on, subject_id=row.id,
         who=facts.assessor)
    db.session.flush()
    return row
