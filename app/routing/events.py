"""What can happen to a published plan. Dates are inclusive; clock times are minutes of the day."""

from dataclasses import dataclass
from datetime import date

from app.routing.problem import Child, Travel


@dataclass(frozen=True)
class TeacherAway:
    """A teacher is on leave from `first` to `last`, each day from `start` to `end`. All teams of the teacher stay in;
    pairs go out in another composition where that helps."""

    teacher: str
    first: date
    last: date
    start: int = 0
    end: int = 1440


@dataclass(frozen=True)
class FamilyCancels:
    """A family cannot receive the visit of a demand on a date. Overrides a fixed visit."""

    demand: str
    date: date


@dataclass(frozen=True)
class PlaceClosed:
    """Nobody gets to or from a place (a home, a village, a school) from `first` to `last`."""

    place: str
    first: date
    last: date


@dataclass(frozen=True)
class LegClosed:
    """The way between two places cannot be driven, in either direction, from `first` to `last`."""

    start: str
    end: str
    first: date
    last: date


@dataclass(frozen=True)
class ChildAdded:
    """A new demand. `travel`: the table with its home, where the problem's own does not have it."""

    child: Child
    travel: Travel | None = None


@dataclass(frozen=True)
class ChildLost:
    """A demand has ended: no visit from `since` on, and nothing is owed. Overrides fixed visits."""

    demand: str
    since: date


@dataclass(frozen=True)
class DayClosed:
    """No visits on a date (a holiday moved, snow)."""

    date: date


Event = TeacherAway | FamilyCancels | PlaceClosed | LegClosed | ChildAdded | ChildLost | DayClosed
