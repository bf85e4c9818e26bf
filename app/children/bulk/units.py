"""Periods of responsibility, many at once: the first of every file, with the unit's sight of it, and another town from
a day on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.bulk.values import Key
from app.children.models import ResponsibleUnit, Sight
from app.children.responsible import ANSWERS, BEGINNING, OPENED, lasts_beyond
from app.children.types import SightKind, SightRight
from app.db.bulk import Bulk, day, key, new_keys

_FIRST = ("id", "child_id", "unit_id", "town_code", "because", "valid_from")
_NEXT = (*_FIRST, "because_id", "valid_to")
_SIGHT = ("id", "child_id", "kind", "holder_id", "because", "valid_from", "right")
_A_PART = 500


class UnitOf(NamedTuple):
    """The unit that answers for a child whose file is opened, and the town or village it lives in."""

    child_id: Key
    unit_id: Key
    town_code: str | None = None


def begin_units(session: Session, rows: Sequence[UnitOf]) -> None:
    """Write the first period of files that are opened, and the sight with which the unit writes in them. Both rows have
    the child's own key: a child has one of each."""
    begins, bulk = day(BEGINNING), Bulk(session)
    bulk.insert(
        ResponsibleUnit.__table__,
        _FIRST,
        [(at := key(child), at, key(unit), town, OPENED, begins) for child, unit, town in rows],
    )
    kind, right = str(SightKind.UNIT), str(SightRight.WRITE)
    bulk.insert(
        Sight.__table__,
        _SIGHT,
        [(at := key(child), at, kind, key(unit), ANSWERS, begins, right) for child, unit, _town in rows],
    )


def keep_towns(session: Session, towns: Mapping[uuid.UUID, str | None], *, on: date) -> None:
    """Children live in another town or village from `on`; the units that answer for them, today and later, stay.

    `towns` says where by child; of who lives there already nothing changes. The caller writes `Child.town_code`.
    """
    ids, ended, begun = list(towns), [], []
    for at in range(0, len(ids), _A_PART):
        for row in session.scalars(
            select(ResponsibleUnit)
            .where(
                ResponsibleUnit.child_id.in_(ids[at : at + _A_PART]),
                lasts_beyond(on),
            )
            .order_by(ResponsibleUnit.child_id, ResponsibleUnit.valid_from)
        ).all():
            town = towns[row.child_id]
            if row.town_code != town:
                start = max(row.valid_from, on)
                ended.append((row.id, start))
                begun.append((row.child_id, row.unit_id, town, row.because, start, row.because_id, row.valid_to))
                session.expire(row)
    bulk = Bulk(session)
    bulk.end(ResponsibleUnit.__table__, ended)  # before the next begin: the database refuses two on one day
    bulk.insert(
        ResponsibleUnit.__table__,
        _NEXT,
        [
            (new, key(child), key(unit), town, because, day(start), key(because_id), day(end))
            for new, (child, unit, town, because, start, because_id, end) in zip(
                new_keys(len(begun)), begun, strict=True
            )
        ],
    )
