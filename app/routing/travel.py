"""Minutes between places from coordinates, entered minutes of single legs, and ways closed in some months.

An estimate is the great-circle distance times a detour factor at the speed of the means of travel, and a few minutes to
park or wait. Defaults are for hills with winding roads; an administrator enters what people measured.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.routing.problem import NO_WAY, Travel

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
    """A place on the map, degrees of latitude and longitude (one datum for all places), and how it is reached."""

    id: str
    latitude: float
    longitude: float
    mode: str = "car"


@dataclass(frozen=True)
class Leg:
    """Entered minutes from `start` to `end`. `both`: the way back too. `closed`: months 1-12 in which it cannot be
    used; `minutes` None with closed months only takes the estimate in the other months."""

    start: str
    end: str
    minutes: int | None = None
    both: bool = True
    closed: frozenset[int] = field(default_factory=frozenset)


def distance_km(a, b):
    """Great-circle distance of two points in km (haversine)."""
    la, lb = math.radians(a.latitude), math.radians(b.latitude)
    dlat, dlon = lb - la, math.radians(b.longitude - a.longitude)
    h = math.sin(dlat / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(dlon / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def estimate_minutes(a, b, modes=MODES):
    """Whole minutes of a leg, rounded up, by the slower means of its two ends; 0 between equal coordinates."""
    km = distance_km(a, b)
    if km == 0:
        return 0
    return max(math.ceil(round(km * m.detour / m.kmh * 60 + m.extra, 6)) for m in (modes[a.mode], modes[b.mode]))


def travel_table(points: Sequence[Point], legs: Iterable[Leg] = (), month: int | None = None, modes=MODES) -> Travel:
    """Return the `Travel` between `points` for a month 1-12 (None: nothing is closed).

    Entered legs override estimates; a leg closed in the month takes `NO_WAY` minutes. Raises KeyError for a leg or a
    mode that names something unknown, ValueError for a coordinate that is no number or for negative minutes.
    """
    for p in points:
        if not (math.isfinite(p.latitude) and math.isfinite(p.longitude) and abs(p.latitude) <= 90):
            raise ValueError(f"place {p.id}: coordinates {p.latitude}, {p.longitude} are not on the earth")
    n, at = len(points), {p.id: i for i, p in enumerate(points)}
    minutes = np.array([[estimate_minutes(a, b, modes) for b in points] for a in points], dtype=int).reshape(n, n)
    estimated = ~np.eye(n, dtype=bool)
    for leg in legs:
        if leg.minutes is not None and leg.minutes < 0:
            raise ValueError(f"leg {leg.start} to {leg.end}: {leg.minutes} minutes")
        ways = [(at[leg.start], at[leg.end]), (at[leg.end], at[leg.start])][: 1 + leg.both]
        for i, j in ways:
            shut = month in leg.closed
            if shut or leg.minutes is not None:
                minutes[i, j], estimated[i, j] = (NO_WAY if shut else leg.minutes), False
    return Travel(tuple(p.id for p in points), minutes, estimated)


def is_estimate(travel: Travel, start: str, end: str) -> bool:
    """True where the minutes from place `start` to place `end` are an estimate."""
    at = {p: i for i, p in enumerate(travel.places)}
    return travel.estimated is not None and bool(travel.estimated[at[start], at[end]])
