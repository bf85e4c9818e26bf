"""What a remedy has brought: the draft that was made with it against the one that it was meant to better."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from app.access import Actor
from app.db import db
from app.kernel.names import sort_key
from app.visits.models import Timetable, UnservedNeed
from app.visits.queries.repairs import repair_of_draft
from app.visits.queries.timetables import child_names
from app.visits.types import TimetableState


@dataclass(frozen=True)
class Brought:
    """`before`: the draft to go back to; visits that have a place now and had none, by child; visits that lost theirs.
    The engine searches anew with every remedy: what it finds can be worse, although more is allowed."""

    before: Timetable
    gained: tuple[tuple[str, int], ...]
    lost: tuple[tuple[str, int], ...]

    @property
    def more(self) -> int:
        return sum(count for _name, count in self.gained)

    @property
    def fewer(self) -> int:
        return sum(count for _name, count in self.lost)


def what_a_remedy_brought(actor: Actor, row: Timetable) -> Brought | None:
    """A draft that was made with a remedy, against the one before; None for any other. The caller has checked the
    scope."""
    asked = row.figures.get("after")
    before = db.session.get(Timetable, uuid.UUID(asked)) if asked else None
    if before is None or row.state == TimetableState.QUEUED or repair_of_draft(row.id) is not None:
        return None  # what a repair gains and loses is told against the timetable in force
    was, now = _missing(before.id), _missing(row.id)
    names = child_names(actor, was.keys() | now.keys())
    return Brought(before, _named(was - now, names), _named(now - was, names))


def _missing(timetable_id: uuid.UUID) -> Counter[uuid.UUID]:
    found: Counter[uuid.UUID] = Counter()
    for child_id, missing in db.session.execute(select(UnservedNeed.child_id, UnservedNeed.missing).where(
            UnservedNeed.timetable_id == timetable_id)):
        found[child_id] += missing
    return found


def _named(counts: Counter[uuid.UUID], names: dict[uuid.UUID, str]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], sort_key(names.get(one[0], "")), str(one[0])))
    return tuple((names.get(child_id, ""), count) for child_id, count in ordered)
