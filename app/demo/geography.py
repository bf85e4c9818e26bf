"""Points inside the shapes of the districts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from app.demo.dice import Dice

_FILE = Path(__file__).resolve().parent / "districts.geojson"
PARTS = {"liangjiang": ("500105", "500112"), "gaoxin": ("500107",), "wansheng": ("500110",)}
"""Units without a shape of their own and the shapes they lie in."""


class Shape:
    """One district: its rings (longitude, latitude in degrees) and whether a point lies in it."""

    def __init__(self, polygons: list[list[list[list[float]]]]):
        self._rings = [np.array(ring) for polygon in polygons for ring in polygon]
        points = np.concatenate(self._rings)
        self.low, self.high = points.min(axis=0), points.max(axis=0)

    def holds(self, points: np.ndarray) -> np.ndarray:
        """For points (n, 2) the even-odd answer (n,): holes count as outside."""
        inside = np.zeros(len(points), dtype=bool)
        for ring in self._rings:
            x1, y1 = ring[:-1, 0], ring[:-1, 1]
            x2, y2 = ring[1:, 0], ring[1:, 1]
            px, py = points[:, :1], points[:, 1:]
            crosses = (y1 > py) != (y2 > py)
            with np.errstate(divide="ignore", invalid="ignore"):
                at = (x2 - x1) * (py - y1) / (y2 - y1) + x1
            inside ^= (crosses & (px < at)).sum(axis=1) % 2 == 1
        return inside


@cache
def shapes() -> dict[str, Shape]:
    """The shapes by division code."""
    found = {}
    for feature in json.loads(_FILE.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        found[feature["properties"]["code"]] = Shape(polygons)
    return found


class Ground:
    """The ground of one unit: draws points anywhere in it or near another point, always inside."""

    def __init__(self, dice: Dice, unit_code: str):
        self._noise = np.random.default_rng(dice.getrandbits(64))
        self._shapes = [shapes()[code] for code in PARTS.get(unit_code, (unit_code,))]

    def anywhere(self, count: int) -> list[tuple[float, float]]:
        """`count` points as (longitude, latitude), rounded to five places (about a metre)."""
        found: list[tuple[float, float]] = []
        while len(found) < count:
            shape = self._shapes[len(found) % len(self._shapes)]
            drawn = np.round(self._noise.uniform(shape.low, shape.high, (4 * count + 8, 2)), 5)
            found += [(float(point[0]), float(point[1])) for point in drawn[shape.holds(drawn)]]
        return found[:count]

    def near(self, centre: tuple[float, float], kilometres: float, count: int) -> list[tuple[float, float]]:
        """`count` points scattered about `centre`; those outside are drawn again, the centre as a last way."""
        spread = np.array([kilometres / 96.0, kilometres / 111.0])
        found: list[tuple[float, float]] = []
        for _ in range(12):
            drawn = np.round(self._noise.normal(centre, spread, (2 * count + 8, 2)), 5)
            inside = np.zeros(len(drawn), dtype=bool)
            for shape in self._shapes:
                inside |= shape.holds(drawn)
            found += [(float(point[0]), float(point[1])) for point in drawn[inside]]
            if len(found) >= count:
                return found[:count]
        return (found + [centre] * count)[:count]
