"""Reading entered legs, villages, and minutes measured on roads."""

from __future__ import annotations

import uuid
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import select

from app.access import Actor
from app.db import db, vault
from app.errors import NotFound
from app.kernel.order import counted
from app.roads.models import RoadService, RoadTable, TravelLeg, Village, VillagePlace
from app.roads.queries.places import Place, list_places, town_names
from app.roads.rules import travel_between
from app.roads.types import LegHalf, LegInput, LegSource, RoadInput, Spot
from app.teams.queries.who_may_plan import may_plan

HALVES = tuple(LegHalf)


def leg_inputs(unit_id: uuid.UUID, ends: Collection[str]) -> tuple[LegInput, ...]:
    """The entered legs of a unit of which both ends are wanted, in a fixed order."""
    rows = db.session.scalars(
        select(TravelLeg).where(TravelLeg.unit_id == unit_id).order_by(TravelLeg.start, TravelLeg.end, TravelLeg.half)
    )
    return tuple(as_input(row) for row in rows if row.start in ends and row.end in ends)


def as_input(row: TravelLeg) -> LegInput:
    """An entered leg as rules and engine know it."""
    return LegInput(
        start=row.start,
        end=row.end,
        minutes=row.minutes,
        both=row.both,
        closed=tuple(sorted(row.closed_months)),
        slow=tuple(sorted(row.slow_months)),
        percent=row.percent,
        half=row.half,
    )


def place_row(place_id: str, spot: Spot) -> list:
    """What a measured place is known by: another point on the map or another means of travel is another place.

    Where it lies is kept as a keyed hash, which answers "is it still there?" and tells nobody where a child lives.
    """
    return [place_id, vault().blind("place", f"{place_id}|{spot.latitude}|{spot.longitude}|{spot.mode}").hex()]


def packed(minutes: np.ndarray) -> bytes:
    """A table of minutes as it is kept."""
    return zlib.compress(np.minimum(minutes, 32_000).astype("<i2").tobytes())


def road_input(unit_id: uuid.UUID, spots: Mapping[str, Spot]) -> RoadInput | None:
    """What is known by road of these places (by id in the engine), in their order; None when nothing is."""
    row = find_roads(unit_id)
    if row is None:
        return None
    at = {tuple(place): i for i, place in enumerate(row.places)}
    there = [(name, at[key]) for name, spot in spots.items() if (key := tuple(place_row(name, spot))) in at]
    if not there:
        return None
    n, own = len(row.places), [i for _name, i in there]
    table = np.frombuffer(zlib.decompress(row.minutes), dtype="<i2").reshape(n, n)[np.ix_(own, own)]
    return RoadInput(
        tuple(name for name, _i in there), tuple(map(tuple, table.tolist())), tuple(row.walk[i] for i in own)
    )


def find_roads(unit_id: uuid.UUID) -> RoadTable | None:
    """A unit's minutes by road, None before they were measured."""
    return db.session.scalar(select(RoadTable).where(RoadTable.unit_id == unit_id))


def list_roads() -> dict[uuid.UUID, RoadTable]:
    """The same of every unit."""
    return {row.unit_id: row for row in db.session.scalars(select(RoadTable))}


def unmeasured(places: Sequence[Place], row: RoadTable | None) -> int:
    """How many places are new or moved since the roads were measured."""
    known = {tuple(place) for place in row.places} if row else set()
    return sum(tuple(place_row(one.id, one.spot)) not in known for one in places)


def find_service() -> RoadService | None:
    """The road server that is asked now."""
    row = db.session.scalar(select(RoadService).order_by(RoadService.set_at.desc(), RoadService.id.desc()).limit(1))
    return row if row is not None and row.address else None


# --- for pages ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VillageView:
    """A village with the names of its places."""

    id: uuid.UUID
    key: str
    name: str
    revision: int
    places: tuple[str, ...]


def list_villages(unit_id: uuid.UUID, places: Sequence[Place]) -> list[VillageView]:
    """The villages of a unit by name; of their places those that are given."""
    names, inside = {place.key: place.name for place in places}, defaultdict(list)
    for row in db.session.scalars(
        select(VillagePlace).join(Village, Village.id == VillagePlace.village_id).where(Village.unit_id == unit_id)
    ):
        key = f"home:{row.child_id}" if row.child_id else f"school:{row.school_id}"
        if key in names:
            inside[row.village_id].append(names[key])
    rows = sorted(
        db.session.scalars(select(Village).where(Village.unit_id == unit_id)),
        key=lambda row: (counted(row.name), str(row.id)),
    )
    return [
        VillageView(v.id, f"village:{v.id}", v.name, v.revision, tuple(sorted(inside[v.id], key=counted))) for v in rows
    ]


def get_village(actor: Actor, village_id: uuid.UUID) -> Village:
    """A village of a unit whose timetables the actor makes. Raises NotFound."""
    row = db.session.get(Village, village_id)
    if row is None or not may_plan(actor, row.unit_id):
        raise NotFound
    return row


def village_members(village_id: uuid.UUID) -> list[str]:
    """The homes and schools of a village as ends of legs."""
    rows = db.session.scalars(select(VillagePlace).where(VillagePlace.village_id == village_id))
    return sorted(f"home:{row.child_id}" if row.child_id else f"school:{row.school_id}" for row in rows)


