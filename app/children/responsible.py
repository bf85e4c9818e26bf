"""Which unit answers for a child on a day, and in which town it lives: the one place that moves a child.

A child that never moved has no row: its unit is `Child.unit_id` on every day. The first move writes two periods, the
one before (from the beginning of all days) and the one after; `Child.unit_id` stays what is true today and is kept so
by `turn_units`, because a move may be agreed for a later day. Figures of a past day ask `unit_at` and `answered_by`,
so that they are the same whenever they are asked.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.access import SYSTEM
from app.children.leaving import child_leaves
from app.children.models import Child, ResponsibleUnit
from app.children.scoping import scoped
from app.db import db
from app.web.filters import today

BEGINNING = date(1900, 1, 1)
"""The first day of the first period: before every child."""
WITH_SCHOOL = "school moved"
"""Why another unit answers: the child's school went to it."""


def move_unit(child: Child, unit_id: uuid.UUID, town_code: str | None = None, *, on: date, because: str,
              because_id: uuid.UUID | None = None) -> None:
    """Another unit answers for a child from `on`, which may lie in the future; later moves agreed before are void.

    `town_code` None: the town stays. Going back to the unit before (a move withdrawn) is a move like any other.
    """
    town = town_code if town_code is not None else _town_on(child, on)
    for row in _from(child, on):
        row.valid_to = max(row.valid_from, on)
    db.session.flush()
    _begin(child.id, unit_id, town, on, None, because, because_id)
    _show_today(child)


def keep_town(child_id: uuid.UUID, unit_id: uuid.UUID, before: str | None, after: str | None, *, on: date) -> None:
    """The child lives in another town from `on`; the units that answer for it, today and later, stay.

    `unit_id` and `before` are what the file says today.
    """
    if before == after:
        return
    rows = _from_id(child_id, unit_id, before, on)
    kept = [(row.unit_id, max(row.valid_from, on), row.valid_to, row.because, row.because_id) for row in rows]
    for row in rows:
        row.valid_to = max(row.valid_from, on)
    db.session.flush()
    for unit, start, end, because, because_id in kept:
        _begin(child_id, unit, after, start, end, because, because_id)


def replace_unit(child: Child, unit_id: uuid.UUID, by_id: uuid.UUID, *, on: date, until: date | None, because: str,
                 because_id: uuid.UUID | None = None) -> bool:
    """Where one unit answers for a child between two days another one does; what was agreed for other days and units
    stays. Returns whether there was such a day."""
    rows = _from(child, on)
    days = [(max(row.valid_from, on), row.valid_to, row) for row in rows
            if row.unit_id == unit_id and (until is None or max(row.valid_from, on) < until)]
    for start, end, row in days:
        row.valid_to = start
        db.session.flush()
        over = until is not None and (end is None or until < end)
        _begin(child.id, by_id, row.town_code, start, until if over else end, because, because_id)
        if over:
            _begin(child.id, unit_id, row.town_code, until, end, row.because, row.because_id)
    _show_today(child)
    return bool(days)


def turn_units(day: date) -> int:
    """Make `Child.unit_id` what is true on a day, for moves that were agreed for it. Return how many changed."""
    wrong = [(row.child_id, row.unit_id) for row in db.session.execute(_due(day))]
    for child_id, unit_id in wrong:
        db.session.execute(update(Child).where(Child.id == child_id).values(unit_id=unit_id))
        _leave(child_id, day)
    return len(wrong)


def begin_day() -> None:
    """Turn what is due today, in a transaction of its own: for a page, a job or a command before its own work.

    A job may be the first that happens on a day, before anybody has signed in.
    """
    if needs_turn(today()):
        db.session.rollback()
        db.write()
        turn_units(today())
        db.session.commit()
    db.session.rollback()


def needs_turn(day: date) -> bool:
    """True when the unit of some child is not yet what is true on the day."""
    return db.rows(_due(day).limit(1)).first() is not None


def _due(day: date) -> Select:
    return (select(ResponsibleUnit.child_id, ResponsibleUnit.unit_id).join(Child, Child.id == ResponsibleUnit.child_id)
            .where(_on(ResponsibleUnit, day), Child.unit_id != ResponsibleUnit.unit_id))


