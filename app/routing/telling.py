"""What the engine says to people: reasons, remedies, relaxations, shortages. A message is an English sentence with
named places for its values, marked for translation; `say` fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.kernel.problems import N_, S_, Problem, from_stored, to_stored

WORDS = frozenset({"weekday"})
"""Names of values that are words themselves and are translated too."""
WEEKDAYS = (
    S_("weekday.monday", "Monday"),
    S_("weekday.tuesday", "Tuesday"),
    S_("weekday.wednesday", "Wednesday"),
    S_("weekday.thursday", "Thursday"),
    S_("weekday.friday", "Friday"),
    S_("weekday.saturday", "Saturday"),
    S_("weekday.sunday", "Sunday"),
)


def say(message: str, values: Mapping[str, object], translate: Callable[[str], str] = N_) -> str:
    """Return the message translated by `translate` (English text -> text) with its values filled in."""
    filled = {
        name: value.text(translate) if isinstance(value, Problem) else translate(str(value)) if name in WORDS else value
        for name, value in values.items()
    }
    return str(translate(message)) % filled


def say_stored(kept: Mapping[str, Any], translate: Callable[[str], str] = N_) -> str:
    """Return what a row keeps of a sentence (see `stored`) in the words of today."""
    told = from_stored(kept)
    return say(told.message, told.values, translate)


@dataclass(frozen=True)
class Reason:
    """Why visits are missing. `code` one of NO_SKILL, NO_PATTERN, NO_COMMON_TIME, TOO_FAR, FORBIDDEN, LOCKED, CAPACITY,
    HOLIDAY; `message` an English sentence with named places for `values`, ready for translation."""

    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.message, self.values)


@dataclass(frozen=True)
class Remedy:
    """One thing that would help `demand`, tried out. `cost`: minutes of somebody's working time a week, remedies are
    compared by it. `values` hold words for the sentence and, for a program, who, where and when:

    - ADD_WINDOW: `day` 0-6 (or `on`, an ISO date, for that date only), `start`, `end` of the family's new time;
    - SHORTEN_GAP: `gap` days, the new least distance;
    - SUBSTITUTE: `main_id`, `team_id` of the usual and the second team; `on` where it is one date only;
    - ALLOW_TEAM: `team_id`, a forbidden team; UNLOCK: `team_id`, the team the visits were fixed to;
    - RAISE_CAP: `team_id`, `cap` the new minutes a day;
    - MORE_HOURS: `team_id`, `day` (or `on`), `start`, `end` of the hours that are added;
    - ADD_SKILL: `team_id`, `skills` (separated by commas) that it lacks; ADD_ADULT: `team_id`, `size` adults;
    - NEW_TEAM: `team_id` of a team that is not there yet, `school` (a place; `place` is its name), `skills`, `size`,
      `days` as "0:500-640,3:500-640" (weekday, leaving and coming back) and `minutes` a week in all.

    Clock times are minutes of the day. All carry `child` and, where a team is concerned, `team`, names for people.
    """

    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    cost: int = 0
    demand: str = ""

    def __str__(self) -> str:
        return say(self.message, self.values)


@dataclass(frozen=True)
class Unserved:
    """`missing` visits of a demand in the horizon, and why; `remedies` that would serve it, cheapest first."""

    demand: str
    child: str
    missing: int
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """What a unit lacks, summed up: `minutes` a week, travel included, of a teacher who has all of `skills` and goes
    out from `school` (a place), for the demands `demands`. `message` names hours, skills and children."""

    skills: tuple[str, ...]
    school: str
    minutes: int
    demands: tuple[str, ...]
    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.message, self.values)


@dataclass(frozen=True)
class Explanation:
    """Why a plan leaves visits out: `unserved` by demand id, and `shortages` for the coordinator, the greatest
    first."""

    unserved: Mapping[str, Unserved] = field(default_factory=dict)
    shortages: tuple[Shortage, ...] = ()


@dataclass(frozen=True)
class Relaxation:
    """A rule the plan bent on a date, reported: `code` GAP (one day less between two visits) or SUBSTITUTE (other
    team)."""

    code: str
    demand: str
    date: date
    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.message, self.values)


def stored(one: Reason | Remedy | Shortage | Relaxation) -> dict[str, Any]:
    """What rows keep of it: its code, the sentence's code as `said`, and plain values, a word among them by its code
    too."""
    values = {name: Problem("weekday", str(value)) if name in WORDS else value for name, value in one.values.items()}
    return to_stored(Problem("SHORTAGE" if isinstance(one, Shortage) else one.code, one.message, values))
