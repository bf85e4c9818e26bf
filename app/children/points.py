"""A point on the map as one sealed text: `longitude,latitude` in degrees, as exact as they were given."""

from __future__ import annotations

import uuid

from app.db.sealed import opened


def point_text(longitude: float | None, latitude: float | None) -> str:
    """The text that is sealed; an end that is not known yet stays empty."""
    return ",".join("" if degrees is None else repr(float(degrees)) for degrees in (longitude, latitude))


def degrees_of(text: str | None) -> tuple[float | None, float | None]:
    """Longitude and latitude of such a text."""
    longitude, latitude = (text or ",").split(",")
    return (float(longitude) if longitude else None, float(latitude) if latitude else None)


def home_degrees(row: uuid.UUID, sealed: bytes | None) -> tuple[float | None, float | None]:
    """Longitude and latitude of a home point that was read without its object."""
    return degrees_of(opened("home_points", "point", row, sealed))
