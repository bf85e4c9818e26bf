"""Counting and listing children by unit and standing on a day: one grouped statement over all of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Subquery, and_, case, func, null, or_, select, true

from app.access import Actor, Role
from app.children.models import Child, ResponsibleUnit
from app.children.responsible import unit_at
from app.children.sight import in_sight, is_file, name_seen
from app.children.types import Sex
from app.coverage import rules
from app.coverage.types import AgeGroup, Counts, Standing, UnitLine
from app.db import db
from app.db.remember import remembered
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.roll.models import RollState
from app.roll.types import RollStatus
from app.schools.queries import division_units, unit_of_division, units_on
from app.schools.types import UnitKind
from app.web.filters import today
from app.web.paging import Page


def sees_all_figures(actor: Actor) -> bool:
    """An auditor sees the figures of all units (small cells hidden) and no child."""
    return Role.AUDITOR in actor.roles and not actor.municipal


def _sight(actor: Actor, day: date) -> ColumnElement[bool]:
    return is_file(Child.id) if sees_all_figures(actor) else in_sight(actor, on=day)


def _day_end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(hours=8)


class _Parts(NamedTuple):
    """Of each child on a day: roll state, placement, age group, and whether it is listed."""

    state: Subquery
    decision: Subquery
    group: ColumnElement[str]
    listed: ColumnElement[bool]


def _parts(day: date) -> _Parts:
    """Roll state and placement of each child on a day; one row a child, because the database refuses periods of one
    child that overlap (app/db/guards.py). Unit and town are those of the day too, see `_joined`."""
    state = (
        select(RollState.child_id, RollState.status)
        .where(RollState.valid_from <= day, or_(RollState.valid_to.is_(None), RollState.valid_to > day))
        .subquery()
    )
    decision = (
        select(Decision.child_id, Decision.kind)
        .where(Decision.valid_from <= day, or_(Decision.ended_on.is_(None), Decision.ended_on > day))
        .subquery()
    )
    births = rules.compulsory_births(day)
    group = case((Child.birth_on < births.start, AgeGroup.OVER.value), else_=AgeGroup.COMPULSORY.value)
    listed = and_(Child.birth_on < births.end, or_(state.c.status.is_not(None), Child.created_at < _day_end(day)))
    return _Parts(state, decision, group, listed)


def _joined(
    query: Select[*tuple[Any, ...]], state: Subquery, decision: Subquery, place: Place | None = None
) -> Select[*tuple[Any, ...]]:
    query = query.outerjoin(state, state.c.child_id == Child.id).outerjoin(decision, decision.c.child_id == Child.id)
    return query if place is None or place.periods is None else query.join(place.periods, place.fits)


@dataclass(frozen=True)
class Place:
    """The unit that answered for a child on a day, and its town then: columns, and what to join for them."""

    periods: type[ResponsibleUnit] | None
    fits: ColumnElement[bool] | None
    unit: SQLColumnExpression[uuid.UUID]
    town: SQLColumnExpression[str | None]


def _place(day: date) -> Place:
    return Place(*unit_at(day))


def count_lines(actor: Actor, day: date) -> list[UnitLine]:
    """The units of the day in their order with the children the actor may count; zones behind the districts.

    A child of a unit that did not exist on the day (两江新区 before 2025-11-06) counts where its town belonged then.
    Children for whom no unit of that day is known stand on a line of their own at the end, so that nobody is lost.
    The figures are kept until somebody writes something.
    """
    return remembered(("coverage", _who(actor), day), lambda: _count_lines(actor, day))


def _who(actor: Actor) -> tuple:
    """Whose figures: actors who see the same children get the same."""
    if actor.municipal or sees_all_figures(actor):
        return (True, sees_all_figures(actor))
    return (actor.unit_ids, actor.holder_ids)


def _count_lines(actor: Actor, day: date) -> list[UnitLine]:
    state, decision, group, listed = _parts(day)
    resolve, place = Resolver(day), _place(day)
    inner = (
        _joined(
            select(
                place.unit.label("unit_id"),
                resolve.town_needed(place).label("town_code"),
                state.c.status,
                decision.c.kind,
                group.label("age"),
            ).select_from(Child),
            state,
            decision,
            place,
        )
        .where(listed, _sight(actor, day))
        .subquery()
    )
    rows = db.session.execute(select(inner, func.count().label("children")).group_by(*inner.c)).all()
    counts: dict[uuid.UUID | None, dict[Standing, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        standing = rules.standing_of(_status(row.status), _kind(row.kind), AgeGroup(row.age))
        counts[resolve(row.unit_id, row.town_code)][standing] += row.children
    units = [unit for unit in units_on(day) if _shows(actor, unit.id, counts)]
    lines = [
        UnitLine(
            unit.id, unit.code, unit.name, unit.kind == UnitKind.FUNCTIONAL_ZONE, Counts(dict(counts.get(unit.id, {})))
        )
        for unit in units
    ]
    if None in counts:
        lines.append(UnitLine(None, "", "", False, Counts(dict(counts[None]))))
    return lines


def _status(value: str | None) -> RollStatus | None:
    return RollStatus(value) if value is not None else None


def _kind(value: str | None) -> PlacementKind | None:
    return PlacementKind(value) if value is not None else None


def _shows(actor: Actor, unit_id: uuid.UUID, counts: Container[uuid.UUID | None]) -> bool:
    """The city and the auditor see every unit; others those they answer for and those of children in their sight."""
    return actor.municipal or sees_all_figures(actor) or unit_id in actor.unit_ids or unit_id in counts


class Resolver:
    """(today's unit of a child, its town) → the unit it belonged to on `day`, or None when that is not known."""

    def __init__(self, day: date) -> None:
        self.there = {unit.id for unit in units_on(day)}
        self.then, self.newest = division_units(day), division_units(date.max)
        self._known: dict[tuple, uuid.UUID | None] = {}

    @property
    def steady(self) -> bool:
        """True when no town has changed its unit since the day."""
        return self.then == self.newest

    def town_needed(self, place: Place) -> SQLColumnExpression[str | None]:
        """The town's code where it matters: on days before a change, and for children of a unit that is gone."""
        if not self.steady:
            return place.town
        return case((place.unit.in_(self.there), null()), else_=place.town)

    def may_belong(self, unit_id: uuid.UUID | None, place: Place) -> ColumnElement[bool]:
        """A condition that leaves out, cheaply, children who cannot have been of the unit."""
        return or_(place.unit == unit_id, place.unit.not_in(self.there)) if self.steady else true()

    def __call__(self, unit_id: uuid.UUID, town_code: str | None) -> uuid.UUID | None:
        key = (unit_id, town_code)
        if key not in self._known:
            self._known[key] = self._unit(unit_id, (town_code or "")[:9])
        return self._known[key]

    def _unit(self, unit_id: uuid.UUID, town: str) -> uuid.UUID | None:
        if unit_id in self.there and (town not in self.then or self.newest.get(town) != unit_id):
            return unit_id
        return unit_of_division(town, self.then)


@dataclass(frozen=True, kw_only=True)
class ListedChild:
    """A line of the list behind a number."""

    id: uuid.UUID
    file_number: str
    name: str
    sex: Sex
    birth_on: date
    status: RollStatus | None
    placement: PlacementKind | None


def count_standing(actor: Actor, day: date, standing: Standing) -> int:
    """How many children in sight stand so on the day: the length of `list_children` over all units. One query."""

    def count() -> int:
        state, decision, group, listed = _parts(day)
        query = _joined(select(func.count()).select_from(Child), state, decision).where(
            listed, in_sight(actor, on=day), _counted_under(standing, state.c.status, decision.c.kind, group)
        )
        return db.session.scalar(query) or 0

    return remembered(("standing", _who(actor), day, standing), count)


def list_children(
    actor: Actor,
    day: date,
    standing: Standing | None,
    unit_id: uuid.UUID | None,
    *,
    whole: bool,
    page: Callable[[int], Page],
) -> tuple[list[ListedChild], Page]:
    """The children behind a number, by name: those in sight that stand in `standing` (None: all listed) on the day.

    With `whole` those of all units, otherwise of the unit of that day (`unit_id` None: those without a known unit).
    `page` makes the asked page from their number.
    """
    query, place = _listed(actor, day, standing, today())
    ordered = query.order_by(Child.sort_key, Child.id)
    if whole:
        part = page(
            remembered(
                ("listed", _who(actor), day, standing),
                lambda: db.session.scalar(select(func.count()).select_from(query.subquery())) or 0,
            )
        )
        rows = db.rows(ordered.offset(part.offset).limit(part.size)).all()
    else:
        resolve = Resolver(day)
        found = [
            row
            for row in db.session.execute(ordered.where(resolve.may_belong(unit_id, place)))
            if resolve(row.unit_id, row.town_code) == unit_id
        ]
        part = page(len(found))
        rows = found[part.offset : part.offset + part.size]
    return [_as_listed(row) for row in rows], part


def _as_listed(row: Any) -> ListedChild:
    return ListedChild(
        id=row.id,
        file_number=row.file_number,
        name=row.name,
        sex=row.sex,
        birth_on=row.birth_on,
        status=_status(row.status),
        placement=_kind(row.kind),
    )


@lru_cache(maxsize=256)
def _listed(actor: Actor, day: date, standing: Standing | None, _today: date) -> tuple[Select, Place]:
    """The statement of `list_children`, kept for who comes again: making it takes longer than running it."""
    state, decision, group, listed = _parts(day)
    place = _place(day)
    query = _joined(
        select(
            Child.id,
            Child.file_number,
            name_seen(actor).label("name"),
            Child.sex,
            Child.birth_on,
            place.unit.label("unit_id"),
            place.town.label("town_code"),
            state.c.status,
            decision.c.kind,
        ).select_from(Child),
        state,
        decision,
        place,
    )
    query = query.where(listed, in_sight(actor, on=day))
    if standing is not None:
        query = query.where(_counted_under(standing, state.c.status, decision.c.kind, group))
    return query, place


def _counted_under(
    standing: Standing, status: ColumnElement[Any], kind: ColumnElement[Any], group: ColumnElement[str]
) -> ColumnElement[bool]:
    """The SQL condition of a standing, made from the rule itself so that list and number cannot differ."""
    by_state: dict[tuple, set] = defaultdict(set)
    for one_status, one_kind, one_group in rules.kinds_of_standing(standing):
        by_state[one_status, one_group].add(one_kind)
    return or_(
        *(
            and_(_is(status, one_status), group == one_group.value, _among(kind, kinds))
            for (one_status, one_group), kinds in by_state.items()
        )
    )


def _is(column: ColumnElement[Any], value: object) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _among(column: ColumnElement[Any], kinds: Iterable[PlacementKind | None]) -> ColumnElement[bool]:
    if set(kinds) == {None, *PlacementKind}:
        return true()
    tests = [column.in_([kind for kind in kinds if kind is not None])] if any(kinds) else []
    return or_(*tests, column.is_(None)) if None in kinds else or_(*tests)
