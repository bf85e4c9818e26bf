"""Papers of a page are typeset while nobody has to wait: the write lock is taken only to note who was handed them.

Typesetting a team's packet takes seconds; under the lock it would keep everybody from saving and from signing in. So
the page's work is done twice: once without the lock, noting nothing, which typesets; then under it, where everything
is read and asked again and each paper is the one that was typeset from the very same words. A paper whose words have
changed in between is typeset anew, again without the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import abort, g, has_request_context

from app.db import db

T = TypeVar("T")
TRIES = 4


@dataclass
class _Kept:
    noting: bool = False
    done: dict[object, Any] = field(default_factory=dict)  # by its words, what the work made of them


class _WordsHaveChanged(Exception):
    """What is to be printed is not what was typeset before the lock was taken."""


def typeset(make: Callable[[], T]) -> T:
    """Return what `make` makes, which reads, prints and logs; it runs twice, and only the second time counts.

    It asks the clock for nothing that stands on a paper: that is asked once, outside.
    """
    kept = g.typeset = _Kept()
    for _try in range(TRIES):
        kept.noting = False
        db.session.rollback()  # what others have written since is read
        make()
        kept.noting = True
        db.session.rollback()
        db.write()
        try:
            return make()
        except _WordsHaveChanged:
            continue
    db.session.rollback()
    abort(409)


def once(words: object, work: Callable[[], T]) -> T:
    """The result of slow work on these words: from before the lock, where there is one (see `typeset`)."""
    kept = _kept()
    if kept is None:
        return work()
    if words not in kept.done:
        if kept.noting:
            raise _WordsHaveChanged
        kept.done[words] = work()
    made: T = kept.done[words]
    return made


def notes() -> bool:
    """Whether what is printed now is handed out; otherwise it is typeset ahead, and nothing is written."""
    kept = _kept()
    return kept is None or kept.noting


def _kept() -> _Kept | None:
    return g.get("typeset") if has_request_context() else None
