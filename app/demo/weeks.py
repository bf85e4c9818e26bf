"""The repeating week of the demo's teams, planned as the product would: within the teams' hours, the halves of the day
of families, the day's limits and daylight."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from app.demo.dice import Dice, Rows
from app.demo.people import DemoChild
from app.demo.places import HOURS, DemoTeam, DemoUnit
from app.kernel.sun import sunset_minutes
from app.roads.rules import travel_between
from app.roads.types import Spot
from app.routing import NO_WAY
from app.schools.queries import rule_values
from app.schools.types import RuleName

LASTS = 70
LIGHT = 20
"""A visit ends so many minutes before sunset: it may last a little longer than planned."""
AM, PM = (480, 720), (780, 1050)
FIRST = 500
"""The usual start of a day's first visit, 8:20."""
MOST = 4
"""Visits of a team on one day, where no rule says less."""


@dataclass(frozen=True)
class Limits:
    """What the rules allow a team on one day: minutes away from school, visits, minutes of travel."""

    away: int
    visits: int | None = None
    travel: int | None = None


def limits_on(unit: DemoUnit, day: date) -> Limits:
    """What a unit's rules allow a team on one day."""
    rules = rule_values(unit.id, day)
    return Limits(
        rules[RuleName.DAY_CAP_MINUTES] or 480, rules[RuleName.DAY_VISITS], rules[RuleName.DAY_TRAVEL_MINUTES]
    )


class Ways:
    """The ways between the schools and homes of a unit's teams, in minutes as the product estimates them."""

    def __init__(self, unit: DemoUnit, children: Iterable[DemoChild], month: int):
        spots = {child.id: child.spot for child in children if child.spot}
        spots |= {team.school.id: _school_spot(team) for team in unit.teams}
        self.travel = travel_between({str(key): spot for key, spot in spots.items()}, month)
        self._minutes = self.travel.minutes.tolist()
        self._at = {uuid.UUID(place): number for number, place in enumerate(self.travel.places)}
        self.spots = spots

    def minutes(self, start: uuid.UUID, end: uuid.UUID) -> int:
        """Minutes from one school or home to another; NO_WAY where the home cannot be reached in this month."""
        return self._minutes[self._at[start]][self._at[end]]

    def open(self, child: DemoChild) -> bool:
        """Whether the home can be reached in this month."""
        return self.minutes(child.taught_by.school.id, child.id) < NO_WAY


def _school_spot(team: DemoTeam) -> Spot:
    longitude, latitude = team.school.point
    return Spot(latitude=round(latitude * 1e6), longitude=round(longitude * 1e6))


@cache
def _first_sunset(term: tuple[date, date], latitude: float, longitude: float) -> int:
    """The earliest sunset of a term's weeks, in minutes of the day."""
    first, last = term
    days = [first + timedelta(days=n) for n in range(0, (last - first).days, 7)] + [last]
    return min(sunset_minutes(day, latitude, longitude) or 24 * 60 for day in days)


class Weeks:
    """Plans the repeating week of a unit's teams in a term."""

    def __init__(self, unit: DemoUnit, children: Iterable[DemoChild], term: tuple[date, date], limits: Limits):
        self._ways = Ways(unit, children, term[0].month)
        self._term, self.limits = term, limits
        self._teams = unit.teams

    def assign(self, dice: Dice, child: DemoChild) -> None:
        """Give a child the nearest team that has room for it (on both days, for two visits a week). A child for whom
        none has room belongs to the nearest team and gets no visit."""
        teams = sorted(self._teams, key=lambda team: _apart(team.school.point, child.home))
        child.team = teams[0]
        for wanted in (2, 1) if dice.often(0.25) else (1,):
            for team in teams:
                days = sorted(team.days, key=lambda day: (len(team.week[day]), -day))
                days = [day for day in days if self.starts(team, [*team.week[day], child]) is not None]
                if len(days) >= wanted:
                    child.team = team
                    for day in days[:wanted]:
                        team.week[day].append(child)
                    return

    def settle(self) -> None:
        """Note the visits of every child as (weekday, start), once all are assigned."""
        for team in self._teams:
            for day, children in ((day, some) for day, some in team.week.items() if some):
                for child, start in zip(children, self.starts(team, children) or (), strict=True):
                    child.slots = tuple(sorted((*child.slots, (day, start))))

    def alone(self, child: DemoChild) -> int | None:
        """Minutes that the child's team needs for the way and the visit, None where an empty day has room for it."""
        team = child.taught_by
        if self.starts(team, [child]) is not None:
            return None
        return LASTS + self._ways.minutes(team.school.id, child.id) + self._ways.minutes(child.id, team.school.id)

    def starts(self, team: DemoTeam, children: Sequence[DemoChild]) -> list[int] | None:
        """When a team visits these children on one day, one after the other; None where it cannot visit them all."""
        if len(children) > min(MOST, self.limits.visits or MOST):
            return None
        stops = [team.school.id, *(child.id for child in children), team.school.id]
        legs = [self._ways.minutes(a, b) for a, b in zip(stops, stops[1:], strict=False)]
        if self.limits.travel is not None and sum(legs) > self.limits.travel:
            return None
        for morning in range(len(children), -1, -1):
            starts = self._timed(legs, morning)
            if starts and all(start + LASTS <= self._dark(one) for start, one in zip(starts, children, strict=True)):
                return starts
        return None

    def _dark(self, child: DemoChild) -> int:
        """When a visit must be over, all through the term."""
        longitude, latitude = child.home
        return _first_sunset(self._term, round(latitude, 1), round(longitude, 1)) - LIGHT

    def _timed(self, legs: Sequence[int], morning: int) -> list[int] | None:
        """The starts where the first `morning` visits are given in the morning. The morning begins later where the
        team would be away too long."""
        starts = _chained(legs, morning, 0)
        away = starts[-1] + LASTS + legs[-1] - (starts[0] - legs[0])
        if morning and (late := away - self.limits.away) > 0:
            starts = _chained(legs, morning, late)
        out, back = starts[0] - legs[0], starts[-1] + LASTS + legs[-1]
        fits = (
            HOURS[0] <= out
            and back <= HOURS[1]
            and back - out <= self.limits.away
            and all(start + LASTS <= (AM if n < morning else PM)[1] for n, start in enumerate(starts))
        )
        return starts if fits else None


def _chained(legs: Sequence[int], morning: int, late: int) -> list[int]:
    """One visit after the other, the first begun `late` minutes after the earliest start."""
    starts: list[int] = []
    free = 0
    for number, leg in enumerate(legs[:-1]):
        earliest = max(FIRST, HOURS[0] + leg) + late if number == 0 and morning else free + leg
        starts.append(max(earliest, PM[0]) if number >= morning else earliest)
        free = starts[-1] + LASTS
    return starts


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres between two points, near enough at this latitude."""
    return (((a[0] - b[0]) * 96) ** 2 + ((a[1] - b[1]) * 111) ** 2) ** 0.5


def add_family_times(dice: Dice, rows: Rows, child: DemoChild) -> None:
    """When the family can receive a visit: four in five half-days, and those of its visits."""
    needed: Collection[tuple[int, bool]] = {(day, start < AM[1]) for day, start in child.slots}
    for weekday in range(5):
        for morning, (start, end) in ((True, AM), (False, PM)):
            if (weekday, morning) in needed or dice.often(0.8):
                rows.add("family_times", id=dice.id(), child_id=child.id, weekday=weekday, start=start, end=end)
