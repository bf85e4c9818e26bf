"""Villages and entered minutes of a school that moves or closes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import and_, delete, exists, select, update

from app.db import db
from app.roads.models import TravelLeg, Village, VillagePlace
from app.schools.models import School

SAME_PLACE = 0.0005
"""Degrees, about 50 m: two schools as near as this stand in the same grounds."""


def move_ways(
    school_id: uuid.UUID, children: Iterable[uuid.UUID], before: uuid.UUID, after: uuid.UUID
) -> dict[str, int]:
    """The school and its pupils belong to another unit: minutes entered between two of them go along; the places that
    they had in villages of the unit before end."""
    legs, places, villages = TravelLeg.__table__, VillagePlace.__table__, Village.__table__
    moved = list(children)
    ends = [f"school:{school_id}", *(f"home:{child}" for child in moved)]
    other = legs.alias()
    there = exists(
        select(other.c.id).where(
            other.c.unit_id == after,
            other.c.start == legs.c.start,
            other.c.end == legs.c.end,
            other.c.half == legs.c.half,
        )
    )
    count = db.touched(
        update(legs)
        .where(legs.c.unit_id == before, legs.c.start.in_(ends), legs.c.end.in_(ends), ~there)
        .values(unit_id=after)
    )
    own = select(villages.c.id).where(villages.c.unit_id == before)
    gone = db.touched(
        delete(places).where(
            places.c.village_id.in_(own), (places.c.school_id == school_id) | places.c.child_id.in_(moved)
        )
    )
    return {"ways": count, "places": gone}


def hand_ways(school: School, target: School) -> dict[str, int]:
    """A school is closed: where the other stands in the same grounds (the same school under a new code), its place in
    a village and its entered minutes are the other's now. Else its place ends, and the minutes lead to no school any
    more: the other lies elsewhere."""
    legs, places = TravelLeg.__table__, VillagePlace.__table__
    ways = moved = 0
    if target.unit_id == school.unit_id and same_place(school, target):
        old, new = f"school:{school.id}", f"school:{target.id}"
        for row in db.session.execute(
            select(legs.c.id, legs.c.start, legs.c.end, legs.c.half, legs.c.unit_id, legs.c.both).where(
                (legs.c.start == old) | (legs.c.end == old)
            )
        ).all():
            ends = [new if end == old else end for end in (row.start, row.end)]
            start, end = sorted(ends) if row.both else ends
            taken = db.session.scalar(
                select(legs.c.id).where(
                    legs.c.unit_id == row.unit_id, legs.c.start == start, legs.c.end == end, legs.c.half == row.half
                )
            )
            if taken is None and start != end:
                db.session.execute(
                    update(legs).where(legs.c.id == row.id).values(start=start, end=end, revision=legs.c.revision + 1)
                )
                ways += 1
        other = places.alias()
        there = exists(
            select(other.c.id).where(and_(other.c.village_id == places.c.village_id, other.c.school_id == target.id))
        )
        moved = db.touched(update(places).where(places.c.school_id == school.id, ~there).values(school_id=target.id))
    gone = db.touched(delete(places).where(places.c.school_id == school.id))
    return {"ways": ways, "places": moved, "places_ended": gone}


def same_place(one: School, other: School) -> bool:
    """True when both schools are on the map, at the same spot."""
    pairs = ((one.longitude, other.longitude), (one.latitude, other.latitude))
    return all(a is not None and b is not None and abs(a - b) < SAME_PLACE for a, b in pairs)
