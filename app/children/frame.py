"""The frame around every page about one child: its name, how it stands, what a visitor must know, and the tabs.

Each slice with a part of the file registers its tab at setup. How the child stands is known to slices above only: the
slice of the child's file (app/files) says it. Who shows a page about a child asks here and knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from app.access import Actor
from app.access.pages import NEEDS
from app.children.former_identities import known_as
from app.children.models import Child
from app.children.sight import may_write
from app.web.filters import day as day_words
from app.web.filters import label
from app.web.i18n import gettext as _
from app.web.navigation import stands_under
from app.web.urls import url_for


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Heading:
    """How a child stands today: tags (words, kind), facts (words, value), lines of safety, and the facts themselves for
    the pages of the slice that knows them."""

    tags: list[tuple[str, str]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    safety: list[str] = field(default_factory=list)
    standing: object = None


@dataclass(frozen=True)
class _Part:
    place: int
    name: str
    words: str
    endpoint: str
    past: bool


Heads = Callable[[Child], Heading]
_parts: list[_Part] = []
_heads: list[Heads] = []


def adds_tab(name: str, words: str, endpoint: str, *, place: int, past: bool = False) -> None:
    """Add a part to the file: `words` is a msgid (N_), the endpoint takes a child_id, tabs stand in the order of
    `place`. A former holder reads its own years in those that are `past`."""
    part = _Part(place, name, words, endpoint, past)
    if part not in _parts:
        _parts[:] = sorted([*_parts, part], key=lambda part: part.place)
    stands_under("children", endpoint)


def heads(make: Heads) -> None:
    """Let `make(child)` say how a child stands; there is one who does."""
    _heads[:] = [make]


def past_frame(actor: Actor, child: Child, tab: str, until: date) -> dict:
    """The frame for a former holder, who reads what was known before `until`: nothing in it is of today."""
    known = known_as(child, until)
    return {
        "child": known,
        "tab": tab,
        "standing": None,
        "until": until,
        "file_safety": [],
        "file_tabs": _tabs(actor, child, tab, past=True),
        "file_tags": [(_("Read only, as it was before %(day)s", day=day_words(until, "iso")), "wait")],
        "file_facts": [
            (_("Sex"), label(known.sex)),
            (_("Born on"), day_words(known.birth_on, "iso")),
            (label(known.document_kind), known.document or _("missing")),
            (_("File number"), known.file_number),
        ],
        "may_write": False,
    }


def file_frame(actor: Actor, child: Child, tab: str) -> dict:
    """What templates/children/_file.html shows around a page: pass it with `**file_frame(g.actor, child, "roll")`.

    Returns child, tab, file_tabs, file_tags, file_facts, file_safety, standing, until (None) and may_write (whether the
    actor may write about this child at all; pages hide their buttons when not). The child must have been loaded in the
    actor's sight. `tab` is the name of a tab.
    """
    heading = _heads[0](child)
    return {
        "child": child,
        "tab": tab,
        "standing": heading.standing,
        "file_tabs": _tabs(actor, child, tab),
        "file_tags": heading.tags,
        "file_facts": heading.facts,
        "file_safety": heading.safety,
        "may_write": may_write(actor, child),
        "until": None,
    }


def _tabs(actor: Actor, child: Child, current: str, *, past: bool = False) -> list[Tab]:
    return [
        Tab(_(part.words), url_for(part.endpoint, child_id=child.id), part.name == current)
        for part in _parts
        if (part.past or not past) and actor.may(NEEDS[part.endpoint])
    ]
