"""The optimistic lock of the editor: which fields are saved together, what differs, whose words stand there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from app.kernel.text import canonical_json
from app.plans.types import EditConflict

# Fields of the version itself that one form of the editor saves together.
GROUPS: dict[str, tuple[str, ...]] = {
    "period": ("starts_on", "ends_on", "review_on", "curriculum"),
    "no_words": ("no_words_reason",),
    "below_rule": ("below_rule_reason",),
    "opinion": ("guardian_answer", "guardian_name", "guardian_words", "guardian_on"),
}


def plain(value: object) -> object:
    """Nothing and empty text are the same; line ends as browsers send them are one."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n") or None
    return value


def values_of(row: Any, names: Iterable[str]) -> dict[str, object]:
    """The row's values by name, comparable."""
    return {name: plain(getattr(row, name)) for name in names}


def changed(row: Any, values: Mapping[str, object]) -> list[str]:
    """Names of the values that differ from the row's."""
    return [name for name, value in values.items() if plain(getattr(row, name)) != plain(value)]


def stamp_of(version: Any, group: str) -> str:
    """What the reader of a group has seen, as a short text. A group has no revision of its own: its values are it."""
    return sha256(canonical_json(values_of(version, GROUPS[group]))).hexdigest()[:16]


def check_lock(row: Any, values: Mapping[str, object], revision: int | None, version: str) -> None:
    """Raise EditConflict when the row was saved by somebody since `revision` and says something else.

    With `revision` None the caller has found out already that it is stale.
    """
    names = changed(row, values)
    if not names or revision is not None and row.revision == revision:
        return
    told = [(name, _text(values[name])) for name in names]
    theirs = [(name, _text(getattr(row, name))) for name in names]
    raise EditConflict(told, theirs, row.edited_by_name or "", version)


def _text(value: object) -> str:
    return "" if value is None else str(value)
