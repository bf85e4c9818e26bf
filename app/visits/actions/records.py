"""Recording what happened at a visit: written once, corrected by a new row, never overwritten."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access import Actor, Permission, require
from app.db import db
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.plans.queries import objectives_of
from app.timetables.models import VisitRecord
from app.timetables.types import RecordOutcome
from app.visits.actions.telling import tell_record
from app.visits.models import RecordPlan, VisitPoint
from app.visits.queries.in_force import may_be_plan_of, plan_of_visit
from app.visits.queries.own import find_record, get_own_visit, list_records
from app.visits.rules.records import CountsSoFar, closed_problems, length_of, record_problems, unexplained
from app.visits.types import RecordInput

OTHER_WORDS = "record_other_words"
"""The problem's code when a record comes again under its key, with other words."""


def record_visit(actor: Actor, visit_id: uuid.UUID, record: RecordInput, *, today: date, now: datetime) -> VisitRecord:
    """Store what happened at one of the actor's own visits. The same key twice gives the same row.

    A correction names in `corrects_id` the record that counts so far. Raises Refused, NotFound.
    """
    require(actor, Permission.VISITS_RECORD)
    own = get_own_visit(actor, visit_id)
    known = find_record(record.key)
    if known is not None:
        if known.visit_id != visit_id:
            raise Refused(Problem("key_used", N_("This record belongs to another visit. Open the visit again.")))
        if not _says_the_same(known, record):
            raise Refused(
                Problem(
                    OTHER_WORDS,
                    N_(
                        "This visit was recorded from this page already, with other words. "
                        "What stands here now is not saved yet: send it to correct that "
                        "record; both stay."
                    ),
                )
            )
        return known
    earlier = list_records(visit_id)
    found = [
        *_order_problems(earlier, record),
        *record_problems(record, own.visit.day, today),
        *closed_problems(record, own.visit.day, own.closed),
    ]
    refuse_if(found or unexplained(record, _so_far(own), today))
    version_id = _version_of(own, record)
    refuse_if(_foreign_points(version_id, record))
    row = _row(actor, own.visit, record, now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
            if version_id != own.visit.plan_version_id:
                db.session.add(RecordPlan(record_id=row.id, version_id=version_id))
            db.session.add_all(
                VisitPoint(
                    record_id=row.id,
                    child_id=row.child_id,
                    objective_key=p.objective_key,
                    prompt=p.prompt,
                    done=p.done,
                    trials=p.trials,
                )
                for p in record.points
                if p.prompt is not None and record.outcome == RecordOutcome.GIVEN
            )
    except IntegrityError as taken:
        twin = db.session.scalar(select(VisitRecord).where(VisitRecord.key == record.key))
        if twin is not None:  # the same record, sent twice at the same moment
            return twin
        raise Refused(_already(None)) from taken
    tell_record(actor, row, today)
    return row


def _so_far(own: Any) -> CountsSoFar:
    planned = own.visit.end - own.visit.start
    return CountsSoFar(planned, own.record.day, own.record.minutes) if own.record else CountsSoFar(planned)


def _says_the_same(row: VisitRecord, record: RecordInput) -> bool:
    """Whether a kept record says what was sent again."""
    given = record.outcome == RecordOutcome.GIVEN
    kept = {
        (p.objective_key, p.prompt, p.done)
        for p in db.session.scalars(select(VisitPoint).where(VisitPoint.record_id == row.id))
    }
    sent = {(p.objective_key, p.prompt, p.done) for p in record.points if p.prompt is not None and given}
    return kept == sent and (
        row.outcome,
        row.day,
        row.start,
        row.end,
        row.reason,
        row.note,
        row.practice,
        row.confirmation,
        row.confirmed_by,
        row.explanation,
    ) == (
        record.outcome,
        record.day,
        record.start if given else None,
        record.end if given else None,
        None if given else record.reason,
        record.note.strip() or None,
        (record.practice.strip() or None) if given else None,
        record.confirmation,
        record.confirmed_by.strip() or None,
        record.explanation.strip() or None,
    )


def _already(by: str | None) -> Problem:
    return Problem(
        "recorded_already",
        N_(
            "This visit was recorded already%(by)s. If something is wrong, correct that record; nothing is overwritten."
        ),
        {"by": f" ({by})" if by else ""},
    )


def _order_problems(earlier: list[VisitRecord], record: RecordInput) -> list[Problem]:
    if not earlier:
        return []
    corrected = {row.corrects_id for row in earlier}
    last = next(row for row in earlier if row.id not in corrected)
    return [] if record.corrects_id == last.id else [_already(last.recorded_by_name)]


def _version_of(own: Any, record: RecordInput) -> uuid.UUID:
    """The version that the teacher had in hand: the page says which, and what was written for it is not lost when a
    new one came into force meanwhile. Else that of the record that is corrected, else the one in force on the day.
    Raises Refused for a version that was never the plan of this visit."""
    if record.version_id is not None:
        if not may_be_plan_of(own.visit, record.version_id):
            raise Refused(
                Problem(
                    "version_foreign",
                    N_(
                        "The page says another plan than this visit has. The "
                        "objectives below are right now: check them and send again."
                    ),
                )
            )
        return record.version_id
    return plan_of_visit(own.visit, own.record, left_on=own.left_on).version.id


def _foreign_points(version_id: uuid.UUID, record: RecordInput) -> list[Problem]:
    keys = {objective.objective_key for objective in objectives_of(version_id)}
    if all(point.objective_key in keys for point in record.points):
        return []
    return [Problem("objective_foreign", N_("An objective is not in the plan of this visit. Open the visit again."))]


def _row(actor: Actor, visit: Any, record: RecordInput, now: datetime) -> VisitRecord:
    given = record.outcome == RecordOutcome.GIVEN
    return VisitRecord(
        visit_id=visit.id,
        child_id=visit.child_id,
        corrects_id=record.corrects_id,
        key=record.key,
        outcome=record.outcome,
        day=record.day,
        start=record.start if given else None,
        end=record.end if given else None,
        minutes=length_of(record) if given else 0,
        reason=None if given else record.reason,
        note=record.note.strip() or None,
        explanation=record.explanation.strip() or None,
        practice=(record.practice.strip() or None) if given else None,
        confirmation=record.confirmation,
        confirmed_by=record.confirmed_by.strip() or None,
        recorded_by_id=actor.user_id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )
