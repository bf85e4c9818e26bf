"""A move to a school of another kind asks for a new decision: of which children that is true."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from app.children.models import Child
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.roll.models import Membership
from app.roll.types import SchoolLink
from app.schools.models import School
from app.schools.types import SchoolKind
from app.web.filters import today

PLACED_IN = {
    True: (PlacementKind.SPECIAL_SCHOOL,),
    False: (PlacementKind.REGULAR_CLASS, PlacementKind.SPECIAL_CLASS),
}
"""The kinds of placement that name a special school (True) or an ordinary one; the others go with either."""


def placement_lags(day: date | ColumnElement) -> ColumnElement[bool]:
    """The condition on `Child` that its roll went, by `day`, to a school of another kind (ordinary, special)
    and no placement decision fits that: one of the kind of the new school, or, for home-delivered teaching and its
    like, one that names the new school or begins with the move. What is to be done follows from the data; no job keeps
    it."""
    child_id, tests = _lags(day)
    return exists().where(child_id == Child.id, *tests)


def lagging_children() -> Select:
    """The ids of all children of whom `placement_lags` is true: for lists, which begin at the few who moved."""
    child_id, tests = _lags(today())
    return select(child_id).where(*tests)


def _lags(day: date | ColumnElement) -> tuple[ColumnElement, tuple]:
    """The column of the child, and the conditions."""
    now, before = (Membership.__table__.alias(f"{name}_roll") for name in ("present", "former"))
    school, former = (School.__table__.alias(f"{name}_school") for name in ("present", "former"))
    made = Decision.__table__.alias("made")
    special = school.c.kind == SchoolKind.SPECIAL
    bound = [kind for kinds in PLACED_IN.values() for kind in kinds]
    fits = or_(
        and_(special, made.c.kind.in_(PLACED_IN[True])),
        and_(~special, made.c.kind.in_(PLACED_IN[False])),
        and_(
            made.c.kind.not_in(bound), or_(made.c.school_id == now.c.school_id, made.c.valid_from >= before.c.valid_to)
        ),
    )
    return now.c.child_id, (
        now.c.link == SchoolLink.ROLL,
        now.c.valid_to.is_(None),
        now.c.valid_from <= day,
        school.c.id == now.c.school_id,
        before.c.child_id == now.c.child_id,
        before.c.link == SchoolLink.ROLL,
        before.c.valid_to > before.c.valid_from,
        before.c.valid_to <= now.c.valid_from,
        former.c.id == before.c.school_id,
        (former.c.kind == SchoolKind.SPECIAL) != special,
        # Not `Child.id`: two levels down that would be any child.
        ~exists().where(made.c.child_id == now.c.child_id, made.c.ended_on.is_(None), fits),
    )
