"""Minutes between places: entered ones before those measured on roads, those before estimates from coordinates.

An estimate is the great-circle distance times a detour factor at the speed of the means of travel, and a few minutes to
park or wait. Defaults are for hills with winding roads; people who know the way enter what they measured, for a pair of
places or for two villages (groups of places). Ways may be closed in some months and slower in others, and what is
entered may hold in one half of the day only (a market day, a ferry, fog in the evening).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from app.routing.problem import NO_WAY, Problem, Travel, Visit

EARTH_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True)
class Mode:
    """A means of travel: km/h, detour factor over the straight line, minutes added to every leg."""

    kmh: float
    detour: float
    extra: int


MODES = {
    "walk": Mode(4.0, 1.4, 0),
    "motorbike": Mode(28.0, 1.6, 2),
    "car": Mode(25.0, 1.6, 2),
    "bus": Mode(18.0, 1.7, 15),
    "ferry": Mode(12.0, 1.2, 20),
}


@dataclass(frozen=True)
class Point:
    """A place on the map, degrees of latitude and longitude (one datum for all places), and how it is reached.

    `groups`: names of the wider places it lies in, the widest first (town, village): a leg may name one of them.
    `walk`: minutes on foot between the place and its road; they come on top of everything but minutes entered for the
    place itself, which are from door to door.
    """

    id: str
    latitude: float
    longitude: float
    mode: str = "car"
    groups: tuple[str, ...] = ()
    walk: int = 0


@dataclass(frozen=True, kw_only=True)
class Leg:
    """Entered minutes from `start` to `end`, each a place or a group of places.

    `minutes` None leaves the minutes as they are (a leg that only says when it is closed or slow). `both`: the way back
    too. `closed`: months 1-12 in which it cannot be used. `slow`: months in which it takes `percent` of its minutes.
    `afternoon`: None = it holds the whole day, False = on trips of the morning only, True = of the afternoon only.
    Where two legs speak of one pair the narrower wins: home before village before town; of two alike one for half of
    the day, then the later one.
    """

    start: str
    end: str
    minutes: int | None = None
    both: bool = True
    closed: frozenset[int] = field(default_factory=frozenset)
    slow: frozenset[int] = field(default_factory=frozenset)
    percent: int = 100
    afternoon: bool | None = None


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance of two points in km (haversine)."""
    la, lb = math.radians(a.latitude), math.radians(b.latitude)
    dlat, dlon = lb - la, math.radians(b.longitude - a.longitude)
    h = math.sin(dlat / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(dlon / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def estimate_minutes(a: Point, b: Point, modes: Mapping[str, Mode] = MODES) -> int:
    """Whole minutes of a leg, rounded up, by the slower means of its two ends; 0 between equal coordinates."""
    km = distance_km(a, b)
    if km == 0:
        return 0
    return max(math.ceil(round(km * m.detour / m.kmh * 60 + m.extra, 6)) for m in (modes[a.mode], modes[b.mode]))


def travel_table(
    points: Sequence[Point],
    legs: Iterable[Leg] = (),
    month: int | None = None,
    modes: Mapping[str, Mode] = MODES,
    known: np.ndarray | None = None,
) -> Travel:
    """Return the `Travel` between `points` for a month 1-12 (None: nothing is closed or slow).

    Entered legs override `known` minutes (shape (n, n), measured on roads, negative where not known), those override
    estimates. A leg closed in the month takes `NO_WAY` minutes. The table has an afternoon of its own only where a leg
    makes it differ. Raises KeyError for a leg or a mode that names
    something unknown, ValueError for a coordinate that is no number, for negative minutes or a percentage under 1.
    """
    for p in points:
        if not (math.isfinite(p.latitude) and math.isfinite(p.longitude) and abs(p.latitude) <= 90):
            raise ValueError(f"place {p.id}: coordinates {p.latitude}, {p.longitude} are not on the earth")
    minutes, estimated = _estimates(points, modes), ~np.eye(len(points), dtype=bool)
    if known is not None:
        measured = (known >= 0) & estimated
        minutes[measured], estimated[measured] = known[measured], False
    walk = np.array([p.walk for p in points], dtype=int)
    apart = minutes > 0  # brothers and sisters, or the school next door, are not walked between
    minutes[apart] += (walk[:, None] + walk)[apart]
    members, rank = _groups(points)
    legs = sorted(legs, key=lambda leg: (rank[leg.start] + rank[leg.end], leg.afternoon is not None))
    late = None
    if any(leg.afternoon is not None for leg in legs):
        late = minutes.copy(), estimated.copy()
        _enter_all((leg for leg in legs if leg.afternoon is not False), month, (members, walk, apart), *late)
    _enter_all((leg for leg in legs if not leg.afternoon), month, (members, walk, apart), minutes, estimated)
    if late is None or all((a == b).all() for a, b in zip(late, (minutes, estimated), strict=True)):
        return Travel(tuple(p.id for p in points), minutes, estimated)
    return Travel(tuple(p.id for p in points), minutes, estimated, *late)


def _estimates(points: Sequence[Point], modes: Mapping[str, Mode]) -> np.ndarray:
    """`estimate_minutes` of all pairs at once, shape (n, n)."""
    n = len(points)
    lat, lon = (np.radians([getattr(p, name) for p in points]).reshape(n) for name in ("latitude", "longitude"))
    half_lat, half_lon = (lat[:, None] - lat) / 2, (lon[:, None] - lon) / 2
    h = np.sin(half_lat) ** 2 + np.cos(lat)[:, None] * np.cos(lat) * np.sin(half_lon) ** 2
    km = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    means = [modes[p.mode] for p in points]
    pace = np.array([[60 * m.detour / m.kmh, m.extra] for m in means]).reshape(n, 2)
    own = km * pace[:, :1] + pace[:, 1:]
    minutes = np.ceil(np.round(np.maximum(own, own.T), 6)).astype(int)
    return np.where(km == 0, 0, minutes)


def _groups(points: Sequence[Point]) -> tuple[dict[str, tuple[list[int], bool]], dict[str, int]]:
    """What every name that a leg may use stands for (indices of places, whether it is a group), and how narrow it is
    (a place: 100)."""
    members: dict[str, tuple[list[int], bool]] = {}
    rank: dict[str, int] = {}
    for i, p in enumerate(points):
        for depth, name in enumerate(p.groups, 1):
            members.setdefault(name, ([], True))[0].append(i)
            rank[name] = max(depth, rank.get(name, 0))
    for i, p in enumerate(points):
        members[p.id], rank[p.id] = ([i], False), 100
    return members, rank


Places = tuple[Mapping[str, tuple[list[int], bool]], np.ndarray, np.ndarray]
"""What the names of legs stand for (see `_groups`), minutes on foot by place, pairs that are apart."""


def _enter_all(
    legs: Iterable[Leg], month: int | None, places: Places, minutes: np.ndarray, estimated: np.ndarray
) -> None:
    for leg in legs:
        _enter(leg, month, places, minutes, estimated)


def _enter(leg: Leg, month: int | None, places: Places, minutes: np.ndarray, estimated: np.ndarray) -> None:
    """Write a leg over what the table says."""
    members, walk, apart = places
    if (leg.minutes is not None and leg.minutes < 0) or leg.percent < 1:
        raise ValueError(f"leg {leg.start} to {leg.end}: {leg.minutes} minutes, {leg.percent} %")
    there = np.zeros(minutes.shape, dtype=bool)
    there[np.ix_(members[leg.start][0], members[leg.end][0])] = True
    there &= ~np.eye(len(minutes), dtype=bool)
    wide = [members[name][1] for name in (leg.start, leg.end)]
    if any(wide):
        there &= apart
    whole = (leg.minutes or 0) + walk[:, None] * wide[0] + walk * wide[1]
    pairs = there | there.T if leg.both else there
    if leg.minutes is not None:
        minutes[pairs], estimated[pairs] = np.where(there, whole, whole.T)[pairs], False
    if month in leg.slow:
        pairs_open = pairs & (minutes < NO_WAY)
        minutes[pairs_open] = -(-minutes[pairs_open] * leg.percent // 100)
    if month in leg.closed:
        minutes[pairs], estimated[pairs] = NO_WAY, False


def is_estimate(travel: Travel, start: str, end: str) -> bool:
    """True where the minutes from place `start` to place `end` are an estimate (in the morning, where the halves of the
    day differ)."""
    at = {p: i for i, p in enumerate(travel.places)}
    return travel.estimated is not None and bool(travel.estimated[at[start], at[end]])


def legs_of(problem: Problem, visits: Iterable[Visit]) -> Iterator[tuple[Visit, int, int, int]]:
    """Each visit, by date, team and start, with the indices of the places between which the leg before it lies, and
    the start of the shift it belongs to: a team begins every shift at its school. Visits outside the team's hours are
    a trip of their own that begins with the first of them."""
    place = {p: i for i, p in enumerate(problem.travel.places)}
    home = {c.id: place[c.place] for c in problem.children}
    teams, days = {t.id: t for t in problem.teams}, {d.date: d for d in problem.days}
    at, before, out = -1, None, 0
    for v in sorted(visits, key=lambda v: (v.date, v.team, v.start, v.demand)):
        team = teams[v.team]
        weekday = days[v.date].acts_as if v.date in days else None
        usual = () if weekday is None else team.shifts.get(weekday, ())
        shifts = sorted(team.shifts.get(v.date, usual)) if v.date in days else []
        shift = next((h for h in shifts if h.start <= v.start < h.end), None)
        trip = (v.date, v.team, shift)
        if trip != before:
            at, before, out = place[team.school], trip, v.start if shift is None else shift.start
        start, at = at, home[v.demand]
        yield v, start, at, out


def estimated_visits(problem: Problem, visits: Iterable[Visit]) -> frozenset[tuple[str, date, int]]:
    """(demand, date, start) of the visits whose leg before them is an estimate."""
    guesses = ((v, a, b, problem.travel.estimates_of_shift(out)) for v, a, b, out in legs_of(problem, visits))
    return frozenset((v.demand, v.date, v.start) for v, a, b, guess in guesses if guess is not None and guess[a, b])
