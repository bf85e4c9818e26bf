"""Whether two records are one child: the one rule of form and sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.lookalikes import skeleton


class Likeness(StrEnum):
    """How two records may be one child. Only SAME is taken as one; everything else a person decides."""

    SAME = "same"
    RENAMED = "renamed"
    """One number, another name, a guardian in common: a marriage, an adoption, a correction, or a slip."""
    OTHER_CHILD = "other_child"
    """One number, but neither name nor guardian agree: the number is probably wrong on one side."""
    NUMBER_DIFFERS = "number_differs"
    LOOKS_ALIKE = "looks_alike"
    """The names differ by signs that are easily taken for each other."""
    GUARDIAN_SPELLED = "guardian_spelled"
    """Name, birth date and telephone agree, the guardian is written differently."""
    GUARDIAN_DIFFERS = "guardian_differs"
    BIRTHDAY_DIFFERS = "birthday_differs"
    """Name and a guardian's telephone agree, the birth date is another: a slip in one of them, or two children."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells children apart: `number` is a document's number in whatever form both sides keep it, `guardians` are
    skeletons of names, `phones` telephones in the form of both sides."""

    name: str
    birth_on: str
    number: object = None
    guardians: frozenset[str] = frozenset()
    phones: frozenset[object] = frozenset()


def identity(
    name: str,
    birth_on: str,
    number: object = None,
    guardians: Iterable[object] = (),
    phones: Iterable[object] = (),
) -> Identity:
    """The identity of a record; names of guardians as they are written, None among them is nobody."""
    return Identity(
        name,
        birth_on,
        number or None,
        frozenset(skeleton(str(one)) for one in guardians if one),
        frozenset(one for one in phones if one),
    )


def likeness(said: Identity, known: Identity) -> Likeness | None:
    """Return how two records may be one child, or None when nothing speaks for it: the one rule of form and sheet.

    A number in common is the strongest sign, but never with another name alone; without it the name must agree as it
    looks, and the birth date or at least a guardian's telephone. Where a side names nobody, the guardians say nothing.
    """
    related = bool(said.guardians & known.guardians or said.phones & known.phones)
    if said.number is not None and said.number == known.number:
        if skeleton(said.name) == skeleton(known.name):
            return Likeness.SAME
        return Likeness.RENAMED if related else Likeness.OTHER_CHILD
    if skeleton(said.name) != skeleton(known.name):
        return None
    if said.birth_on != known.birth_on:
        return Likeness.BIRTHDAY_DIFFERS if said.phones & known.phones else None
    silent = not (said.guardians or said.phones) or not (known.guardians or known.phones)
    numbered = said.number is not None and known.number is not None
    if not related and not silent and (numbered or said.number is not None):
        return None
    if numbered:
        return Likeness.NUMBER_DIFFERS if related or silent else None
    if said.name != known.name:
        return Likeness.LOOKS_ALIKE
    if said.guardians & known.guardians:
        return Likeness.SAME
    return Likeness.GUARDIAN_SPELLED if related else Likeness.GUARDIAN_DIFFERS
