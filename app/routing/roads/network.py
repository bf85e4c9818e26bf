"""A district's roads as arrays: junctions, pieces of road between them, and points along the pieces to snap to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.routing.roads.kinds import FERRY, KINDS

DEGREE_M = 111_194.9  # metres of a degree of latitude, mean radius
SPACING_M = 100
"""Long straight pieces get points to snap to so often."""
CRUMB = 5
"""A part of fewer junctions that nothing joins to the rest is left out (a car park drawn alone)."""


@dataclass(frozen=True)
class Box:
    """A rectangle in degrees."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Source:
    """Where a network comes from: the extract's name, the day of its data (ISO, "" = not told), its SHA-256."""

    name: str
    day: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Ways as read: the points of all, one after the other (`refs` of nodes, `x`, `y` in 1e-7 degrees), where each
    way's begin (`starts`, one more than ways), and per way kind, direction, who is barred, limit, ferry seconds."""

    refs: np.ndarray
    x: np.ndarray
    y: np.ndarray
    starts: np.ndarray
    kind: np.ndarray
    direction: np.ndarray
    barred: np.ndarray
    limit: np.ndarray
    fixed: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class Network:
    """Pieces of road between `junctions` junctions.

    Per piece: `tail`, `head` (junctions), `metres`, `kind`, `direction`, `barred`, `limit` (km/h), `fixed` (seconds of
    a ferry). Per point to snap to: `point_x`, `point_y` (1e-7 degrees), `point_piece`, `point_at` (metres from the
    tail).
    """

    source: Source
    junctions: int
    tail: np.ndarray
    head: np.ndarray
    metres: np.ndarray
    kind: np.ndarray
    direction: np.ndarray
    barred: np.ndarray
    limit: np.ndarray
    fixed: np.ndarray
    point_x: np.ndarray
    point_y: np.ndarray
    point_piece: np.ndarray
    point_at: np.ndarray

    @property
    def kilometres(self) -> int:
        """Length of all pieces."""
        return round(float(self.metres.sum()) / 1000)


def box_around(places: Iterable[tuple[float, float]], margin_km: float = 10) -> Box | None:
    """The box of places (latitude, longitude) with a margin; None without places."""
    places = list(places)
    if not places:
        return None
    lats, lons = [lat for lat, _ in places], [lon for _, lon in places]
    dlat = margin_km * 1000 / DEGREE_M
    dlon = dlat / max(0.1, math.cos(math.radians(max(map(abs, lats)))))
    return Box(min(lats) - dlat, min(lons) - dlon, max(lats) + dlat, max(lons) + dlon)


def within(ways: Ways, box: Box) -> np.ndarray:
    """Which ways reach into a box (by their own boxes), as booleans."""
    if not len(ways.kind):
        return np.zeros(0, dtype=bool)
    at = ways.starts[:-1]
    west, east = np.minimum.reduceat(ways.x, at), np.maximum.reduceat(ways.x, at)
    south, north = np.minimum.reduceat(ways.y, at), np.maximum.reduceat(ways.y, at)
    return (east >= box.west * 1e7) & (west <= box.east * 1e7) & (north >= box.south * 1e7) & (south <= box.north * 1e7)


def build(ways: Ways, box: Box, source: Source) -> Network:
    """Cut the ways of a box at their junctions and leave the shape between them behind as points to snap to."""
    take = within(ways, box)
    way_of = np.repeat(np.arange(len(take)), np.diff(ways.starts))[np.repeat(take, np.diff(ways.starts))]
    mask = np.repeat(take, np.diff(ways.starts))
    x, y = ways.x[mask].astype(float), ways.y[mask].astype(float)
    _, node, uses = np.unique(ways.refs[mask], return_inverse=True, return_counts=True)
    last = np.append(way_of[1:] != way_of[:-1], True)[: len(way_of)]
    first = np.roll(last, 1)
    ferry = ways.kind[way_of] == KINDS[FERRY]
    cut = first | last | ((uses[node] > 1) & ~ferry)
    run = np.concatenate([[0.0], np.cumsum(np.where(last[:-1], 0, _metres(x, y)))]) if len(x) else np.zeros(0)
    cuts = np.flatnonzero(cut)
    begin, end = cuts[:-1], cuts[1:]
    same = ~last[begin]
    begin, end = begin[same], end[same]
    way = way_of[begin]
    points = _points(begin, end, x, y, run, ~ferry[begin])
    return _tidy(source, node[begin], node[end], run[end] - run[begin], way, ways, points)


