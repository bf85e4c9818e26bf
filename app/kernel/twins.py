"""Two of the same name on one page: each is shown with what tells it from the other, everybody else as ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
LAST = 4  # signs of a number that are enough for a start


def told_apart(rows: Iterable[tuple[Key, str, Sequence[str]]]) -> dict[Key, str]:
    """Labels of (key, name, marks): the name; of several with one name, with the first mark that differs for each of
    them, else with all marks. A mark that is a number is best given shortened: see `ends`."""
    found = {key: (name, tuple(marks)) for key, name, marks in rows}
    alike: dict[str, list[Key]] = defaultdict(list)
    for key, (name, _marks) in found.items():
        alike[name].append(key)
    return {key: _label(name, marks, [found[one][1] for one in alike[name]]) for key, (name, marks) in found.items()}


def _label(name: str, own: tuple[str, ...], all_marks: list[tuple[str, ...]]) -> str:
    mark = _mark(own, all_marks) if len(all_marks) > 1 else ""
    return f"{name}（{mark}）" if mark else name


def _mark(own: tuple[str, ...], all_marks: list[tuple[str, ...]]) -> str:
    for place, mark in enumerate(own):
        if mark and len({marks[place] for marks in all_marks}) == len(all_marks):
            return mark
    return "，".join(mark for mark in own if mark)


def ends(number: str | None) -> str:
    """The end of a number, as people read it out."""
    return f"…{number[-LAST:]}" if number else ""
