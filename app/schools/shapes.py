"""The shapes of units on the map of the municipality, as SVG paths, and where a place lies on it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app.schools.reference import LIANGJIANG

MAP_FILE = Path(__file__).resolve().parent / "reference/map.json"
_MERGED = {LIANGJIANG: ("500105", "500112")}
"""Units without a shape of their own in the map of 2017, drawn by those they came from."""
X_SCALE, X_SHIFT, Y_SCALE, Y_SHIFT = 203.6654, -21443.944, -235.3772, 7579.729
"""The map is drawn with degrees as they are (equirectangular); one unit is about half a kilometre."""


@cache
def _map() -> Mapping:
    drawn = json.loads(MAP_FILE.read_text(encoding="utf-8"))
    return {"view_box": drawn["view_box"], "shapes": {shape["code"]: shape["d"] for shape in drawn["shapes"]}}


def view_box() -> str:
    """The SVG view box of the map."""
    return _map()["view_box"]


def shape_of(code: str) -> str:
    """The SVG path of a unit; empty for a unit that the map does not draw (functional zones)."""
    shapes = _map()["shapes"]
    return " ".join(shapes[part] for part in _MERGED.get(code, (code,)) if part in shapes)


def point_of(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place lies on the map: x and y of its view box."""
    return X_SCALE * longitude + X_SHIFT, Y_SCALE * latitude + Y_SHIFT


def box_of(path: str) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of a path of straight lines; None of an empty one."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    xs, ys = numbers[::2], numbers[1::2]
    return (min(xs), min(ys), max(xs), max(ys)) if xs and ys else None
