"""Kinds of ways and how fast they are, km/h.

Car speeds are near those of OSRM's car profile, lower on the main roads, where hills and villages slow down; a lower
signed limit counts. 0 = not usable. Motorbikes may not use motorways but do use wide paths; people walk everywhere but
on motorways and trunk roads' slip roads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

FERRY = "ferry"
#                       car motorbike walk
SPEEDS: dict[str, tuple[float, float, float]] = {
    "motorway": (85, 0, 0),
    "motorway_link": (40, 0, 0),
    "trunk": (65, 45, 4),
    "trunk_link": (35, 30, 0),
    "primary": (50, 40, 4),
    "primary_link": (30, 30, 4),
    "secondary": (42, 38, 4),
    "secondary_link": (25, 25, 4),
    "tertiary": (35, 32, 4),
    "tertiary_link": (20, 20, 4),
    "unclassified": (25, 25, 4),
    "residential": (20, 20, 4),
    "road": (20, 20, 4),
    "living_street": (10, 10, 4),
    "service": (12, 12, 4),
    "track": (12, 15, 4),
    "pedestrian": (0, 0, 4),
    "footway": (0, 0, 4),
    "cycleway": (0, 0, 4),
    "bridleway": (0, 8, 4),
    "path": (0, 8, 4),
    "steps": (0, 0, 2.5),
    FERRY: (12, 12, 12),
}
PROFILES = ("car", "motorbike", "walk")
KINDS = {name: code for code, name in enumerate(SPEEDS)}
TABLE = np.array(list(SPEEDS.values()), dtype=float)
FERRY_WAIT = 15 * 60
"""Seconds for the wait at a landing and for getting on and off."""

NO_MOTOR, NO_FOOT = 1, 2
BOTH_WAYS, FORWARD, BACKWARD = 0, 1, -1
_CLOSED = {"no", "private", "agricultural", "forestry", "military"}
_ONE_WAY = {"yes": FORWARD, "true": FORWARD, "1": FORWARD, "-1": BACKWARD, "reverse": BACKWARD, "no": BOTH_WAYS}


def kind_of(tags: Mapping[str, str]) -> int | None:
    """The code of a way's kind, None for what is no way to travel."""
    if tags.get("area") == "yes":
        return None
    highway = tags.get("highway")
    if highway is None:
        return KINDS[FERRY] if tags.get("route") == FERRY else None
    return KINDS.get(highway) if highway != FERRY else None


def barred_of(tags: Mapping[str, str]) -> int:
    """Whom the access tags shut out: bits NO_MOTOR, NO_FOOT; the more special tag wins over `access`."""
    general = tags.get("access")
    motor = next((tags[key] for key in ("motor_vehicle", "vehicle") if key in tags), general)
    return (NO_MOTOR if motor in _CLOSED else 0) | (NO_FOOT if tags.get("foot", general) in _CLOSED else 0)


def direction_of(tags: Mapping[str, str]) -> int:
    """In which direction vehicles may use a way; people on foot always use both."""
    given = _ONE_WAY.get(tags.get("oneway", ""))
    if given is not None:
        return given
    round_about = tags.get("junction") in {"roundabout", "circular"}
    return FORWARD if round_about or tags.get("highway") == "motorway" else BOTH_WAYS


def limit_of(tags: Mapping[str, str]) -> int:
    """The signed limit in km/h, 0 = none or unreadable."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*(km/h|kmh|kph)?\s*", tags.get("maxspeed", ""))
    return min(200, int(match[1])) if match else 0


def ferry_seconds(tags: Mapping[str, str]) -> int:
    """Seconds of a ferry's `duration` (mm, hh:mm, hh:mm:ss or PT1H20M), 0 = not told."""
    text = tags.get("duration", "").strip()
    if re.fullmatch(r"\d{1,3}", text):
        return 60 * int(text)
    if re.fullmatch(r"\d{1,2}(:\d{2}){1,2}", text):
        parts = [int(part) for part in text.split(":")] + [0]
        return 3600 * parts[0] + 60 * parts[1] + parts[2]
    match = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text)
    return sum(int(n or 0) * unit for n, unit in zip(match.groups(), (3600, 60, 1), strict=True)) if match else 0