Points = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Points along the pieces: x, y, piece, metres from its tail."""


def _metres(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Lengths between neighbouring points."""
    middle = np.radians((y[:-1] + y[1:]) / 2e7)
    metres: np.ndarray = np.hypot(np.diff(x) * np.cos(middle), np.diff(y)) * DEGREE_M / 1e7
    return metres


def _points(
    begin: np.ndarray, end: np.ndarray, x: np.ndarray, y: np.ndarray, run: np.ndarray, usable: np.ndarray
) -> Points:
    """Points along the pieces, at most SPACING_M apart: (x, y, piece, metres from its tail)."""
    counts = np.where(usable, end - begin, 0)
    piece = np.repeat(np.arange(len(begin)), counts)
    offset = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)
    a = begin[piece] + offset  # each step from a to a + 1 lies in one piece
    parts = np.maximum(1, np.ceil((run[a + 1] - run[a]) / SPACING_M)).astype(int)
    step = np.repeat(np.arange(len(a)), parts + 1)
    share = np.arange(len(step)) - np.repeat(np.cumsum(parts + 1) - (parts + 1), parts + 1)
    share = share / parts[step]
    a, piece = a[step], piece[step]
    at = run[a] + (run[a + 1] - run[a]) * share - run[begin[piece]]
    return x[a] + (x[a + 1] - x[a]) * share, y[a] + (y[a + 1] - y[a]) * share, piece, at


def _tidy(
    source: Source,
    tail: np.ndarray,
    head: np.ndarray,
    metres: np.ndarray,
    way: np.ndarray,
    ways: Ways,
    points: Points,
) -> Network:
    """Number the junctions that are left, without crumbs."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    used, ends = np.unique(np.concatenate([tail, head]), return_inverse=True)
    tail, head = ends[: len(tail)], ends[len(tail) :]
    graph = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(len(used), len(used)))
    _, part = connected_components(graph, directed=False)
    size = np.bincount(part) if len(part) else np.zeros(0, dtype=int)
    keep = (size[part] >= min(CRUMB, size.max(initial=0)))[tail] if len(part) else np.zeros(0, dtype=bool)
    number = np.cumsum(keep) - 1
    px, py, piece, at = (column[keep[points[2]]] for column in points)
    used, ends = np.unique(np.concatenate([tail[keep], head[keep]]), return_inverse=True)
    count, way = int(keep.sum()), way[keep]
    return Network(
        source=source,
        junctions=len(used),
        tail=ends[:count].astype(np.int32),
        head=ends[count:].astype(np.int32),
        metres=metres[keep].astype(np.float32),
        kind=ways.kind[way],
        direction=ways.direction[way],
        barred=ways.barred[way],
        limit=ways.limit[way],
        fixed=ways.fixed[way],
        point_x=px.round().astype(np.int32),
        point_y=py.round().astype(np.int32),
        point_piece=number[piece].astype(np.int32),
        point_at=at.astype(np.float32),
    )


def as_ways(rows: Sequence[Sequence[int]], refs: Sequence[int], x: Sequence[int], y: Sequence[int]) -> Ways:
    """Ways from rows (points, kind, direction, barred, limit, seconds) and the flat lists of their points."""
    starts = np.concatenate([[0], np.cumsum([row[0] for row in rows], dtype=np.int64)])
    return Ways(
        refs=np.asarray(refs, dtype=np.int64),
        x=np.asarray(x, dtype=np.int64),
        y=np.asarray(y, dtype=np.int64),
        starts=starts,
        kind=np.array([row[1] for row in rows], dtype=np.uint8),
        direction=np.array([row[2] for row in rows], dtype=np.int8),
        barred=np.array([row[3] for row in rows], dtype=np.uint8),
        limit=np.array([row[4] for row in rows], dtype=np.uint8),
        fixed=np.array([row[5] for row in rows], dtype=np.float32),
    )
