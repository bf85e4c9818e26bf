"""Numbers and ids as they stand in an address or a hidden field: what cannot be read is nothing, never an error."""

from __future__ import annotations

import uuid
from typing import TypeVar

T = TypeVar("T")
MOST = 2**31 - 1
"""The greatest whole number that a column holds on both databases."""


def whole_number(text: object, otherwise: T = None) -> int | T:
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
