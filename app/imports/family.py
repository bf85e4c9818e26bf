"""Which member of a child's family on file a member of a row is. Pure.

A sheet has two places, a family may have more members: a person is known by the name, wherever it stands and however
its dots and blanks are written. Another name is another person, who comes beside those on file; who leaves a family is
said in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.kernel.lookalikes import skeleton
from app.kernel.problems import N_, Problem, Severity

PLACES = (1, 2)


def seats_of(values: Mapping[str, object], facts: Mapping[str, object], taken: Collection[int]) -> dict[int, int]:
    """Position on file by place in the row; members who are new to the family are left out. `taken` are the positions
    on file."""
    names = {place: name for place in PLACES if (name := values.get(f"member{place}_name")) is not None}
    seats: dict[int, int] = {}
    for spelled in (str, skeleton):
        for place, name in names.items():
            if place in seats:
                continue
            free = [at for at in sorted(taken, key=lambda at: (at != place, at)) if at not in seats.values()]
            wanted = spelled(str(name))
            found = next((at for at in free if spelled(str(facts.get(f"member{at}_name"))) == wanted), None)
            if found is not None:
                seats[place] = found
    return seats


def is_same_name(one: str, other: str) -> bool:
    """True for two spellings of one name: with or without a dot, with look-alike signs."""
    return one == other or skeleton(one) == skeleton(other)


def spelled_otherwise(
    values: Mapping[str, object], facts: Mapping[str, object], taken: Collection[int]
) -> list[tuple[int, str, bool]]:
    """(place, spelling on file, whether it may be another person) of members whom the file spells in another way. It
    may be another one where both sides give a telephone, and another, and no ID number says that they are the same."""
    found = []
    for place, at in seats_of(values, facts, taken).items():
        name = str(facts.get(f"member{at}_name"))
        if name == values[f"member{place}_name"]:
            continue
        numbers, phones = (
            (values.get(f"member{place}_{part}"), facts.get(f"member{at}_{part}")) for part in ("number", "phone")
        )
        same = None not in numbers and numbers[0] == numbers[1]
        other = any(None not in pair and pair[0] != pair[1] for pair in (numbers, phones))
        found.append((place, name, other and not same))
    return found


def spelling_kept(name: str) -> Problem:
    """That a name on file keeps its spelling."""
    return Problem(
        "name_kept",
        N_('The file has "%(name)s", which looks the same; that spelling stays.'),
        {"name": name},
        severity=Severity.WARNING,
    )


def next_seat(place: int, taken: Collection[int]) -> int:
    """Where a new member stands: its place in the row when nobody is there, else behind all places of a sheet."""
    return place if place not in taken else max(*taken, *PLACES) + 1
