"""How the child stands today: roll, schools, placement and plan in one query.

The one place where the child's file looks up the house. The slices above (roll, placements, plans) own these facts and
may import children; children may not import them, so this module names their tables as text and only reads them, to
show the heading of a file, the rows of the list and the first page without a query for each slice.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, Select, Table, Uuid, and_, bindparam, exists, func, or_, select
from sqlalchemy.sql import FromClause

from app.children.models import Child, Disability, SafetyCard
from app.db import Base, Day, db
from app.kernel.dates import add_days
from app.schools.models import School, Unit
from app.schools.types import SchoolKind

LINKS = ("roll", "attending", "delivering")


@dataclass(frozen=True)
class Place:
    """A school the child is linked to today."""

    school_id: uuid.UUID
    name: str
    grade: int | None
    class_name: str | None = None


@dataclass(frozen=True)
class Standing:
    """Today's facts about a child that other slices own. `status` is a RollStatus, `placement` a PlacementKind.

    `screening_due_on` is the first day until which a suspected disability is to be screened; `safety` has the columns
    of the safety card, if there is one. `plan_until` is the last day of the plan in force; `plan_ends_on` the last day
    of the last approved one, which may follow it: nothing runs out before. `placement_lags`: see the function;
    `placement_coming`: one is decided that begins later.
    `intended` is the school that a sheet named for a child that is not on a roll yet.
    """

    unit: str
    status: object | None = None
    due_on: date | None = None
    placement: object | None = None
    review_on: date | None = None
    roll: Place | None = None
    attending: Place | None = None
    delivering: Place | None = None
    plan_version_id: uuid.UUID | None = None
    plan_until: date | None = None
    plan_ends_on: date | None = None
    screening_due_on: date | None = None
    safety: object | None = None
    placement_lags: bool = False
    intended: Place | None = None
    placement_coming: bool = False

    @property
    def taught_at(self) -> Place | None:
        """The school that answers to the family: the one that teaches at home, else where it sits, else its roll."""
        return self.delivering or self.attending or self.roll

    @property
    def school_ids(self) -> frozenset[uuid.UUID]:
        """Schools the child is linked to today."""
        return frozenset(place.school_id for place in (self.roll, self.attending, self.delivering) if place)


def table(name: str) -> Table:
    """A table of a slice above, by its name."""
    return Base.metadata.tables[name]


def live_state() -> tuple[FromClause, object]:
    """The roll states and the condition that joins today's to `Child`."""
    states = table("roll_states")
    return states, and_(states.c.child_id == Child.id, states.c.valid_to.is_(None))


def decision_on(day: date | ColumnElement) -> tuple[FromClause, object]:
    """The placement decisions and the condition that joins the one in force on a day to `Child`: one decided for later
    is not yet true, and the one that it will end is true until then."""
    decisions = table("decisions")
    return decisions, and_(decisions.c.child_id == Child.id, decision_holds(day))


def decision_holds(day: date | ColumnElement) -> ColumnElement[bool]:
    """The condition that a placement decision is in force on a day."""
    decisions = table("decisions")
    return and_(decisions.c.valid_from <= day, or_(decisions.c.ended_on.is_(None), decisions.c.ended_on > day))


def holds(places: FromClause, day: date | ColumnElement) -> ColumnElement[bool]:
    """The condition that a membership holds on a day: one that was agreed for later is not yet true, and one that ends
    later is true until then."""
    return and_(places.c.valid_from <= day, or_(places.c.valid_to.is_(None), places.c.valid_to > day))


def live_link(link: str, day: date | ColumnElement) -> tuple[FromClause, object]:
    """The memberships of one link (roll, attending, delivering), and the condition that joins a day's to `Child`."""
    places = table("memberships").alias(f"{link}_place")
    return places, and_(places.c.child_id == Child.id, places.c.link == link, holds(places, day))


PLACED_IN = {True: ("special_school",), False: ("regular_class", "special_class")}
"""The kinds of placement that name a special school (True) or an ordinary one; the others go with either."""


def placement_lags(day: date | ColumnElement) -> ColumnElement[bool]:
    """The condition on `Child` that its roll went, by `day`, to a school of another kind (ordinary, special)
    and no placement decision fits that: one of the kind of the new school, or, for teaching at home and the like, one
    that names the new school or begins with the move. What is to be done follows from the data, no job keeps it."""
    child_id, tests = _lags(day)
    return exists().where(child_id == Child.id, *tests)


def lagging_children() -> Select:
    """The ids of all children of whom `placement_lags` is true: for lists, which begin at the few who moved."""
    child_id, tests = _lags(_today())
    return select(child_id).where(*tests)


