"""When the sun sets."""

from __future__ import annotations

import math
from datetime import date


def sunset_minutes(day: date, latitude: float, longitude: float, hours_east: float = 8) -> int | None:
    """Minutes after local midnight at which the sun sets on `day`, None where it does not.

    `latitude` and `longitude` in degrees, `hours_east` the clock's distance from UTC. Right to some two minutes between
    the polar circles, without mountains. Source: NOAA's short solar equations (sunset at a zenith of 90.833 degrees).
    """
    turn = 2 * math.pi / (366 if day.year % 4 == 0 and (day.year % 100 or day.year % 400 == 0) else 365)
    angle = turn * (day.timetuple().tm_yday - 1 + 0.25)
    equation = 229.18 * (
        0.000075
        + 0.001868 * math.cos(angle)
        - 0.032077 * math.sin(angle)
        - 0.014615 * math.cos(2 * angle)
        - 0.040849 * math.sin(2 * angle)
    )
    tilt = (
        0.006918
        - 0.399912 * math.cos(angle)
        + 0.070257 * math.sin(angle)
        - 0.006758 * math.cos(2 * angle)
        + 0.000907 * math.sin(2 * angle)
        - 0.002697 * math.cos(3 * angle)
        + 0.00148 * math.sin(3 * angle)
    )
    north = math.radians(latitude)
    half_day = math.cos(math.radians(90.833)) / (math.cos(north) * math.cos(tilt)) - math.tan(north) * math.tan(tilt)
    if not -1 <= half_day <= 1:
        return None
    return round(720 + 4 * (math.degrees(math.acos(half_day)) - longitude) - equation + 60 * hours_east)
