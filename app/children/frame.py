"""The frame around every page about one child: its name, how it stands, what a visitor must know, and the tabs.

Each slice with a part of the file registers its tab at setup. How the child stands is known to slices above only: the
slice of the child's file (app/files) says it. Who shows a page about a child asks here and knows none of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import g, render_template

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


def render_file(template: str, child: Child, tab: str, *, until: date | None = None, **values: object) -> str:
    """A page inside the frame of a child's file: `render_file("roll/show_roll.html", child, "roll", rows=rows)`.

    The frame (templates/children/_file.html) adds child, tab, file_tabs, file_tags, file_facts, file_safety, until and
    may_write (whether the actor may write about this child at all; pages hide their buttons when not). The child must
    have been loaded in the actor's sight; `tab` is the name of a tab. A former holder reads what was known before
    `until`: nothing in its frame is of today.
    """
    frame = _past(child, tab, until) if until else frame_of(child, tab)
    return render_template(template, **frame, **values)


def standing_of(child: Child) -> Any:
    """How a child stands today, as the slice of its file says it."""
    return _heading(child).standing


def _heading(child: Child) -> Heading:
    """Asked once a page: the frame and the page of the file show the same."""
    known: dict[uuid.UUID, Heading] = g.setdefault("headings", {})
    if child.id not in known:
        known[child.id] = _heads[0](child)
    return known[child.id]


def _past(child: Child, tab: str, until: date) -> dict[str, object]:
    known = known_as(child, until)
    return {
        "child": known,
        "tab": tab,
        "until": until,
        "file_safety": [],
        "file_tabs": _tabs(g.actor, child, tab, past=True),
        "file_tags": [(_("Read only, as it was before %(day)s", day=day_words(until, "iso")), "wait")],
        "file_facts": [
            (_("Sex"), label(known.sex)),
            (_("Born on"), day_words(known.birth_on, "iso")),
            (label(known.document_kind), known.document or _("missing")),
            (_("File number"), known.file_number),
        ],
        "may_write": False,
    }


def frame_of(child: Child, tab: str) -> dict[str, object]:
    """The frame of a file for who has the child today: what `render_file` puts around a page."""
    heading = _heading(child)
    return {
        "child": child,
        "tab": tab,
        "file_tabs": _tabs(g.actor, child, tab),
        "file_tags": heading.tags,
        "file_facts": heading.facts,
        "file_safety": heading.safety,
        "may_write": may_write(g.actor, child),
        "until": None,
    }


def _tabs(actor: Actor, child: Child, current: str, *, past: bool = False) -> list[Tab]:
    return [
        Tab(_(part.words), url_for(part.endpoint, child_id=child.id), part.name == current)
        for part in _parts
        if (part.past or not past) and actor.may(NEEDS[part.endpoint])
    ]
