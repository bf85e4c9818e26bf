"""What timetables tell of teams: they register it at setup, because nothing looks up."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.access import Actor
from app.teams.models import Leave
from app.teams.types import Stretch


@dataclass(frozen=True)
class InLeave:
    """Standing visits of a teacher on days of leave, in one published month; `url` leads to what can be done."""

    timetable_id: uuid.UUID
    count: int


@dataclass
class Hooks:
    """`coming(team, day)`: how many published visits from a day on. `with_visits(actor, teams, first, last)`: the teams
    that have visits on these days. `days_outside(child, before, after, day)`: the days of published visits from a day
    on that fitted the family's times before and no longer do. `in_leave(actor, leaves, day)`: by the id of the leave,
    its standing visits."""

    coming: Callable[[uuid.UUID, date], int] = lambda *_: 0
    with_visits: Callable[[Actor, Iterable[uuid.UUID], date, date], set[uuid.UUID]] = lambda *_: set()
    days_outside: Callable[[uuid.UUID, Sequence[Stretch], Sequence[Stretch], date], Sequence[date]] = lambda *_: ()
    in_leave: Callable[[Actor, Iterable[Leave], date], Mapping[uuid.UUID, Sequence[InLeave]]] = lambda *_: {}


hooks = Hooks()
