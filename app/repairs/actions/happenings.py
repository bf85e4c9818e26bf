"""What happened to a published month, as the next timetables need to know it.

It is noted when the draft of a repair is published and not before: a draft that is thrown away, or that another one
overtakes, has closed no home and sent nobody on leave. Until then it counts for its own draft alone.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.access import Actor
from app.children.models import Child
from app.children.sight import may_write
from app.db import audit, db
from app.repairs.queries.repairs import happenings_of, repair_of_draft
from app.repairs.rules import as_happened
from app.repairs.types import Happening, HappeningKind
from app.schools.actions import close_days
from app.teams.models import HomeClosure, Leave
from app.teams.types import ClosureKind
from app.timetables.models import Timetable
from app.timetables.types import Inputs, TimetableState

_CLOSES = {
    HappeningKind.FAMILY_CANCELS: ClosureKind.FAMILY,
    HappeningKind.ROAD_CLOSED: ClosureKind.ROAD,
    HappeningKind.CHILD_GONE: ClosureKind.GONE,
}


def inputs_of_draft(row: Timetable, inputs: Inputs) -> Inputs:
    """What a timetable is held against now; for the draft of a repair with what happened, which nothing else knows
    yet."""
    made = repair_of_draft(row.id) if row.state == TimetableState.DRAFT else None
    return as_happened(inputs, happenings_of(made)) if made else inputs


def note_happenings(actor: Actor, draft: Timetable) -> None:
    """Note what happened as facts, where a draft that goes out is one of a repair. The caller has checked that the
    actor plans this unit. What is known already is not noted twice; a child that left the district meanwhile is
    nobody's here to write about."""
    made = repair_of_draft(draft.id)
    for one in happenings_of(made) if made else ():
        _note(actor, draft.unit_id, one)
    db.session.flush()


def _note(actor: Actor, unit_id: uuid.UUID, one: Happening) -> None:
    if one.kind == HappeningKind.TEACHER_AWAY:
        _note_leave(actor, one)
    elif one.kind in _CLOSES and may_write(actor, db.session.get_one(Child, one.child_id)):
        _note_closure(actor, one)
    elif one.kind == HappeningKind.DAY_CLOSED:
        close_days(actor, unit_id, one.first, one.last, one.note)


def _note_leave(actor: Actor, one: Happening) -> None:
    known = db.session.scalar(
        select(Leave.id)
        .where(Leave.teacher_id == one.teacher_id, Leave.first_on <= one.first, Leave.last_on >= one.last)
        .limit(1)
    )
    if known is None:
        db.session.add(
            Leave(teacher_id=one.teacher_id, first_on=one.first, last_on=one.last, reason=one.note.strip() or None)
        )
        audit.record(
            actor, "add_leave", "teacher", one.teacher_id, first=one.first.isoformat(), last=one.last.isoformat()
        )


def _note_closure(actor: Actor, one: Happening) -> None:
    known = db.session.scalar(
        select(HomeClosure.id)
        .where(
            HomeClosure.child_id == one.child_id,
            HomeClosure.first_on <= one.first,
            HomeClosure.last_on >= one.last,
            HomeClosure.kind == _CLOSES[one.kind],
        )
        .limit(1)
    )
    if known is None:
        db.session.add(
            HomeClosure(
                child_id=one.child_id,
                first_on=one.first,
                last_on=one.last,
                kind=_CLOSES[one.kind],
                note=one.note.strip() or None,
            )
        )
        audit.record(
            actor,
            "close_home",
            "child",
            one.child_id,
            child_id=one.child_id,
            kind=one.kind.value,
            first=one.first.isoformat(),
            last=one.last.isoformat(),
        )
