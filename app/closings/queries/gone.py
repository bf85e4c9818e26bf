"""Where the pupils of a closed school went when it was closed."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.roll.models import Membership
from app.schools.hooks import Gone
from app.schools.models import School


def went_to(school: School) -> tuple[Gone, ...]:
    """The schools at which the places of a closed school went on, the most pupils first; none while it is open."""
    if school.closed_on is None:
        return ()
    after = aliased(Membership)
    pupils = func.count(func.distinct(Membership.child_id))
    rows = db.session.execute(
        select(School.id, School.name, pupils)
        .select_from(Membership)
        .join(
            after,
            (after.child_id == Membership.child_id)
            & (after.link == Membership.link)
            & (after.valid_from == Membership.valid_to)
            & (after.school_id != Membership.school_id),
        )
        .join(School, School.id == after.school_id)
        .where(Membership.school_id == school.id, Membership.valid_to >= school.closed_on)
        .group_by(School.id, School.name)
        .order_by(pupils.desc(), School.name)
    )
    return tuple(Gone(*row) for row in rows)
