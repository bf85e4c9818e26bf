"""The list of children: filters, one page of rows, and the count; each one query, whatever the size of the city."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.access import Actor
from app.children.models import Child, Disability
from app.children.screening import Suspected, suspected_children
from app.children.sight import in_sight
from app.children.types import DisabilityCategory
from app.db import Rows, db
from app.db.remember import remembered
from app.files.search import matches
from app.files.standing import decision_on, live_link, live_state
from app.kernel.dates import add_months
from app.placements.models import Decision
from app.placements.queries import decision_holds
from app.placements.types import PlacementKind
from app.roll.models import Membership, RollState
from app.roll.queries import holds
from app.roll.types import RollStatus, SchoolLink
from app.schools.models import School, SchoolName, Unit

SORTS = ("name", "age", "file_number")
WITHOUT = "none"
"""A filter that asks for children who have no such fact."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The filters of the list as they stand in the URL. `status` and `placement` may be WITHOUT.

    `school` is a school's id, its code, or the beginning of its name; ages are in whole years on `today`.
    """

    q: str = ""
    unit: uuid.UUID | None = None
    school: str = ""
    status: RollStatus | str = ""
    placement: PlacementKind | str = ""
    category: DisabilityCategory | None = None
    suspected: Suspected | None = None
    age_from: int | None = None
    age_to: int | None = None
    sort: str = "name"

    @property
    def narrowed(self) -> bool:
        """True when any filter is set."""
        return replace(self, sort="name") != Wanted()


def conditions(actor: Actor, wanted: Wanted, today: date) -> list:
    """The SQL conditions on `Child` for an actor and filters; the scope comes first."""
    found = [in_sight(actor)]
    if wanted.q:
        found.append(matches(wanted.q))
    if wanted.unit:
        found.append(Child.unit_id == wanted.unit)
    if wanted.school:
        found.append(Child.id.in_(_linked(wanted.school, today)))
    if wanted.status:
        found.append(_has(RollState, RollState.status, wanted.status, RollState.valid_to.is_(None)))
    if wanted.placement:
        found.append(_has(Decision, Decision.kind, wanted.placement, decision_holds(today)))
    if wanted.category:
        found.append(
            Child.id.in_(
                select(Disability.child_id).where(Disability.category == wanted.category, Disability.valid_to.is_(None))
            )
        )
    if wanted.suspected:
        found.append(Child.id.in_(suspected_children(wanted.suspected, today)))
    if wanted.age_from is not None:
        found.append(Child.birth_on <= add_months(today, -12 * wanted.age_from))
    if wanted.age_to is not None:
        found.append(Child.birth_on > add_months(today, -12 * (wanted.age_to + 1)))
    return found


def _has(
    rows: type[RollState | Decision], column: InstrumentedAttribute[Any], value: str, live: ColumnElement[bool]
) -> ColumnElement[bool]:
    if value == WITHOUT:
        return ~exists().where(rows.child_id == Child.id, live)
    return Child.id.in_(select(rows.child_id).where(column == value, live))


def _linked(school: str, today: date) -> Select[uuid.UUID]:
    """Children with a live link to the school."""
    places = Membership.__table__
    schools: list[uuid.UUID] | Select[uuid.UUID]
    try:
        schools = [uuid.UUID(school)]
    except ValueError:
        schools = select(School.id).where(
            or_(
                School.code == school,
                School.name.startswith(school, autoescape=True),
                School.id.in_(select(SchoolName.school_id).where(SchoolName.name.startswith(school, autoescape=True))),
            )
        )
    return select(places.c.child_id).where(places.c.school_id.in_(schools), holds(places, today))


def count_children(actor: Actor, wanted: Wanted, today: date) -> int:
    """How many children the filters leave; kept until something changes."""

    def count() -> int:
        return db.count(select(func.count()).select_from(Child).where(*conditions(actor, wanted, today)))

    return remembered(("children", actor, wanted, today), count) if _may_be_kept(wanted) else count()


def _may_be_kept(wanted: Wanted) -> bool:
    """Whether the filters may stay in memory as a key: never what may be a person's number."""
    return not any(character.isdigit() for character in wanted.q)


def list_rows(actor: Actor, wanted: Wanted, today: date, *, limit: int, offset: int = 0) -> Rows:
    """One page of rows: id, file_number, name, sex, birth_on, unit, school, grade, status, placement, and of the main
    disability category, certificate_issuer, certificate_ends_on, screening_due_on.

    The page is chosen first and joined afterwards, so that far pages cost no joins. Rows come in the wanted order; they
    are sorted by the chosen rows' own columns, else SQLite walks an index of all children to save sorting fifty.
    """
    make = _paging if _may_be_kept(wanted) else _paging.__wrapped__
    return db.rows(make(db.is_sqlite, actor, wanted, today, limit, offset)).all()


@lru_cache(maxsize=512)
def _paging(_on_sqlite: bool, actor: Actor, wanted: Wanted, today: date, limit: int, offset: int) -> Select:
    """The statement, kept for who comes again on the same day: making it takes longer than running it."""
    order = _order(wanted.sort)
    sorted_by = [column.label(f"sorted_{number}") for number, (column, _down) in enumerate(order)]
    chosen = (
        select(Child.id, *sorted_by)
        .where(*conditions(actor, wanted, today))
        .order_by(*(column.desc() if down else column for column, down in order))
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    again = (chosen.c[f"sorted_{number}"] for number in range(len(order)))
    return _joined(chosen, today).order_by(
        *(column.desc() if down else column for column, (_, down) in zip(again, order, strict=True))
    )


def _joined(chosen: Subquery, today: date) -> Select:
    states, state_fits = live_state()
    decisions, decision_fits = decision_on(today)
    places, place_fits = live_link(SchoolLink.ROLL, today)
    main = and_(Disability.child_id == Child.id, Disability.position == 1, Disability.valid_to.is_(None))
    return (
        select(
            Child.id,
            Child.file_number,
            Child.name,
            Child.sex,
            Child.birth_on,
            Child.document_number_sealed,
            Unit.name.label("unit"),
            School.name.label("school"),
            places.c.grade,
            states.c.status,
            decisions.c.kind.label("placement"),
            Disability.category,
            Disability.certificate_issuer,
            Disability.certificate_ends_on,
            Disability.screening_due_on,
        )
        .select_from(chosen)
        .join(Child, Child.id == chosen.c.id)
        .join(Unit, Unit.id == Child.unit_id)
        .outerjoin(states, state_fits)
        .outerjoin(decisions, decision_fits)
        .outerjoin(places, place_fits)
        .outerjoin(School, School.id == places.c.school_id)
        .outerjoin(Disability, main)
    )


def _order(sort: str) -> tuple:
    """The columns of an order, each with True when it goes downwards."""
    return {"age": ((Child.birth_on, True), (Child.id, False)), "file_number": ((Child.file_number, False),)}.get(
        sort, ((Child.sort_key, False), (Child.id, False))
    )
