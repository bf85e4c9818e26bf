"""Shortest times between places on a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.routing.roads.kinds import (
    BACKWARD,
    FERRY,
    FERRY_WAIT,
    FORWARD,
    KINDS,
    NO_FOOT,
    NO_MOTOR,
    PROFILES,
    TABLE,
)
from app.routing.roads.network import DEGREE_M, Network
from app.routing.travel import MODES, Point

NEAR_M = 1000
"""A place further than this from any road of its means of travel is not on the network."""
MEANS = {
    "walk": ("walk", 1.0, 0),
    "motorbike": ("motorbike", 1.0, 2),
    "car": ("car", 1.0, 2),
    "bus": ("car", 1.4, 15),
    "ferry": ("car", 1.0, 2),
}
"""How a home's means of travel uses the roads: profile, factor on the time, minutes added (to park, to wait). A bus is
slower than a car as in `travel.MODES`; a ferry's wait lies in the ferry's own piece."""


@dataclass(frozen=True)
class RoadTimes:
    """`minutes[i][j]` on the road from place i to j, shape (n, n), -1 = not known. `walk[i]`: minutes on foot between
    place i and its road (way and back alike). `far`: metres to the nearest road of places that are not on the network;
    `cut_off`: places on it that no road joins to any other place."""

    minutes: np.ndarray
    walk: tuple[int, ...]
    far: dict[int, int] = field(default_factory=dict)
    cut_off: tuple[int, ...] = ()


def seconds_of(network: Network, profile: str) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of every piece in its direction and against it; infinite where the profile may not go."""
    kmh = TABLE[network.kind, PROFILES.index(profile)].copy()
    foot = profile == "walk"
    if not foot:
        kmh = np.where(network.limit > 0, np.minimum(kmh, network.limit), kmh)
    kmh[(network.barred & (NO_FOOT if foot else NO_MOTOR)) > 0] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        time = np.where(kmh > 0, network.metres.astype(float) * 3.6 / kmh, np.inf)
    ferry = network.kind == KINDS[FERRY]
    time = np.where(ferry & (network.fixed > 0) & np.isfinite(time), network.fixed, time)
    time = np.where(ferry, time + FERRY_WAIT, time)
    time = np.maximum(time, 0.001)  # a length of nothing is a way too
    if foot:
        return time, time.copy()
    return (np.where(network.direction == BACKWARD, np.inf, time), np.where(network.direction == FORWARD, np.inf, time))


def road_minutes(network: Network, points: Sequence[Point]) -> RoadTimes:
    """Return the minutes by road between places; of a pair with two means of travel the slower counts, as in estimates.

    Whole minutes, rounded up from whole seconds. Places with equal coordinates are 0 minutes apart. Raises KeyError for
    an unknown mode.
    """
    n = len(points)
    means = [MEANS[p.mode] for p in points]
    tables, walk, far = {}, np.zeros(n), {}
    for profile in sorted({profile for profile, _f, _e in means}):
        seconds, metres = _table(network, profile, points)
        tables[profile] = seconds
        for i, (own, _f, _e) in enumerate(means):
            if own == profile:
                walk[i] = metres[i]
                if metres[i] > NEAR_M:
                    far[i] = int(min(metres[i], 10_000_000))
    minutes = minutes_of(points, tables)
    known = minutes >= 0
    others = known & ~np.eye(n, dtype=bool)
    cut_off = tuple(i for i in range(n) if n > 1 and i not in far and not (others[i].any() and others[:, i].any()))
    return RoadTimes(minutes, tuple(0 if i in far else on_foot(walk[i]) for i in range(n)), far, cut_off)


def minutes_of(points: Sequence[Point], tables: Mapping[str, np.ndarray]) -> np.ndarray:
    """Whole minutes between places from the seconds of each profile in use, shape (n, n), infinite where not known."""
    n, means = len(points), [MEANS[p.mode] for p in points]
    out = np.array([tables[profile][i] * factor + 60 * extra for i, (profile, factor, extra) in enumerate(means)])
    into = np.array([tables[profile][:, i] * factor + 60 * extra for i, (profile, factor, extra) in enumerate(means)])
    time = np.maximum(out.reshape(n, n), into.reshape(n, n).T)
    known = np.isfinite(time)
    minutes = np.where(known, np.ceil(np.round(np.where(known, time, 0)) / 60), -1).astype(int)
    spots = np.array([(p.latitude, p.longitude) for p in points]).reshape(n, 2)
    minutes[(spots[:, None] == spots).all(axis=2)] = 0
    return minutes


def on_foot(metres: float) -> int:
    """Minutes across country, as walking is estimated; the last 30 m are nothing."""
    mode = MODES["walk"]
    return 0 if metres <= 30 else math.ceil(round(metres / 1000 * mode.detour / mode.kmh * 60, 6))


