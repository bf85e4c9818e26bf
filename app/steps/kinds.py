"""The kinds of steps: each slice that knows of a deadline registers its own at setup.

A kind's `ought(day)` is a statement made with `asked`: every subject that asks for a step on that day, by the dated
facts, so that a day that was missed can be made up for. The same statement says whether an open step still holds.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Uuid, cast, literal, null, select
from sqlalchemy.orm import InstrumentedAttribute

from app.access import Actor
from app.access.pages import NEEDS
from app.kernel.calendars import WorkingCalendar
from app.kernel.clock import LOCAL
from app.kernel.dates import add_days
from app.steps.rules import due_day
from app.steps.types import Clock, Ended, Ought
from app.web.urls import url_for

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, kw_only=True)
class StepKind:
    """A kind of step.

    `words` (N_) is what has to be done; `endpoint` the page that settles it, which takes the subject's id by the name
    `takes` (the child's, where that is "child_id"), and its part by the name `part_as`. The clock runs `days` from the
    day of the fact, or from `after` days later; without `days` the fact names the due day itself and the step opens
    `ahead` days before it. `amber`, `reminds`: days before the due day; `escalates`: days after it, one for each level.
    `unsettled`: what a step is called that the tick finds asked for no more. `about(part)` says a part in words.
    `reckons(day)` writes down what the statement needs and no fact says, before the tick of a day asks it, in its
    transaction.
    """

    code: str
    words: str
    subject: str
    endpoint: str
    takes: str
    clock: Clock
    amber: int
    ought: Callable[[date], Select]
    days: int | None = None
    ahead: int = 0
    reminds: tuple[int, ...] = ()
    escalates: tuple[int, ...] = ()
    pausable: bool = False
    unsettled: Ended = Ended.DONE
    after: int = 0
    part_as: str = ""
    reckons: Callable[[date], None] | None = None
    about: Callable[[str], str] = lambda _part: ""

    def url(self, subject_id: uuid.UUID, child_id: uuid.UUID | None, part: str = "") -> str:
        """The page that settles it."""
        values: dict[str, Any] = {self.takes: child_id if self.takes == "child_id" else subject_id}
        return url_for(self.endpoint, **values, **({self.part_as: part} if self.part_as else {}))

    def understood(self, row: Any, calendar: WorkingCalendar) -> Ought:
        """A row of `ought`, with its days."""
        began = row.from_on.astimezone(LOCAL).date() if isinstance(row.from_on, datetime) else row.from_on
        began, due = add_days(began, self.after), row.due_on
        if due is None:
            assert self.days is not None
            due = due_day(self.clock, began, self.days, calendar)
        since = began if self.days is not None else max(began, add_days(due, -self.ahead))
        return Ought(
            subject_id=row.subject_id,
            part=row.part,
            child_id=row.child_id,
            unit_id=row.unit_id,
            school_id=row.school_id,
            user_id=row.user_id,
            since=since,
            due_on=due,
        )


def asked(
    *,
    subject_id: Column,
    unit_id: Column,
    from_on: Column,
    due_on: Column | None = None,
    part: Column | str = "",
    child_id: Column | None = None,
    school_id: Column | None = None,
    user_id: Column | None = None,
) -> Select:
    """The columns of a kind's statement. `from_on`: the first day of the fact, or its moment."""
    return select(
        subject_id.label("subject_id"),
        (literal(part) if isinstance(part, str) else part).label("part"),
        _or_none(child_id, Uuid).label("child_id"),
        unit_id.label("unit_id"),
        _or_none(school_id, Uuid).label("school_id"),
        _or_none(user_id, Uuid).label("user_id"),
        from_on.label("from_on"),
        _or_none(due_on, Date).label("due_on"),
    )


def _or_none(column: Column | None, kind: type) -> Column:
    return cast(null(), kind) if column is None else column


_kinds: dict[str, StepKind] = {}


def registers_step(kind: StepKind) -> None:
    """Let a kind of step be kept; the kinds stand in the order of the slices."""
    _kinds[kind.code] = kind


def step_kinds() -> tuple[StepKind, ...]:
    """All kinds."""
    return tuple(_kinds.values())


def kind_of(code: str) -> StepKind | None:
    """The kind of a code; None for one that nobody registers any more."""
    return _kinds.get(code)


def kinds_for(actor: Actor) -> tuple[StepKind, ...]:
    """The kinds whose page the actor may open."""
    return tuple(kind for kind in _kinds.values() if actor.may(NEEDS[kind.endpoint]))
