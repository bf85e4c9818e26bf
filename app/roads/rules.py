"""Minutes of travel for a timetable, and what an entered leg must say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from app.kernel.problems import N_, Problem
from app.roads.types import LegFacts, LegHalf, LegInput, RoadInput, Spot
from app.routing import NO_WAY, Travel
from app.routing.travel import Leg, Point, travel_table

STEP = 5
"""Travel is rounded up to so many minutes, so that a timetable reads 9:10, not 9:08."""
LONGEST_LEG = 600
SLOWEST = 500
MONTHS = range(1, 13)


def travel_between(
    spots: Mapping[str, Spot], month: int, legs: Iterable[LegInput] = (), roads: RoadInput | None = None
) -> Travel:
    """Minutes between places in a month: entered ones, else by road, else estimates, with the way on foot.

    `spots` by the ids of schools and children. Rounded up to STEP minutes, `NO_WAY` where a home has no way. There are
    minutes for the afternoon where an entered leg makes them other ones.
    """
    walk, known = dict.fromkeys(spots, 0), None
    if roads is not None:
        walk.update((name, minutes) for name, minutes in zip(roads.places, roads.walk, strict=True) if name in walk)
        known = _known(list(spots), roads)
    points = [
        Point(name, s.latitude / 1e6, s.longitude / 1e6, s.mode, s.groups, max(s.walk_minutes, walk[name]))
        for name, s in spots.items()
    ]
    table = travel_table(points, _legs(spots, legs), month, known=known)
    shut = [i for i, s in enumerate(spots.values()) if month in s.closed_months]
    later = None if table.afternoon is None else _stepped(table.afternoon, shut)
    return replace(table, minutes=_stepped(table.minutes, shut), afternoon=later)


def meeting(travel: Travel, names: Iterable[str]) -> Travel:
    """The table with a place more for each team that meets at the home: the ids of its schools with "+" between them.
    From there it takes as long as from the farthest of them."""
    for name in dict.fromkeys(names):
        at = [travel.places.index(one) for one in name.split("+")]
        travel = replace(
            travel,
            places=(*travel.places, name),
            minutes=_grown(travel.minutes, at),
            **{
                field: _grown(table, at)
                for field in ("estimated", "afternoon", "afternoon_estimated")
                if (table := getattr(travel, field)) is not None
            },
        )
    return travel


def _grown(table: np.ndarray, at: list[int]) -> np.ndarray:
    """A table with one row and column more: the greatest of those at the numbers `at`."""
    out, back = table[at].max(axis=0), table[:, at].max(axis=1)
    return np.block([[table, back[:, None]], [out[None, :], np.zeros((1, 1), table.dtype)]]).astype(table.dtype)


def _stepped(minutes: np.ndarray, shut: Collection[int]) -> np.ndarray:
    """Minutes rounded up to STEP, those from and to the `shut` places `NO_WAY`."""
    minutes = -(-minutes // STEP) * STEP
    closed = np.array(list(shut), dtype=int)
    minutes[closed, :] = minutes[:, closed] = NO_WAY
    np.fill_diagonal(minutes, 0)
    return minutes


def _known(names: list[str], roads: RoadInput) -> np.ndarray:
    """The minutes by road between the named places, -1 where not known."""
    at = {name: i for i, name in enumerate(roads.places)}
    known = np.full((len(names), len(names)), -1, dtype=int)
    there = [i for i, name in enumerate(names) if name in at]
    own = [at[names[i]] for i in there]
    if there:
        known[np.ix_(there, there)] = np.array(roads.minutes, dtype=int)[np.ix_(own, own)]
    return known


_AFTERNOON = {LegHalf.DAY: None, LegHalf.MORNING: False, LegHalf.AFTERNOON: True}


def _legs(spots: Mapping[str, Spot], legs: Iterable[LegInput]) -> list[Leg]:
    """The entered legs whose ends are among the places, as the engine names them."""
    ends = {group: group for spot in spots.values() for group in spot.groups}
    ends |= {f"{kind}:{name}": name for name in spots for kind in ("school", "home")}
    return [
        Leg(
            start=ends[leg.start],
            end=ends[leg.end],
            minutes=leg.minutes,
            both=leg.both,
            closed=frozenset(leg.closed),
            slow=frozenset(leg.slow),
            percent=leg.percent,
            afternoon=_AFTERNOON[leg.half],
        )
        for leg in legs
        if leg.start in ends and leg.end in ends
    ]


def leg_ends(facts: LegFacts) -> tuple[str, str]:
    """The ends in the order in which they are kept: a leg for both ways starts at the end that sorts first."""
    return (facts.end, facts.start) if facts.both and facts.end < facts.start else (facts.start, facts.end)


def clashes(facts: LegFacts, other: LegInput) -> bool:
    """True when two entries speak of the same way of the same pair at the same time of the day: one for the whole day
    and others for its halves stand side by side."""
    if {facts.start, facts.end} != {other.start, other.end} or facts.half != other.half:
        return False
    return facts.both or other.both or facts.start == other.start


def leg_problems(facts: LegFacts, known: Collection[str]) -> list[Problem]:
    """What is wrong with a leg; `known` are the ends that the district has. Problems name their form field."""
    unknown = Problem("leg_end_unknown", N_("Choose a school, a home, a village or a town of this district."))
    found = [unknown.on(name) for name in ("start", "end") if getattr(facts, name) not in known]
    single = facts.start.split(":")[0] in {"school", "home"}
    if not found and facts.start == facts.end and single:
        found.append(Problem("leg_nowhere", N_("From and to are the same place. Choose another one."), field="end"))
    if facts.minutes is not None and not 0 < facts.minutes <= LONGEST_LEG:
        found.append(
            Problem(
                "leg_minutes",
                N_("Enter a number of minutes from 1 to %(most)s."),
                {"most": LONGEST_LEG},
                field="minutes",
            )
        )
    if not {*facts.closed, *facts.slow} <= set(MONTHS):
        found.append(Problem("leg_months", N_("Choose months from 1 to 12."), field="closed"))
    if facts.slow and not 100 < facts.percent <= SLOWEST:
        found.append(
            Problem(
                "leg_percent",
                N_("Say how much longer it takes: from 101 to %(most)s per cent of the usual minutes."),
                {"most": SLOWEST},
                field="percent",
            )
        )
    if set(facts.closed) & set(facts.slow):
        found.append(Problem("leg_closed_and_slow", N_("A month is either closed or slower, not both."), field="slow"))
    if facts.minutes is None and not facts.closed and not facts.slow:
        found.append(
            Problem(
                "leg_says_nothing",
                N_("Enter the minutes, or the months in which the way is closed or slower."),
                field="minutes",
            )
        )
    return found