def _table(network: Network, profile: str, points: Sequence[Point]) -> tuple[np.ndarray, np.ndarray]:
    """Seconds between all places, and metres of each place to its road (infinite without any)."""
    n = len(points)
    ahead, against = seconds_of(network, profile)
    usable = np.isfinite(ahead) | np.isfinite(against)
    candidates = np.flatnonzero(usable[network.point_piece]) if len(usable) else np.zeros(0, dtype=int)
    if not len(candidates) or not n:
        return np.full((n, n), np.inf), np.full(n, np.inf)
    piece, place, metres = _snap(network, candidates, points)
    near = np.flatnonzero(metres <= NEAR_M)
    seconds = np.full((n, n), np.inf)
    if len(near):
        seconds[np.ix_(near, near)] = _shortest(network, ahead, against, piece[near], place[near])
    return seconds, metres


def _snap(
    network: Network, candidates: np.ndarray, points: Sequence[Point]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nearest spot of a usable piece for each place: (piece, metres from its tail, metres to it)."""
    from scipy.spatial import cKDTree

    scale = math.cos(math.radians(float(np.median(network.point_y[candidates])) / 1e7))
    flat = np.column_stack([network.point_x * scale, network.point_y]) * (DEGREE_M / 1e7)
    spots = np.array([[p.longitude * scale, p.latitude] for p in points]) * DEGREE_M
    metres, nearest = cKDTree(flat[candidates]).query(spots)
    nearest = candidates[nearest]
    piece, place = network.point_piece[nearest], network.point_at[nearest].astype(float)
    for step in (-1, 1):  # the spot may lie between that point and the one before or after it
        other = np.clip(nearest + step, 0, len(flat) - 1)
        along = flat[other] - flat[nearest]
        length = (along**2).sum(axis=1)
        share = np.clip(((spots - flat[nearest]) * along).sum(axis=1) / np.where(length > 0, length, 1), 0, 1)
        off = np.hypot(*(spots - flat[nearest] - along * share[:, None]).T)
        better = (network.point_piece[other] == piece) & (off < metres)
        between = network.point_at[nearest] + (network.point_at[other] - network.point_at[nearest]) * share
        place, metres = np.where(better, between, place), np.where(better, off, metres)
    return piece, place, metres


def _shortest(
    network: Network, ahead: np.ndarray, against: np.ndarray, pieces: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """Seconds between snapped places: each becomes a node on its piece, then Dijkstra from each of them."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    own = network.junctions + np.arange(len(pieces))
    start, end, piece, share = _chains(network, pieces, places, own)
    there, back = (np.maximum(seconds[piece] * share, 0.001) for seconds in (ahead, against))
    arcs = [
        (network.tail, network.head, ahead),
        (network.head, network.tail, against),
        (start, end, there),
        (end, start, back),
    ]
    tails, heads, times = (np.concatenate([arc[n] for arc in arcs]) for n in range(3))
    found: np.ndarray = dijkstra(_matrix(csr_matrix, tails, heads, times, network.junctions + len(pieces)), indices=own)
    return found[:, own]


def _chains(
    network: Network, pieces: np.ndarray, at: np.ndarray, own: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Steps along the pieces that have places: from the tail over its places to the head, each with its share."""
    order, steps = np.lexsort((at, pieces)), []
    for k, one in enumerate(order):
        piece, place = pieces[one], float(at[one])
        if k and pieces[order[k - 1]] == piece:
            before, done = own[order[k - 1]], float(at[order[k - 1]])
        else:
            before, done = network.tail[piece], 0.0
        steps.append((before, own[one], piece, place - done))
        if k + 1 == len(order) or pieces[order[k + 1]] != piece:
            steps.append((own[one], network.head[piece], piece, float(network.metres[piece]) - place))
    start, end, piece = (np.array([step[n] for step in steps], dtype=np.int64) for n in range(3))
    share = np.array([step[3] for step in steps]) / np.maximum(network.metres[piece], 1e-6)
    return start, end, piece, np.clip(share, 0, 1)


def _matrix(
    csr_matrix: Callable[..., Any], tails: np.ndarray, heads: np.ndarray, times: np.ndarray, size: int
) -> Any:  # scipy comes without types
    """Of parallel arcs the fastest; what cannot be used is left out."""
    keep = np.isfinite(times)
    tails, heads, times = tails[keep], heads[keep], times[keep]
    order = np.lexsort((times, heads, tails))
    tails, heads, times = tails[order], heads[order], times[order]
    fastest = np.append(True, (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1]))[: len(tails)]
    return csr_matrix((times[fastest], (tails[fastest], heads[fastest])), shape=(size, size))