def _lags(day: date | ColumnElement) -> tuple[ColumnElement, tuple]:
    """The column of the child, and the conditions."""
    now, before = (table("memberships").alias(f"{name}_roll") for name in ("present", "former"))
    school, former = (School.__table__.alias(f"{name}_school") for name in ("present", "former"))
    made = table("decisions").alias("made")
    special = school.c.kind == SchoolKind.SPECIAL
    bound = [kind for kinds in PLACED_IN.values() for kind in kinds]
    fits = or_(and_(special, made.c.kind.in_(PLACED_IN[True])), and_(~special, made.c.kind.in_(PLACED_IN[False])),
               and_(made.c.kind.not_in(bound), or_(made.c.school_id == now.c.school_id,
                                                   made.c.valid_from >= before.c.valid_to)))
    return now.c.child_id, (
        now.c.link == "roll", now.c.valid_to.is_(None), now.c.valid_from <= day, school.c.id == now.c.school_id,
        before.c.child_id == now.c.child_id, before.c.link == "roll", before.c.valid_to > before.c.valid_from,
        before.c.valid_to <= now.c.valid_from, former.c.id == before.c.school_id,
        (former.c.kind == SchoolKind.SPECIAL) != special,
        # Not `Child.id`: two levels down that would be any child.
        ~exists().where(made.c.child_id == now.c.child_id, made.c.ended_on.is_(None), fits))


def standing_of(child_id: uuid.UUID) -> Standing:
    """How one child stands today; one query. The caller has checked that the child is in sight."""
    row = db.rows(_standing(), {"child": child_id, "day": _today()}).first()
    return Standing(row.unit, row.status, row.due_on, row.placement, row.review_on, *(_place(row, n) for n in LINKS),
                    row.version_id, _last_day(row), row.plan_ends_on, row.screening_due_on,
                    row if row.card_id else None, bool(row.lags), _place(row, "intended"), bool(row.decided))


@cache
def _standing() -> Select:
    """The statement of `standing_of`, put together once: that costs more than running it."""
    states, state_fits = live_state()
    day = bindparam("day", type_=Day())
    decisions, decision_fits = decision_on(day)
    coming = table("decisions").alias("coming")
    decided = exists().where(coming.c.child_id == Child.id, coming.c.valid_from > day, coming.c.ended_on.is_(None))
    forces = table("plan_forces")
    screening = select(func.min(Disability.screening_due_on)).where(
        Disability.child_id == Child.id, Disability.valid_to.is_(None)).scalar_subquery()
    versions, approved = table("plan_versions"), forces.alias("approved_force")
    present = versions.alias("present_version")
    last = (select(versions.c.ends_on).join(approved, approved.c.version_id == versions.c.id)
            .where(approved.c.child_id == Child.id, (approved.c.valid_to.is_(None)) | (approved.c.valid_to > day))
            .order_by(approved.c.valid_from.desc()).limit(1).scalar_subquery())
    source = (
        select(Unit.name.label("unit"), states.c.status, states.c.due_on, decisions.c.kind.label("placement"),
               decisions.c.review_on, forces.c.version_id, forces.c.valid_to.label("force_to"),
               present.c.ends_on.label("own_end"), last.label("plan_ends_on"), screening.label("screening_due_on"),
               placement_lags(day).correlate(Child).label("lags"), decided.label("decided"),
               SafetyCard.id.label("card_id"), SafetyCard.seizure, SafetyCard.choking, SafetyCard.allergy,
               SafetyCard.medicine, SafetyCard.dog, SafetyCard.two_adults,
               SafetyCard.other)
        .select_from(Child).join(Unit, Unit.id == Child.unit_id)
        .outerjoin(states, state_fits).outerjoin(decisions, decision_fits)
        .outerjoin(SafetyCard, SafetyCard.child_id == Child.id)
        .outerjoin(forces, and_(forces.c.child_id == Child.id, forces.c.valid_from <= day,
                                (forces.c.valid_to.is_(None)) | (forces.c.valid_to > day)))
        .outerjoin(present, present.c.id == forces.c.version_id)
    )
    meant = table("intended_places")
    joins = [(link, *live_link(link, day)) for link in LINKS]
    joins.append(("intended", meant, and_(meant.c.child_id == Child.id, meant.c.valid_to.is_(None))))
    for link, places, fits in joins:
        schools = School.__table__.alias(f"{link}_school")
        source = source.outerjoin(places, fits).outerjoin(schools, schools.c.id == places.c.school_id).add_columns(
            places.c.school_id.label(f"{link}_id"), schools.c.name.label(f"{link}_name"),
            places.c.grade.label(f"{link}_grade"), places.c.class_name.label(f"{link}_class"))
    return source.where(Child.id == bindparam("child", type_=Uuid()))


def _last_day(row) -> date | None:
    """The last day of the plan in force: its own end, or the day before the next one begins."""
    if row.version_id is None:
        return None
    return row.own_end if row.force_to is None else min(row.own_end, add_days(row.force_to, -1))


def _place(row, link: str) -> Place | None:
    values = row._mapping
    if values[f"{link}_id"] is None:
        return None
    return Place(values[f"{link}_id"], values[f"{link}_name"], values[f"{link}_grade"], values[f"{link}_class"])


def _today() -> date:
    from app.web.filters import today

    return today()


def kinds_of(name: str, column: str) -> list:
    """The members of the enumeration that a column of a slice above holds, for filters."""
    return list(table(name).c[column].type.enum_class)
