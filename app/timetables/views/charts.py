"""Small charts as SVG numbers: the way of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 640, 132, 8, 8, 12, 8


def way_chart(points: Sequence[Sequence[float]], made: int | None = None) -> dict | None:
    """The way of a run [seconds, missing, cost] as two step lines, and the same in a few rows for a table: all of it
    counted in the repeating plan. `made`: visits without a place in the timetable itself, closed days laid out; None
    while it is not made.

    None while there are less than two points.
    """
    points = _search(points, made)
    if len(points) < 2:
        return None
    seconds = max(points[-1][0], 1)
    return {
        "view_box": f"0 0 {WIDE} {HIGH}",
        "seconds": round(seconds),
        "rows": _rows(points),
        "missing": _line(points, 1, seconds),
        "cost": _line(points, 2, seconds),
        "made": made,
        "first": points[0],
        "last": points[-1],
        "high": HIGH,
        "wide": WIDE,
    }


def _line(points: Any, place: int, seconds: float) -> str:
    """A step line as the points of a polyline; 0 stands at the bottom."""
    low = 0 if place == 1 else min(point[place] for point in points)
    top = max(max(point[place] for point in points), low + 1)
    found, before = [], None
    for point in points:
        x = LEFT + (WIDE - LEFT - RIGHT) * point[0] / seconds
        y = HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (point[place] - low) / (top - low)
        if before is not None:
            found.append(f"{x:.1f},{before:.1f}")
        found.append(f"{x:.1f},{y:.1f}")
        before = y
    return " ".join(found)


def _rows(points: Any) -> list:
    """The first point, the last one and some between them."""
    step = max(1, len(points) // 6)
    rows = list(points[::step])
    return rows if rows[-1] == points[-1] else [*rows, points[-1]]


def _search(points: Sequence[Sequence[float]], made: int | None) -> Sequence[Sequence[float]]:
    """The points without the one at the end that runs of before added for the timetable itself."""
    if made is None or len(points) < 2:
        return points
    (seconds, missing, cost), (before, other, same) = points[-1], points[-2]
    added = missing == made != other and cost == same and seconds - before < 0.15
    return points[:-1] if added else points
