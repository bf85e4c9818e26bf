"""Which unit answers for a child on a day, and in which town or village it lives: the one place that moves a child.

Every child has periods that follow each other without a gap: the first, written with the file, begins before all days
(see bulk/units.py), the last has no end. The database refuses two of one child that overlap. A town is a statistical
code of 6 digits for a district, 9 for a town, 12 for a village. `Child.unit_id` and `Child.town_code` say what is true
today, for what is read a thousand times a day; `turn_units` keeps them so, because a move may be agreed for a later
day. Whatever names a day asks `unit_on`, `unit_at`, `answered_by` or `answering`, so that it says the same whenever it
is asked.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.access import SYSTEM
from app.children.leaving import child_leaves
from app.children.models import Child, ResponsibleUnit, Sight
from app.children.scoping import scoped
from app.children.types import SightKind, SightRight
from app.db import db
from app.kernel.periods import ONE_DAY
from app.web.filters import today

BEGINNING = date(1900, 1, 1)
"""The first day of the first period: before every child."""
OPENED = "opened"
"""Why the first unit answers."""
ANSWERS = "answers"
"""Why a unit has a sight of the file: see `Sight.because`."""
WITH_SCHOOL = "school moved"
"""Why another unit answers: the child's school went to it."""


def move_unit(
    child: Child,
    unit_id: uuid.UUID,
    town_code: str | None = None,
    *,
    on: date,
    because: str,
    because_id: uuid.UUID | None = None,
) -> None:
    """Another unit answers for a child from `on`, which may lie in the future; later moves agreed before are void.

    `town_code` None: the town stays. Going back to the unit before (a move withdrawn) is a move like any other.
    """
    rows = _from(child.id, on)
    town = town_code if town_code is not None else rows[0].town_code
    for row in rows:
        row.valid_to = max(row.valid_from, on)
    db.session.flush()
    _begin(child.id, unit_id, town, on, None, because, because_id)
    _settle(child)


def replace_unit(
    child: Child,
    unit_id: uuid.UUID,
    by_id: uuid.UUID,
    *,
    on: date,
    until: date | None,
    because: str,
    because_id: uuid.UUID | None = None,
) -> bool:
    """Where one unit answers for a child between two days another one does; what was agreed for other days and units
    stays. Returns whether there was such a day."""
    rows = _from(child.id, on)
    days = [
        (max(row.valid_from, on), row.valid_to, row)
        for row in rows
        if row.unit_id == unit_id and (until is None or max(row.valid_from, on) < until)
    ]
    for start, end, row in days:
        row.valid_to = start
        db.session.flush()
        over = until is not None and (end is None or until < end)
        _begin(child.id, by_id, row.town_code, start, until if over else end, because, because_id)
        if over and until is not None:
            _begin(child.id, unit_id, row.town_code, until, end, row.because, row.because_id)
    _settle(child)
    return bool(days)


def turn_units(day: date) -> int:
    """Make `Child.unit_id` and `town_code` what is true on a day, for moves that were agreed for it. Return how many
    changed."""
    wrong = db.session.execute(_due(day)).all()
    for row in wrong:
        db.session.execute(
            update(Child)
            .where(Child.id == row.child_id)
            .values(unit_id=row.unit_id, town_code=func.coalesce(row.town_code, Child.town_code))
        )
        if row.unit_id != row.before:
            _leave(row.child_id, day)
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
    """True when the unit or town of some child is not yet what is true on the day."""
    return db.rows(_due(day).limit(1)).first() is not None


