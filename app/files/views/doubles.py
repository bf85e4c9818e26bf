"""The other file of a child that has two: those that look alike, and a search."""

from __future__ import annotations

import uuid

from flask import g, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.children.doubles.matches import asked_of, find_matches
from app.children.frame import render_file
from app.children.queries import get_child
from app.files.listing import Wanted, list_rows
from app.files.views.pages import pages
from app.web.filters import today
from app.web.requests import note_opening

MOST = 20


@pages.get("/children/<uuid:child_id>/second-file", needs=Permission.CHILDREN_WRITE)
def find_second_file(child_id: uuid.UUID) -> ResponseReturnValue:
    """Query parameter: q (a name or a number of the other file)."""
    child = get_child(g.actor, child_id)
    note_opening(child.id, "second_file")
    q = request.args.get("q", "").strip()[:120]
    rows = list_rows(g.actor, Wanted(q=q), today(), limit=MOST) if q else []
    return render_file(
        "files/find_second_file.html",
        child,
        "overview",
        q=q,
        rows=[row for row in rows if row.id != child.id],
        alike=find_matches(g.actor, asked_of(child), but=child.id),
    )
