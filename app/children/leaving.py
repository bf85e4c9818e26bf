"""A child goes to another unit or is away: what slices above have to do then, in the same step.

They register their work here, because nothing looks up: the visits call off what stands, whoever it was that moved the
child or wrote its state.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

from app.access import Actor

Work = Callable[[Actor, uuid.UUID, date, uuid.UUID | None], None]
_work: list[Work] = []


def when_child_leaves(work: Work) -> None:
    """Let `work(actor, child_id, day, unit_id)` be done when from `day` on another unit answers for a child
    (`unit_id`), or nobody teaches it at home any more (None)."""
    if work not in _work:
        _work.append(work)


def child_leaves(actor: Actor, child_id: uuid.UUID, day: date, unit_id: uuid.UUID | None = None) -> None:
    for work in _work:
        work(actor, child_id, day, unit_id)
