"""Pinning visits: the next run of the month leaves them where they are."""

from __future__ import annotations

import uuid

from app.access import Actor, Permission, require
from app.children.sight import require_write
from app.db import audit, db
from app.errors import NotFound
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused
from app.teams.queries.who_may_plan import may_plan
from app.timetables.models import Timetable, Visit, VisitPin
from app.timetables.queries.pins import find_pin
from app.timetables.queries.timetables import get_timetable
from app.timetables.types import TimetableState


def pin_visit(actor: Actor, visit_id: uuid.UUID, *, pinned: bool) -> tuple[Timetable, Visit]:
    """Pin a visit where it stands, or free it. Doing it twice changes nothing. Raises Refused, NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound
    row = get_timetable(actor, visit.timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    require_write(actor, visit.child_id)
    if row.state not in (TimetableState.DRAFT, TimetableState.PUBLISHED):
        raise Refused(Problem("not_to_pin", N_("Only visits of a draft or of a published timetable can be pinned.")))
    pin = find_pin(row, visit)
    if pinned and (pin is None or (pin.team_id, pin.start) != (visit.team_id, visit.start)):
        if pin is None:
            pin = VisitPin(
                unit_id=row.unit_id,
                month=row.month,
                child_id=visit.child_id,
                service_key=visit.service_key,
                day=visit.day,
            )
            db.session.add(pin)
        pin.team_id, pin.start, pin.by_name, pin.at = visit.team_id, visit.start, actor.name, clock.now()
        audit.record(actor, "pin_visit", "visit", visit.id, child_id=visit.child_id)
    elif not pinned and pin is not None:
        _free(actor, pin)
    db.session.flush()
    return row, visit


def free_pin(actor: Actor, pin_id: uuid.UUID) -> VisitPin | None:
    """Take a pin away; one that is gone already is no matter. Raises NotFound for one of another's unit."""
    require(actor, Permission.TIMETABLES_WRITE)
    pin = db.session.get(VisitPin, pin_id)
    if pin is None:
        return None
    if not may_plan(actor, pin.unit_id):
        raise NotFound
    require_write(actor, pin.child_id)
    _free(actor, pin)
    db.session.flush()
    return pin


def _free(actor: Actor, pin: VisitPin) -> None:
    db.session.delete(pin)
    audit.record(actor, "free_visit", "visit_pin", pin.id, child_id=pin.child_id)
