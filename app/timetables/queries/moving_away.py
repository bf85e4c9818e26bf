"""Published visits after the day on which a child moves to another unit. The move is known and has not begun: the
visits keep their times until its day, so that a move that is taken back finds them, but nobody promises them any more.

Nothing is written at a visit: whoever shows one asks.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, or_, select

from app.children.models import ResponsibleUnit
from app.children.responsible import WITH_SCHOOL, holds_on
from app.db import db
from app.kernel.problems import N_
from app.timetables.models import Timetable, Visit
from app.timetables.queries.closed import closed_among
from app.web.filters import today

MOVES = N_("The child moves to another district before")
"""Why nobody comes, beside the reasons for which a day is closed."""


class Planned(NamedTuple):
    """A visit of a timetable of a unit."""

    unit_id: uuid.UUID
    child_id: uuid.UUID
    day: date


def moves_ahead(children: Collection[uuid.UUID]) -> dict[uuid.UUID, list[tuple[date, uuid.UUID]]]:
    """The moves of children to other units that have not begun: (first day, unit), in order. A child that goes with its
    school keeps its visits."""
    found: dict[uuid.UUID, list[tuple[date, uuid.UUID]]] = defaultdict(list)
    if not children:
        return found
    rows = db.session.execute(
        select(ResponsibleUnit.child_id, ResponsibleUnit.valid_from, ResponsibleUnit.unit_id)
        .where(
            ResponsibleUnit.child_id.in_(children),
            ResponsibleUnit.valid_from > today(),
            ResponsibleUnit.because != WITH_SCHOOL,
            or_(ResponsibleUnit.valid_to.is_(None), ResponsibleUnit.valid_to > ResponsibleUnit.valid_from),
        )
        .order_by(ResponsibleUnit.valid_from)
    )
    for row in rows:
        found[row.child_id].append((row.valid_from, row.unit_id))
    return found


def moved_by_then() -> ColumnElement[bool]:
    """The condition that the child of a visit has moved to another unit by its day, and is still here today. The query
    is of `Visit` and `Timetable`."""
    return exists().where(
        ResponsibleUnit.child_id == Visit.child_id,
        ResponsibleUnit.unit_id != Timetable.unit_id,
        ResponsibleUnit.because != WITH_SCHOOL,
        ResponsibleUnit.valid_from > today(),
        holds_on(ResponsibleUnit, Visit.day),
    )


def nobody_comes(visits: Iterable[Planned]) -> dict[Planned, str]:
    """Those of some visits to which nobody comes, with the reason: the child has moved by then (MOVES), or its day is
    closed ("" where no reason is known). The caller leaves out visits of which something was recorded."""
    asked, now = set(visits), today()
    closed = closed_among((one.unit_id, one.day) for one in asked)
    moves = moves_ahead({one.child_id for one in asked if one.day > now})
    found: dict[Planned, str] = {}
    for one in asked:
        answers = [unit for day, unit in moves.get(one.child_id, ()) if day <= one.day]
        if answers and answers[-1] != one.unit_id:
            found[one] = MOVES
        elif (why := closed.get((one.unit_id, one.day))) is not None:
            found[one] = why
    return found


def void_visits(visits: Iterable[Visit]) -> dict[uuid.UUID, str]:
    """The same by the ids of visits. One query beside those of the calendars and of the moves."""
    visits = list(visits)
    units = (
        dict(
            db.session.execute(
                select(Timetable.id, Timetable.unit_id).where(Timetable.id.in_({one.timetable_id for one in visits}))
            ).all()
        )
        if visits
        else {}
    )
    asked = {one.id: Planned(units[one.timetable_id], one.child_id, one.day) for one in visits}
    void = nobody_comes(asked.values())
    return {visit_id: void[one] for visit_id, one in asked.items() if one in void}
