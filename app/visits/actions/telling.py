"""What a record of a visit leaves behind: the trail, the line in the child's file, the steps that it settles."""

from __future__ import annotations

from datetime import date

from app.access import Actor
from app.children.sight import file_of
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel.problems import S_
from app.steps.actions import settle
from app.timetables.models import VisitRecord
from app.timetables.types import RecordOutcome
from app.visits.steps.absences import DROPOUT_SUSPECTED
from app.visits.steps.owed import settle_minutes


def tell_record(actor: Actor, row: VisitRecord, today: date) -> None:
    """Tell of a new record, in its transaction."""
    audit.record(
        actor,
        "record_visit",
        "visit_record",
        row.id,
        child_id=row.child_id,
        visit=str(row.visit_id),
        outcome=row.outcome.value,
        corrects=str(row.corrects_id) if row.corrects_id else None,
        explained=row.explanation is not None,
    )
    _tell(actor, row)
    db.session.flush()
    settle_minutes(actor, row.child_id, "record_visit", today)
    settle(actor, DROPOUT_SUSPECTED, file_of(row.child_id), deed="record_visit", on=today)


def _tell(actor: Actor, row: VisitRecord) -> None:
    sentence = (
        S_("told.visit_given", "A visit was given: %(minutes)s minutes.")
        if row.outcome == RecordOutcome.GIVEN
        else S_("told.visit_not_given", "A visit was not given.")
    )
    if row.corrects_id:
        sentence = S_("told.record_corrected", "The record of a visit was corrected.")
    tell(actor, row.child_id, EventKind.VISIT, sentence, on=row.day, subject_id=row.visit_id, minutes=row.minutes)
