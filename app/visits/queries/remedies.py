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
from app.visits.rules import split_demand
from app.visits.types import TimetableState


@dataclass(frozen=True)
class Brought:
    """`before`: the draft to go back to; visits that have a place now and had none, by child; visits that lost theirs.
    The engine searches anew with every remedy: what it finds can be worse, although more is allowed."""

    before: Timetable
    gained: tuple[tuple[str, int], ...]
    lost: tuple[tuple[str, int], ...]
    meant: str = ""
    """The child that the remedy was meant for, where it has gained nothing."""

    @property
    def more(self) -> int:
        return sum(count for _name, count in self.gained)

    @property
    def fewer(self) -> int:
        return sum(count for _name, count in self.lost)

    @property
    def won(self) -> bool:
        """Whether more visits have a place than before."""
        return self.more > self.fewer


def what_a_remedy_brought(actor: Actor, row: Timetable) -> Brought | None:
    """A draft that was made with a remedy, against the one before; None for any other. The caller has checked the
    scope."""
    asked = row.figures.get("after")
    before = db.session.get(Timetable, uuid.UUID(asked)) if asked else None
    if before is None or row.state == TimetableState.QUEUED or repair_of_draft(row.id) is not None:
        return None  # what a repair gains and loses is told against the timetable in force
    was, now = _missing(before.id), _missing(row.id)
    child = _child_of(row)
    names = child_names(actor, was.keys() | now.keys() | ({child} if child else set()))
    return Brought(before, _named(was - now, names), _named(now - was, names),
                   "" if child is None or child in was - now else names.get(child, ""))


def _child_of(row: Timetable) -> uuid.UUID | None:
    remedy = row.figures.get("remedy")
    return split_demand(remedy["demand"])[0] if remedy and remedy["demand"] else None


@dataclass(frozen=True)
class Tried:
    """A draft that was made to try a remedy, and what it brought."""

    remedy: dict
    made: Timetable
    brought: Brought


def tries_of(actor: Actor, row: Timetable) -> list[Tried]:
    """What was tried from a draft so far, the newest first; also what was put away since. The caller has checked the
    scope."""
    later = db.session.scalars(select(Timetable).where(
        Timetable.unit_id == row.unit_id, Timetable.month == row.month, Timetable.created_at > row.created_at,
        Timetable.state.in_((TimetableState.DRAFT, TimetableState.PUBLISHED, TimetableState.DISCARDED)))
        .order_by(Timetable.created_at.desc(), Timetable.id))
    return [Tried(one.figures["remedy"], one, brought) for one in later
            if one.figures.get("after") == str(row.id) and "remedy" in one.figures and "placed" in one.figures
            and (brought := what_a_remedy_brought(actor, one)) is not None]


def _missing(timetable_id: uuid.UUID) -> Counter[uuid.UUID]:
    found: Counter[uuid.UUID] = Counter()
    for child_id, missing in db.session.execute(select(UnservedNeed.child_id, UnservedNeed.missing).where(
            UnservedNeed.timetable_id == timetable_id)):
        found[child_id] += missing
    return found


def _named(counts: Counter[uuid.UUID], names: dict[uuid.UUID, str]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], sort_key(names.get(one[0], "")), str(one[0])))
    return tuple((names.get(child_id, ""), count) for child_id, count in ordered)
