"""Identifiers for rows: unique without asking anyone, and in the order of time."""

from __future__ import annotations

import os
from uuid import UUID

from app.kernel import clock


def new_id() -> UUID:
    """Return a new version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then random bits."""
    return uuid7_from(clock.milliseconds(), os.urandom(10))


def uuid7_from(milliseconds: int, random_bytes: bytes) -> UUID:
    """Return the version 7 UUID of a Unix time in milliseconds and 10 random bytes.

    Raises ValueError when the time does not fit 48 bits or the bytes are not 10. Demonstration data uses it with its
    own generator, so that the same seed gives the same rows.
    """
    if not 0 <= milliseconds < 1 << 48 or len(random_bytes) != 10:
        raise ValueError("48 bits of milliseconds and 10 random bytes are needed")
    value = (milliseconds << 80) | int.from_bytes(random_bytes, "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def milliseconds_of(identifier: UUID) -> int:
    """Return the Unix time in milliseconds that a version 7 UUID carries. Raises ValueError for other versions."""
    if identifier.version != 7:
        raise ValueError("only version 7 carries a time in this place")
    return identifier.int >> 80
