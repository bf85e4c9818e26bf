"""The figures of a timetable, as they are kept with it: one dataclass, one reader, one writer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from app.teams.types import TeamLack
from app.timetables.types import LeftOut, TeamLoad


@dataclass(frozen=True)
class LeftOutChild:
    """A child with a service at home that could not be planned at all."""

    child: uuid.UUID
    why: LeftOut


@dataclass(frozen=True)
class IdleTeam:
    """A team that could not be planned at all, by the name that it had then."""

    team: uuid.UUID
    name: str
    why: TeamLack


@dataclass(frozen=True)
class LostPin:
    """A pinned visit that the run could not keep: its child, its day, its beginning in minutes of the day."""

    child: uuid.UUID
    day: date
    start: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a plan reached. None: not counted, since nothing was made yet or an earlier version did not keep it.

    `asked`, `placed`, `unserved`: visits; `travel`: minutes of all teams; `team_days`: days on which a
    team is out; `spread`: the busiest team's load in per cent of the average. `loads` in the order of the teams' ids.
    `wishes`: families whose wishes are met, families with wishes. `bent`, `bound`: rules bent a little and what was
    proven of the plan, as the engine's problems are stored. `failures`: parts of the work that ended in an error.
    `whole`: counted over the month although the timetable begins within it.
    """

    asked: int | None = None
    placed: int | None = None
    unserved: int | None = None
    travel: int | None = None
    team_days: int | None = None
    children: int | None = None
    teams: int | None = None
    spread: int | None = None
    iterations: int | None = None
    stopped: bool = False
    loads: tuple[TeamLoad, ...] | None = None
    left_out: tuple[LeftOutChild, ...] = ()
    idle_teams: tuple[IdleTeam, ...] = ()
    not_skills: tuple[str, ...] = ()
    wishes: tuple[int, int] | None = None
    bent: tuple[Mapping[str, Any], ...] = ()
    lost_pins: tuple[LostPin, ...] = ()
    bound: tuple[Mapping[str, Any], ...] = ()
    failures: tuple[str, ...] = ()
    whole: bool = False

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Figures:
        """Figures as they were kept, by this version or an earlier one; what is no figure is left aside."""
        found = {one.name: kept[one.name] for one in fields(cls) if kept.get(one.name) is not None}
        for name, read in _PARTS.items():
            if name in found:
                found[name] = tuple(read(one) for one in found[name])
        return cls(**found)

    def kept(self) -> dict[str, Any]:
        """The plain values to keep; `read` gives them back."""
        return {name: _plain(value) for name, value in asdict(self).items() if value is not None}


_PARTS: dict[str, Callable[[Any], object]] = {  # from JSON
    "loads": lambda one: TeamLoad(**one),
    "left_out": lambda one: LeftOutChild(uuid.UUID(one["child"]), LeftOut(one["why"])),
    "idle_teams": lambda one: IdleTeam(uuid.UUID(one["team"]), one["name"], TeamLack(one["why"])),
    "lost_pins": lambda one: LostPin(uuid.UUID(one["child"]), date.fromisoformat(one["day"]), one["start"]),
    "not_skills": str,
    "wishes": int,
    "bent": dict,
    "bound": dict,
    "failures": str,
}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
