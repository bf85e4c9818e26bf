"""What a repair hands out."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.routing.change import Change
from app.routing.problem import Plan, Problem, Visit
from app.routing.telling import Reason, Relaxation


@dataclass(frozen=True)
class Call:
    """Somebody to be phoned. `kind`: "family" or "teacher"; `who`: id of the child (`Child.person`) or of the teacher;
    `name`: for people, the child's or teacher's name, where it is known; `changes` what changes for them, by date;
    `lines` the same in sentences, one a change (code MOVED, RETIMED, OTHER_TEAM, CANCELLED or NEW)."""

    kind: str
    who: str
    name: str
    changes: tuple[Change, ...]
    lines: tuple[Reason, ...] = ()

    @property
    def date(self) -> datetime.date:
        """The first date that changes for them: whoever is concerned first is phoned first."""
        return min(v.date for c in self.changes for v in (c.before, c.after) if v is not None)


@dataclass(frozen=True)
class Variant:
    """One way to repair. `name`: "fewest_changes", "least_travel" or "no_substitute"; `also`: names of the variants
    that came out the same and are not listed again. `changes` = `diff(old plan, plan)`. `calls` by date. `touched`:
    children (ids of persons) whose visits were not hit by the events but moved. `travel_before`, `travel_after`:
    minutes in the horizon. `relaxations`: rules bent by this repair (those of the old plan stand in `plan`)."""

    name: str
    plan: Plan
    changes: tuple[Change, ...]
    calls: tuple[Call, ...] = ()
    travel_before: int = 0
    travel_after: int = 0
    touched: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repair:
    """The `problem` after the events (with the stand-in teams that were formed), the visits `hit` by them, and the
    variants, fewest changes first. `stuck`: fixed visits that the events make impossible; they stay, a person
    decides."""

    problem: Problem
    variants: tuple[Variant, ...]
    hit: tuple[Visit, ...] = ()
    stuck: tuple[Visit, ...] = ()