def get_leg(actor: Actor, leg_id: uuid.UUID) -> TravelLeg:
    """A leg of a unit whose timetables the actor makes. Raises NotFound."""
    row = db.session.get(TravelLeg, leg_id)
    if row is None or not may_plan(actor, row.unit_id):
        raise NotFound
    return row


@dataclass(frozen=True)
class District:
    """What the pages of ways need of a unit: its places, villages and the names of everything a leg can end at."""

    unit_id: uuid.UUID
    places: list[Place]
    villages: list[VillageView]
    names: dict[str, str]

    def place(self, key: str) -> Place | None:
        """The school or home of this name."""
        return next((one for one in self.places if one.key == key), None)


def ways_of_district(actor: Actor, unit_id: uuid.UUID, day: date) -> District:
    """Read them for a unit whose timetables the actor makes. Raises NotFound."""
    if not may_plan(actor, unit_id):
        raise NotFound
    places = list_places(actor, unit_id)
    villages = list_villages(unit_id, places)
    names = {place.key: place.name for place in places}
    names |= {one.key: one.name for one in villages} | town_names(places, day)
    return District(unit_id, places, villages, names)


@dataclass(frozen=True, kw_only=True)
class LegView:
    """An entered leg with the names of its ends; `otherwise` what would count without it (None for villages)."""

    id: uuid.UUID
    start: str
    end: str
    half: LegHalf
    minutes: int | None
    both: bool
    closed: tuple[int, ...]
    slow: tuple[int, ...]
    percent: int
    note: str
    by: str
    at: datetime
    otherwise: tuple[int, LegSource] | None


def list_legs(district: District, month: int) -> list[LegView]:
    """The entered legs of a unit by the names of their ends; those of children no longer in sight are left out."""
    rows = db.session.scalars(select(TravelLeg).where(TravelLeg.unit_id == district.unit_id))
    ((_half, plain, sources),), at = _tables(district, month, ()), _indices(district)
    found = []
    for row in rows:
        if row.start not in district.names or row.end not in district.names:
            continue
        a, b = at.get(row.start), at.get(row.end)
        otherwise = None if a is None or b is None else (int(plain[a, b]), sources(a, b))
        one = as_input(row)
        found.append(
            LegView(
                id=row.id,
                start=district.names[row.start],
                end=district.names[row.end],
                half=row.half,
                minutes=row.minutes,
                both=row.both,
                closed=one.closed,
                slow=one.slow,
                percent=row.percent,
                note=row.note or "",
                by=row.entered_by_name,
                at=row.entered_at,
                otherwise=otherwise,
            )
        )
    return sorted(found, key=lambda leg: (leg.start, leg.end, HALVES.index(leg.half), str(leg.id)))


@dataclass(frozen=True, kw_only=True)
class Way:
    """The minutes from one place to another and back as a timetable of the month would take them, for the whole day
    or for one half of it."""

    key: str
    name: str
    is_home: bool
    half: LegHalf
    there: int
    there_source: LegSource
    back: int
    back_source: LegSource


def list_ways(district: District, start: str, month: int) -> list[Way]:
    """The ways from a place to every other one, the shortest first; one that is another in the afternoon stands there
    for each half of the day."""
    tables, own = _tables(district, month, leg_inputs(district.unit_id, district.names)), _indices(district)[start]
    found = []
    for i, one in enumerate(district.places):
        ways = [
            Way(
                key=one.key,
                name=one.name,
                is_home=one.is_home,
                half=half,
                there=int(minutes[own, i]),
                there_source=source(own, i),
                back=int(minutes[i, own]),
                back_source=source(i, own),
            )
            for half, minutes, source in tables
            if i != own
        ]
        if len({replace(way, half=LegHalf.DAY) for way in ways}) == 1:
            ways = [replace(ways[0], half=LegHalf.DAY)]
        found += [(min(way.there for way in ways), way) for way in ways]
    return [way for _least, way in sorted(found, key=lambda x: (x[0], x[1].name, x[1].key, HALVES.index(x[1].half)))]


def _indices(district: District) -> dict[str, int]:
    return {one.key: i for i, one in enumerate(district.places)}


Table = tuple[LegHalf, np.ndarray, Callable[[int, int], LegSource]]  # minutes, where those of a pair come from


def _tables(district: District, month: int, legs: Iterable[LegInput]) -> list[Table]:
    """[(half of the day, minutes, source of a pair)] in a month: one of the whole day, or those of both halves."""
    spots = {one.id: one.spot for one in district.places}
    entered = travel_between(spots, month, legs, None)
    table = travel_between(spots, month, legs, road_input(district.unit_id, spots))
    afternoon = table.afternoon
    if afternoon is None:
        return [(LegHalf.DAY, table.minutes, _source(table.estimated, entered.estimated))]
    later = entered.estimated if entered.afternoon is None else entered.afternoon_estimated
    return [
        (LegHalf.MORNING, table.minutes, _source(table.estimated, entered.estimated)),
        (LegHalf.AFTERNOON, afternoon, _source(table.afternoon_estimated, later)),
    ]


def _source(estimated: np.ndarray | None, not_entered: np.ndarray | None) -> Callable[[int, int], LegSource]:
    assert estimated is not None and not_entered is not None  # who asks has looked

    def of_pair(i: int, j: int) -> LegSource:
        if estimated[i, j]:
            return LegSource.ESTIMATE
        return LegSource.ROADS if not_entered[i, j] else LegSource.ENTERED

    return of_pair
