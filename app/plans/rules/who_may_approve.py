"""Who may approve a version of a plan: nobody who had a hand in it, its author least of all."""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID


def may_be_approved_by(person: UUID | None, hands: Set[UUID | None]) -> bool:
    """Four eyes: whoever began a version, edited any part of it or submitted it does not approve it."""
    return person is not None and person not in hands
