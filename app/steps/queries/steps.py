"""Steps as lists show them: those in sight, narrowed, each with its owner, its colour and the page that settles it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.access import Actor
from app.children.models import Child
from app.db import db
from app.db.remember import remembered
from app.errors import NotFound
from app.steps.kinds import StepKind, kinds_for
from app.steps.models import Step, StepPause, StepTick
from app.steps.queries.lines import Line, amber_untils, lines_of, rows_of
from app.steps.sight import holds, mine, seen
from app.steps.types import Colour, State, Whose

MOST_MINE = 1000
"""Own steps that are looked at for the first page; nobody has more."""
SORTS = ("due", "child", "kind", "opened")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list of steps is narrowed to."""

    state: State = State.OPEN
    kind: str = ""
    colour: Colour | None = None
    whose: Whose | None = None
    unit: uuid.UUID | None = None
    sort: str = "due"


@dataclass(frozen=True)
class MineOf:
    """The actor's own steps: the most pressing ones, and how many of each kind there are (pauses among them)."""

    lines: list[Line] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def list_mine(actor: Actor, day: date, *, limit: int) -> MineOf:
    """The actor's own open steps, the first due ones first; those that stand still are counted only. Kept until
    something changes."""
    return remembered(("steps of mine", actor, day, limit), lambda: _list_mine(actor, day, limit))


def _list_mine(actor: Actor, day: date, limit: int) -> MineOf:
    if not (kinds := kinds_for(actor)):
        return MineOf()
    statement = rows_of(actor).where(mine(actor), holds(kinds, day)).order_by(Step.due_on, Step.id).limit(MOST_MINE)
    rows = db.rows(statement).all()
    shown = [row for row in rows if row.paused_on is None][:limit]
    return MineOf(lines_of(shown, day), Counter(row.kind for row in rows))


def list_steps(actor: Actor, wanted: Wanted, day: date, *, limit: int, offset: int = 0) -> list[Line]:
    """A page of the steps in sight."""
    order = {
        "due": (Step.due_on,),
        "child": (Child.sort_key, Step.due_on),
        "kind": (Step.kind, Step.due_on),
        "opened": (Step.opened_on.desc(),),
    }[wanted.sort]
    last = (Step.ended_on.desc(),) if wanted.state == State.ENDED and wanted.sort == "due" else ()
    statement = rows_of(actor).where(*_narrowed(actor, wanted, day)).order_by(*last, *order, Step.id)
    return lines_of(db.rows(statement.limit(limit).offset(offset)).all(), day)


def count_steps(actor: Actor, wanted: Wanted, day: date) -> int:
    """How many there are; kept until something changes."""
    return remembered(
        ("steps", actor, wanted, day),
        lambda: db.count(select(func.count()).select_from(Step).where(*_narrowed(actor, wanted, day))),
    )


def get_step(actor: Actor, step_id: uuid.UUID, day: date) -> tuple[Line, list[StepPause], bool]:
    """A step in sight, its pauses, and whether the actor may pause it. Raises NotFound."""
    rows = db.rows(rows_of(actor).where(Step.id == step_id, seen(actor))).all()
    found = [line for line in lines_of(rows, day) if line.kind in kinds_for(actor)]
    if not found:
        raise NotFound
    pauses = db.session.scalars(select(StepPause).where(StepPause.step_id == step_id).order_by(StepPause.from_on)).all()
    return found[0], list(pauses), may_pause(actor, db.session.get_one(Step, step_id))


def may_pause(actor: Actor, step: Step) -> bool:
    """Its owner, and the levels above."""
    if actor.municipal or step.unit_id in actor.unit_ids:
        return True
    return step.user_id == actor.user_id if step.user_id else step.school_id in actor.school_ids


def list_ticks(*, limit: int, offset: int) -> list[StepTick]:
    """What the ticks did, the last day first: no word of a child."""
    return list(
        db.session.scalars(select(StepTick).order_by(StepTick.day.desc(), StepTick.kind).limit(limit).offset(offset))
    )


def count_ticks() -> int:
    """How many rows there are."""
    return db.count(select(func.count()).select_from(StepTick))


def _narrowed(actor: Actor, wanted: Wanted, day: date) -> list[ColumnElement[bool]]:
    kinds = [kind for kind in kinds_for(actor) if wanted.kind in ("", kind.code)]
    tests = [seen(actor), *_in_state(kinds, wanted, day)]
    if wanted.whose == Whose.MINE:
        tests.append(mine(actor))
    if wanted.whose == Whose.ESCALATED:
        tests.append(Step.escalated_to.is_not(None))
    if wanted.unit is not None:
        tests.append(Step.unit_id == wanted.unit)
    return tests


def _in_state(kinds: list[StepKind], wanted: Wanted, day: date) -> list[ColumnElement[bool]]:
    if wanted.state == State.ENDED:
        return [Step.ended_on.is_not(None), Step.kind.in_([kind.code for kind in kinds])]
    tests = [
        holds(kinds, day),
        Step.paused_on.is_not(None) if wanted.state == State.PAUSED else Step.paused_on.is_(None),
    ]
    if wanted.colour == Colour.RED:
        tests.append(Step.due_on < day)
    if wanted.colour == Colour.AMBER:
        until = amber_untils(kinds, day)
        tests += [
            Step.due_on >= day,
            or_(*(and_(Step.kind == kind.code, Step.due_on <= until[kind.code]) for kind in kinds)),
        ]
    return tests