def unit_on(child: Child, day: date) -> uuid.UUID:
    """The unit that answered, or will answer, for one child on a day."""
    return db.session.scalar(select(ResponsibleUnit.unit_id).where(
        ResponsibleUnit.child_id == child.id, _on(ResponsibleUnit, day))) or child.unit_id


def answered_in(children: Collection[Child]) -> Callable[[uuid.UUID, date], uuid.UUID]:
    """The same for many children at once: a function of child and day. One query."""
    now = {child.id: child.unit_id for child in children}
    periods = defaultdict(list)
    moved = select(ResponsibleUnit).where(ResponsibleUnit.child_id.in_(list(now)))
    for row in db.session.scalars(moved) if now else ():
        periods[row.child_id].append(row)

    def unit(child_id: uuid.UUID, day: date) -> uuid.UUID:
        return next((row.unit_id for row in periods[child_id] if row.valid_from <= day and (
            row.valid_to is None or row.valid_to > day)), now[child_id])

    return unit


def answered_by(unit_ids: Iterable[uuid.UUID], day: date | ColumnElement) -> ColumnElement[bool]:
    """The condition that one of the units answered for `Child` on a day (a date, or a column of the query)."""
    periods = aliased(ResponsibleUnit)
    there = and_(periods.child_id == Child.id, _on(periods, day))
    return scoped(or_(and_(Child.unit_id.in_(unit_ids), ~exists().where(there)),
                      exists().where(there, periods.unit_id.in_(unit_ids))))


def unit_at(day: date) -> tuple[FromClause | None, ColumnElement | None, ColumnElement, ColumnElement]:
    """(periods, the condition that joins them to `Child` from outside, unit, town) of children on a day.

    Today nothing needs to be joined: the first two are None.
    """
    if day == today():
        return None, None, Child.unit_id, Child.town_code
    periods = aliased(ResponsibleUnit)
    fits = and_(periods.child_id == Child.id, _on(periods, day))
    town = case((periods.id.is_(None), Child.town_code), else_=periods.town_code)
    return periods, fits, func.coalesce(periods.unit_id, Child.unit_id), town


def _on(periods, day) -> ColumnElement[bool]:
    return and_(periods.valid_from <= day, or_(periods.valid_to.is_(None), periods.valid_to > day))


def _from(child: Child, on: date) -> list[ResponsibleUnit]:
    return _from_id(child.id, child.unit_id, child.town_code, on)


def _from_id(child_id: uuid.UUID, unit_id: uuid.UUID, town_code: str | None, on: date) -> list[ResponsibleUnit]:
    """The periods that reach beyond a day; a child's first is written down now."""
    known = select(ResponsibleUnit).where(ResponsibleUnit.child_id == child_id)
    if db.session.scalar(known.limit(1)) is None:
        _begin(child_id, unit_id, town_code, BEGINNING, None, "opened", None)
    return list(db.session.scalars(known.where(
        or_(ResponsibleUnit.valid_to.is_(None), ResponsibleUnit.valid_to > on)).order_by(ResponsibleUnit.valid_from)))


def _town_on(child: Child, on: date) -> str | None:
    row = db.session.scalar(select(ResponsibleUnit).where(
        ResponsibleUnit.child_id == child.id, _on(ResponsibleUnit, on)))
    return row.town_code if row is not None else child.town_code


def _begin(child_id: uuid.UUID, unit_id: uuid.UUID, town: str | None, start: date, end: date | None, because: str,
           because_id: uuid.UUID | None) -> None:
    db.session.add(ResponsibleUnit(child_id=child_id, unit_id=unit_id, town_code=town, because=because,
                                   because_id=because_id, valid_from=start, valid_to=end))
    db.session.flush()


def _show_today(child: Child) -> None:
    before, child.unit_id = child.unit_id, unit_on(child, today())
    db.session.flush()
    if child.unit_id != before:
        _leave(child.id, today())


def _leave(child_id: uuid.UUID, day: date) -> None:
    """What the unit before had planned ends with the day on which another one begins; with its school a child takes
    its teams along."""
    row = db.session.scalar(select(ResponsibleUnit).where(
        ResponsibleUnit.child_id == child_id, _on(ResponsibleUnit, day)))
    if row is not None and row.because != WITH_SCHOOL:
        child_leaves(SYSTEM, child_id, row.valid_from, row.unit_id)