def _due(day: date) -> Select:
    """Children of whom today's columns are behind. A first period has nothing to turn: nearly all are passed over."""
    return (
        select(
            ResponsibleUnit.child_id, ResponsibleUnit.unit_id, ResponsibleUnit.town_code, Child.unit_id.label("before")
        )
        .join(Child, Child.id == ResponsibleUnit.child_id)
        .where(
            ResponsibleUnit.valid_from > BEGINNING,
            holds_on(ResponsibleUnit, day),
            or_(
                Child.unit_id != ResponsibleUnit.unit_id,
                and_(
                    ResponsibleUnit.town_code.is_not(None),  # of a move in an older version it is not known
                    Child.town_code.is_distinct_from(ResponsibleUnit.town_code),
                ),
            ),
        )
    )


def unit_on(child: Child | uuid.UUID, day: date) -> uuid.UUID:
    """The unit that answered, or will answer, for one child on a day."""
    child_id = child.id if isinstance(child, Child) else child
    return db.session.scalars(
        select(ResponsibleUnit.unit_id).where(ResponsibleUnit.child_id == child_id, holds_on(ResponsibleUnit, day))
    ).one()


def units_from(child_id: uuid.UUID, day: date) -> set[uuid.UUID]:
    """The units that answer for a child on a day and later, as far as it is agreed."""
    return {row.unit_id for row in _from(child_id, day)}


def units_between(child_id: uuid.UUID, first: date, last: date) -> list[tuple[uuid.UUID, date, date]]:
    """(unit, its first day, its last day) for each unit that answers for a child from `first` to `last`, in order."""
    found: list[tuple[uuid.UUID, date, date]] = []
    for row in _from(child_id, first):
        start, end = max(row.valid_from, first), last if row.valid_to is None else min(last, row.valid_to - ONE_DAY)
        if start > last:
            break
        if found and found[-1][0] == row.unit_id:
            start = found.pop()[1]
        found.append((row.unit_id, start, end))
    return found


def answered_in(child_ids: Collection[uuid.UUID]) -> Callable[[uuid.UUID, date], uuid.UUID]:
    """`unit_on` for many children at once: a function of child and day. A query for each 500."""
    periods, ids = defaultdict(list), list(child_ids)
    for at in range(0, len(ids), 500):
        for row in db.session.execute(
            select(
                ResponsibleUnit.child_id, ResponsibleUnit.valid_from, ResponsibleUnit.valid_to, ResponsibleUnit.unit_id
            ).where(ResponsibleUnit.child_id.in_(ids[at : at + 500]))
        ):
            periods[row.child_id].append(row)

    def unit(child_id: uuid.UUID, day: date) -> uuid.UUID:
        return next(
            row.unit_id
            for row in periods[child_id]
            if row.valid_from <= day and (row.valid_to is None or row.valid_to > day)
        )

    return unit


