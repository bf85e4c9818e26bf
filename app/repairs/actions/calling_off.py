"""Published visits of a child that has left: called off from its day on, told to the team and the family."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import Select, and_, delete, exists, or_, select, update

from app.access import SYSTEM, Actor
from app.children.models import ResponsibleUnit
from app.children.responsible import WITH_SCHOOL, holds_on
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.problems import S_
from app.repairs.models import MoveRequest
from app.repairs.types import MoveState
from app.roll.models import RollState
from app.roll.types import AWAY
from app.timetables.models import Booking, Timetable, Visit, VisitChange, VisitRecord
from app.timetables.queries.standing import stands
from app.timetables.types import ChangeKind
from app.web.filters import today


def call_off(actor: Actor, child_id: uuid.UUID, day: date, unit_id: uuid.UUID | None) -> None:
    """Call off what stands from `day` on and was not recorded: of units that do not answer for the child on the day of
    the visit, when `unit_id` is the one that does now; of all of them for None. The visits stay readable as they were
    published; families' wishes about them end."""
    rows = db.session.execute(_standing(child_id, day, unit_id)).all()
    if not rows:
        return
    ids, now = [row.id for row in rows], clock.now()
    db.session.execute(delete(Booking).where(Booking.visit_id.in_(ids)).execution_options(synchronize_session=False))
    db.session.execute(
        update(MoveRequest)
        .where(MoveRequest.visit_id.in_(ids), MoveRequest.state == MoveState.OPEN)
        .values(state=MoveState.WITHDRAWN, answered_at=now, answered_by_name=actor.name)
    )
    db.session.add_all(
        VisitChange(
            timetable_id=row.timetable_id,
            child_id=child_id,
            kind=ChangeKind.REMOVED,
            former_id=row.id,
            visit_id=None,
            at=now,
        )
        for row in rows
    )
    audit.record(actor, "call_off_visits", "child", child_id, child_id=child_id, count=len(rows), on=day.isoformat())
    tell(
        actor,
        child_id,
        EventKind.VISIT,
        S_(
            "told.visits_called_off",
            "%(count)s visits from %(day)s on were called off: the child has left "
            "the district or cannot be taught at home now.",
        ),
        on=min(day, today()),
        count=len(rows),
        day=day.isoformat(),
    )
    db.session.flush()


def _standing(child_id: uuid.UUID, day: date, unit_id: uuid.UUID | None) -> Select:
    """The visits that are called off: (id, timetable)."""
    query = (
        select(Visit.id, Visit.timetable_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .where(
            Visit.child_id == child_id,
            Visit.day >= day,
            stands(),
            ~exists().where(VisitRecord.visit_id == Visit.id),
        )
        .order_by(Visit.day, Visit.start, Visit.id)
    )
    if unit_id is not None:
        answers = ResponsibleUnit.child_id == child_id, ResponsibleUnit.unit_id == Timetable.unit_id
        query = query.where(~exists().where(*answers, holds_on(ResponsibleUnit, Visit.day)))
    return query


def settle_visits(day: date) -> int:
    """Call off what is planned from `day` on for children who are away, or whom another unit's timetable still has, as
    it is done in the same step since: rows of older versions have it left over. Return of how many children."""
    planned = select(Visit.child_id).where(
        Visit.day >= day,
        stands(),
        ~exists().where(VisitRecord.visit_id == Visit.id),
    )
    away = set(
        db.session.scalars(
            select(RollState.child_id).where(
                RollState.valid_to.is_(None), RollState.status.in_(AWAY), RollState.child_id.in_(planned)
            )
        )
    )
    elsewhere = dict(
        db.session.execute(
            select(Visit.child_id, ResponsibleUnit.unit_id)
            .join(Timetable, Timetable.id == Visit.timetable_id)
            .join(
                ResponsibleUnit,
                and_(ResponsibleUnit.child_id == Visit.child_id, holds_on(ResponsibleUnit, day)),
            )
            .where(
                Visit.day >= day,
                stands(),
                ~exists().where(VisitRecord.visit_id == Visit.id),
                or_(ResponsibleUnit.valid_to.is_(None), Visit.day < ResponsibleUnit.valid_to),
                Timetable.unit_id != ResponsibleUnit.unit_id,
                ResponsibleUnit.because != WITH_SCHOOL,
            )
        ).all()
    )
    for child_id in sorted(away | set(elsewhere), key=str):
        call_off(SYSTEM, child_id, day, None if child_id in away else elsewhere[child_id])
    return len(away | set(elsewhere))
