"""Reading an OpenStreetMap extract (.osm.pbf, .osm, .osm.bz2 …) with osmium."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from app.kernel.problems import N_, S_, Problem, Refused
from app.routing.roads import kinds
from app.routing.roads.network import Box, Network, Source, Ways, as_ways, build, within

SUFFIXES = (".osm", ".pbf", ".osm.bz2", ".osm.gz", ".o5m")


def read_extract(path: Path, boxes: Mapping[str, Box]) -> dict[str, Network]:
    """Read the roads of each box from an extract, all in one pass over the file. A box without any road is left out.

    Memory: about 20 bytes for each node of the file and 30 for each point of a road in the boxes. Raises Refused with a
    sentence that says what to do: no such file, no OpenStreetMap file, a broken one, one without roads in any box.
    """
    if not path.is_file():
        _refuse("roads_no_file", N_("There is no file %(name)s."), name=path.name)
    if not path.name.lower().endswith(SUFFIXES):
        _refuse(
            "roads_no_osm",
            N_("%(name)s is no OpenStreetMap file. Give a file that ends in .osm.pbf or .osm."),
            name=path.name,
        )
    if not path.stat().st_size:
        _refuse("roads_empty", N_("The file %(name)s is empty. Fetch the extract again."), name=path.name)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    ways, day, seen = _ways(path, boxes)
    if not seen:
        _refuse(
            "roads_none",
            S_(
                "roads_none.file",
                "There is no road in %(name)s. Give an extract that holds roads, not only boundaries or places.",
            ),
            name=path.name,
        )
    source = Source(path.name, day, digest)
    found = {name: build(ways, box, source) for name, box in boxes.items() if within(ways, box).any()}
    if not found:
        _refuse(
            "roads_elsewhere",
            N_(
                "The %(count)s roads in %(name)s lie elsewhere: none near a school or home here. "
                "Give the extract of this region."
            ),
            name=path.name,
            count=seen,
        )
    return found


def _refuse(code: str, message: str, **values: object) -> NoReturn:
    raise Refused(Problem(code, message, values))


def _ways(path: Path, boxes: Mapping[str, Box]) -> tuple[Ways, str, int]:
    """The ways that reach into any box, the day of the data, and how many ways to travel the file holds."""
    import osmium

    limits = [(b.west * 1e7, b.south * 1e7, b.east * 1e7, b.north * 1e7) for b in boxes.values()]
    rows, refs, xs, ys, seen, newest = [], array("q"), array("i"), array("i"), 0, ""
    try:
        reader = (
            osmium.FileProcessor(str(path))
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway", "route"))
        )
        day = reader.header.get("osmosis_replication_timestamp")[:10]
        for way in reader:
            if not isinstance(way, osmium.osm.Way):
                continue
            tags = dict(way.tags)
            kind = kinds.kind_of(tags)
            if kind is None:
                continue
            seen += 1
            newest = max(newest, way.timestamp.date().isoformat())
            points = [(n.ref, n.location.x, n.location.y) for n in way.nodes if n.location.valid()]
            if len(points) < 2 or not _reaches(points, limits):
                continue
            for ref, x, y in points:
                refs.append(ref)
                xs.append(x)
                ys.append(y)
            rows.append(
                (
                    len(points),
                    kind,
                    kinds.direction_of(tags),
                    kinds.barred_of(tags),
                    kinds.limit_of(tags),
                    kinds.ferry_seconds(tags),
                )
            )
    except (RuntimeError, ValueError, OSError) as why:
        _refuse(
            "roads_unreadable",
            N_("%(name)s cannot be read as an OpenStreetMap file (%(why)s). Fetch the extract again."),
            name=path.name,
            why=str(why)[:200],
        )
    return as_ways(rows, refs, xs, ys), day or newest.replace("1970-01-01", ""), seen


def _reaches(points: Sequence[tuple[int, int, int]], limits: Sequence[tuple[float, float, float, float]]) -> bool:
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    south, north = min(p[2] for p in points), max(p[2] for p in points)
    return any(east >= w and west <= e and north >= s and south <= n for w, s, e, n in limits)