def answered_by(unit_ids: Iterable[uuid.UUID], day: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """The condition that one of the units answered for `Child` on a day (a date, or a column of the query)."""
    periods = aliased(ResponsibleUnit)
    tests = periods.unit_id.in_(unit_ids), holds_on(periods, day)
    if isinstance(day, date):
        return scoped(Child.id.in_(select(periods.child_id).where(*tests)))
    return scoped(exists().where(periods.child_id == Child.id, *tests))


def answering(unit_id: uuid.UUID, first: date, last: date) -> ColumnElement[bool]:
    """The condition that `ResponsibleUnit` in the query is a period of the unit with a day from `first` to `last`. A
    child that moved to another town of the unit has several that follow each other."""
    return and_(
        ResponsibleUnit.unit_id == unit_id,
        ResponsibleUnit.valid_from <= last,
        lasts_beyond(first),
    )


def unit_at(
    day: date,
) -> tuple[
    type[ResponsibleUnit] | None,
    ColumnElement[bool] | None,
    SQLColumnExpression[uuid.UUID],
    SQLColumnExpression[str | None],
]:
    """(periods, the condition that joins them to `Child`, unit, town) of children on a day.

    Today nothing needs to be joined: the first two are None.
    """
    if day == today():
        return None, None, Child.unit_id, Child.town_code
    periods = aliased(ResponsibleUnit)
    return periods, and_(periods.child_id == Child.id, holds_on(periods, day)), periods.unit_id, periods.town_code


def holds_on(periods: Any, day: Any) -> ColumnElement[bool]:
    """The condition that a period (the table or an alias of it) holds on a day: a date or a column of the query."""
    return and_(periods.valid_from <= day, or_(periods.valid_to.is_(None), periods.valid_to > day))


def lasts_beyond(day: date) -> ColumnElement[bool]:
    """The condition that a period holds on a day or later; one that was made void has no day."""
    ends = ResponsibleUnit.valid_to
    return or_(ends.is_(None), and_(ends > day, ends > ResponsibleUnit.valid_from))


def _from(child_id: uuid.UUID, on: date) -> list[ResponsibleUnit]:
    """The periods of a child on a day and later, in order."""
    return list(
        db.session.scalars(
            select(ResponsibleUnit)
            .where(
                ResponsibleUnit.child_id == child_id,
                lasts_beyond(on),
            )
            .order_by(ResponsibleUnit.valid_from)
        )
    )


def _begin(
    child_id: uuid.UUID,
    unit_id: uuid.UUID,
    town: str | None,
    start: date,
    end: date | None,
    because: str,
    because_id: uuid.UUID | None,
) -> None:
    db.session.add(
        ResponsibleUnit(
            child_id=child_id,
            unit_id=unit_id,
            town_code=town,
            because=because,
            because_id=because_id,
            valid_from=start,
            valid_to=end,
        )
    )
    db.session.flush()


def _settle(child: Child) -> None:
    """The file shows what is true today. Raises RuntimeError when the periods leave a day to nobody."""
    rows = _from(child.id, BEGINNING)
    days = [(row.valid_from, row.valid_to) for row in rows]
    whole = days and days[0][0] == BEGINNING and days[-1][1] is None
    if not whole or any(before[1] != after[0] for before, after in pairwise(days)):
        raise RuntimeError(f"the periods of child {child.id} have a gap: {days}")
    _give_rights(child.id, rows)
    now = next(row for row in reversed(rows) if row.valid_from <= today())
    before, child.unit_id, child.town_code = child.unit_id, now.unit_id, now.town_code or child.town_code
    db.session.flush()
    if child.unit_id != before:
        _leave(child.id, today())


def _give_rights(child_id: uuid.UUID, rows: list[ResponsibleUnit]) -> None:
    """A unit writes in the file for as long as it answers without a break: the sights of units follow the periods."""
    wanted: dict[tuple[uuid.UUID, date], date | None] = {}
    at: tuple[uuid.UUID, date] | None = None
    for row in rows:
        if at is None or at[0] != row.unit_id:
            at = row.unit_id, row.valid_from
        wanted[at] = row.valid_to
    for sight in db.session.scalars(
        select(Sight).where(
            Sight.child_id == child_id,
            Sight.kind == SightKind.UNIT,
            or_(Sight.valid_to.is_(None), Sight.valid_to > Sight.valid_from),
        )
    ):
        sight.valid_to = wanted.pop((sight.holder_id, sight.valid_from), sight.valid_from)
    db.session.flush()
    db.session.add_all(
        Sight(
            child_id=child_id,
            kind=SightKind.UNIT,
            holder_id=unit_id,
            because=ANSWERS,
            right=SightRight.WRITE,
            valid_from=start,
            valid_to=end,
        )
        for (unit_id, start), end in wanted.items()
    )
    db.session.flush()


def _leave(child_id: uuid.UUID, day: date) -> None:
    """What the unit before had planned ends with the day on which another one begins; with its school a child takes
    its teams along."""
    row = db.session.scalar(
        select(ResponsibleUnit).where(ResponsibleUnit.child_id == child_id, holds_on(ResponsibleUnit, day))
    )
    if row is not None and row.because != WITH_SCHOOL:
        child_leaves(SYSTEM, child_id, row.valid_from, row.unit_id)
