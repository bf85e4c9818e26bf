"""The desk's menu: what the actor may open, in the order of the child's way. Each slice enters its pages at setup."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_request_context, request

from app.access import Permission
from app.web.i18n import words
from app.web.urls import url_for


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class _Way:
    """What a slice has entered; entries stand in the order of `place`."""

    place: int
    key: str
    words: str
    endpoint: str
    needs: Permission


_ways: list[_Way] = []
_under: dict[str, str] = {}
"""Beginnings of endpoints, each with the key of the entry under which such a page stands."""


def enters(key: str, words: str, endpoint: str, needs: Permission, *, place: int) -> None:
    """Enter a page in the menu. `words` is a msgid (N_); places have gaps of ten, for entries that come between."""
    way = _Way(place, key, words, endpoint, needs)
    if way not in _ways:
        _ways[:] = sorted([*_ways, way], key=lambda way: way.place)
    stands_under(key, endpoint)


def stands_under(key: str, *beginnings: str) -> None:
    """Let pages whose endpoint begins so show the entry `key` as the current one; the longest beginning counts."""
    _under.update(dict.fromkeys(beginnings, key))


def navigation() -> list[Entry]:
    """The entries of the signed-in actor; of those it sees, the longest matching beginning is the current one."""
    if not has_request_context() or not g.get("actor") or not g.actor.signed_in:
        return []
    endpoint = request.endpoint or ""
    seen = [way for way in _ways if g.actor.may(way.needs)]
    keys = {way.key for way in seen}
    fits = [(len(begin), key) for begin, key in _under.items() if endpoint.startswith(begin) and key in keys]
    current = max(fits)[1] if fits else None
    return [Entry(words.gettext(way.words), url_for(way.endpoint), way.key == current) for way in seen]
