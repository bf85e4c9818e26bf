"""Places and the ways between them, plain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


class RoadServiceKind(StrEnum):
    """Programs that answer with minutes by road."""

    OSRM = "osrm"
    VALHALLA = "valhalla"


class LegSource(StrEnum):
    """Where the minutes between two places come from; the first that knows them counts."""

    ENTERED = "entered"
    ROADS = "roads"
    ESTIMATE = "estimate"


class LegHalf(StrEnum):
    """When entered minutes hold: on trips of the whole day, or of one half (by the begin of the team's hours)."""

    DAY = "day"
    MORNING = "morning"
    AFTERNOON = "afternoon"


describe(RoadServiceKind, osrm=N_("OSRM"), valhalla=N_("Valhalla"))


describe(LegSource, entered=N_("entered"), roads=N_("by road"), estimate=N_("estimate"))


describe(LegHalf, day=N_("the whole day"), morning=N_("in the morning only"), afternoon=N_("in the afternoon only"))


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place on the map in millionths of a degree (whole numbers, so that inputs can be hashed). `groups`: its town
    and villages as ends of legs ("town:500243100"), the widest first."""

    latitude: int
    longitude: int
    mode: str = "car"
    walk_minutes: int = 0
    closed_months: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LegInput:
    """Entered minutes between two ends ("school:ID", "home:CHILD", "village:ID", "town:CODE"); None leaves the minutes
    as they are. `closed` months, and `slow` months in which the leg takes `percent` of its minutes. `half` of the day
    in which it holds; there it counts before one of the same pair for the whole day."""

    start: str
    end: str
    minutes: int | None = None
    both: bool = True
    closed: tuple[int, ...] = ()
    slow: tuple[int, ...] = ()
    percent: int = 100
    half: LegHalf = LegHalf.DAY


@dataclass(frozen=True)
class RoadInput:
    """Minutes measured on roads between places (a school's or a child's id), -1 = not known, and each place's minutes
    on foot to its road."""

    places: tuple[str, ...]
    minutes: tuple[tuple[int, ...], ...]
    walk: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LegFacts:
    """What somebody enters of a leg; see `LegInput`."""

    start: str
    end: str
    minutes: int | None
    both: bool = True
    closed: tuple[int, ...] = ()
    slow: tuple[int, ...] = ()
    percent: int = 100
    note: str = ""
    half: LegHalf = LegHalf.DAY
