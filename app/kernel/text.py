"""Canonical bytes of plain values, and their hash: the same content gives the same seal on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from uuid import UUID


def canonical_json(value: object) -> bytes:
    """Return ``value`` as UTF-8 JSON with sorted keys and no blanks; text is kept exactly.

    Takes None, booleans, integers, text, lists, tuples, mappings with text keys, sets (sorted), dates and aware
    datetimes (ISO, datetimes in UTC), times, enums (their value), UUIDs, decimals (as text) and dataclasses (by field
    name). Raises TypeError for anything else, floats too: their text is not stable enough for a seal; ValueError for a
    datetime without a zone.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def content_hash(content: bytes) -> str:
    """Return the SHA-256 of ``content`` as 64 hexadecimal characters."""
    return hashlib.sha256(content).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return _plain_scalar(value)


def _plain_scalar(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a datetime needs a zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    plain = _plain(key)
    if not isinstance(plain, str):
        raise TypeError("keys are text")
    return plain
