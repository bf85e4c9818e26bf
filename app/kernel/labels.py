"""Names of enumeration members as people read them: registered beside the enumeration, translated by the web floor."""

from __future__ import annotations

from enum import StrEnum

from app.kernel.problems import Problem

# By the enumeration too: members of two enumerations with one value are equal, both being text.
_LABELS: dict[tuple[type, str], str] = {}


def describe(kind: type[StrEnum], **words: str) -> None:
    """Register a msgid (marked with N_) for every member of `kind`, by the member's value.

    Raises ValueError when a member is left out or unknown, so that no label can be missing on a page.
    """
    members = {member.value: member for member in kind}
    if set(members) != set(words):
        raise ValueError(f"labels of {kind.__name__}: {sorted(set(members) ^ set(words))}")
    for value, msgid in words.items():
        _LABELS[kind, value] = msgid


def label_of(member: StrEnum) -> str:
    """Return the msgid of a member; KeyError when its enumeration was never described."""
    return _LABELS[member.__class__, member._value_]  # `.value` costs ten times as much, and lists ask often


def named(member: StrEnum) -> Problem:
    """The name of a member as a value of a problem; rows keep it by the code `Kind.value`."""
    return Problem(f"{member.__class__.__name__}.{member.value}", label_of(member))
