"""Children without a roll that are meant for a school which is closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel.problems import S_
from app.roll.actions.movements import lock_children
from app.roll.models import IntendedPlace
from app.roll.queries import names_school
from app.schools.models import School

MEANT = S_("told.school_closed_meant", "%(school)s was closed: the child is meant to go to %(other)s now.")


def hand_intended(actor: Actor, school: School, target: School, on: date) -> int:
    """Children that were meant for the school are meant for the other from a day on; enrolment offers it. Return how
    many."""
    rows = db.session.scalars(
        select(IntendedPlace).where(names_school(school.id)).order_by(IntendedPlace.child_id)
    ).all()
    lock_children([row.child_id for row in rows])
    following = []
    for row in rows:
        values = {
            column.key: getattr(row, column.key)
            for column in IntendedPlace.__table__.columns
            if column.key not in {"id", "valid_from", "valid_to"}
        }
        values |= {
            name: target.id for name in ("school_id", "attending_id", "delivering_id") if values[name] == school.id
        }
        row.valid_to = day = max(row.valid_from, on)
        following.append(IntendedPlace(**values, valid_from=day))
    db.session.flush()
    db.session.add_all(following)
    for row in following:
        tell(
            actor,
            row.child_id,
            EventKind.ROLL,
            MEANT,
            on=row.valid_from,
            subject_id=school.id,
            school=school.name,
            other=target.name,
        )
        audit.record(
            actor,
            "change_intended",
            "child",
            row.child_id,
            child_id=row.child_id,
            school=school.code,
            to=target.code,
            on=row.valid_from.isoformat(),
        )
    return len(rows)
