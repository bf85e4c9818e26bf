"""Whether some day of a child is nobody's: what neither database can refuse, because a gap is no row.

The writer refuses it (responsible.py); this finds what another program, a hand or an older version left.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Subquery, and_, func, or_, select

from app.children.models import Child, ResponsibleUnit
from app.children.responsible import BEGINNING
from app.db import db


def find_gaps() -> list[tuple[str, date, date | None]]:
    """(file number, first day, first day that is answered for again) of every time that is nobody's, by file number.
    An end of None: from then on. One query over all periods."""
    periods = _periods()
    rows = db.session.execute(
        select(Child.file_number, periods)
        .outerjoin(periods, periods.c.child_id == Child.id)
        .where(
            or_(
                periods.c.child_id.is_(None),
                and_(periods.c.place == 1, periods.c.valid_from > BEGINNING),
                and_(periods.c.place > 1, periods.c.before != periods.c.valid_from),
                and_(periods.c.from_end == 1, periods.c.valid_to.is_not(None)),
            )
        )
        .order_by(Child.file_number, periods.c.valid_from)
    )
    found: list[tuple[str, date, date | None]] = []
    for row in rows:
        if row.child_id is None:
            found.append((row.file_number, BEGINNING, None))
            continue
        begins = BEGINNING if row.place == 1 else row.before
        if begins != row.valid_from:
            found.append((row.file_number, begins, row.valid_from))
        if row.from_end == 1 and row.valid_to is not None:
            found.append((row.file_number, row.valid_to, None))
    return found


def _periods() -> Subquery:
    """The periods that have a day, each with the end of the one before and its place from both ends."""
    child, begins = ResponsibleUnit.child_id, ResponsibleUnit.valid_from
    return (
        select(
            ResponsibleUnit.child_id,
            ResponsibleUnit.valid_from,
            ResponsibleUnit.valid_to,
            func.lag(ResponsibleUnit.valid_to, type_=Date).over(partition_by=child, order_by=begins).label("before"),
            func.row_number().over(partition_by=child, order_by=begins).label("place"),
            func.row_number().over(partition_by=child, order_by=begins.desc()).label("from_end"),
        )
        .where(or_(ResponsibleUnit.valid_to.is_(None), ResponsibleUnit.valid_to > ResponsibleUnit.valid_from))
        .subquery()
    )
