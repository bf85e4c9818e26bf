"""Numbers and ids as they stand in an address or a hidden field: what cannot be read is nothing, never an error."""

from __future__ import annotations

import uuid
from typing import TypeGuard, TypeVar, overload

T = TypeVar("T")
MOST = 2**31 - 1
"""The greatest whole number that a column holds on both databases."""


@overload
def whole_number(text: object) -> int | None: ...
@overload
def whole_number(text: object, otherwise: T) -> int | T: ...
def whole_number(text: object, otherwise: T | None = None) -> int | T | None:
    """The whole number from 0 on that was sent, else `otherwise`: for "²", twenty digits, and a number that is no text,
    which a hidden field holds when it was left out of the form."""
    text = text.strip() if isinstance(text, str) else ""
    return int(text) if text.isdecimal() and len(text) < 12 and int(text) <= MOST else otherwise


def known_id(text: str | None) -> uuid.UUID | None:
    """The id that the text says, or None."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def sent_id(text: str | None) -> uuid.UUID | None:
    """The id in a hidden field; None when it is empty, and an id that nothing has when it cannot be read."""
    return (known_id(text) or uuid.UUID(int=0)) if text else None


@overload
def as_uuid(text: uuid.UUID) -> uuid.UUID: ...
@overload
def as_uuid(text: str | uuid.UUID | None) -> uuid.UUID | None: ...
def as_uuid(text: str | uuid.UUID | None) -> uuid.UUID | None:
    """The id in a select, or None for the empty choice. Raises ValueError for anything else."""
    return uuid.UUID(str(text)) if text else None


def is_id(text: str | None) -> TypeGuard[str]:
    """True for the text of an id."""
    try:
        return as_uuid(text) is not None
    except ValueError:
        return False
