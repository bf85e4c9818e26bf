"""Ways to slices above: a page leads to, or carries, what belongs to a slice that its own does not know.

Nothing below names an endpoint, a template or a table of a slice above (tests/house/test_arrows.py); it says what it
means, and the slice above registers that once, in its setup:

    opens("child", "files.show_child", "child_id")       address_of("child", child.id), addresses_of("child") for lists
    hangs("settings", roads_link)                        for link in links_of("settings"): a button on a page below
    adds("assessments", "placements/_story.html")        parts_of("assessments"): templates that a page below includes

The same for the menu stands in app/web/navigation.py, and for the tabs of a child's file in app/children/frame.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from app.web.urls import addresses, url_for


class Link(NamedTuple):
    """A way that a slice above hangs on a page: `kind` is the look of the button."""

    words: str
    url: str
    kind: str = ""


Hang = Callable[..., Iterable[Link]]

_pages: dict[str, tuple[str, tuple[str, ...]]] = {}
_hung: dict[str, list[Hang]] = {}
_parts: dict[str, list[str]] = {}


def opens(what: str, endpoint: str, *ids: str) -> None:
    """The page that shows `what` is `endpoint`; `ids` are the names of the ids in its URL, in order. Raises ValueError
    when another page shows it already."""
    if _pages.setdefault(what, (endpoint, ids)) != (endpoint, ids):
        raise ValueError(f"{what}: {_pages[what][0]} shows it already, not {endpoint}")


def address_of(what: str, *ids: object, **query: object) -> str:
    """The address of the page that shows `what`, as `url_for` makes it; `query` goes behind it."""
    endpoint, names = _pages[what]
    return url_for(endpoint, **dict(zip(names, ids, strict=True)), **query)


def addresses_of(what: str) -> Callable[..., str]:
    """A function id → address, for lists: see `app.web.urls.addresses`."""
    endpoint, names = _pages[what]
    return addresses(endpoint, *names)


def endpoint_of(what: str) -> str:
    """The endpoint of the page that shows `what`, to compare with that of a request."""
    return _pages[what][0]


def hangs(place: str, links: Hang) -> None:
    """Let `links(*subject)` say which links the page `place` shows besides its own, to the actor of the request."""
    if links not in _hung.setdefault(place, []):
        _hung[place].append(links)


def links_of(place: str, *subject: Any) -> list[Link]:
    """What hangs on a page, in the order of the slices."""
    return [link for links in _hung.get(place, ()) for link in links(*subject)]


def adds(place: str, template: str) -> None:
    """Let the page `place` include a template, which finds what the page itself was given."""
    if template not in _parts.setdefault(place, []):
        _parts[place].append(template)


def parts_of(place: str) -> tuple[str, ...]:
    """The templates that slices above add to a page, in the order of the slices."""
    return tuple(_parts.get(place, ()))
