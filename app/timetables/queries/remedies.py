"""What a remedy has brought: the draft that was made with it against the one that it was meant to better."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.access import Actor
from app.db import db
from app.kernel.pinyin import sort_key
from app.timetables.hooks import hooks
from app.timetables.models import Timetable, TimetableOrder, UnservedNeed
from app.timetables.queries.naming import child_names
from app.timetables.queries.runs import Run, find_run
from app.timetables.rules.gathering import split_demand
from app.timetables.types import TimetableState


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


def what_a_remedy_brought(actor: Actor, row: Timetable, run: Run | None) -> Brought | None:
    """A draft that was made with a remedy, against the one before; None for any other. `run`: how it was made. The
    caller has checked the scope."""
    before = db.session.get(Timetable, run.after_id) if run and run.after_id else None
    if before is None or row.state == TimetableState.QUEUED or hooks.base_of(row.id) is not None:
        return None  # what a repair gains and loses is told against the timetable in force
    was, now = _missing(before.id), _missing(row.id)
    child = _child_of(run.remedy if run else None)
    names = child_names(actor, was.keys() | now.keys() | ({child} if child else set()))
    return Brought(
        before,
        _named(was - now, names),
        _named(now - was, names),
        "" if child is None or child in was - now else names.get(child, ""),
    )


def _child_of(remedy: Mapping | None) -> uuid.UUID | None:
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
    later = db.session.scalars(
        select(Timetable)
        .join(TimetableOrder, TimetableOrder.timetable_id == Timetable.id)
        .where(
            TimetableOrder.after_id == row.id,
            Timetable.state.in_((TimetableState.DRAFT, TimetableState.PUBLISHED, TimetableState.DISCARDED)),
        )
        .order_by(Timetable.created_at.desc(), Timetable.id)
    ).all()
    return [
        Tried(run.remedy, one, brought)
        for one in later
        if (run := find_run(one.id)) is not None
        and run.remedy is not None
        and one.figures.placed is not None
        and (brought := what_a_remedy_brought(actor, one, run)) is not None
    ]


def _missing(timetable_id: uuid.UUID) -> Counter[uuid.UUID]:
    found: Counter[uuid.UUID] = Counter()
    for child_id, missing in db.session.execute(
        select(UnservedNeed.child_id, UnservedNeed.missing).where(UnservedNeed.timetable_id == timetable_id)
    ):
        found[child_id] += missing
    return found


def _named(counts: Counter[uuid.UUID], names: dict[uuid.UUID, str]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], sort_key(names.get(one[0], "")), str(one[0])))
    return tuple((names.get(child_id, ""), count) for child_id, count in ordered)
