"""A child's file: the first page with the timeline, and a number shown in full."""

from __future__ import annotations

import uuid

from flask import g, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.children.actions import reveal
from app.children.frame import render_file, standing_of
from app.children.queries import get_child, read_child
from app.children.types import EventKind
from app.files.forms import PurposeForm
from app.files.overview import overview_of, past_overview
from app.files.views.pages import pages
from app.kernel.problems import Refused
from app.web.filters import today
from app.web.requests import note_opening
from app.web.urls import addresses


@pages.get("/children/<uuid:child_id>", needs=Permission.CHILDREN_READ)
def show_child(child_id: uuid.UUID) -> ResponseReturnValue:
    """Query parameters: kind (of the timeline), page (of the timeline)."""
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "overview")
    if until is not None:
        return render_file("files/show_past.html", child, "overview", until=until, past=past_overview(child, until))
    kind = request.args.get("kind", "")
    standing = standing_of(child)
    return render_file(
        "files/show_child.html",
        child,
        "overview",
        standing=standing,
        kinds=list(EventKind),
        reveal_url=addresses("files.reveal_number", "child_id", "kind"),
        overview=overview_of(g.actor, child, standing, EventKind(kind) if kind in list(EventKind) else None, today()),
    )


@pages.form("/children/<uuid:child_id>/reveal/<kind>", needs=Permission.CHILDREN_REVEAL)
def reveal_number(child_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """Asks for the purpose; the answer to the post shows the number once and is never kept."""
    child = get_child(g.actor, child_id)
    form, shown = PurposeForm(), None
    if form.validate_on_submit():
        try:
            shown = reveal(g.actor, child, kind, form.purpose.data or "")
        except Refused as refused:
            form.refuse(refused.problems)
    if shown is None:
        note_opening(child.id, "reveal")
    status = 422 if form.is_submitted() and shown is None else 200
    return render_file("files/reveal_number.html", child, "overview", form=form, shown=shown, kind=kind), status
