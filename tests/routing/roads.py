"""Small extracts, written with osmium: places on a plane where a step east or north is a kilometre."""

from __future__ import annotations

import math

import osmium

KM = 1 / 111.1949
LAT, LON = 29.0, 108.0
EAST = KM / math.cos(math.radians(LAT))


def at(east: float, north: float) -> tuple[float, float]:
    """(latitude, longitude) of a place so many kilometres east and north of the corner."""
    return LAT + north * KM, LON + east * EAST


def write(path, ways, *, day: str = "2026-11-01T21:00:00Z", header: bool = True):
    """Write an extract: `ways` are (points in km, tags); equal points are one node. Returns the path."""
    head = osmium.io.Header()
    if header:
        head.set("osmosis_replication_timestamp", day)
    nodes = {point: number for number, point in enumerate(dict.fromkeys(p for points, _ in ways for p in points), 1)}
    with osmium.SimpleWriter(str(path), header=head, overwrite=True) as writer:
        for (east, north), number in nodes.items():
            place = at(east, north)[::-1]
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place, version=1, timestamp=day))
        for number, (points, tags) in enumerate(ways, 1):
            writer.add_way(
                osmium.osm.mutable.Way(id=number, nodes=[nodes[p] for p in points], tags=tags, version=1, timestamp=day)
            )
    return path
