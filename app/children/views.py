"""Pages of children."""

from __future__ import annotations

import uuid

from flask import g, render_template

from app.access import Pages, Permission
from app.children.frame import file_frame
from app.children.queries import get_child
from app.web.requests import note_opening

pages = Pages("children", __name__)


@pages.get("/children", needs=Permission.CHILDREN_READ)
def list_children():
    return render_template("children/list_children.html")


@pages.get("/children/<uuid:child_id>", needs=Permission.CHILDREN_READ)
def show_child(child_id: uuid.UUID):
    child = get_child(g.actor, child_id)
    note_opening(child.id, "overview")
    return render_template("children/show_child.html", **file_frame(g.actor, child, "overview"))
