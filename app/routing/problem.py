"""The language of the engine: frozen data classes. Minutes are ints, clock times are minutes of the day, ids are
strings."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from app.routing.telling import Relaxation, Shortage, Unserved

NO_WAY = 100_000
"""Minutes of a leg that cannot be driven (a road closed in that month): longer than any day."""

NOON = 720
"""A shift that starts at this minute of the day or later belongs to the afternoon."""


@dataclass(frozen=True, order=True)
class HalfDay:
    """A stretch of a day, `start` <= t <= `end`, in minutes of the day: 510-720 is 8:30 to 12:00."""

    start: int
    end: int


@dataclass(frozen=True)
class Break:
    """A team that is out over noon rests `minutes` on end between minute `start` and minute `end` of the day: before it
    leaves, on the way to a visit or back, or when it is back. On the way it does not count under `Team.cap_day`."""

    minutes: int
    start: int
    end: int


@dataclass(frozen=True)
class Day:
    """One date of the horizon.

    `acts_as`: the weekday (0 = Monday ... 6) whose times and visits it takes; an adjusted workday acts as another
    weekday; None = closed, no visits. `kind`: a word for people ("teaching", "holiday", "makeup" ...), without meaning
    to the engine.
    """

    date: date
    acts_as: int | None
    kind: str = "teaching"

    @property
    def adjusted(self) -> bool:
        """True where the day stands in for another weekday."""
        return self.acts_as is not None and self.acts_as != self.date.weekday()


@dataclass(frozen=True, kw_only=True)
class Team:
    """One or more teachers who travel together.

    `shifts`: when they can be away from `school` (a place of the matrix), by weekday 0-6, a date overriding its
    weekday, an empty tuple meaning not at all. Each shift is one trip: out after its start and back before its end.
    `cap_day`: minutes away from school a day, trips added up. `target_load`: minutes (visits and travel) a week that
    are a fair share; 0 = in proportion to the hours offered. `max_visits` and `max_travel` (minutes) a day, None = no
    limit. `one_trip`: at most one of a day's shifts is used. `member_skills`: what each teacher alone has, where that
    is known; pairs are formed anew by it when one of two is away. `member_names`: teachers' names for people.
    """

    id: str
    school: str
    teachers: tuple[str, ...]
    skills: frozenset[str]
    shifts: Mapping[int | date, tuple[HalfDay, ...]]
    cap_day: int = 480
    target_load: int = 0
    area: str | None = None
    name: str = ""
    max_visits: int | None = None
    max_travel: int | None = None
    one_trip: bool = False
    member_skills: Mapping[str, frozenset[str]] = field(default_factory=dict)
    member_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Quota:
    """What a demand asks for from `first` to `last`, both included: its visits in one week or other period, or in what
    is left of one."""

    first: date
    last: date
    visits: int


@dataclass(frozen=True, kw_only=True)
class Child:
    """One demand: one home-delivered service of a child. A child with two services is two of these with the same
    `child`.

    `id`: the demand's own id; `child`: the child it belongs to ("" = the id itself). `visits` of `minutes` minutes in
    every `per` weeks (1, 2 or 4), any two at least `min_gap` days apart (1 = on different days). `total`: visits in the
    whole horizon (a month's number, say 4), None = as the weeks give. `quotas`: the same by periods, where one is cut;
    only make-ups go beyond them. `windows`: when the family is free, by weekday or date like a team's shifts.
    `priority`: weight of a missing visit, 1 or more. `home_team`: the team the child is used to; another costs
    `Weights.change_team`. `team_size`: adults needed. `shares_day`: a visit of the child's other service may fall on
    the same day (both must say so; the engine then uses the same team). `substitute`: a second team that may come too,
    named by a person or a remedy. `disliked`: minutes of travel that a team costs more, by its id, where it does not
    meet what the family wishes; None = no wish.
    """

    id: str
    place: str
    needs: frozenset[str]
    minutes: int
    visits: int
    per: int = 1
    min_gap: int = 1
    windows: Mapping[int | date, tuple[HalfDay, ...]] = field(default_factory=dict)
    priority: int = 1
    home_team: str | None = None
    forbidden_teams: frozenset[str] = frozenset()
    team_size: int = 1
    child: str = ""
    name: str = ""
    total: int | None = None
    shares_day: bool = False
    substitute: str | None = None
    disliked: Mapping[str, int] | None = field(default=None, metadata={"later": True})
    quotas: tuple[Quota, ...] | None = field(default=None, metadata={"later": True})

    @property
    def person(self) -> str:
        """Id of the child whose demand this is."""
        return self.child or self.id


@dataclass(frozen=True, eq=False)
class Travel:
    """Minutes between places: `minutes[i][j]` from `places[i]` to `places[j]`, shape (n, n), may be asymmetric.

    `estimated`: same shape, True where the minutes are an estimate from coordinates; None = all entered or measured.
    `afternoon`: same shape, the minutes of trips of the afternoon (`in_afternoon`) where a market day, a ferry or fog
    makes them other ones; None = the same all day. `afternoon_estimated`: as `estimated`, for `afternoon`.
    """

    places: tuple[str, ...]
    minutes: np.ndarray
    estimated: np.ndarray | None = None
    afternoon: np.ndarray | None = field(default=None, metadata={"later": True})
    afternoon_estimated: np.ndarray | None = field(default=None, metadata={"later": True})

    def of_shift(self, start: int) -> np.ndarray:
        """The minutes that hold for the trip of a shift that starts at minute `start` of the day."""
        return self.afternoon if self.afternoon is not None and in_afternoon(start) else self.minutes

    def estimates_of_shift(self, start: int) -> np.ndarray | None:
        """`estimated` for the trip of a shift that starts at minute `start` of the day."""
        return self.afternoon_estimated if self.afternoon is not None and in_afternoon(start) else self.estimated


@dataclass(frozen=True)
class ClosedLeg:
    """The way from place `start` to place `end` cannot be driven from date `first` to `last`, both included."""

    start: str
    end: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What things cost, in minutes of travel. `unserved`: a missing visit, times the demand's priority. `partial`: a
    demand that gets some of its visits only. `change_team`, `change_day`: a departure from `previous` (or `home_team`).
    `fairness`: hundredths of load^2 / fair share per team. `travel`: a minute of travel."""

    unserved: int = 10_000
    partial: int = 0
    change_team: int = 60
    change_day: int = 40
    fairness: int = 2
    travel: int = 1


@dataclass(frozen=True)
class Lock:
    """A wish that is an order. With `date`, `team` and `start`: this visit stands exactly there (past or confirmed).
    With `team` only: every visit of the demand by that team. `start` in minutes of the day."""

    demand: str
    team: str
    date: date | None = None
    start: int | None = None


@dataclass(frozen=True)
class Visit:
    """A visit on a date: `start`-`end` at the home, `travel_in` minutes of the leg before it. `origin`: "template",
    "makeup" (for one lost to a closed day), "manual" (moved by hand), "locked". `demand` is a `Child.id`, `child` its
    person."""

    demand: str
    child: str
    date: date
    team: str
    start: int
    end: int
    travel_in: int = 0
    locked: bool = False
    origin: str = "template"


@dataclass(frozen=True)
class TemplateVisit:
    """A visit of the repeating plan: `week` 0.. of the template, `weekday` 0-6."""

    demand: str
    team: str
    week: int
    weekday: int
    start: int


@dataclass(frozen=True, order=True)
class Score:
    """Compared in this order, less is better: missing visits times priority, visits by another than the main team,
    travel minutes in the horizon, and unfairness (sum of load^2 / fair share over the teams)."""

    unserved: int = 0
    broken_continuity: int = 0
    travel: int = 0
    unfairness: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the engine hands out. `template` is the repeating plan that `visits` roll out; `relaxations` the rules bent;
    `bound` a proven least value of the score's travel where known; `shortages` what is lacking in sum; `iterations` and
    `seed` replay the run; `failures` what had to be left out because it ended in an error ("join", "explain" ...): the
    plan itself has passed the checker all the same."""

    visits: tuple[Visit, ...]
    unserved: tuple[Unserved, ...] = ()
    score: Score = Score()
    bound: float | None = None
    iterations: int = 0
    seed: int = 0
    input_hash: str = ""
    template: tuple[TemplateVisit, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    failures: tuple[str, ...] | None = field(default=None, metadata={"later": True})


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything a run needs. `days` in order of date, without a hole between first and last day that matters.

    `previous`: the plan before; departing from it costs the weights of change. `repeats`: the template goes on after
    its last week, so gaps count over the wrap-around too. `substitutes`: a make-up may be given by another team,
    reported. `closed_legs`: ways that are closed on some dates only; the repeating plan does not know them.
    `noon_break`: the rest that every team has on every visiting day, None = no such rule.
    """

    days: tuple[Day, ...]
    teams: tuple[Team, ...]
    children: tuple[Child, ...]
    travel: Travel
    weights: Weights = Weights()
    locks: tuple[Lock, ...] = ()
    previous: Plan | None = None
    seed: int = 0
    repeats: bool = True
    substitutes: bool = False
    name: str = ""
    closed_legs: tuple[ClosedLeg, ...] = ()
    noon_break: Break | None = field(default=None, metadata={"later": True})


@dataclass(frozen=True)
class Progress:
    """Told during a run: seconds since its start, iterations done, missing visits of a template and its cost so far."""

    elapsed: float
    iterations: int
    unserved: int
    cost: int


def half_days(times: Mapping[int | date, Sequence[HalfDay]], day: Day) -> tuple[HalfDay, ...]:
    """The stretches of a weekly mapping that hold on a `Day`: those of the date, else of the weekday it acts as."""
    if day.acts_as is None:
        return ()
    found = times.get(day.date)
    return tuple(times.get(day.acts_as, ()) if found is None else found)


def in_afternoon(start: int) -> bool:
    """True where a shift that starts at minute `start` of the day belongs to the afternoon. The legs of its trip are
    then those of the afternoon, as a whole; a shift over the whole day belongs to the morning."""
    return start >= NOON


def monday(day: date) -> date:
    """The Monday of the date's week."""
    return day - timedelta(days=day.weekday())


def asked_by_period(problem: Problem, child: Child) -> tuple[Quota, ...]:
    """What a demand must get, period by period: its `quotas`, its `total` in the whole horizon, else `visits` in every
    full block of `per` weeks and the share, rounded down, of a block that the horizon cuts. Blocks count from the
    Monday of the first day."""
    if child.quotas is not None:
        return child.quotas
    if child.total is not None:
        return (Quota(problem.days[0].date, problem.days[-1].date, child.total),)
    first, long = monday(problem.days[0].date), timedelta(days=7 * child.per)
    return tuple(
        Quota(first + block * long, first + (block + 1) * long - timedelta(days=1), min(child.visits, share))
        for block, n, usual in _blocks(problem.days, child.per)
        for share in (child.visits * n // usual,)
    )


def asked_visits(problem: Problem, child: Child) -> int:
    """Visits a demand must get in the horizon, those of all periods (`asked_by_period`)."""
    return sum(one.visits for one in asked_by_period(problem, child))


def missing_visits(problem: Problem, child: Child, visits: Iterable[Visit]) -> int:
    """How many of the visits asked for are missing among the demand's own, counted period by period. One that goes
    beyond what its period asks stands for one missing in another only where it was put there for that: as a make-up or
    by a person."""
    own, missing, spare = list(visits), 0, 0
    for one in asked_by_period(problem, child):
        inside = [v for v in own if one.first <= v.date <= one.last]
        missing += max(0, one.visits - len(inside))
        spare += min(max(0, len(inside) - one.visits), sum(v.origin != "template" for v in inside))
    return max(0, missing - spare)


def by_demand(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    """The visits of each demand, none of one that has none."""
    found: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.demand].append(visit)
    return found


@lru_cache(maxsize=128)
def _blocks(days: tuple[Day, ...], per: int) -> tuple[tuple[int, int, int], ...]:
    """[(number of the block, its school days, usual number of them)] of each block of `per` weeks, days that were
    closed counted too."""
    weekdays = {d.acts_as for d in days if d.acts_as is not None}
    if not weekdays:
        return ()
    first = monday(days[0].date)
    seen: dict[int, int] = {}
    for day in days:
        if day.date.weekday() in weekdays and not (day.adjusted and day.date.weekday() > 4):
            block = (day.date - first).days // (7 * per)
            seen[block] = seen.get(block, 0) + 1
    usual = len(weekdays & set(range(5)) or weekdays) * per
    return tuple((block, n, usual) for block, n in seen.items())


def most_visits(problem: Problem, child: Child) -> int:
    """The most visits a demand may get in the horizon: what its `quotas` or its `total` say, else `visits` for every
    block of weeks it touches."""
    if child.quotas is not None or child.total is not None:
        return asked_visits(problem, child)
    first = monday(problem.days[0].date)
    return child.visits * len({(d.date - first).days // (7 * child.per) for d in problem.days})


def input_hash(problem: Problem) -> str:
    """SHA-256 of the problem in a canonical text: equal inputs have equal hashes on every machine."""
    return hashlib.sha256(_canonical(problem).encode()).hexdigest()


def _canonical(value: object | None) -> str:
    if isinstance(value, np.ndarray):
        return f"array{value.shape}{value.tolist()}"
    if is_dataclass(value):
        told = ((f, getattr(value, f.name)) for f in fields(value))
        # a field that came later is left out where it says nothing: the hash of an older problem stays what it was
        kept = ((f, x) for f, x in told if x is not None or not f.metadata.get("later"))
        return type(value).__name__ + "".join(f"|{f.name}={_canonical(x)}" for f, x in kept)
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_canonical(k)}:{_canonical(v)}" for k, v in value.items())) + "}"
    if isinstance(value, frozenset | set):
        return "{" + ",".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return repr(value)
