"""Carrying over many placements that were decided before they came into this system, for imports and demonstrations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.db.bulk import Bulk, day, key, new_keys
from app.kernel import clock
from app.placements.models import Decision

Key = uuid.UUID | str
_DECISION = (
    "id",
    "child_id",
    "kind",
    "school_id",
    "decided_on",
    "valid_from",
    "home_reason",
    "review_on",
    "carried_over",
    "decided_by",
    "recorded_at",
)


@dataclass(slots=True, kw_only=True)
class CarriedDecision:
    """A placement as another register says it; home-delivered teaching needs `home_reason` and `review_on`."""

    child_id: Key
    kind: str
    school_id: Key | None
    decided_on: date | str
    valid_from: date | str
    home_reason: str | None = None
    review_on: date | str | None = None


def insert_carried_decisions(session: Session, rows: Sequence[CarriedDecision], *, decided_by: str) -> None:
    """Write decisions without recommendation and opinion, marked as carried over, for children who have none open."""
    bulk = Bulk(session)
    now = bulk.moment(clock.now())
    bulk.insert(
        Decision.__table__,
        _DECISION,
        [
            (
                new,
                key(row.child_id),
                row.kind,
                key(row.school_id),
                day(row.decided_on),
                day(row.valid_from),
                row.home_reason,
                day(row.review_on),
                True,
                decided_by,
                now,
            )
            for new, row in zip(new_keys(len(rows)), rows, strict=True)
        ],
    )
